import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isArgumentType } from '../../../src/parse/macro-argument-type.ts'
import { parseFiles } from './parse-files.ts'

const PROJECT = join(import.meta.dirname, '../../projects/macro_arguments/project')
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8')

const count = (name: string): string =>
  `The number of arguments in the yaml for macro ${name} does not match the jinja definition.`
const renamed = (argument: string, name: string): string =>
  `Argument ${argument} in yaml for macro ${name} does not match the jinja definition.`
const type = (argument: string, name: string): string =>
  `Argument ${argument} in the yaml for macro ${name} has an invalid type.`

/** What dbt-core 1.11.16 warns of in this project, in its order. */
const WARNINGS = [
  count('fewer'),
  count('more'),
  type('y', 'more'),
  renamed('z', 'renamed'),
  renamed('y', 'renamed'),
  ...[...'defgklno'].map((argument) => type(argument, 'types')),
  renamed('col', 'test_gt'),
  count('test_gt'),
  renamed('model', 'materialization_mine_default'),
  count('test_in_tests'),
]

const files = (flags: string): Record<string, string> => ({
  'dbt_project.yml': `name: p\nversion: "1.0.0"\nprofile: p\n${flags}`,
  ...Object.fromEntries(
    ['macros/macros.sql', 'macros/macros.yml', 'tests/generic/t.sql'].map((path) => [path, read(path)]),
  ),
})

test('described arguments are checked against the signature when validate_macro_args says so', async () => {
  const { events } = await parseFiles(files('flags: {validate_macro_args: true}\n'))
  const warnings = events.flatMap((event) =>
    event.kind === 'warning' && event.name === 'InvalidMacroAnnotation' ? [event] : [],
  )
  expect(warnings.map((warning) => warning.text)).toEqual(WARNINGS)
  expect(warnings[2]).toMatchObject({
    code: 'I076',
    data: { msg: WARNINGS[2], macro_unique_id: 'macro.p.more', macro_file_path: 'macros/macros.sql' },
    at: { start: read('macros/macros.yml').indexOf('nothing') },
  })
})

test('without the flag they are taken as they are', async () => {
  const { events, manifest } = await parseFiles(files(''))
  expect(events.filter((event) => event.kind === 'warning' && event.name === 'InvalidMacroAnnotation')).toEqual([])
  const argumentsOf = (name: string): unknown =>
    manifest.macros.get(`macro.p.${name}` as never)?.node.arguments.map((argument) => argument.name)
  expect(argumentsOf('undocumented')).toEqual([])
  expect(argumentsOf('renamed')).toEqual(['x', 'z', 'y'])
})

const types = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('str', 'string', 'bool', 'int', 'integer', 'float', 'any', 'relation', 'column'),
    tie('type').map((item) => `list[${item}]`),
    tie('type').map((item) => `optional[ ${item}\t]`),
    fc.tuple(tie('type'), tie('type')).map(([key, value]) => `dict[${key}, ${value}]`),
  ),
})).type

test('every type made by the rules is one, and none with a bracket too many or too few', () => {
  fc.assert(
    fc.property(types, (text) => {
      expect(isArgumentType(text)).toBe(true)
      for (const wrong of [`${text}]`, `[${text}`, `${text},`, `list[${text}`, text.toUpperCase()])
        expect(isArgumentType(wrong)).toBe(false)
    }),
  )
})
