import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { attemptsOf, faultyProject, faultyRun, once } from '../support/faulty-run.ts'
import { removeFolders } from '../support/library-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

const DATABASE = 'quern_lost'
let server: PostgresAddress
let proxy: TcpProxy
let drop: () => Promise<void>
let admin: pg.Client
beforeAll(async () => {
  server = inject('postgres')
  drop = await freshDatabase(server, DATABASE)
  proxy = await startTcpProxy(server)
  admin = new pg.Client({ ...server, database: DATABASE })
  await admin.connect()
})
afterAll(async () => {
  removeFolders()
  await admin.end()
  await proxy.close()
  await drop()
})

const outputOf = (address: Pick<PostgresAddress, 'host' | 'port'>, schema: string, more: object = {}): object => {
  const { user, password } = server
  const { host, port } = address
  return { type: 'postgres', host, port, user, password, dbname: DATABASE, schema, threads: 2, ...more }
}
const rows = async (sql: string): Promise<unknown[]> => (await admin.query({ text: sql, rowMode: 'array' })).rows
const leftovers = (schema: string): Promise<unknown[]> =>
  rows(
    `select relname from pg_class join pg_namespace n on n.oid = relnamespace where nspname = '${schema}' and relname like '%\\_\\_dbt\\_%'`,
  )

const CLOSED = /^(?:server closed the connection unexpectedly|terminating connection due to administrator command)/

test('a backend that is terminated in the middle of a node: the node is done again', { timeout: 60_000 }, async () => {
  const folder = faultyProject(outputOf(server, 'terminated'), {
    'models/slow.sql': "{{ config(materialized='table') }} select 1 as a, pg_sleep(1)::text as b",
    'models/below.sql': "select a from {{ ref('slow') }}",
  })
  const kill = (): void => {
    setTimeout(() => {
      void admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(1)%' and pid <> pg_backend_pid()`,
      )
    }, 400)
  }
  const run = await faultyRun(folder, ['run'], once('pg_sleep(1)', kill))
  expect([run.exitCode, run.results['slow']?.status, run.results['below']?.status]).toEqual([0, 'success', 'success'])
  expect(attemptsOf(run, 'slow')).toEqual([expect.stringMatching(CLOSED), null])
  expect(attemptsOf(run, 'below')).toBeUndefined()
  expect(run.notes).toEqual([
    expect.stringMatching(
      /^Attempt 1 of 4 at model\.p\.slow failed \(terminating connection due to administrator command\): trying again in 0\.\d s$/,
    ),
  ])
  expect(await rows('select a from terminated.below')).toEqual([[1]])
})

