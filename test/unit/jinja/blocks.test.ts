import { expect, test } from 'vitest'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { topLevelBlocks } from '../../../src/jinja/blocks.ts'
import { thrown } from './rendering.ts'

const blocks = (text: string, ...kinds: string[]): unknown[] =>
  topLevelBlocks(new SourceFile('f', text), kinds.length === 0 ? ['snapshot', 'docs', 'macro'] : kinds).map(
    ({ kind, name, text: body, span }) => [kind, name, body, text.slice(span.start, span.end)],
  )

test('blocks of the wanted kinds, whatever their bodies hold', () => {
  expect(
    blocks(
      `x {% docs a %}it's "{{ {% raw %}{% enddocs %}{% endraw %} }}" {# {% enddocs %} #}{% enddocs %}
{%- snapshot b -%}
 {% if x %}{% for y in "%}" %}{% endfor %}{% endif %}
{%- endsnapshot -%}
{% macro c(x="{% endmacro %}") %}{% endmacro %}`
        .replace('"{{ {% raw', '{% raw')
        .replace('{% endraw %} }}"', '{% endraw %}'),
      'docs',
      'snapshot',
    ),
  ).toEqual([
    [
      'docs',
      'a',
      `it's {% raw %}{% enddocs %}{% endraw %} {# {% enddocs %} #}`,
      `{% docs a %}it's {% raw %}{% enddocs %}{% endraw %} {# {% enddocs %} #}{% enddocs %}`,
    ],
    [
      'snapshot',
      'b',
      '{% if x %}{% for y in "%}" %}{% endfor %}{% endif %}',
      '\n{%- snapshot b -%}\n {% if x %}{% for y in "%}" %}{% endfor %}{% endif %}\n{%- endsnapshot -%}\n',
    ],
  ])
})

/** Messages of dbt-core 1.11. */
test.each([
  ['{% macro a() %}x', 'Reached EOF without finding a close tag for macro (searched from line 1)'],
  [
    '\n {% if x %}{% macro a() %}{% endmacro %}{% endif %}',
    'Got a block definition inside control flow at 2:11. All dbt block definitions must be at the top level',
  ],
  [
    '{% macro a() %}{% macro b() %}{% endmacro %}',
    'Got nested tags: macro (started at 0) did not have a matching {{% endmacro %}} before a subsequent macro was found (started at 15)',
  ],
  ['{% endif %}', 'Got an unexpected control flow end tag, got endif but never saw a preceeding if (@ 1:0)'],
  [
    '{% for x in y %}{% endif %}',
    'Got an unexpected control flow end tag, got endif but expected endfor next (@ 1:16)',
  ],
  ['{{ x', 'unexpected EOF, expected }}, got "x"'],
  ['a {# b', 'unexpected EOF, expected #}, got " b"'],
])('%s', (text, message) => {
  expect(thrown(() => blocks(text))).toMatchObject({ kind: 'Compilation', message })
})
