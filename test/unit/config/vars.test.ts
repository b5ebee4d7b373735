import { expect, test } from 'vitest'
import type { Project } from '../../../src/config/project-config.ts'
import { resolveVar, varsOf } from '../../../src/config/vars.ts'

const project = (name: string, vars: Project['vars']): Project => ({ name, vars }) as Project
const sources = {
  project: project('shop', { a: 'root', b: 'root', pkg: { a: 'root for pkg' } }),
  packages: new Map([['pkg', project('pkg', { a: 'own', b: 'own', c: 'own', d: 'own', pkg: { c: 'own scoped' } })]]),
  cliVars: { d: 'cli' },
}

test("dbt's order: command line, root scoped, root, package scoped, package", () => {
  const read = (name: string) => resolveVar(sources, 'pkg', name)
  expect(['a', 'b', 'c', 'd', 'e'].map(read)).toEqual(['root for pkg', 'root', 'own scoped', 'cli', undefined])
  expect(resolveVar(sources, 'shop', 'a')).toBe('root')
  expect(resolveVar(sources, 'shop', 'c')).toBe(undefined)
})

test('varsOf agrees with resolveVar', () => {
  for (const name of ['pkg', 'shop']) {
    const all = varsOf(sources, name)
    for (const key of ['a', 'b', 'c', 'd', 'e']) expect(all[key]).toBe(resolveVar(sources, name, key))
  }
})
