import { spawn } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type InvokeOptions, quern, type RunEvent } from '../../src/index.ts'
import { newFolder, removeFolders, wordProject } from '../support/library-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'
import { REPOSITORY } from '../support/quern.ts'

let server: PostgresAddress
let drop: () => Promise<void>
beforeAll(async () => {
  server = inject('postgres')
  drop = await freshDatabase(server, 'quern_cancel')
})
afterAll(async () => {
  removeFolders()
  await drop()
})

/** On each database an output and a statement that ends by itself after the end of the test only. */
const DATABASES = {
  duckdb: {
    output: (): object => ({ type: 'duckdb', path: 'own.duckdb', schema: 'main', threads: 2 }),
    endless: 'select count(*) as id from range(1000000000) a, range(1000000000) b',
  },
  postgres: {
    output: (schema: string): object => {
      const { host, port, user, password } = server
      return { type: 'postgres', host, port, user, password, dbname: 'quern_cancel', schema, threads: 2 }
    },
    endless: 'select 1 as id from pg_sleep(600)',
  },
} as const
type Database = keyof typeof DATABASES

function project(name: string, database: Database, files: Record<string, string> = {}): InvokeOptions {
  const folder = wordProject(name, {
    model: `{{ config(materialized='table') }} ${DATABASES[database].endless}`,
    files: {
      'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs: { dev: DATABASES[database].output(name) } } }),
      'macros/never.sql': `{% macro never() %}{% do run_query("${DATABASES[database].endless}") %}{% endmacro %}`,
      ...files,
    },
  })
  return { cwd: folder, env: { HOME: folder } }
}

/** Aborts when the endless statement has been sent. */
function whenSent(controller: AbortController): (event: RunEvent) => void {
  return (event) => {
    if (event.kind === 'sql-query' && /range\(1000000000\)|pg_sleep/.test(event.sql))
      setTimeout(() => controller.abort(), 100)
  }
}

