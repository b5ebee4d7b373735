import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, inject, test } from 'vitest'
import type { DatabaseName } from '../support/golden-case.ts'
import { writtenProject } from '../support/written-project.ts'

const SEEDS = {
  'seeds/people.json': JSON.stringify([
    {
      id: 1,
      name: "O'Brien\n2nd",
      zip: '01234',
      born: '1980-05-06',
      score: 1.5,
      tags: ['a', 'b "c"'],
      home: { city: 'Köln' },
    },
    { id: 2, name: null, zip: '9', score: 2, tags: [] },
  ]),
  'seeds/events.jsonl': '{"id": 1, "at": "2024-01-02T03:04:05"}\n{"id": 12345678901, "at": null}\n',
  'seeds/schema.yml': `seeds:
  - name: people
    config: {column_types: {zip: integer}}
    columns: [{name: id, data_tests: [unique, not_null]}]
`,
  'models/joined.sql': "select p.id, p.name from {{ ref('people') }} p join {{ ref('events') }} e on e.id = p.id",
}

const PARQUET = `select 1::tinyint as small, 2::bigint as big, 1.25::decimal(9,2) as price, 1.5::double as ratio, true as flag, 'tab\there' as word,
  date '2024-02-29' as day, timestamp '2024-01-02 03:04:05.678' as at, [1, null, 3] as numbers, {'k': 1} as pair, '\\x00\\x5C'::blob as raw
  union all by name select null::tinyint as small`

async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`copy (${PARQUET}) to '${path}' (format parquet)`)
  connection.closeSync()
  instance.closeSync()
}

const TYPES: Readonly<Record<DatabaseName, { people: string[]; events: string[]; typed: string[] }>> = {
  duckdb: {
    people: ['BIGINT', 'VARCHAR', 'INTEGER', 'DATE', 'DOUBLE', 'VARCHAR[]', 'STRUCT(city VARCHAR)'],
    events: ['BIGINT', 'TIMESTAMP'],
    typed: ['TINYINT', 'BIGINT', 'DECIMAL(9,2)', 'DOUBLE', 'BOOLEAN', 'VARCHAR', 'DATE', 'TIMESTAMP', 'INTEGER[]', 'STRUCT(k INTEGER)', 'BLOB'],
  },
  postgres: {
    people: ['bigint', 'text', 'integer', 'date', 'double precision', 'text[]', 'jsonb'],
    events: ['bigint', 'timestamp without time zone'],
    typed: ['smallint', 'bigint', 'numeric(9,2)', 'double precision', 'boolean', 'text', 'date', 'timestamp without time zone', 'integer[]', 'jsonb', 'bytea'],
  },
} // biome-ignore format: one table

const VALUES: Readonly<Record<DatabaseName, { people: (string | null)[][]; typed: (string | null)[][] }>> = {
  duckdb: {
    people: [
      ['1', "O'Brien\n2nd", '1234', '1980-05-06', '1.5', "[a, 'b \"c\"']", "{'city': Köln}"],
      ['2', null, '9', null, '2.0', '[]', null],
    ],
    typed: [
      ['1', '2', '1.25', '1.5', 'true', 'tab\there', '2024-02-29', '2024-01-02 03:04:05.678', '[1, NULL, 3]', "{'k': 1}", '\\x00\\x5C'],
      new Array(11).fill(null),
    ],
  },
  postgres: {
    people: [
      ['1', "O'Brien\n2nd", '1234', '1980-05-06', '1.5', '{a,"b \\"c\\""}', '{"city": "Köln"}'],
      ['2', null, '9', null, '2', '{}', null],
    ],
    typed: [
      ['1', '2', '1.25', '1.5', 'true', 'tab\there', '2024-02-29', '2024-01-02 03:04:05.678', '{1,NULL,3}', '{"k": 1}', '\\x005c'],
      new Array(11).fill(null),
    ],
  },
} // biome-ignore format: one table