describe('a connection that is cut within the transaction', () => {
  const files = {
    'models/base.sql': `{{ config(materialized='table', post_hook='update {{ this }} set a = a -- cut here') }} select {{ var('a', 1) }} as a`,
    'models/above.sql': "select a from {{ ref('base') }}",
  }
  test('after the renames: the relation cache is true again, the table is right, nothing is left', {
    timeout: 60_000,
  }, async () => {
    const folder = faultyProject(outputOf(proxy, 'renames'), files)
    expect((await faultyRun(folder, ['run'])).exitCode).toBe(0)
    for (const deliver of [false, true]) {
      const a = deliver ? 3 : 2
      proxy.cutWhen({ text: 'cut here', direction: 'to-server', deliver })
      const run = await faultyRun(folder, ['run', '--vars', `{a: ${a}}`])
      expect([run.exitCode, attemptsOf(run, 'base')]).toEqual([0, [expect.stringMatching(CLOSED), null]])
      expect(await rows('select a from renames.above')).toEqual([[a]])
      expect(await leftovers('renames')).toEqual([])
    }
  })

  test('before the answer to COMMIT: an error that says so, and no second attempt', { timeout: 60_000 }, async () => {
    const folder = faultyProject(outputOf(proxy, 'unknown'), {
      'models/plus.sql': "{{ config(materialized='incremental', retries=5) }} select 1 as a -- here it is",
    })
    expect((await faultyRun(folder, ['run'])).exitCode).toBe(0)
    const cut = (): void => proxy.cutWhen({ text: 'COMMIT', direction: 'to-server', deliver: true })
    const run = await faultyRun(folder, ['run'], once('here it is', cut))
    expect([run.exitCode, run.results['plus']?.status, attemptsOf(run, 'plus')]).toEqual([1, 'error', undefined])
    expect(run.results['plus']?.message).toContain('whether it has committed is not known')
    // it has: done once more there would be three
    expect(await rows('select count(*)::int from unknown.plus')).toEqual([[2]])
    await proxy.pass()
  })

  test('in a hook outside of any transaction: the same', { timeout: 60_000 }, async () => {
    const hook = `{"sql": "select 1 -- cut the hook", "transaction": false}`
    const folder = faultyProject(outputOf(proxy, 'hook'), {
      'models/a.sql': `{{ config(materialized='table', retries=5, post_hook='${hook}') }} select 1 as a`,
    })
    proxy.cutWhen({ text: 'cut the hook', direction: 'to-server', deliver: false })
    const run = await faultyRun(folder, ['run'])
    await proxy.pass()
    expect([run.exitCode, attemptsOf(run, 'a')]).toEqual([1, undefined])
    expect(run.results['a']?.message).toContain('whether it has committed is not known')
  })
})

describe('what fails after the commit, with retries', () => {
  test.each([
    ['append', "incremental_strategy='append'", 1, 2],
    ['unique_key', "incremental_strategy='delete+insert', unique_key='a'", 0, 1],
    ['own', '', 1, 1],
  ])('%s', { timeout: 60_000 }, async (name, how, exitCode, count) => {
    const schema = `after_${name}`
    await admin.query(`create sequence ${schema}`)
    const hook = `{'sql': '{{ check() }}', 'transaction': False}`
    const materialized = name === 'own' ? 'own' : 'incremental'
    const retries = "retries={'count': 2, 'delay': 0, 'on': 'not yet'}"
    const folder = faultyProject(outputOf(server, schema), {
      'models/plus.sql': `{{ config(materialized='${materialized}', ${how}${how === '' ? '' : ', '}${retries}, post_hook=${hook}) }} select 1 as a`,
      'macros/check.sql': `{% macro check() %}
        do $$ begin if nextval('public.${schema}') = 2 then raise 'not yet'; end if; end $$
      {% endmacro %}`,
      'macros/own.sql': `{% materialization own, default %}
        {% call statement('main') %}create table if not exists {{ this }} as {{ sql }}{% endcall %}
        {{ adapter.commit() }}
        {{ run_hooks(post_hooks, inside_transaction=False) }}
        {{ return({'relations': [this]}) }}
      {% endmaterialization %}`,
    })
    expect((await faultyRun(folder, ['run'])).exitCode).toBe(0)
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, attemptsOf(run, 'plus')]).toEqual([
      exitCode,
      exitCode === 1 ? undefined : [expect.stringContaining('not yet'), null],
    ])
    expect(run.results['plus']?.message).toContain(exitCode === 1 ? 'not yet' : 'INSERT')
    expect(await rows(`select count(*)::int from ${schema}.plus`)).toEqual([[count]])
  })
})

test('the first statement of a task of its own, on a connection that is dead: it is sent again', {
  timeout: 60_000,
}, async () => {
  const folder = faultyProject(outputOf(proxy, 'resent'), {
    'dbt_project.yml': `name: p\nprofile: p\non-run-end: "{% do run_query('select 1 as resent') %}"\n`,
    'models/a.sql': 'select 1 as a',
  })
  proxy.cutWhen({ text: 'pg_namespace', direction: 'to-server', deliver: false })
  const run = await faultyRun(folder, ['run'])
  expect([run.exitCode, run.results['a']?.status, run.notes]).toEqual([
    0,
    'success',
    ['The connection of master was lost before anything was done: sending the statement again'],
  ])
})

