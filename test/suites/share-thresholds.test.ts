import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { writtenProject } from '../support/written-project.ts'

// 200 rows: 3 without a name (1.5 %), of which 1 has id <= 100; 5 ids out of range.
const FILES = {
  'models/people.sql':
    "select n as id, case when n in (7, 107, 108) then null else 'x' end as name, n % 4 as kind from ({{ numbers(200) }}) t",
  'models/nobody.sql': 'select * from {{ ref("people") }} where 1 = 0',
  'models/passing_through.sql':
    "{{ config(materialized='ephemeral') }} select * from {{ ref('people') }} where id <= 100",
  'macros/numbers.sql':
    '{% macro numbers(n) %}{% for i in range(1, n + 1) %}select {{ i }} as n{% if not loop.last %} union all {% endif %}{% endfor %}{% endmacro %}',
  'macros/at_most.sql':
    '{% test at_most(model, column_name, most) %}select * from {{ model }} where {{ column_name }} > {{ most }}{% endtest %}',
  'tests/singular.sql': "{{ config(error_if='> 1%') }} select 1 as a",
  'models/schema.yml': `
models:
  - name: people
    columns:
      - name: name
        data_tests:
          - not_null: {name: more_than_one, config: {error_if: "> 1%"}}
          - not_null: {name: exactly, config: {error_if: ">1.5 %", warn_if: ">= 1.50%"}}
          - not_null: {name: below, config: {error_if: "> 1.51%", warn_if: "> 1.51%"}}
          - not_null: {name: as_warning, config: {severity: warn, error_if: "> 1%", warn_if: "> 0.5%"}}
          - not_null: {name: of_a_part, config: {where: "id <= 100", error_if: "> 1%", warn_if: "= 1%"}}
          - not_null: {name: count_and_share, config: {error_if: "> 1000", warn_if: "> 1%"}}
          - not_null: {name: stored, config: {store_failures: true, error_if: "!= 1.5%", warn_if: "> 1%"}}
          - not_null: {name: limited, config: {limit: 1, error_if: "> 0.5%", warn_if: ">= 0.5%"}}
      - name: id
        data_tests:
          - at_most: {name: own_test, arguments: {most: 195}, config: {error_if: ">= 2.5%"}}
          - unique: {name: summed, config: {fail_calc: "coalesce(sum(n_records), 0)", error_if: "> 0%", warn_if: ">= 0%"}}
          - relationships: {name: related, arguments: {to: ref('nobody'), field: id}, config: {error_if: ">= 100%"}}
  - name: nobody
    columns: [{name: id, data_tests: [not_null: {name: of_nothing, config: {error_if: "> 0%", warn_if: "< 1%"}}]}]
  - name: passing_through
    columns: [{name: name, data_tests: [not_null: {name: of_ephemeral, config: {error_if: ">= 1%"}}]}]
`,
}

const got = (status: string, message: string | null, failures: number) => ({ status, message, failures })

describe.each(['duckdb', 'postgres'] as const)('thresholds in percent on %s', (database) => {
  test('they are shares of the rows that the test looks at', { timeout: 120_000 }, async () => {
    const project = await writtenProject('shares', database, inject('postgres'), FILES)
    try {
      await project.run('run')
      const ended = await project.run('test')
      expect(ended.exit).toBe(1)
      const byName = Object.fromEntries(
        Object.entries(project.results()).map(([id, result]) => [id.split('.')[2], result]),
      )
      const { singular, ...generic } = byName
      expect(generic).toEqual({
        more_than_one: got('fail', 'Got 3 results (1.5% of 200 rows), configured to fail if > 1%', 3),
        exactly: got('warn', 'Got 3 results (1.5% of 200 rows), configured to warn if >= 1.50%', 3),
        below: got('pass', null, 0),
        as_warning: got('warn', 'Got 3 results (1.5% of 200 rows), configured to warn if > 0.5%', 3),
        of_a_part: got('warn', 'Got 1 result (1% of 100 rows), configured to warn if = 1%', 1),
        count_and_share: got('warn', 'Got 3 results (1.5% of 200 rows), configured to warn if > 1%', 3),
        stored: got('warn', 'Got 3 results (1.5% of 200 rows), configured to warn if > 1%', 3),
        limited: got('warn', 'Got 1 result (0.5% of 200 rows), configured to warn if >= 0.5%', 1),
        own_test: got('fail', 'Got 5 results (2.5% of 200 rows), configured to fail if >= 2.5%', 5),
        summed: got('warn', 'Got 0 results (0% of 200 rows), configured to warn if >= 0%', 0),
        related: got('fail', 'Got 200 results (100% of 200 rows), configured to fail if >= 100%', 200),
        of_nothing: got('warn', 'Got 0 results (0% of 0 rows), configured to warn if < 1%', 0),
        of_ephemeral: got('fail', 'Got 1 result (1% of 100 rows), configured to fail if >= 1%', 1),
      })
      expect(singular?.status).toBe('error')
      expect(ended.stdout).toContain('error_if: "> 1%" of a singular test: there is no tested relation')
      expect((await project.tables()).find((table) => table.name === 'stored')?.rows).toHaveLength(3)
    } finally {
      await project.remove()
    }
  })
})

test.each(['1%', '> 1 percent%', '> -1%', '> 1,5%', '>> 1%', '%', 'between 1 and 2%'])(
  '%j is no threshold',
  { timeout: 60_000 },
  async (condition) => {
    const project = await writtenProject('wrong_share', 'duckdb', inject('postgres'), {
      'models/a.sql': 'select 1 as id',
    })
    try {
      const yaml = `models: [{name: a, columns: [{name: id, data_tests: [not_null: {config: {warn_if: "${condition}"}}]}]}]\n`
      writeFileSync(join(project.folder, 'models/schema.yml'), yaml)
      const ended = await project.run('parse')
      expect(ended.stdout).toContain(`'${condition}' is no threshold in percent`)
      expect(ended.exit).toBe(2)
    } finally {
      await project.remove()
    }
  },
)
