import { expect, test } from 'vitest'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { Template } from '../../../src/jinja/template.ts'
import printed from './node-text.json' with { type: 'json' }

const template = (text: string): Template => Template.parse(new SourceFile('t.sql', text))

/** node-text.json: what dbt-core 1.11.16 (Jinja2) prints for the keyword `k` of `{{ config(k=...) }}`. */
for (const [expression, text] of Object.entries(printed))
  test(`the tree of ${expression}`, () => {
    expect(template(`{{ config(k=${expression}) }}`).keywordsOf('config')).toEqual(new Map([['k', text]]))
  })

test('the first call of the name counts, wherever it stands', () => {
  const keys = (text: string): unknown => [...(template(text).keywordsOf('config')?.keys() ?? ['-'])]
  expect(keys('{% if x %}{{ config(a=1) }}{% endif %}{{ config(b=2) }}')).toEqual(['a'])
  expect(keys('{% set q = config(z=config(y=1)) %}')).toEqual(['z'])
  expect(keys("{{ config({'a': 1}) }}")).toEqual([])
  expect(keys("{{ config.set('a', 1) }}")).toEqual(['-'])
  expect(keys('select 1')).toEqual(['-'])
})