describe('a server that is away', () => {
  test('at the start: an error after the attempts of `retries`, whatever the window is', {
    timeout: 60_000,
  }, async () => {
    const folder = faultyProject(
      { ...outputOf(server, 'away'), port: 1, retry_window: 3600 },
      { 'models/a.sql': 'select 1 as a' },
    )
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, run.error]).toEqual([2, expect.stringContaining('Connection refused')])
    expect(run.notes).toEqual([])
  })

  test('in the middle, for connections that are yet to be made: those wait', { timeout: 60_000 }, async () => {
    const folder = faultyProject(outputOf(proxy, 'refused', { threads: 2 }), {
      'models/a.sql': 'select pg_sleep(0.1)::text as a',
      'models/b.sql': 'select 1 as a',
      'models/c.sql': "select 1 as a -- depends_on: {{ ref('a') }}",
    })
    const refuse = async (): Promise<void> => {
      await proxy.refuse()
      proxy.reset()
      setTimeout(() => void proxy.pass(), 1500)
    }
    const run = await faultyRun(
      folder,
      ['run'],
      once('create view', () => void refuse()),
    )
    expect([run.exitCode, Object.values(run.results).map(({ status }) => status)]).toEqual([
      0,
      ['success', 'success', 'success'],
    ])
    expect(run.notes.filter((note) => note.includes('does not answer'))).toHaveLength(1)
    // the first attempt may have been under way when the connections were reset
    const why = `(?:connect ECONNREFUSED 127\\.0\\.0\\.1:${proxy.port}|read ECONNRESET)`
    expect(run.notes.find((note) => note.includes('does not answer'))).toMatch(
      new RegExp(
        `^The Postgres server at 127\\.0\\.0\\.1, port ${proxy.port} does not answer \\(${why}\\): trying again, up to 60 seconds$`,
      ),
    )
  })

  test('in the middle, longer than the window: the nodes fail, and say why', { timeout: 60_000 }, async () => {
    const folder = faultyProject(outputOf(proxy, 'too_long', { retry_window: 1, threads: 1 }), {
      'models/a.sql': 'select 1 as a',
      'models/b.sql': 'select 2 as a',
    })
    const refuse = async (): Promise<void> => {
      await proxy.refuse()
      proxy.reset()
    }
    const run = await faultyRun(
      folder,
      ['run'],
      once('create view', () => void refuse()),
    )
    await proxy.pass()
    expect([run.exitCode, run.results['a']?.status, run.results['b']?.status]).toEqual([1, 'error', 'error'])
    expect(run.results['b']?.message).toContain('Connection refused')
  })

  test('a restart in the middle', { timeout: 120_000 }, async () => {
    const own: PostgresServer = await startPostgres()
    try {
      const { host, port, user, password, database } = own
      const output = { type: 'postgres', host, port, user, password, dbname: database, schema: 's', threads: 3 }
      const model = (seconds: number): string =>
        `{{ config(materialized='table') }} select ${seconds} as a, pg_sleep(${seconds})::text as b`
      const folder = faultyProject(output, {
        'models/quick.sql': model(0.1),
        'models/slow.sql': model(1.5),
        'models/slower.sql': model(1.6),
        'models/below.sql': "select a from {{ ref('slow') }} union all select a from {{ ref('slower') }}",
      })
      let restarted: Promise<void> | undefined
      const restart = (): void => {
        setTimeout(() => (restarted = own.restart(500)), 500)
      }
      const run = await faultyRun(folder, ['run'], once('pg_sleep(1.5)', restart))
      await restarted
      expect([run.exitCode, Object.values(run.results).map(({ status }) => status)]).toEqual([
        0,
        ['success', 'success', 'success', 'success'],
      ])
      expect([attemptsOf(run, 'slow')?.length, attemptsOf(run, 'slower')?.length]).toEqual([2, 2])
    } finally {
      await own.stop()
    }
  })
})

