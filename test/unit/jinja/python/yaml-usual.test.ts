import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseAnyYaml } from '../../../../src/jinja/python/yaml.ts'
import { readUsualYaml } from '../../../../src/jinja/python/yaml-usual.ts'
import { repr } from '../../../../src/jinja/runtime/text.ts'

const USUAL = `# a property file
version: 2

models:
- name: orders   # its list is as far left as its key
  description: >
    One row per order,
    returns too.

      - indented
  config: {materialized: table, tags: [a, 'b c', "d"], meta: {}}
  columns:
    - name: id
      description: "the \\"key\\"
        of it"
      data_tests: [unique, not_null, {relationships: {to: ref('customers'), field: id}}]
    - name: status
      description: It is
        open, shipped
        or closed.
      data_tests:
        - accepted_values:
            arguments:
              values: ['placed', 'it''s', 1, 2.5, no, null, 2020-01-02]
    -
      name: note
      quote: true
      description: |-
        {{ doc('note') }}: a text
        # of two lines

    - - 12:30:00
      - -1
      - ~
      - a:b#c
  empty:
  docs: {show: false}
`

test('the usual forms are read without js-yaml', () => {
  expect(repr(readUsualYaml(USUAL) ?? 'unusual')).toBe(repr(parseAnyYaml(USUAL)))
})

test.each([
  ['a key twice', 'a: 1\na: 2'],
  ['a merge key', 'a: {x: 1}\nb:\n  <<: {y: 1}'],
  ['an anchor', 'a: &x 1\nb: *x'],
  ['a tag', 'a: !!str 1'],
  ['a key that is no text', 'yes: 1'],
  ['a number for a key', '1: a'],
  ['__proto__', '__proto__: 1'],
  ['a tab', 'a:\n\t- b'],
  ['a carriage return', 'a: 1\r\nb: 2'],
  ['two documents', 'a: 1\n---\nb: 2'],
  ['two keys in a line', 'a: b: c'],
  ['deeper than its neighbours', 'a: 1\n  b: 2'],
  ['a comment inside of a text', 'a: one\n  # two\n  three'],
  ['a date that does not exist', 'a: 2020-13-01'],
  ['a quoted text that does not end', 'a: "b'],
  ['a quoted text too far left', 'a:\n  b: "c\n d"'],
  ['a bracket that does not end', 'a: [b\n'],
  ['a scalar alone', 'just a text'],
  ['nothing', ''],
])('%s is left to js-yaml', (_what, text) => {
  expect(readUsualYaml(text)).toBeUndefined()
})

const PIECES = [
  '\n', ' ', '    ', '- ', '-', ': ', ':', '#', ' #', '"', "'", '|', '>', '|-\n', '>+\n', '[', ']', '{', '}', ',', 'null', 'yes', '0x1', '---\n', '&a ',
  '*a', '!', '? ', '\\', '\t', '\n\n', '\n  \n', 'key: ', 'x: 1\n', '2020-13-45', '<<: ', 'é', '\ud83d',
] // biome-ignore format: one list

test('whatever is read this way means what js-yaml reads', () => {
  const files = readdirSync('test/projects', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/project\/.*\.yml$/.test(path))
    .sort()
    .map((path) => readFileSync(`test/projects/${path}`, 'utf8'))
  const texts = [USUAL, ...files.filter((text) => text.length < 4000)]
  let state = 7
  const below = (limit: number): number => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return Math.floor((state / 0x7fffffff) * limit)
  }
  let read = 0
  for (let round = 0; round < 20_000; round++) {
    const lines = texts[below(texts.length)]!.split('\n')
    const first = below(lines.length)
    let text = lines.slice(first, first + 3 + below(12)).join('\n')
    for (let edits = below(4); edits > 0; edits--) {
      const at = below(text.length + 1)
      text = text.slice(0, at) + PIECES[below(PIECES.length)]! + text.slice(at + below(3))
    }
    const value = readUsualYaml(text)
    if (value === undefined) continue
    read++
    let twice = false
    const whole = parseAnyYaml(text, { onDuplicateKey: () => (twice = true) })
    if (twice || repr(value) !== repr(whole))
      expect({ text, value: repr(value), twice }).toEqual({ text, value: repr(whole), twice: false })
  }
  expect(read).toBeGreaterThan(3_000)
})
