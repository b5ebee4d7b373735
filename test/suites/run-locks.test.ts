import { type ChildProcess, spawn } from 'node:child_process'
import pg from 'pg'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { CLI } from '../support/quern.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

/** A command that is under way. */
interface Going {
  readonly child: ChildProcess
  output(): string
  /** Resolves when its output has this text; rejects when it ends before. */
  says(text: string | RegExp): Promise<void>
  readonly ended: Promise<number | null>
}

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function begin(project: WrittenProject, target: string, ...args: string[]): Going {
  const child = spawn(process.execPath, [CLI, ...args, '--target', target], {
    cwd: project.folder,
    env: { ...project.env, PATH: process.env['PATH'] ?? '' },
  })
  children.add(child)
  let output = ''
  const waiting: { text: string | RegExp; resolve: () => void; reject: (error: Error) => void }[] = []
  const read = (data: Buffer): void => {
    output += data.toString()
    for (const { text, resolve } of waiting)
      if (typeof text === 'string' ? output.includes(text) : text.test(output)) resolve()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = new Promise<number | null>((resolve) =>
    child.on('close', (code) => {
      for (const { text, reject } of waiting) reject(new Error(`it never said ${text}: ${output}`))
      resolve(code)
    }),
  )
  return {
    child,
    output: () => output,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve, reject })
        read(Buffer.from(''))
      }),
  }
}