test('a server with few free connections: all is done with those, and said once', { timeout: 120_000 }, async () => {
  await admin.query(`drop role if exists quern_few`)
  await admin.query(`create role quern_few login password 'few' connection limit 2`)
  await admin.query(`grant all on database ${DATABASE} to quern_few`)
  try {
    const output = outputOf(server, 'few', { threads: 8, user: 'quern_few', password: 'few', retry_window: 5 })
    // longer, all in all, than the window
    const models = Array.from({ length: 10 }, (_, at) => [
      `models/m${at}.sql`,
      `{{ config(materialized='table') }} select pg_sleep(${at === 0 ? 7 : 0.2})::text as a`,
    ])
    const folder = faultyProject(output, Object.fromEntries(models) as Record<string, string>)
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, Object.values(run.results).filter(({ status }) => status === 'success')]).toEqual([
      0,
      expect.objectContaining({ length: 10 }),
    ])
    expect(run.notes).toEqual([
      expect.stringMatching(
        /has no free connection \(too many connections for role "quern_few"\): waiting for one, going on with those that there are$/,
      ),
    ])
  } finally {
    await admin.query(`drop owned by quern_few`)
    await admin.query(`drop role quern_few`)
  }
})

test('a server with one free connection: the work has it, and not the lock of the run', {
  timeout: 120_000,
}, async () => {
  await admin.query(`drop role if exists quern_one`)
  await admin.query(`create role quern_one login password 'one' connection limit 1`)
  await admin.query(`grant all on database ${DATABASE} to quern_one`)
  try {
    const output = outputOf(server, 'one', { threads: 4, user: 'quern_one', password: 'one', retry_window: 20 })
    const folder = faultyProject(output, { 'models/a.sql': 'select 1 as a', 'models/b.sql': 'select 1 as b' })
    const run = await faultyRun(folder, ['run'])
    expect([run.exitCode, Object.values(run.results).map(({ status }) => status)]).toEqual([0, ['success', 'success']])
    expect(run.notes).toContainEqual(expect.stringContaining('it is used for the work instead'))
  } finally {
    await admin.query(`drop owned by quern_one`)
    await admin.query(`drop role quern_one`)
  }
})

test('a wrong password is not tried twice', { timeout: 60_000 }, async () => {
  const before = proxy.accepted
  const folder = faultyProject(outputOf(proxy, 'nobody', { user: 'nobody_here', retries: 5, sslmode: 'disable' }), {
    'models/a.sql': 'select 1 as a',
  })
  const run = await faultyRun(folder, ['run'])
  expect([run.exitCode, run.error]).toEqual([2, expect.stringContaining('role "nobody_here" does not exist')])
  expect(proxy.accepted - before).toBe(1)
})

test('two models that lock each other out: the one that the server picks is done again', {
  timeout: 60_000,
}, async () => {
  await admin.query('create schema if not exists deadlock')
  await admin.query('create table deadlock.t as select g as id, 0 as n from generate_series(1, 2) g')
  const model = (first: number, second: number): string => {
    const update = (id: number): string => `update deadlock.t set n = n + 1 where id = ${id}`
    const hooks = JSON.stringify([update(first), 'select pg_sleep(1)', update(second)])
    return `{{ config(materialized='table', pre_hook=${hooks}) }} select 1 as a`
  }
  const folder = faultyProject(outputOf(server, 'deadlock'), {
    'models/one.sql': model(1, 2),
    'models/two.sql': model(2, 1),
  })
  const run = await faultyRun(folder, ['run'])
  expect([run.exitCode, run.results['one']?.status, run.results['two']?.status]).toEqual([0, 'success', 'success'])
  const attempts = [attemptsOf(run, 'one'), attemptsOf(run, 'two')].filter((one) => one !== undefined)
  expect(attempts).toEqual([[expect.stringMatching(/^deadlock detected/), null]])
  // each hook counts once: what was rolled back is not there
  expect(await rows('select id, n from deadlock.t order by id')).toEqual([
    [1, 2],
    [2, 2],
  ])
})
