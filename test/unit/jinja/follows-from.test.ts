import { expect, test } from 'vitest'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { Template } from '../../../src/jinja/template.ts'

const follows = (body: string, signature = 'm(wanted, node)'): boolean =>
  Template.parse(new SourceFile('m.sql', `{% macro ${signature} %}${body}{% endmacro %}`)).macros[0]!.followsFrom(
    new Set(['wanted', 'target']),
  )

test.each([
  'text',
  '{{ wanted }}',
  '{% if wanted is none %}{{ target.schema }}{% else %}{{ target.schema }}_{{ wanted | trim }}{% endif %}',
  '{% set base = target.schema %}{% if target.name == "prod" and wanted %}{% set base = wanted %}{% endif %}{{ base ~ "_" ~ wanted[:3] }}',
  '{{ wanted if target["name"] in ["prod", "ci"] else target.schema | lower }}',
])('what %s gives follows from its names', (body) => {
  expect(follows(body)).toBe(true)
})

test.each([
  '{{ node.name }}',
  '{{ var("x") }}',
  '{{ other(wanted) }}',
  '{{ wanted.strip() }}',
  '{{ wanted | random }}',
  '{{ base }}{% set base = 1 %}',
  '{% if wanted %}{% set base = 1 %}{% endif %}{{ base }}',
  '{% do wanted.append(1) %}',
  '{{ varargs }}',
  '{% for x in wanted %}{{ x }}{% endfor %}',
  '{% set target.x = 1 %}',
])('what %s gives may follow from something else', (body) => {
  expect(follows(body)).toBe(false)
})

test('defaults count', () => {
  expect(follows('{{ wanted }}', 'm(wanted=target.schema)')).toBe(true)
  expect(follows('{{ wanted }}', 'm(wanted=var("x"))')).toBe(false)
})
