import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Authority } from '../support/certificate.ts'
import { newFolder, removeFolders } from '../support/library-project.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { CLI, type Ended, quern } from '../support/quern.ts'

/*
 * A Postgres server that speaks TLS, as most do that are not on this machine.
 */
const authority = new Authority('quern tests')
const stranger = new Authority('somebody else')
const ON = ['ssl=on', "ssl_cert_file='server.crt'", "ssl_key_file='server.key'"]

let server: PostgresServer
let admin: pg.Client
beforeAll(async () => {
  const { certificate, key } = authority.issue(['localhost', '127.0.0.1'])
  server = await startPostgres(ON, { 'server.crt': certificate, 'server.key': key })
  admin = new pg.Client({ ...server })
  await admin.connect()
}, 60_000)
afterAll(async () => {
  removeFolders()
  await admin.end()
  await server.stop()
})

const projectOn = (
  at: PostgresServer,
  more: object,
  model = 'select ssl as a from pg_stat_ssl where pid = pg_backend_pid()',
): string => {
  const { host, port, user, password, database } = at
  const output = {
    type: 'postgres',
    host,
    port,
    user,
    password,
    dbname: database,
    schema: 'tls',
    threads: 2,
    retries: 0,
    ...more,
  }
  const folder = newFolder({
    'dbt_project.yml': 'name: p\nprofile: p\n',
    'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs: { dev: output } } }),
    'models/a.sql': `{{ config(materialized='table') }} ${model}`,
    'models/b.sql': "select a from {{ ref('a') }}",
    'seeds/s.csv': `n,t\n${'1,text of a row\n'.repeat(20_000)}`,
  })
  writeFileSync(join(folder, 'root.crt'), authority.certificate)
  writeFileSync(join(folder, 'other.crt'), stranger.certificate)
  return folder
}
const environment = (folder: string) => ({ HOME: folder, DBT_PROFILES_DIR: folder })
const build = (folder: string): Promise<Ended> => quern(['build'], { cwd: folder, env: environment(folder) })

test.each([
  ['no sslmode', {}, true],
  ['prefer', { sslmode: 'prefer' }, true],
  ['require', { sslmode: 'require' }, true],
  ['disable', { sslmode: 'disable' }, false],
  ['verify-ca', { sslmode: 'verify-ca', sslrootcert: 'root.crt' }, true],
  ['verify-full by address', { sslmode: 'verify-full', sslrootcert: 'root.crt' }, true],
  ['verify-full by name', { sslmode: 'verify-full', sslrootcert: 'root.crt', host: 'localhost' }, true],
])('%s: models and a seed go through', { timeout: 60_000 }, async (_, more, isEncrypted) => {
  await admin.query('drop schema if exists tls cascade')
  const ended = await build(projectOn(server, more))
  expect(ended.stdout, ended.stderr).toContain('PASS=3')
  expect((await admin.query('select a, (select count(*)::int from tls.s) as n from tls.b')).rows).toEqual([
    { a: isEncrypted, n: 20_000 },
  ])
})

test.each([
  ['verify-ca', 'other.crt', /certificate/],
  ['verify-full', 'other.crt', /certificate/],
  ['require', 'other.crt', /certificate/],
])('%s with the authority of somebody else is refused', { timeout: 60_000 }, async (sslmode, sslrootcert, says) => {
  const ended = await build(projectOn(server, { sslmode, sslrootcert }))
  expect([ended.exit, ended.stdout]).toEqual([2, expect.stringMatching(says)])
})

test('verify-full of a server that is known by another name is refused, by address too', {
  timeout: 60_000,
}, async () => {
  const { certificate, key } = authority.issue(['localhost'])
  const other = await startPostgres(ON, { 'server.crt': certificate, 'server.key': key })
  try {
    const ca = await build(projectOn(other, { sslmode: 'verify-ca', sslrootcert: 'root.crt' }))
    expect(ca.stdout).toContain('PASS=3')
    const full = await build(projectOn(other, { sslmode: 'verify-full', sslrootcert: 'root.crt' }))
    expect([full.exit, full.stdout]).toEqual([2, expect.stringContaining('127.0.0.1')])
  } finally {
    await other.stop()
  }
})

test('ctrl-C cancels what the server is running', { timeout: 60_000 }, async () => {
  const folder = projectOn(server, { sslmode: 'require' }, 'select pg_sleep(600)::text as a')
  const child = spawn(process.execPath, [CLI, 'run'], {
    cwd: folder,
    env: { ...environment(folder), PATH: process.env['PATH'] ?? '' },
  })
  const sleeping = async (): Promise<number> =>
    (
      await admin.query(
        "select from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()",
      )
    ).rowCount ?? 0
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  try {
    while ((await sleeping()) === 0 && child.exitCode === null);
    const from = performance.now()
    child.kill('SIGINT')
    expect(await ended, output).toBe(2)
    expect(output).toContain('Cancelled: the run was interrupted while this ran')
    // by a request to cancel: a server that only lost its client would go on for up to two seconds
    expect(await sleeping()).toBe(0)
    expect(performance.now() - from).toBeLessThan(10_000)
  } finally {
    child.kill('SIGKILL')
  }
})
