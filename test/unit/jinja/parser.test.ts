import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { PyDict, tuple } from '../../../src/jinja/runtime/value.ts'
import { type AnyNode, children } from '../../../src/jinja/syntax/walk.ts'
import { context, template, thrown } from './rendering.ts'

test('every node covers its text', () => {
  const text = "a {{ f(x.y[1:2], 'k' ~ 2) | upper }} b {% if not p is none %}{% set q, r = 1, [2] %}{% endif %}"
  const found: string[] = []
  const visit = (node: AnyNode): void => {
    found.push(`${node.typename}: ${text.slice(node.start, node.end)}`)
    children(node).forEach(visit)
  }
  template(text).ast.children.forEach(visit)
  expect(found).toEqual([
    "Output: a {{ f(x.y[1:2], 'k' ~ 2) | upper }} b ",
    'TemplateData: a ',
    "Filter: f(x.y[1:2], 'k' ~ 2) | upper",
    "FunCall: f(x.y[1:2], 'k' ~ 2)",
    'Symbol: f',
    'LookupVal: x.y[1:2]',
    'GetAttribute: x.y',
    'Symbol: x',
    'Slice: 1:2',
    'Literal: 1',
    'Literal: 2',
    "Concat: 'k' ~ 2",
    "Literal: 'k'",
    'Literal: 2',
    'TemplateData:  b ',
    'If: {% if not p is none %}{% set q, r = 1, [2] %}{% endif %}',
    'Not: not p is none',
    'Is: p is none',
    'Symbol: p',
    'Set: {% set q, r = 1, [2] %}',
    'Tuple: q, r',
    'Symbol: q',
    'Symbol: r',
    'Tuple: 1, [2]',
    'Literal: 1',
    'Array: [2]',
    'Literal: 2',
  ])
})

test('an unclosed tag names what it waits for, and where it was opened', () => {
  const error = thrown(() => template('x\n{% if a %}\n{% for y in z %}\n{% endif %}'))
  expect(error).toMatchObject({
    message:
      "Encountered unknown tag 'endif'. You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " +
      "'endfor' or 'else'. The innermost block that needs to be closed is 'for'.",
    at: { start: 33, end: 38 },
    notes: [{ text: "'for' begins here", at: { start: 16, end: 19 } }],
  })
})

test('dbt blocks', () => {
  const text = `{% macro a(x, y: Dict[str, List[int]] = {}) %}A{% endmacro %}
{%- materialization table2, adapter='duckdb', supported_languages=['sql', 'python'] -%}
 M {{ x() }}
{%- endmaterialization -%}
{% materialization v, default %}{% endmaterialization %}{% test t(model) %}{% endtest %}{% data_test u(model) %}{% enddata_test %}
{% docs d %}text{% enddocs %}{% snapshot s %}select{% endsnapshot %}`
  const { macros } = template(text, { macroNames: 'prefixed' })
  expect(macros.map((macro) => [macro.kind, macro.name])).toEqual([
    ['macro', 'a'],
    ['materialization', 'table2'],
    ['materialization', 'v'],
    ['test', 't'],
    ['data_test', 'u'],
    ['docs', 'd'],
    ['snapshot', 's'],
  ])
  expect(macros[0]!.parameters).toMatchObject([
    { name: 'x', hasDefault: false },
    { name: 'y', annotation: 'Dict[str, List[int]]', hasDefault: true },
  ])
  expect(macros[1]!.options).toEqual({ adapter: 'duckdb', supported_languages: ['sql', 'python'] })
  expect(macros[2]!.options).toEqual({ adapter: null, supported_languages: null })
  const span = macros[1]!.blockSpan
  expect(text.slice(span.start, span.end)).toBe(
    "\n{%- materialization table2, adapter='duckdb', supported_languages=['sql', 'python'] -%}\n M {{ x() }}\n{%- endmaterialization -%}\n",
  )
  const body = macros[1]!.bodySpan
  expect(text.slice(body.start, body.end)).toBe('M {{ x() }}')
})

