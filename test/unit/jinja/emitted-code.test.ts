import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { isQuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { PyDict } from '../../../src/jinja/runtime/value.ts'
import { Template } from '../../../src/jinja/template.ts'
import { context, template } from './rendering.ts'

/*
 * Templates become JavaScript: nothing that is written in one may be taken for code. Texts that end strings, comments, lines and template literals of
 * JavaScript are put into every place that a template has.
 */

const PWN = 'globalThis.pwned=1'
const HOSTILE = [
  `'+(${PWN})+'`, `"+(${PWN})+"`, `\`+(${PWN})+\``, `\${${PWN}}`, `*/${PWN}/*`, `\n${PWN}\n`, `\u2028${PWN}\u2028`, `\u2029${PWN}//`, `\\`, `\\'`, `\\"`, `\\\n`,
  `\\u2028`, `\\x27;${PWN}//`, `\r${PWN};`, `//# sourceURL=x\n${PWN}`, `<!--\n${PWN}\n-->`, `</script>`, `\0`, `\u0085`, `\ufeff`, `'})();${PWN};(()=>{'`, `"});${PWN};//`,
  `__proto__`, `constructor`, `K`, `R`, `return`, `await`, `yield`, `arguments`, `eval`, `this`, `\ud800`, `😀`,
] // biome-ignore format: one list
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 4 })), { maxLength: 4 })
  .map((parts) => parts.join(''))

/** A text as a literal of the template language. */
const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('{', '\\x7b').replaceAll('}', '\\x7d')}'`
const word = hostile
  .map((text) => text.replace(/[^A-Za-z0-9_]/g, '') || 'x')
  .map((text) => (/^\d/.test(text) ? `a${text}` : text))

afterEach(() => {
  expect((globalThis as { pwned?: unknown }).pwned).toBeUndefined()
})

/** Renders in both ways; errors have to be those of templates. */
async function ways(
  text: string,
  names: Readonly<Record<string, never>> = {},
  file = 'm.sql',
): Promise<(string | undefined)[]> {
  const results: (string | undefined)[] = []
  for (const flavour of ['sync', 'async'] as const) {
    try {
      const parsed = Template.parse(new SourceFile(file, text), { macroNames: 'plain' })
      results.push(
        flavour === 'sync' ? parsed.renderSync(context(names)) : await parsed.render(context(names, 'async')),
      )
    } catch (error) {
      expect(isQuernError(error), `${JSON.stringify(text)}: ${String((error as Error).stack)}`).toBe(true)
      results.push(undefined)
    }
  }
  return results
}

/** Loops and macros keep templates from being walked instead of compiled. */
const COMPILED = '{% macro m_(a) %}{{ a }}{% endmacro %}{% for i_ in [1] %}{{ m_(i_) }}{% endfor %}'

test('texts are printed as they are', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const data = text.replace(/[{}%#]/g, '')
      for (const [written, printed] of [
        [`{{ ${literal(text)} }}.`, `${text}.`],
        [`${data}.`, `${data}.`],
        [`{% raw %}${data}{% endraw %}.`, `${data}.`],
        [`{# ${data} #}.`, '.'],
        [`{% set x = {${literal(text)}: ${literal(text)}} %}{{ x[${literal(text)}] }}.`, `${text}.`],
        [
          `{% macro q(a=${literal(text)}) %}{{ a }}{% endmacro %}{{ q() }}{{ q(${literal(text)}) }}.`,
          `${text}${text}.`,
        ],
        [`{% set x %}${data}{% endset %}{{ x }}.`, `${data}.`],
        [`{{ [${literal(text)}, ${literal(text)}] | join(${literal(text)}) }}.`, `${text}${text}${text}.`],
        [`{{ dict(a=${literal(text)})['a'] ~ ${literal(text)} }}.`, `${text}${text}.`],
      ] as const) {
        const expected = printed.replace(/\r\n?/g, '\n')
        for (const compiled of ['', COMPILED])
          for (const result of await ways(compiled + written))
            expect(result?.replace(/\r\n?/g, '\n')).toBe((compiled === '' ? '' : '1') + expected)
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('names are names', async () => {
  await fc.assert(
    fc.asyncProperty(word, word, hostile, async (name, other, text) => {
      for (const written of [
        `{% set ${name} = 1 %}{{ ${name} }}`,
        `{% macro ${name}(${other}, k_=2) %}{{ ${other} }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ ${name}(1) }}`,
        `{% for ${name}, ${other}_ in [(1, 2)] %}{{ ${name} }}{{ loop.index }}{% endfor %}`,
        `{{ x_.${name}.${other} }}{{ x_[${literal(text)}] }}`,
        `{{ ${name}(${other}=1, *[1], **{${literal(text)}: 1}) }}`,
        `{{ 1 | ${name}(${literal(text)}) }}`,
        `{{ 1 is ${name} }}`,
        `{% ${name} ${text.replace(/[%}]/g, '')} %}`,
        `{% set ns = namespace(${name}=1) %}{% set ns.${other} = 2 %}{{ ns.${name} }}`,
        `{% call(${name}) m_(1) %}{{ ${name} }}{% endcall %}`,
        `{% block ${name} %}{% endblock %}{% filter ${name} %}{% endfilter %}{% with ${name} = 1 %}{{ ${name} }}{% endwith %}`,
        `{{ ${text} }}`,
        `{% set x = ${text} %}`,
        `{% if ${text} %}${text}{% endif %}${text}`,
      ])
        await ways(COMPILED + written)
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('names of files', async () => {
  for (const name of HOSTILE) {
    expect(await ways(`${COMPILED}{{ 1 }}`, {}, `models/${name}.sql`)).toEqual(['11', '11'])
    await ways(`${COMPILED}{{ nothing.x }}`, {}, `models/${name}.sql`)
  }
})

test('a dict of the template language is none of JavaScript', () => {
  const made = template("{% do d.update({'__proto__': {'polluted': 1}, 'constructor': 2}) %}{{ d }}").renderSync(
    context({ d: new PyDict() }),
  )
  expect(made).toBe("{'__proto__': {'polluted': 1}, 'constructor': 2}")
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})
