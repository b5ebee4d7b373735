import { duckdbReader } from '../../../adapters/duckdb/sql/sql-reader.ts'
import { postgresReader } from '../../../adapters/postgres/sql/sql-reader.ts'
import { analyseStatement } from '../../../src/lineage/analyse.ts'
import { type SqlReader, UnreadableSql } from '../../../src/lineage/sql-reader.ts'
import type { Random } from '../random.ts'
import { textsBelow } from '../seeds.ts'
import { type FuzzTarget, laterAnswerOf } from '../target.ts'

const readers = new Map<string, Promise<SqlReader>>()
const readerOf = (name: string, make: () => Promise<SqlReader>): Promise<SqlReader> => {
  const reader = readers.get(name) ?? make()
  readers.set(name, reader)
  return reader
}

const COLUMNS = ['id', 'name', 'at', 'amount'].map((name) => ({ name, type: undefined }))

const analyse = (name: string, make: () => Promise<SqlReader>) => async (text: string) => {
  const reader = await readerOf(name, make)
  const query = await laterAnswerOf(async () => await reader.read(text), [UnreadableSql])
  if (query === undefined) return
  const known = { id: 'model.p.t', columns: COLUMNS }
  analyseStatement(query, reader.rules, { table: (path) => (path.at(-1) === 'unknown' ? undefined : (known as never)) })
}

const WORDS = ['select ', ' from t', ' where ', ' group by ', ' order by ', ' having ', ' qualify ', ' limit 1', ' union all ', ' intersect ', 'with a as (', 'with recursive a as (', ')', '(', ', ', '*', 't.*', ' join u using (id)', ' left join u on true', ' cross join lateral ', ' as x', ' over (partition by id)', ' over w window w as ()', 'case when ', ' then 1 else 2 end', 'count(*)', 'sum(', 'cast(', '::int', ' as int)', 'exists (', ' in (', 'values (1, 2)', ' filter (where ', 'unnest(', 'array[', 'row(', '{\'a\': ', 'x -> x + 1', ' pivot ', ' exclude (id)', ' replace (1 as id)', 'columns(\'a.*\')', "'", '"', ';', '--', '/*', '$$', 'null', '1', '1e9', "interval '1 day'", 'current_date', ' at time zone ', ' is distinct from ', ' between 1 and ', 'unknown'] // biome-ignore format: one list

function query(random: Random, depth: number): string {
  const value = (): string =>
    random.pick([
      'id',
      't.id',
      'name',
      '*',
      't.*',
      'count(*)',
      'sum(amount) over (partition by name order by at)',
      "'x'",
      '1',
      'null',
      'case when id > 1 then name end',
      'cast(at as date)',
      depth > 0 ? `(${query(random, depth - 1)})` : '2',
      'coalesce(name, id)',
    ])
  const from = (): string =>
    depth > 0 && random.chance(0.4)
      ? `(${query(random, depth - 1)}) s`
      : random.pick([
          't',
          'a.b.t',
          't as x',
          'unknown',
          't join u using (id)',
          't left join u on t.id = u.id',
          'a',
          'generate_series(1, 3) g',
        ])
  const ctes = depth > 0 && random.chance(0.3) ? `with a as (${query(random, depth - 1)}) ` : ''
  const tail = random.pick([
    '',
    '',
    ` where ${value()} is not null`,
    ' group by 1',
    ' order by 1 desc',
    ' limit 3',
    depth > 0 ? ` union all ${query(random, depth - 1)}` : '',
  ])
  return `${ctes}select ${Array.from({ length: 1 + random.below(3) }, (_, at) => value() + (random.chance(0.3) ? ` as c${at}` : '')).join(', ')} from ${from()}${tail}`
}

const seeds = [
  ...textsBelow('test/lineage', /\.sql$/, 3000),
  ...textsBelow('sample_project/models', /\.sql$/, 3000).map((text) => text.replace(/\{\{[^}]*\}\}/g, 't').replace(/\{[%#][^}]*[%#]\}/g, '')),
  'select 1 as id', 'select id, sum(amount) as s from t group by id', "with a as (select * from t) select a.*, b.name from a join u b on a.id = b.id", 'select * from t where id in (select id from u)',
] // biome-ignore format: one list

export const sqlDuckdb: FuzzTarget = {
  name: 'sql-duckdb',
  share: 1,
  seeds,
  words: WORDS,
  grammar: (random) => query(random, 3),
  run: analyse('duckdb', duckdbReader),
}
export const sqlPostgres: FuzzTarget = {
  name: 'sql-postgres',
  share: 1,
  seeds,
  words: WORDS,
  grammar: (random) => query(random, 3),
  run: analyse('postgres', postgresReader),
}
