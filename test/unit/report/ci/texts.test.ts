import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cut, visible } from '../../../../src/report/ci/plain-text.ts'
import { type PropertyTarget, PropertyText } from '../../../../src/report/ci/property-text.ts'
import { RepositoryPaths, repositoryRoot } from '../../../../src/report/ci/repository-paths.ts'
import { duration } from '../../../../src/report/ci/result-message.ts'
import { rowsText } from '../../../../src/report/ci/rows-text.ts'

test('rows as a table: nulls, line breaks, control characters, long values, many columns', () => {
  const columns = ['id', 'note']
  const rows = [[null, 'a|b\nc\td'], ['\u0007', '\u202e'], ['é', 'x'.repeat(70)]] // biome-ignore format: one value
  expect(rowsText({ columns, rows }).split('\n')).toEqual([
    `| id     | note${' '.repeat(56)} |`,
    `| ------ | ${'-'.repeat(60)} |`,
    `| NULL   | a\\|b\\nc\\td${' '.repeat(50)} |`,
    `| \\u0007 | \\u202e${' '.repeat(54)} |`,
    `| é      | ${'x'.repeat(57)}... |`,
  ])
  const many = Array.from({ length: 20 }, (_, number) => `c${number}`)
  expect(rowsText({ columns: many, rows: [] }).split('\n')[0]).toMatch(/ \| c11 \| \.\.\. \|$/)
})

test('texts', () => {
  expect(visible('a\u0000\u001b[1m\ud800b\n\t')).toBe('a\\u0000\\u001b[1m\\ud800b\n\t')
  expect(cut('abcdef', 6)).toBe('abcdef')
  expect(cut('abcdefg', 6)).toBe('abcdef\n... (1 more characters)')
  expect(cut('ab😀', 3)).toBe('ab\n... (2 more characters)')
  expect([0, 61, 3600, 90_061, 86_400 * 2].map(duration)).toEqual([
    '0 seconds', '1 minute 1 second', '1 hour', '1 day 1 hour', '2 days',
  ]) // biome-ignore format: one list
})

test('where tests, unit tests and sources stand in a property file', () => {
  const text = `version: 2
models:
  - name: other
    columns: [{name: id, data_tests: [not_null]}]
  - name: orders
    data_tests:
      - unique_pair: {arguments: {a: 1}}
      - name: by_name
        test_name: unique_pair
    columns:
      - name: ID
        tests:
          - not_null
          - accepted_values: {values: [1]}
          - pkg.between: {low: 1}
sources:
  - name: raw
    tables:
      - name: orders
unit_tests:
  - name: adds
`
  const file = new PropertyText(text)
  const at = (target: PropertyTarget) => {
    const found = file.place(target)
    return found === undefined ? undefined : [found.line, found.column]
  }
  const named = (test: string, ownName = 'generated') => ({ names: [test], ownName })
  expect(at({ name: 'orders', column: 'id', test: named('not_null') })).toEqual([13, 13])
  expect(at({ name: 'orders', column: 'id', test: named('accepted_values') })).toEqual([14, 13])
  expect(at({ name: 'orders', column: 'id', test: named('pkg.between') })).toEqual([15, 13])
  expect(at({ name: 'orders', test: named('unique_pair') })).toEqual([7, 9])
  expect(at({ name: 'orders', test: named('unique_pair', 'by_name') })).toEqual([7, 9])
  expect(at({ name: 'orders', column: 'id', test: named('gone') })).toEqual([11, 9])
  expect(at({ name: 'orders', source: 'raw' })).toEqual([19, 9])
  expect(at({ name: 'adds' })).toEqual([21, 5])
  expect(at({ name: 'nobody' })).toBeUndefined()
  expect(new PropertyText('a: [').place({ name: 'x' })).toBeUndefined()
})

test('paths begin at the checkout of the CI system, else at the repository, else at the project', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'paths-')))
  const project = join(root, 'repo', 'dbt')
  mkdirSync(join(project, 'models'), { recursive: true })
  writeFileSync(join(project, 'models', 'a.sql'), '')
  expect(repositoryRoot({}, project)).toBe(project)
  mkdirSync(join(root, 'repo', '.git'))
  expect(repositoryRoot({}, project)).toBe(join(root, 'repo'))
  expect(repositoryRoot({ GITHUB_WORKSPACE: root }, project)).toBe(root)
  expect(repositoryRoot({ GITHUB_WORKSPACE: '/elsewhere', CI_PROJECT_DIR: root }, project)).toBe(root)
  const paths = new RepositoryPaths(join(root, 'repo'), [project])
  expect(paths.shown(paths.find('models/a.sql'))).toBe('dbt/models/a.sql')
  expect(paths.shown(paths.find('gone.sql', '/packages/p'))).toBe('/packages/p/gone.sql')
})
