import { describe, expect, test } from 'vitest'
import { addPackage, parseAddedPackage } from '../../../../src/project/deps/add-package.ts'

describe('--add-package', () => {
  test.each([
    ['a/b@1.0.0', 'hub', 'a/b', '1.0.0'],
    ['a/b', 'hub', 'a/b', undefined],
    ['https://host/a/b.git@v1', 'git', 'https://host/a/b.git', 'v1'],
    ['https://token@host/a/b.git', 'git', 'https://token@host/a/b.git', undefined],
    ['git@host:a/b.git', 'git', 'git@host:a/b.git', undefined],
    ['git@host:a/b.git@feature/x', 'git', 'git@host:a/b.git', 'feature/x'],
    ['../a@b', 'local', '../a@b', undefined],
    ['grain@https://me@host/x.tgz', 'tarball', 'grain', 'https://me@host/x.tgz'],
  ] as const)('%s from %s', (text, source, name, version) => {
    expect(parseAddedPackage(text, source)).toEqual({ source, name, version })
  })
})

const hub = (name: string, version: string) => ({ source: 'hub', name, version }) as const

describe('packages.yml', () => {
  test('comments and layout stay', () => {
    const text = '# ours\npackages:\n  # sieves\n  - package: a/sieve # fine\n    version: [">=1.0.0", "<2.0.0"]\n'
    expect(addPackage(text, hub('a/bran', '>=1.0.0,<2.0.0'))).toEqual({
      text: `${text}  - package: a/bran\n    version:\n      - ">=1.0.0"\n      - <2.0.0\n`,
      removed: [],
    })
  })
  test.each([undefined, '', '# nothing yet\n', 'packages:\n', 'packages: []\n'])('none yet: %j', (text) => {
    expect(addPackage(text, hub('a/b', '1.0')).text).toMatch(
      /^(# nothing yet\n)?\n?packages:\n {2}- package: a\/b\n {4}version: "1.0"\n$/,
    )
  })
  test('the same package gives way, wherever it came from', () => {
    const text = `packages:
  - git: https://github.com/dbt-labs/dbt-utils.git
    revision: v1
    warn-unpinned: false
  - package: dbt-labs/dbt_utils
    version: 1.0.0
  - package: dbt-labs/dbt_utils_more
    version: 1.0.0
  - local: ../dbt_utils
`
    const { text: after, removed } = addPackage(text, hub('dbt-labs/dbt_utils', '1.3.0'))
    expect(after).toBe(
      'packages:\n  - package: dbt-labs/dbt_utils_more\n    version: 1.0.0\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n',
    )
    expect(removed).toEqual([
      "{'git': 'https://github.com/dbt-labs/dbt-utils.git', 'revision': 'v1'}",
      "{'package': 'dbt-labs/dbt_utils', 'version': '1.0.0'}",
      "{'local': '../dbt_utils'}",
    ])
  })
})
