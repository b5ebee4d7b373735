import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PyFunction } from '../../../src/jinja/runtime/value.ts'
import cases from './jinja2-cases.json' with { type: 'json' }
import { caseNames, context, template } from './rendering.ts'

const NAMES = {
  ref: new PyFunction('ref', (args) => `"db"."s"."${args[0]}"`),
  slow: new PyFunction('slow', (async (args: readonly unknown[]) => `<${args.join()}>`) as never),
  columns: ['a', 'b'],
}

/** What of the template the first appearance of `word` in the output is from. */
async function origin(text: string, word: string): Promise<string> {
  const { text: sql, trace } = await template(text).renderTraced(context(NAMES, 'async'))
  const at = sql.indexOf(word)
  expect(at, `${word} in ${sql}`).not.toBe(-1)
  const { start, end } = trace.placeOf(at, at + word.length)
  return text.slice(start, end)
}

test.each([
  ['select amount from {{ ref("o") }}', 'amount', 'amount'],
  ['select amount from {{ ref("o") }} where x', 'x', 'x'],
  ['select amount from {{ ref("o") }}', '"o"', 'ref("o")'],
  ['select amount from {{ slow("o") }} as t where quantity > 1', 'quantity', 'quantity'],
  ['{% for c in columns %}{{ c }} as col, {% endfor %}last', 'b', 'c'],
  ['{% for c in columns %}{{ slow(c) }} as col, {% endfor %}last', 'last', 'last'],
  ['{%- if columns -%}   yes {%- else -%} no {%- endif -%}   after', 'yesafter', 'yes'],
  ['{# note #}{% raw %}{{ not }} a{% endraw %} b', 'not', 'not'],
  ['{% raw -%}   \n  trimmed {% endraw %} b', 'trimmed', 'trimmed'],
  ['{% set q %}inner {{ slow(1) }}{% endset %}select {{ q }} end', 'inner', 'q'],
  ['{% macro m() %}from macro{% endmacro %}x {{ m() }} y', 'macro', 'm()'],
  ['a {% filter upper %}deep{% endfilter %} z', 'DEEP', '{% filter upper %}deep{% endfilter %}'],
  ['a {% call slow(2) %}body{% endcall %} z', '<2>', '{% call slow(2) %}body{% endcall %}'],
  ['a {% block x %}in block{% endblock %} z', 'block', 'block'],
  [
    '{% if columns %}{% set a = 1 %}{% for c in columns recursive %}[{{ c }}]{% endfor %}{% endif %}z',
    '[a]',
    '{% for c in columns recursive %}[{{ c }}]{% endfor %}',
  ],
  ['one\r\ntwo\r\nthree {{ ref("o") }}\r\nfour', 'three', 'three'],
  ['one\r\ntwo\r\nthree {{ ref("o") }}\r\nfour', 'four', 'four'],
  ['no jinja at all', 'jinja', 'jinja'],
])('%s: %s', async (text, word, expected) => {
  expect(await origin(text, word)).toBe(expected)
})

test('a range that goes on after a piece of text ends with that piece', async () => {
  expect(await origin('select a.{{ "b" }} from t', 'a.b')).toBe('a.')
})

test('the text is that of a rendering without a trace, and words of the template are found where they stand', async () => {
  for (const each of cases as readonly { template: string }[]) {
    const text = each.template
    const plain = await rendered(() => template(text).render(context(caseNames('async'), 'async')))
    const traced = await rendered(
      async () => (await template(text).renderTraced(context(caseNames('async'), 'async'))).text,
    )
    expect(traced, text).toBe(plain)
  }
})

const rendered = (make: () => Promise<string>): Promise<string> =>
  Promise.resolve()
    .then(make)
    .catch((error: Error) => `! ${error.message}`)

test('every word of a random template is found again', async () => {
  const word = fc.integer({ min: 0, max: 10_000 }).map((n) => `w${n}x`)
  const piece = fc.oneof(
    word.map((text) => `${text}\n`),
    word.map((text) => `{{ slow('${text}') }} `),
    word.map((text) => `{% for c in columns %}${text} {{ c }}{% endfor %}`),
    word.map((text) => `{%- if columns -%} ${text} {%- endif +%}\r\n`),
    word.map((text) => `{% set v %}${text}{% endset %}{# ${text} #}`),
    fc.constant('{{ v }}'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const text = pieces.join('')
      const { text: sql, trace } = await template(text).renderTraced(context(NAMES, 'async'))
      for (const { 0: found, index } of sql.matchAll(/w\d+x/g)) {
        const { start, end } = trace.placeOf(index, index + found.length)
        expect([found, `slow('${found}')`, 'v']).toContain(text.slice(start, end))
      }
    }),
  )
})
