import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { attemptsOf, faultyProject, faultyRun } from '../support/faulty-run.ts'
import { removeFolders } from '../support/library-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'
import { quern } from '../support/quern.ts'

let server: PostgresAddress
let drop: () => Promise<void>
beforeAll(async () => {
  server = inject('postgres')
  drop = await freshDatabase(server, 'quern_retries')
})
afterAll(async () => {
  removeFolders()
  await drop()
})

/**
 * On each database: an output; SQL of an endless statement; an expression that fails with `not yet` as long as the sequence `tries` gives less than 3, in a
 * way that leaves the sequence as it is.
 */
const DATABASES = {
  duckdb: {
    output: (): object => ({ type: 'duckdb', path: 'own.duckdb', schema: 's', threads: 1 }),
    endless: 'select count(*) as a from range(1000000000) x, range(1000000) y',
    notYet: "case when nextval('s.tries') < 3 then error('not yet')::int else 1 end",
    setUp: 'create schema if not exists s; create sequence if not exists s.tries',
    missing: 'duckdb_catalog',
  },
  postgres: {
    output: (): object => {
      const { host, port, user, password } = server
      return { type: 'postgres', host, port, user, password, dbname: 'quern_retries', schema: 's', threads: 1 }
    },
    endless: 'select 1 as a from pg_sleep(600)',
    notYet: 's.not_yet()',
    setUp: `create schema if not exists s; create sequence if not exists s.tries;
      create or replace function s.not_yet() returns int as $$ begin
        if nextval('s.tries') < 3 then raise 'not yet'; end if; return 1; end $$ language plpgsql`,
    missing: '42P01',
  },
} as const
type Database = keyof typeof DATABASES

/** A project whose `on-run-start` sets the database up, and starts the sequence anew. */
function project(database: Database, files: Record<string, string>, config: object = {}): string {
  const { output, setUp } = DATABASES[database]
  const restart = database === 'duckdb' ? 'create or replace sequence s.tries' : 'alter sequence s.tries restart'
  return faultyProject(output(), {
    'dbt_project.yml': JSON.stringify({
      name: 'p',
      profile: 'p',
      flags: { send_anonymous_usage_stats: false },
      'on-run-start': [setUp, restart],
      ...config,
    }),
    ...files,
  })
}
const NOT_YET = expect.stringContaining('not yet') as string

