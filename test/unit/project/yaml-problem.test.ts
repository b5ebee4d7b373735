import { expect, test } from 'vitest'
import { isQuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { readYaml } from '../../../src/project/read-yaml.ts'

function problem(text: string): string {
  try {
    readYaml(new SourceFile('x.yml', text))
  } catch (error) {
    if (!isQuernError(error)) throw error
    const { line, column } = error.at!.file.position(error.at!.start)
    return `${line}:${column} ${error.message}`
  }
  return 'no problem'
}

// Lines and columns of PyYAML's problem_mark, except for quotes, where PyYAML names the end of the file, and for indentation, where
// the whole line is meant.
test.each([
  ['- a: b: c\n', '1:7 Syntax error near line 1: mapping values are not allowed here'],
  ['name: bad\n profile: bad\n', '2:9 Syntax error near line 2: mapping values are not allowed here'],
  ['models\n  - name: a\n', '1:1 Syntax error near line 1: mapping values are not allowed here'],
  ["a: 'b\nc: d\n", '1:4 Syntax error near line 1: the quote that begins here has no end'],
  ["a: 'b'\nc: it's 'd\n", 'no problem'],
  ["a: 'it''s'\nc: \"d\n", '2:4 Syntax error near line 2: the quote that begins here has no end'],
  ["a: 'it's'\n", '1:8 Syntax error near line 1: text after the end of the value'],
  ['a: [b, c}\n', "1:9 Syntax error near line 1: expected ',' or ']'"],
  ['a: @b\n', '1:4 Syntax error near line 1: Plain value cannot start with reserved character @'],
  ["a: {{ var('x') }}\n", '1:4 Syntax error near line 1: found unhashable key'],
  ['a: *b\n', "1:5 Syntax error near line 1: found undefined alias 'b'"],
  ['a:\n\tb: c\n', '2:1 Syntax error near line 2: Tabs are not allowed as indentation'],
  ['a:\n  b: c\n d: e\n', '3:1 Syntax error near line 3: the indentation does not fit the lines above'],
])('%j', (text, expected) => expect(problem(text)).toBe(expected))

test('too many brackets', () => {
  expect(problem('['.repeat(20_000))).toMatch(/Syntax error near line 1: lists or mappings are nested too deeply$/)
})

test('an alias inside of what it names', () => {
  expect(problem('a: &x\n  - *x\n')).toBe('2:5 Cycle detected: Rendering yaml input has a reference to itself')
})

test('aliases that multiply', () => {
  const level = (name: string, of: string): string => `${name}: &${name} [${new Array(10).fill(of).join(', ')}]\n`
  const text = ['bcdefgh']
    .join('')
    .split('')
    .map((name, index) => level(name, index === 0 ? 'x' : `*${'bcdefgh'[index - 1]}`))
    .join('')
  expect(problem(text)).toMatch(/^7:\d+ the aliases here stand for more than 2000000 values$/)
})