describe.each(Object.keys(DATABASES) as Database[])('%s', (database) => {
  test('a running statement: cancelled, the rest skipped, artifacts written, the others go on', {
    timeout: 60_000,
  }, async () => {
    const controller = new AbortController()
    const { signal } = controller
    const here = project('stopped', database)
    const other = wordProject('going', {
      files: {
        'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs: { dev: DATABASES[database].output('going') } } }),
      },
    })
    const [stopped, going] = await Promise.all([
      quern.build({}, { ...here, signal, onEvent: whenSent(controller) }),
      quern.build({}, { cwd: other, env: { HOME: other } }),
    ])
    expect([stopped.cancelled, stopped.success, stopped.exitCode, stopped.error]).toEqual([true, false, 2, undefined])
    expect(stopped.results.map(({ unique_id, status }) => [unique_id, status])).toContainEqual([
      'model.stopped.stopped',
      'error',
    ])
    expect(JSON.parse(readFileSync(join(here.cwd!, 'target/run_results.json'), 'utf8')).results).toHaveLength(
      stopped.results.length,
    )
    expect([going.cancelled, going.exitCode]).toEqual([false, 0])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test.each([
    ['an operation', ['run-operation', 'never'], {}],
    ['a hook', ['run'], { 'dbt_project.yml': 'name: hooked\nprofile: p\non-run-start: "{{ never() }}"\n' }],
    ['show', ['show', '--select', 'hooked'], {}],
  ] as const)('%s is cancelled', { timeout: 60_000 }, async (_, argv, files) => {
    const controller = new AbortController()
    const here = project('hooked', database, files)
    const end = await quern.invoke(argv, { ...here, signal: controller.signal, onEvent: whenSent(controller) })
    expect([end.cancelled, end.success]).toEqual([true, false])
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })
})

test('a signal that is aborted already: nothing is read, nothing is written', async () => {
  const here = project('never', 'duckdb')
  const end = await quern.build({}, { ...here, signal: AbortSignal.abort() })
  expect([end.cancelled, end.exitCode, end.error, end.results]).toEqual([true, 2, undefined, []])
  expect([existsSync(join(here.cwd!, 'target')), existsSync(join(here.cwd!, 'own.duckdb'))]).toEqual([false, false])
})

test('aborted while the project is parsed: it ends after that, with no statement sent', async () => {
  const here = project('parsed', 'duckdb')
  const controller = new AbortController()
  const kinds = new Set<string>()
  const onEvent = (event: RunEvent): void => {
    kinds.add(event.kind)
    if (event.kind === 'adapter-registered') controller.abort()
  }
  const end = await quern.build({}, { ...here, signal: controller.signal, onEvent })
  expect([end.cancelled, end.exitCode, end.error]).toEqual([true, 2, undefined])
  expect(kinds.has('sql-query')).toBe(false)
})

test('aborted while it waits for a file that another one uses', { timeout: 60_000 }, async () => {
  const first = project('holding', 'duckdb')
  const [holds, waits] = [new AbortController(), new AbortController()]
  const holding = quern.build(
    {},
    {
      ...first,
      signal: holds.signal,
      onEvent: (event) => {
        if (event.kind === 'sql-query' && event.sql.includes('range(1000000000)')) begin()
      },
    },
  )
  let begin: () => void = () => undefined
  await new Promise<void>((done) => {
    begin = done
  })
  const waiting = await quern.build(
    {},
    {
      ...first,
      signal: waits.signal,
      onEvent: (event) => {
        if (event.kind === 'message' && event.text.startsWith('Waiting for another invocation')) waits.abort()
      },
    },
  )
  expect([waiting.cancelled, waiting.error]).toEqual([true, undefined])
  holds.abort()
  expect((await holding).cancelled).toBe(true)
})

test('a server that does not answer, and one that is not there, are given up at once', {
  timeout: 60_000,
}, async () => {
  const controller = new AbortController()
  const silent = createServer((socket) => {
    socket.on('error', () => undefined)
    controller.abort()
  })
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const { port } = silent.address() as AddressInfo
  const outputFor = (more: object): string => {
    const output = { type: 'postgres', host: '127.0.0.1', user: 'u', password: 'pw', dbname: 'd', schema: 's', ...more }
    return JSON.stringify({ p: { target: 'dev', outputs: { dev: output } } })
  }
  const here = project('mute', 'postgres', {
    'profiles.yml': outputFor({ port, connect_timeout: 0, sslmode: 'disable' }),
  })
  const end = await quern.run({}, { ...here, signal: controller.signal })
  expect([end.cancelled, end.error]).toEqual([true, undefined])
  await new Promise((done) => silent.close(done))
  // Nobody listens any more; waiting for the last of these attempts would take hours.
  const retrying = new AbortController()
  const there = project('gone', 'postgres', { 'profiles.yml': outputFor({ port, retries: 100 }) })
  setTimeout(() => retrying.abort(), 3000)
  expect((await quern.run({}, { ...there, signal: retrying.signal })).cancelled).toBe(true)
  expect(getEventListeners(retrying.signal, 'abort')).toEqual([])
})

test('one signal for many invocations; nothing keeps the process, nothing is warned of', {
  timeout: 60_000,
}, async () => {
  const folders = [project('a', 'duckdb'), project('b', 'postgres'), project('c', 'duckdb')]
  const calm = wordProject('calm')
  const script = newFolder({
    'run.mjs': `
import { quern } from ${JSON.stringify(pathToFileURL(join(REPOSITORY, 'dist', 'index.mjs')).href)}
const controller = new AbortController()
const folders = ${JSON.stringify(folders.map(({ cwd }) => cwd))}
const running = new Set()
let timer
const builds = folders.map((cwd) => quern.build({}, { cwd, env: { HOME: cwd }, signal: controller.signal, onEvent: (event) => {
  if (event.kind === 'sql-query' && /range\\(1000000000\\)|pg_sleep/.test(event.sql)) running.add(cwd)
  // one timer: a second one would be found below when a build was late
  if (running.size === folders.length) timer ??= setTimeout(() => controller.abort(), 300)
} }))
const lists = Array.from({ length: 15 }, () => quern.list({}, { cwd: ${JSON.stringify(calm)}, env: {}, signal: controller.signal }))
const ends = await Promise.all([...builds, ...lists])
console.log(JSON.stringify(ends.slice(0, 3).map(({ cancelled }) => cancelled)))
await new Promise((done) => setTimeout(done, 50))
console.log(process.getActiveResourcesInfo().filter((name) => !/CloseReq|Pipe|TTY|Immediate/.test(name)).join())
`,
  })
  const ended = await new Promise<{ code: number | null; out: string; err: string }>((done) => {
    const child = spawn(process.execPath, [join(script, 'run.mjs')], {
      env: { PATH: process.env['PATH'] ?? '', UV_THREADPOOL_SIZE: '16' },
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (data: Buffer) => (out += data.toString()))
    child.stderr.on('data', (data: Buffer) => (err += data.toString()))
    child.on('close', (code) => done({ code, out, err }))
  })
  expect(ended).toEqual({ code: 0, out: '[true,true,true]\n\n', err: '' })
})