describe.each(Object.keys(DATABASES) as Database[])('%s', (database) => {
  const { endless, notYet, missing } = DATABASES[database]
  const model = `select ${notYet} as a`

  test.each([
    [
      'config() of the file',
      `{{ config(materialized='table', retries={'count': 2, 'delay': 0, 'on': ['nothing', 'NOT Y']}) }} ${model}`,
      {},
      '',
    ],
    [
      'a number in the project, and what `on` the file adds',
      `{{ config(materialized='table', retries={'count': 2, 'delay': 0, 'on': 'not yet'}) }} ${model}`,
      { models: { '+retries': 1 } },
      '',
    ],
    [
      'the project',
      `{{ config(materialized='table') }} ${model}`,
      { models: { p: { '+retries': { count: 3, delay: 0, on: ['not yet'] } } } },
      '',
    ],
    [
      'properties',
      `{{ config(materialized='table') }} ${model}`,
      {},
      '{models: [{name: m, config: {retries: {count: 2, delay: 0, on: [not yet]}}}]}',
    ],
  ])('set in %s: tried until it works', { timeout: 60_000 }, async (_, sql, config, properties) => {
    const folder = project(
      database,
      { 'models/m.sql': sql, 'models/m.yml': properties === '' ? 'version: 2' : properties },
      config,
    )
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, run.results['m']?.status, attemptsOf(run, 'm')]).toEqual([
      0,
      'success',
      [NOT_YET, NOT_YET, null],
    ])
    const all = JSON.stringify(config).includes('"count":3') ? 4 : 3
    expect(run.notes).toEqual(
      [1, 2].map((at) =>
        expect.stringMatching(
          new RegExp(`^Attempt ${at} of ${all} at model\\.p\\.m failed \\(.*not yet\\): trying again$`),
        ),
      ),
    )
  })

  test('too few attempts: the last error is the result; without the config there is one', {
    timeout: 60_000,
  }, async () => {
    const folder = project(database, {
      'models/few.sql': `{{ config(materialized='table', retries={'count': 1, 'delay': 0, 'on': 'not yet'}) }} ${model}`,
      'models/none.sql': `{{ config(materialized='table') }} ${model}`,
    })
    const run = await faultyRun(folder, ['run', '--select', 'few'])
    expect([run.exitCode, attemptsOf(run, 'few')]).toEqual([1, [NOT_YET, NOT_YET]])
    expect(run.results['few']?.message).toContain('not yet')
    const once = await faultyRun(folder, ['run', '--select', 'none'])
    expect([once.exitCode, attemptsOf(once, 'none'), once.notes]).toEqual([1, undefined, []])
  })

  test('an error of the SQL is not tried again, whatever `on` says; that is said once', {
    timeout: 60_000,
  }, async () => {
    const folder = project(database, {
      'models/m.sql': "{{ config(retries={'count': 5, 'on': '.*'}) }} select * from nowhere_at_all",
    })
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, attemptsOf(run, 'm')]).toEqual([1, undefined])
    expect(run.notes).toEqual([
      `\`retries\` of model.p.m: \`on\` matches an error of its SQL (${missing}), which is not tried again: it would be the same`,
    ])
  })

  test('tests, seeds and snapshots', { timeout: 60_000 }, async () => {
    const retries = { count: 2, delay: 0, on: ['not yet'] }
    const folder = project(
      database,
      {
        'seeds/s1.csv': 'a\n1\n',
        'snapshots/shot.sql': `{% snapshot shot %}{{ config(strategy='check', unique_key='a', check_cols='all') }} ${model} -- depends_on: {{ ref('s1') }}\n{% endsnapshot %}`,
        'tests/checked.sql': `select * from (${model}) t where a > 1 -- depends_on: {{ ref('shot') }}`,
      },
      {
        seeds: { '+retries': retries, '+pre-hook': model },
        snapshots: { '+retries': retries },
        data_tests: { '+retries': retries },
      },
    )
    for (const [argv, name, status] of [
      [['seed'], 's1', 'success'],
      [['snapshot'], 'shot', 'success'],
      [['test'], 'checked', 'pass'],
    ] as const) {
      const run = await faultyRun(folder, argv)
      expect([name, run.exitCode, run.results[name]?.status, attemptsOf(run, name)]).toEqual([
        name,
        0,
        status,
        [NOT_YET, NOT_YET, null],
      ])
    }
  })

  test('timeout: cancelled, an error that says so; tried again only when `on` says it', {
    timeout: 60_000,
  }, async () => {
    const folder = project(database, {
      'models/slow.sql': `{{ config(materialized='table', timeout=0.5, retries=3) }} ${endless}`,
      'models/slow_again.sql': `{{ config(materialized='table', timeout=0.5, retries={'count': 1, 'delay': 0, 'on': 'timeout'}) }} ${endless}`,
      'models/quick.sql': '{{ config(timeout=30) }} select 1 as a',
      'tests/endless.sql': `{{ config(timeout=0.5) }} ${endless}`,
    })
    const run = await faultyRun(folder, ['build'])
    const late = 'It took longer than its timeout of 0.5 seconds, and was cancelled'
    expect([run.exitCode, run.results['quick']?.status]).toEqual([1, 'success'])
    expect([attemptsOf(run, 'slow'), attemptsOf(run, 'slow_again')]).toEqual([undefined, [late, late]])
    for (const name of ['slow', 'slow_again', 'endless']) expect(run.results[name]?.message).toContain(late)
    expect(run.results['endless']?.status).toBe('error')
  })

  test('each batch of a microbatch model has attempts and a timeout of its own', { timeout: 60_000 }, async () => {
    const config = `materialized='incremental', incremental_strategy='microbatch', event_time='happened', begin='2024-01-01', batch_size='day', concurrent_batches=false${database === 'postgres' ? ", unique_key='a'" : ''}`
    const folder = project(database, {
      'models/m.sql': `{{ config(${config}, retries={'count': 2, 'delay': 0, 'on': 'not yet'}) }} select ${notYet} as a, timestamp '2024-01-01 10:00' as happened`,
      'models/slow.sql': `{{ config(${config}, timeout=0.5) }} select x.a, timestamp '2024-01-01 10:00' as happened from (${endless}) x`,
    })
    const run = await faultyRun(folder, ['run', '--event-time-start', '2024-01-01', '--event-time-end', '2024-01-03'])
    expect([run.results['m']?.status, run.results['slow']?.status]).toEqual(['success', 'error'])
    expect(run.notes).toEqual(
      [1, 2].map((at) =>
        expect.stringMatching(
          `^Attempt ${at} of 3 at batch 2024-01-01 of .*s\\.m failed \\(.*not yet\\): trying again$`,
        ),
      ),
    )
    const log = readFileSync(join(folder, 'logs/dbt.log'), 'utf8')
    expect(log).toContain('It took longer than its timeout of 0.5 seconds')
  })

  test.each([
    [
      "retries='often'",
      "at path ['retries']: 'often' is neither a number of further attempts (0 to 100) nor a dict with 'count'",
    ],
    [
      'retries=-1',
      "at path ['retries']: -1 is neither a number of further attempts (0 to 100) nor a dict with 'count'",
    ],
    ["retries={'delay': 1}", "at path ['retries']: count has to be a whole number from 0 to 100, not None"],
    [
      "retries={'count': 1, 'times': 2}",
      "at path ['retries']: 'times' is not a key of retries: those are count, delay, backoff, on",
    ],
    [
      "retries={'count': 1, 'on': '('}",
      "at path ['retries']: on: Invalid regular expression: /(/i: Unterminated group",
    ],
    ["retries={'count': 1, 'backoff': 0}", "at path ['retries']: backoff has to be a factor from 1 to 100, not 0"],
    ["timeout='5 min'", "at path ['timeout']: '5 min' is no time: it has to be seconds, more than 0 and at most 86400"],
    ['timeout=0', "at path ['timeout']: 0 is no time: it has to be seconds, more than 0 and at most 86400"],
  ])('a wrong value: %s', async (config, message) => {
    const folder = project(database, { 'models/m.sql': `{{ config(\n  ${config}\n) }} select 1 as a` })
    const { stdout, exit } = await quern(['parse', '--quiet'], {
      cwd: folder,
      env: { HOME: folder, DBT_USE_COLORS: '0' },
    })
    expect(exit).toBe(2)
    expect(stdout).toContain(`Parsing Error in model m (models/m.sql)\n  ${message}\n  models/m.sql:2:3\n`)
  })
})

