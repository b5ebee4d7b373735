import { expect, test } from 'vitest'
import { builtinPackages } from '../../../src/cli/builtin-packages.ts'

test('the page that documentation sites begin with has the id that they look for: doc.dbt.__overview__', () => {
  const packages = builtinPackages({ macroPackage: 'dbt_duckdb', type: 'duckdb' } as Parameters<
    typeof builtinPackages
  >[0])
  const files = packages.find((one) => one.package === 'dbt')?.files ?? []
  expect(files.find((file) => file.path === 'docs/overview.md')?.text).toContain('{% docs __overview__ %}')
  expect(files.filter((file) => file.path.endsWith('README.md'))).toEqual([])
})