describe('two runs at once on Postgres', () => {
  test('the same tables: the second waits, says for whom, and both are right', { timeout: 120_000 }, async () => {
    const project = await writtenProject('locks', 'postgres', inject('postgres'), {
      'models/rows.sql': `{{ config(materialized='table') }} select i as n, '{{ var("who", "nobody") }}' as who from generate_series(1, 1000) as g(i) {% if var('gated', false) %}, (select pg_advisory_xact_lock(42)) as gate {% endif %}`,
      'models/below.sql':
        "{{ config(materialized='table') }} select count(*) as n, min(who) as who from {{ ref('rows') }}",
      'models/other.sql': 'select 1 as n',
    })
    // what the first run waits for, so that it lasts as long as it has to
    const { host, port, user, password } = inject('postgres')
    const gate = new pg.Client({ host, port, user, password, database: project.env['GOLDEN_PG_DBNAME'] as string })
    await gate.connect()
    await gate.query('select pg_advisory_lock(42)')
    try {
      const first = begin(
        project,
        'postgres',
        'run',
        '-s',
        '+below',
        '--vars',
        '{who: first, gated: true}',
        '--target-path',
        'first',
      )
      await first.says('START sql table model golden.rows')
      // somebody else's models are not waited for
      const other = await project.run('run', '--select', 'other', '--target-path', 'other')
      expect([other.exit, other.stdout]).toEqual([0, expect.not.stringMatching(/Waiting for|same target folder/)])
      const beside = await project.run('run', '--select', 'other', '--target-path', 'first')
      expect([beside.exit, beside.stdout]).toEqual([
        0,
        expect.stringContaining(`Process ${first.child.pid} is running in the same target folder`),
      ])
      expect(first.child.exitCode).toBeNull()
      const impatient = await project.run('run', '--lock-wait', '0', '--target-path', 'third')
      expect(impatient.exit).toBe(2)
      expect(impatient.stdout).toMatch(/Another run writes the same tables \(server process \d+ of \w+.*, since /)
      expect(impatient.stdout).toContain('--lock-wait SECONDS')
      const second = begin(project, 'postgres', 'run', '--vars', '{who: second}', '--target-path', 'second')
      await second.says(/Waiting for another run that writes the same tables \(server process \d+/)
      await gate.end()
      expect([await first.ended, await second.ended], first.output() + second.output()).toEqual([0, 0])
      const tables = Object.fromEntries((await project.tables()).map(({ name, rows }) => [name, rows]))
      expect(tables['below']).toEqual([['1000', 'second']])
      expect(Object.keys(tables).sort()).toEqual(['below', 'other', 'rows'])
    } finally {
      await project.remove()
    }
  })

  test('runs that begin together create the same schema', { timeout: 120_000 }, async () => {
    const project = await writtenProject('locks_schema', 'postgres', inject('postgres'), {
      'models/a.sql': 'select 1 as n',
    })
    const { host, port, user, password } = inject('postgres')
    const database = project.env['GOLDEN_PG_DBNAME'] as string
    const other = new pg.Client({ host, port, user, password, database })
    const observer = new pg.Client({ host, port, user, password, database })
    await Promise.all([other.connect(), observer.connect()])
    try {
      // nobody else sees it yet, and nobody else can create it
      await other.query('begin; create schema golden')
      const run = begin(project, 'postgres', 'run')
      for (let waiting = 0; waiting === 0; ) {
        const { rowCount } = await observer.query(
          "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%create schema%'",
        )
        waiting = rowCount ?? 0
      }
      await other.query('commit')
      expect(await run.ended, run.output()).toBe(0)
      expect((await project.tables()).map(({ name }) => name)).toEqual(['a'])
    } finally {
      await Promise.all([other.end(), observer.end()])
      await project.remove()
    }
  })

  test('a lock that is lost with its connection is taken again', { timeout: 120_000 }, async () => {
    const project = await writtenProject('locks_again', 'postgres', inject('postgres'), {
      'models/a.sql': "{{ config(materialized='table') }} select 1 as n from pg_sleep(600)",
    })
    const { host, port, user, password } = inject('postgres')
    const observer = new pg.Client({ host, port, user, password, database: project.env['GOLDEN_PG_DBNAME'] as string })
    await observer.connect()
    /** The server process that holds a run's lock, once it is another than that. */
    const holder = async (before: number): Promise<number> => {
      for (;;) {
        const { rows } = await observer.query<{ pid: number }>(
          `select l.pid from pg_locks as l where locktype = 'advisory' and granted and l.pid <> ${before} and database = (select oid from pg_database where datname = current_database()) limit 1`,
        )
        if (rows[0] !== undefined) return rows[0].pid
      }
    }
    try {
      const first = begin(project, 'postgres', 'run', '--target-path', 'first')
      await first.says('START sql table model golden.a')
      const lost = await holder(0)
      await observer.query('select pg_terminate_backend($1)', [lost])
      await holder(lost)
      const second = await project.run('run', '--lock-wait', '0', '--target-path', 'second')
      expect([second.exit, second.stdout]).toEqual([
        2,
        expect.stringContaining('Another run writes the same tables (server process'),
      ])
      // another one is faster: the run goes on, says so, and takes the lock when that has ended
      await observer.query(
        `with held as (select classid, objid, mode, pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())),
         ended as materialized (select bool_and(pg_terminate_backend(pid)) as done from (select distinct pid from held) as of_them)
         select case mode when 'ShareLock' then pg_advisory_lock_shared(classid::int, objid::int)::text else pg_advisory_lock(classid::int, objid::int)::text end from held, ended where done`,
      )
      await first.says(
        /The lock of this run was lost with its connection\. Waiting for another run that writes the same/,
      )
      await observer.query('select pg_advisory_unlock_all()')
      await holder((await observer.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0)
      first.child.kill('SIGINT')
      expect(await first.ended, first.output()).toBe(2)
    } finally {
      await observer.end()
      await project.remove()
    }
  })

  test('waiting ends with --lock-wait, and with ctrl-C', { timeout: 120_000 }, async () => {
    const project = await writtenProject('locks_end', 'postgres', inject('postgres'), {
      'models/a.sql': 'select 1 as n',
      'models/b.sql': "{{ config(materialized='table') }} select 1 as n from pg_sleep(600) -- {{ ref('a') }}",
    })
    try {
      const first = begin(project, 'postgres', 'run', '--target-path', 'first')
      await first.says('START sql table model golden.b')
      const limited = await project.run('run', '--lock-wait', '1', '--target-path', 'second')
      expect([limited.exit, limited.stdout]).toEqual([
        2,
        expect.stringContaining('Another run still writes the same tables after 1 seconds'),
      ])
      const waiting = begin(project, 'postgres', 'run', '--target-path', 'third')
      await waiting.says('Waiting for another run')
      waiting.child.kill('SIGINT')
      expect(await waiting.ended, waiting.output()).toBe(2)
      first.child.kill('SIGINT')
      expect(await first.ended).toBe(2)
    } finally {
      await project.remove()
    }
  })
})

test('two runs at once on one DuckDB file: the second names the first, or waits for it', {
  timeout: 120_000,
}, async () => {
  const project = await writtenProject('locks_file', 'duckdb', inject('postgres'), {
    'models/slow.sql': `{{ config(materialized='table') }} select count(*) as n, '{{ var("who", "nobody") }}' as who from range({{ var('rows', 1) }}) as a, range(100000) as b`,
  })
  try {
    const first = begin(project, 'duckdb', 'run', '--vars', '{who: first, rows: 1000000000}', '--target-path', 'first')
    await first.says('START sql table model')
    const refused = await project.run('run', '--target-path', 'second')
    expect(refused.exit).toBe(2)
    expect(refused.stdout).toMatch(new RegExp(`process ${first.child.pid} \\(.*\\) has the file open: end it, or wait`))
    const second = begin(
      project,
      'duckdb',
      'run',
      '--vars',
      'who: second',
      '--lock-wait',
      '60',
      '--target-path',
      'third',
    )
    await second.says(new RegExp(`Waiting for process ${first.child.pid} \\(.*\\), which has the database file open`))
    first.child.kill('SIGINT')
    expect([await first.ended, await second.ended], second.output()).toEqual([2, 0])
    const [table] = await project.tables()
    expect(table?.rows).toEqual([['100000', 'second']])
  } finally {
    await project.remove()
  }
})
