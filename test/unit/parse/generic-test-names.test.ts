import { expect, test } from 'vitest'
import { float } from '../../../src/jinja/runtime/value.ts'
import { testHash, testNames } from '../../../src/parse/generic-test-names.ts'

const model = (name: string): string => `{{ get_where_subquery(ref('${name}')) }}`

// ids as dbt-core 1.11.16 made them
test.each([
  ['unique_a_id', { namespace: null, name: 'unique', kwargs: { column_name: 'id', model: model('a') } }, 'f6a5f640da'],
  [
    'accepted_values_a_id__1__2__3_0__x_y__None',
    {
      namespace: null,
      name: 'accepted_values',
      kwargs: { column_name: 'id', values: [1, 2, float(3), 'x y', null], model: model('a') },
    },
    '49a882ecaa',
  ],
  [
    'dt2_a_1___1_2_',
    { namespace: null, name: 'dt2', kwargs: { arg: { a: 1, b: [1, 2] }, model: model('a') } },
    'ad87a36d3a',
  ],
])('the id of %s ends as dbt made it', (name, metadata, hash) => {
  expect(testHash(name, metadata)).toBe(hash)
})

test('arguments make the name, sorted, without the model', () => {
  expect(testNames('relationships', 'a', { column_name: 'id', to: "ref('b')", field: 'id', model: 'x' }).full).toBe(
    'relationships_a_id__id__ref_b_',
  )
})

test('a name of 64 characters or more is cut and hashed for file and alias', () => {
  const names = testNames('my_gt', 'a', { column_name: 'id', vals: ['a'.repeat(80)], model: 'x' })
  expect(names).toEqual({
    full: `my_gt_a_id__${'a'.repeat(80)}`,
    short: expect.stringMatching(/^my_gt_a_[0-9a-f]{32}$/),
  })
})
