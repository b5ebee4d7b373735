import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, expect, test } from 'vitest'
import { newFolder, removeFolders } from '../../support/library-project.ts'
import { REPOSITORY } from '../../support/quern.ts'

interface Facts {
  readonly models: number
  readonly rendered: number
  readonly incremental: number
  readonly ephemeral: readonly string[]
  readonly notNullTests: number
  readonly tests: number
  readonly seeds: number
  readonly snapshots: number
  readonly one: string
  readonly editedModel: string
  readonly editedProperties: string
}
interface Generator {
  makeProject(models: number, folder: string): Facts
  makeSeedProject(rows: number, folder: string): { readonly csv: string }
}
const { makeProject, makeSeedProject } = (await import(join(REPOSITORY, 'bench', 'make-project.mjs'))) as Generator

afterAll(removeFolders)

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()

const bytes = (folder: string): string => {
  const hash = createHash('sha256')
  for (const path of files(folder)) hash.update(`${path}\0`).update(readFileSync(join(folder, path)))
  return hash.digest('hex')
}

type Tests = readonly (string | Readonly<Record<string, unknown>>)[]
interface Properties {
  readonly models: readonly { readonly name: string; readonly columns: readonly { readonly data_tests?: Tests }[] }[]
}

test('a number of models always gives the same project', () => {
  const [first, second] = [newFolder({}), newFolder({})]
  expect(makeProject(100, first)).toEqual(makeProject(100, second))
  expect(bytes(first)).toBe(bytes(second))
  makeProject(100, first)
  expect(bytes(first)).toBe(bytes(second))
})

test('the facts are what the project has', () => {
  const folder = newFolder({})
  const facts = makeProject(1000, folder)
  const all = files(folder)
  const models = all.filter((path) => path.startsWith('models/') && path.endsWith('.sql'))
  const text = (path: string): string => readFileSync(join(folder, path), 'utf8')
  const isLiteral = (path: string): boolean =>
    [...text(path).matchAll(/\{[{%]-?\s*(\w+)/g)].every((found) => /^(ref|source|config)$/.test(found[1] ?? ''))
  const tests = new Map(
    all
      .filter((path) => path.endsWith('.yml') && path.includes('_models'))
      .flatMap((path) => (load(text(path)) as Properties).models)
      .map(({ name, columns }) => {
        const named = columns.flatMap((column) => column.data_tests ?? [])
        return [name, named.map((one) => (typeof one === 'string' ? one : Object.keys(one)[0]))]
      }),
  )
  const generic = [...tests.values()].flat()
  const singular = all.filter((path) => path.startsWith('tests/'))

  expect(models).toHaveLength(1000)
  expect(facts).toMatchObject({ models: 1000, rendered: 400, notNullTests: 1000 })
  expect(models.filter((path) => !isLiteral(path))).toHaveLength(facts.rendered)
  expect(models.filter((path) => text(path).includes("materialized='incremental'"))).toHaveLength(facts.incremental)
  expect(
    models.filter((path) => text(path).includes("materialized='ephemeral'")).map((path) => path.split('/').at(-1)),
  ).toEqual(expect.arrayContaining(facts.ephemeral.map((id) => `${id.split('.')[2]}.sql`)))
  expect(facts.ephemeral.flatMap((id) => tests.get(id.split('.')[2] as string))).toEqual([])
  expect(generic.filter((name) => name === 'not_null')).toHaveLength(facts.notNullTests)
  expect(generic.length + singular.length).toBe(facts.tests)
  expect(all.filter((path) => path.endsWith('.csv'))).toHaveLength(facts.seeds)
  expect(all.filter((path) => path.startsWith('snapshots/'))).toHaveLength(facts.snapshots)
  expect(all).toEqual(expect.arrayContaining([facts.editedModel, facts.editedProperties]))
  expect(facts.editedModel).toContain(facts.one)
})

test('a seed has as many rows as asked for', () => {
  const folder = newFolder({})
  const { csv } = makeSeedProject(20_001, folder)
  const lines = readFileSync(join(folder, csv), 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(20_002)
  expect(lines.at(-1)).toMatch(/^20001,\d,\w+,[\d.]+,2024-/)
})