describe.each(['duckdb', 'postgres'] as const)('JSON and Parquet as seeds on %s', (database) => {
  test('they are tables with the types of the file', { timeout: 120_000 }, async () => {
    const project = await writtenProject('data_seeds', database, inject('postgres'), SEEDS)
    try {
      await writeParquet(join(project.folder, 'seeds/typed.parquet'))
      for (const args of [['build'], ['seed', '--show'], ['build', '--full-refresh']]) {
        const ended = await project.run(...args)
        expect(ended.stdout + ended.stderr).toContain('ERROR=0')
        expect(ended.exit).toBe(0)
      }
      expect(project.results()['seed.shop.people']).toEqual({ status: 'success', message: 'CREATE 2', failures: null })
      const tables = new Map((await project.tables()).map((table) => [table.name, table]))
      const typesOf = (name: string): string[] => tables.get(name)!.columns.map(([, type]) => type.replaceAll('"', ''))
      expect({ people: typesOf('people'), events: typesOf('events'), typed: typesOf('typed') }).toEqual(TYPES[database])
      expect(tables.get('people')?.columns.map(([name]) => name)).toEqual([
        'id',
        'name',
        'zip',
        'born',
        'score',
        'tags',
        'home',
      ])
      expect(tables.get('people')?.rows).toEqual(VALUES[database].people)
      expect(tables.get('typed')?.rows).toEqual(VALUES[database].typed)
      expect(tables.get('joined')?.rows).toEqual([['1', "O'Brien\n2nd"]])
    } finally {
      await project.remove()
    }
  })

  test('a file that cannot be read leaves the table as it was', { timeout: 120_000 }, async () => {
    const project = await writtenProject('data_seeds_wrong', database, inject('postgres'), {
      'seeds/a.json': '[{"n": 1}]',
    })
    try {
      expect((await project.run('seed')).exit).toBe(0)
      for (const [text, message] of [
        ['[1, 2]', 'the seed file seeds/a.json holds no objects, so that it has no columns'],
        ['[{"n": 1}', 'the seed file seeds/a.json cannot be read as JSON: '],
      ] as const) {
        writeFileSync(join(project.folder, 'seeds/a.json'), text)
        const ended = await project.run('seed', '--full-refresh')
        expect(ended.stdout).toContain(message)
        expect(ended.stdout).toContain('hint: a JSON seed is an array of objects, or one object per line')
        expect(ended.exit).toBe(1)
      }
      expect((await project.tables()).map(({ name, rows }) => ({ name, rows }))).toEqual([{ name: 'a', rows: [['1']] }])
    } finally {
      await project.remove()
    }
  })
})

test.each(['duckdb', 'postgres'] as const)(
  'a failed load leaves the old table on %s',
  { timeout: 120_000 },
  async (database) => {
    const files = {
      'seeds/s.csv': 'n\n1\n2\n',
      'seeds/schema.yml': 'seeds: [{name: s, config: {column_types: {n: integer}}}]\n',
    }
    const project = await writtenProject('failed_seed', database, inject('postgres'), files)
    try {
      expect((await project.run('seed')).exit).toBe(0)
      writeFileSync(join(project.folder, 'seeds/s.csv'), 'n\n3\nx\n')
      for (const args of [['seed'], ['seed', '--full-refresh']]) {
        expect((await project.run(...args)).exit).toBe(1)
        expect((await project.tables()).map(({ rows }) => rows)).toEqual([[['1'], ['2']]])
      }
    } finally {
      await project.remove()
    }
  },
)

test('a JSON and a CSV of one name are an error', { timeout: 60_000 }, async () => {
  const files = { 'seeds/a.csv': 'n\n1\n', 'seeds/sub/a.json': '[{"n": 1}]' }
  const project = await writtenProject('data_seeds_twice', 'duckdb', inject('postgres'), files)
  try {
    const ended = await project.run('parse')
    expect(ended.stdout).toContain('dbt found two seeds with the name "a"')
    expect(ended.exit).toBe(2)
  } finally {
    await project.remove()
  }
})
