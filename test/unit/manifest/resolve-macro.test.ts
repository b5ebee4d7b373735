import { expect, test } from 'vitest'
import type { Macro } from '../../../src/manifest/manifest.ts'
import {
  type DispatchRules,
  findDispatch,
  findGenerateName,
  findMaterialization,
  indexMacros,
  resolveMacroName,
} from '../../../src/manifest/resolve-macro.ts'

const macro = (id: string): Macro => {
  const [package_name, name] = id.split('.') as [string, string]
  return { node: { name, package_name, unique_id: `macro.${id}` }, definition: () => undefined } as unknown as Macro
}
const index = (...ids: string[]) => indexMacros(ids.map(macro), 'root', ['dbt_duckdb', 'dbt'])
const rules: DispatchRules = {
  searchOrders: [{ macro_namespace: 'dbt', search_order: ['root', 'shim', 'dbt'] }],
  prefixes: ['duckdb'],
  projects: new Set(['root', 'pkg', 'shim', 'dbt', 'dbt_duckdb']),
}
const idOf = (found: Macro | undefined): string | undefined => found?.node.unique_id

test('a bare name: own package, root project, package namespaces, dbt, built-in', () => {
  const macros = index('pkg.m', 'root.m', 'dbt.m', 'dbt_duckdb.n', 'dbt.n')
  const name = (called: string, from: string) => {
    const member = resolveMacroName(macros, called, from)
    return member !== undefined && 'macro' in member ? idOf(member.macro) : member?.namespace.size
  }
  expect([
    name('m', 'pkg'),
    name('m', 'root'),
    name('m', 'dbt'),
    name('n', 'root'),
    name('pkg', 'root'),
    name('dbt', 'root'),
    name('x', 'root'),
  ]).toEqual(['macro.pkg.m', 'macro.root.m', 'macro.root.m', 'macro.dbt_duckdb.n', 1, 2, undefined])
})

test('dispatch: search order, then prefixes; a package without an order is asked after the root project', () => {
  const macros = index('dbt.default__a', 'dbt_duckdb.duckdb__a', 'shim.default__a', 'pkg.default__b', 'root.duckdb__b')
  const found = (name: string, namespace: string | null) =>
    idOf(findDispatch(macros, rules, { name, namespace, from: 'root' }))
  expect([found('a', null), found('a', 'dbt'), found('b', 'pkg')]).toEqual([
    'macro.dbt_duckdb.duckdb__a',
    'macro.shim.default__a',
    'macro.root.duckdb__b',
  ])
})

test('dispatch that finds nothing says where it looked', () => {
  expect(() => findDispatch(index('pkg.m'), rules, { name: 'x', namespace: 'pkg', from: 'root' })).toThrow(
    "In dispatch: No macro named 'x' found within namespace: 'pkg'\n    Searched for: 'root.duckdb__x', 'root.default__x', 'pkg.duckdb__x', 'pkg.default__x'",
  )
})

test('generate_schema_name: a package’s own for its nodes, else the root project’s, never another package’s', () => {
  const macros = index('pkg.generate_schema_name', 'dbt.generate_schema_name')
  expect([idOf(findGenerateName(macros, 'schema', 'pkg')), idOf(findGenerateName(macros, 'schema', 'root'))]).toEqual([
    'macro.pkg.generate_schema_name',
    'macro.dbt.generate_schema_name',
  ])
})

test('materializations: adapter before default, root before built-in, packages only when allowed', () => {
  const macros = index(
    'dbt.materialization_view_default',
    'dbt_duckdb.materialization_view_duckdb',
    'root.materialization_view_default',
  )
  expect(idOf(findMaterialization(macros, 'view', ['duckdb'])?.macro)).toBe(
    'macro.dbt_duckdb.materialization_view_duckdb',
  )
  const overridden = index('dbt.materialization_table_default', 'pkg.materialization_table_default')
  expect(idOf(findMaterialization(overridden, 'table', ['duckdb'])?.macro)).toBe(
    'macro.dbt.materialization_table_default',
  )
  expect(findMaterialization(overridden, 'table', ['duckdb'], true)).toMatchObject({
    overriddenBy: 'pkg',
    macro: { node: { package_name: 'pkg' } },
  })
})
