import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { Lexer } from '../../../src/jinja/syntax/lexer.ts'
import type { Token } from '../../../src/jinja/syntax/token.ts'
import { thrown } from './rendering.ts'

function tokens(text: string): Token[] {
  const lexer = new Lexer(new SourceFile('t.sql', text))
  const found: Token[] = []
  for (let token = lexer.nextToken(); token.type !== 'end'; token = lexer.nextToken()) found.push(token)
  return found
}
const summary = (text: string): string[] =>
  tokens(text)
    .filter((token) => token.type !== 'whitespace')
    .map((token) => `${token.type} ${token.value}`)

test('data, tags and comments', () => {
  expect(summary('a {{ b }} {# c #}\n{%- if x -%}\n d')).toEqual([
    'data a ',
    'variable-start {{',
    'symbol b',
    'variable-end ',
    'data  ',
    'comment ',
    'data ',
    'block-start {%-',
    'symbol if',
    'symbol x',
    'block-end ',
    'data d',
  ])
})

test('numbers as Python writes them, and an attribute that is a number', () => {
  expect(summary('{{ 1_000 0x1F 1.5e-3 2e3 09 a.0.1 }}').slice(1, -1)).toEqual([
    'int 1_000',
    'int 0x1F',
    'float 1.5e-3',
    'float 2e3',
    'int 0',
    'int 9',
    'symbol a',
    'operator .',
    'int 0',
    'operator .',
    'int 1',
  ])
})

test('strings keep what is not an escape', () => {
  expect(summary(String.raw`{{ 'it\'s' "a\n\x41\u00e9\d" }}`).slice(1, -1)).toEqual(["string it's", 'string a\nAé\\d'])
})

test('a character that has no such name', () => {
  expect(() => tokens(String.raw`{{ '\N{NO SUCH CHARACTER}' }}`)).toThrow('unknown Unicode character name')
  expect(() => tokens(String.raw`{{ '\Nx' }}`)).toThrow(String.raw`malformed \N character escape`)
})

test('a brace inside open brackets does not end the tag', () => {
  expect(summary("{{ {'a': {'b': 1}}}}").slice(-3)).toEqual(['operator }', 'operator }', 'variable-end '])
})

test('line, column and offsets', () => {
  const token = tokens('a\n  {{ xyz }}').find((each) => each.value === 'xyz')
  expect(token).toMatchObject({ lineno: 1, colno: 5, start: 7, end: 10 })
})

test.each([
  ["{{ 'x }}", `unexpected char "'" at 3`, 3],
  ['{{ a ? }}', "unexpected char '?' at 5", 5],
  ['a\r\n{{ ? }}', "unexpected char '?' at 5", 6],
  ['{{ ) }}', "unexpected ')'", 3],
  ['{{ (] }}', "unexpected ']', expected ')'", 4],
  ['x{# y', 'Missing end of comment tag', 1],
  ['x{% raw %}y', 'Missing end of raw directive', 1],
])('%s', (text, message, start) => {
  const error = thrown(() => tokens(text))
  expect(error).toBeInstanceOf(QuernError)
  expect(error).toMatchObject({ kind: 'Compilation', message, at: { start } })
})

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'{{|}}|{%|%}|{#|#}|{%-|-%}|{{-|-}}|{%+|+%}| |\n|\r\n|a|b_1|1|1.5|\'x\'|"y"|(|)|[|]|{|}|:|,|.|~|==|**|//|raw|endraw|{% raw %}|{% endraw %}|é|x'.split(
        '|',
      ),
      '|',
    ),
    fc.string({ maxLength: 4 }),
  ),
  { maxLength: 30 },
)

test('the tokens, joined, give the text back', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      let found: Token[]
      try {
        found = tokens(text)
      } catch (error) {
        expect(error).toBeInstanceOf(QuernError)
        return
      }
      const joined = found.map((token) => text.slice(token.start, token.end)).join('')
      expect(joined).toBe(text.replace(/(?:\r\n|\r|\n)$/, ''))
      expect(found.every((token, index) => index === 0 || token.start === found[index - 1]!.end)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