test('DuckDB: models that write the same rows at the same time', { timeout: 60_000 }, async () => {
  const hook = `update s.t set n = n + 1`
  const wait = 'select count(*) from range(30000000) x where hash(x.range) % 7 = 1'
  const model = `{{ config(materialized='table', pre_hook=['${hook}', '${wait}']) }} select 1 as a`
  const folder = faultyProject(
    { type: 'duckdb', path: 'own.duckdb', schema: 's', threads: 2 },
    {
      'dbt_project.yml': JSON.stringify({
        name: 'p',
        profile: 'p',
        'on-run-start': ['create schema if not exists s; create or replace table s.t as select 0 as n'],
      }),
      'models/one.sql': model,
      'models/two.sql': model,
      'models/both.sql': "select n from s.t -- depends_on: {{ ref('one') }} {{ ref('two') }}",
      'tests/twice.sql': "select * from {{ ref('both') }} where n <> 2",
    },
  )
  const run = await faultyRun(folder, ['build'])
  expect([run.exitCode, run.results['twice']?.status]).toEqual([0, 'pass'])
  const attempts = [attemptsOf(run, 'one'), attemptsOf(run, 'two')].filter((one) => one !== undefined)
  expect(attempts).toHaveLength(1)
  expect(attempts[0]?.[0]).toMatch(/^TransactionContext Error: Conflict/)
})

test('the manifest shows both configs where they are set, and only there', async () => {
  const folder = project('duckdb', {
    'models/with.sql': '{{ config(retries=2, timeout=60) }} select 1 as a',
    'models/without.sql': 'select 1 as a',
  })
  expect((await quern(['parse'], { cwd: folder, env: { HOME: folder } })).exit).toBe(0)
  const { nodes } = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8')) as {
    nodes: Record<string, { config: Record<string, unknown> }>
  }
  const configs = ['with', 'without'].map((name) => nodes[`model.p.${name}`]?.config)
  expect(configs.map((config) => [config?.['retries'], config?.['timeout']])).toEqual([
    [2, 60],
    [undefined, undefined],
  ])
})
