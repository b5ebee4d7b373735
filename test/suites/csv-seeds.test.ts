import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import type { DatabaseName } from '../support/golden-case.ts'
import { writtenProject } from '../support/written-project.ts'

/** More rows than a block and than a batch of the load, in forms that each database reads as dbt does. */
const ROWS = 9000
const USUAL = [
  'id,price,day,at,flag,name,empty',
  ...Array.from({ length: ROWS }, (_, n) => {
    const day = `2024-0${1 + (n % 9)}-${10 + (n % 19)}`
    const name = ['plain', '"a, ""b"""', '"two\nlines"', 'ä 🙂', '', 'tab\there', 'back\\slash', '\\N'][n % 8]
    return `${n},${n % 3 === 0 ? '' : n / 4},${day},${day} 0${n % 10}:30:00,${n % 2 === 0},${name},`
  }),
  '',
].join('\n')

/** What is a value only after a look at it. */
const UNUSUAL = [
  '"code";amount;part;moment;word',
  '007; 1,500.50 ;50%;2024-01-31T10:00:00;null',
  '-1;$3;-.5;2024-02-29T10:00:00.25; NULL ',
  '1_000;1e3;;;"a""b"x',
  '',
  '12;0.0000001;+2;2024-W05T10; padded ',
  '5;-0;3.;null;nul',
  '5',
].join('\r\n')

const LOOK = `{% macro look(model, agate_table) %}
  {%- do print(agate_table.rows | length ~ ' ' ~ agate_table.columns['price'].values()[1] ~ ' ' ~ agate_table.rows[-1]['id']) -%}
  {%- do return(default__load_csv_rows(model, agate_table)) -%}
{% endmacro %}
{% macro postgres__load_csv_rows(model, agate_table) %}{% do return(look(model, agate_table)) %}{% endmacro %}
{% macro duckdb__load_csv_rows(model, agate_table) %}{% do return(look(model, agate_table)) %}{% endmacro %}`

const seedOptions = (database: DatabaseName): Readonly<Record<string, string>> => ({
  'seeds/usual.csv': USUAL,
  'seeds/usual_inserted.csv': USUAL,
  ...(database === 'postgres' && { 'seeds/unusual.csv': UNUSUAL, 'seeds/unusual_inserted.csv': UNUSUAL }),
  'seeds/schema.yml': `seeds:
  - {name: usual_inserted, config: {fast: false}}
  - {name: unusual, config: {delimiter: ";"}}
  - {name: unusual_inserted, config: {delimiter: ";", fast: false}}
`,
  'macros/batch.sql': '{% macro postgres__get_batch_size() %}{% do return(4000) %}{% endmacro %}',
})

describe.each(['duckdb', 'postgres'] as const)('seeds from CSV on %s', (database) => {
  test('rows that were loaded while the file was read are those that are inserted one by one', {
    timeout: 240_000,
  }, async () => {
    const project = await writtenProject('csv_seeds', database, inject('postgres'), seedOptions(database))
    try {
      expect((await project.run('seed')).exit).toBe(0)
      const tables = async () =>
        new Map((await project.tables()).map(({ name, columns, rows }) => [name, { columns, rows: rows.toSorted() }]))
      const first = await tables()
      expect(first.get('usual')?.rows).toHaveLength(ROWS)
      expect(first.get('usual')).toEqual(first.get('usual_inserted'))
      expect(first.get('unusual')).toEqual(first.get('unusual_inserted'))
      expect(project.results()['seed.shop.usual']?.message).toBe(`INSERT ${ROWS}`)

      // the same values by macros that look at the table, in the tables that are there
      writeFileSync(join(project.folder, 'macros/look.sql'), LOOK)
      const ended = await project.run('seed', '--select', 'usual')
      expect(ended.stdout).toContain(`\n9000 0.25 8999\n`)
      expect(ended.exit).toBe(0)
      expect(await tables()).toEqual(first)
    } finally {
      await project.remove()
    }
  })

  test('a load that fails in the last rows leaves the old table', { timeout: 120_000 }, async () => {
    const project = await writtenProject('csv_seeds_failed', database, inject('postgres'), {
      'seeds/s.csv': 'n\n1\n2\n',
    })
    try {
      expect((await project.run('seed')).exit).toBe(0)
      const lines = Array.from({ length: 25_000 }, (_, n) => n)
      writeFileSync(join(project.folder, 'seeds/s.csv'), ['n', ...lines, 'x'].join('\n'))
      expect((await project.run('seed')).exit).toBe(1)
      expect((await project.tables()).map(({ rows }) => rows)).toEqual([[['1'], ['2']]])
    } finally {
      await project.remove()
    }
  })
})