test('calls with literal arguments stand in the tree', () => {
  const text =
    "{{ config(materialized='table', tags=['a', 1], meta={'k': none}) }} select {{ ref('p', 'm', v=-2) }} {{ config.get('x') }}"
  const calls = template(text).staticCalls()
  expect(calls?.map((call) => [call.path, call.args, [...call.kwargs]])).toEqual([
    [
      ['config'],
      [],
      [
        ['materialized', 'table'],
        ['tags', ['a', 1]],
        ['meta', PyDict.from([['k', null]])],
      ],
    ],
    [['ref'], ['p', 'm'], [['v', -2]]],
    [['config', 'get'], ['x'], []],
  ])
  expect(text.slice(calls![1]!.span.start, calls![1]!.span.end)).toBe("ref('p', 'm', v=-2)")
})

test.each([
  '{{ ref(x) }}',
  "{{ ref('a') | upper }}",
  "{{ a.b.c('x') }}",
  '{{ x }}',
  "{% set x = ref('a') %}",
  "{{ ref('a' ~ 'b') }}",
  "{{ ref(*['a']) }}",
  "{% if true %}{{ ref('a') }}{% endif %}",
])('%s must be rendered', (text) => {
  expect(template(text).staticCalls()).toBeNull()
})

test('texts without Jinja have no calls and are their own result', () => {
  const parsed = template('select 1\n\n')
  expect(parsed.isStatic).toBe(true)
  expect(parsed.staticCalls()).toEqual([])
  expect(parsed.renderSync(context())).toBe('select 1\n\n')
})

test('called names, with literal arguments', () => {
  const text =
    "{% macro m(a=b()) %}{% call x.y(1) %}{{ adapter.dispatch('n', 'p')(z) }}{% endcall %}{% endmacro %}{{ q(w, k=r((1,))) }}"
  expect(
    template(text)
      .calledNames()
      .map(({ path, args }) => [path.join('.'), args]),
  ).toEqual([
    ['b', []],
    ['x.y', [1]],
    ['adapter.dispatch', ['n', 'p']],
    ['q', undefined],
    ['r', [tuple(1)]],
  ])
})

const fragments = fc.array(
  fc.constantFrom(
    ...[
      '{{ ',
      ' }}',
      '{% ',
      ' %}',
      '{%- ',
      ' -%}',
      '{# ',
      ' #}',
      'if ',
      'else ',
      'endif ',
      'for ',
      'in ',
      'endfor ',
      'set ',
      'endset ',
    ],
    ...[
      'macro ',
      'endmacro ',
      'call ',
      'endcall ',
      'filter ',
      'raw ',
      'endraw ',
      'with ',
      'do ',
      'a',
      'b',
      'xs',
      '.',
      '(',
      ')',
      '[',
      ']',
    ],
    ...[
      '{',
      '}',
      ',',
      ':',
      '=',
      '==',
      '+',
      '-',
      '*',
      '**',
      '~',
      '|',
      'upper',
      ' is ',
      ' not ',
      ' or ',
      '1',
      '2.5',
      "'s'",
      '"',
      ' ',
      '\n',
      'x',
    ],
    ...[
      'test t(',
      'materialization m',
      'docs d',
      'recursive ',
      'loop',
      'break ',
      'continue ',
      'block ',
      'import ',
      'é',
      '\\',
      '?',
    ],
  ),
  { maxLength: 40 },
)

test('no text makes anything but a QuernError', async () => {
  await fc.assert(
    fc.asyncProperty(fragments, async (parts) => {
      const names = { a: 1, b: 'b', xs: [1, 2] }
      for (const flavour of ['sync', 'async'] as const) {
        try {
          const parsed = template(parts.join(''))
          parsed.calledNames()
          parsed.staticCalls()
          if (flavour === 'sync') {
            parsed.renderSync(context(names))
            parsed.renderNative(context(names))
          } else await parsed.render(context(names, 'async'))
        } catch (error) {
          expect(error).toBeInstanceOf(QuernError)
          expect((error as QuernError).render()).not.toBe('')
        }
      }
    }),
    { numRuns: 1500 },
  )
})
