import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { copyDatabase, freshDatabase, type PostgresAddress } from '../../support/postgres-database.ts'
import { type Outside, outsideDuckdb, outsidePostgres } from './outside.ts'
import { type Database, type Target, targetsOf, writeProject } from './project.ts'

export const SCHEMA = 'faults'

/** A project on a database, which can be put back to what it was. */
export interface Place {
  readonly database: Database
  readonly folder: string
  readonly targets: readonly Target[]
  /** Remembers what is there now. */
  keep(name: string): Promise<void>
  /** Puts back what was kept. */
  restore(name: string): Promise<void>
  /** Puts back what one folder held, which is a file system of its own. */
  restoreInto(name: string, part: string): Promise<void>
  /** Takes a folder away, and puts it back in the place of what may be there by then. */
  keepAside(part: string): Promise<void>
  bringBack(part: string): Promise<void>
  outside(): Promise<Outside>
  /** What readers may look at while a build runs: of a DuckDB file that is open only the files beside it. */
  readonly seenByReaders: readonly Target[]
  reader(): Promise<Outside>
  /** Removes everything. */
  remove(): Promise<void>
}

/** What of a project's folder is put back. */
const KEPT = ['target', 'out', 'logs', 'seeds', 'db']

function copyKept(from: string, to: string): void {
  for (const name of KEPT) {
    rmSync(join(to, name), { recursive: true, force: true })
    if (existsSync(join(from, name)))
      cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true })
  }
}

/** What both kinds of places do with their folder. */
function folderMethods(folder: string, kept: string): Pick<Place, 'restoreInto' | 'keepAside' | 'bringBack'> {
  const aside = (part: string): string => join(kept, `aside ${part}`)
  return {
    restoreInto: async (name, part) => {
      for (const entry of readdirSync(join(folder, part)))
        rmSync(join(folder, part, entry), { recursive: true, force: true })
      if (existsSync(join(kept, name, part)))
        cpSync(join(kept, name, part), join(folder, part), { recursive: true, preserveTimestamps: true })
    },
    keepAside: async (part) => renameSync(join(folder, part), aside(part)),
    bringBack: async (part) => {
      rmSync(join(folder, part), { recursive: true, force: true })
      renameSync(aside(part), join(folder, part))
    },
  }
}

export function duckdbPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'quern-faults-'))
  const kept = mkdtempSync(join(tmpdir(), 'quern-faults-kept-'))
  mkdirSync(join(folder, 'db'))
  writeProject(folder, 'duckdb', { type: 'duckdb', path: 'db/faults.duckdb', schema: SCHEMA, threads: 4 })
  const targets = targetsOf('duckdb')
  return {
    database: 'duckdb',
    folder,
    targets,
    keep: async (name) => {
      mkdirSync(join(kept, name), { recursive: true })
      copyKept(folder, join(kept, name))
    },
    restore: async (name) => copyKept(join(kept, name), folder),
    ...folderMethods(folder, kept),
    outside: () => outsideDuckdb(join(folder, 'db', 'faults.duckdb'), folder, SCHEMA),
    // a folder of files is read file by file: somebody who has listed it may find others when he opens them, whoever writes it
    seenByReaders: targets.filter(({ name }) => /^out\/.*\./.test(name)),
    reader: () => outsideDuckdb(undefined, folder, SCHEMA),
    remove: async () => {
      for (const path of [folder, kept]) rmSync(path, { recursive: true, force: true })
    },
  }
}

export interface PostgresPlace extends Place {
  readonly address: PostgresAddress
}

/** `through` is the address that the profile has, when it is not the server's: a proxy. `profile` has further fields of it. */
export async function postgresPlace(
  server: PostgresAddress,
  database: string,
  options: { through?: { host: string; port: number }; profile?: object } = {},
): Promise<PostgresPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'quern-faults-'))
  const kept = mkdtempSync(join(tmpdir(), 'quern-faults-kept-'))
  const drops = [await freshDatabase(server, database)]
  const { user, password } = server
  const { host, port } = options.through ?? server
  const output = { type: 'postgres', host, port, user, password, dbname: database, schema: SCHEMA, threads: 4 }
  writeProject(folder, 'postgres', { ...output, ...options.profile })
  await makeRole(server)
  const targets = targetsOf('postgres')
  const address = { ...server, database }
  return {
    database: 'postgres',
    folder,
    address,
    targets,
    keep: async (name) => {
      mkdirSync(join(kept, name), { recursive: true })
      copyKept(folder, join(kept, name))
      drops.push(await copyDatabase(server, database, `${database}_${name}`))
    },
    restore: async (name) => {
      copyKept(join(kept, name), folder)
      await copyDatabase(server, `${database}_${name}`, database)
    },
    ...folderMethods(folder, kept),
    outside: () => outsidePostgres(address, SCHEMA),
    seenByReaders: targets,
    reader: () => outsidePostgres(address, SCHEMA),
    remove: async () => {
      for (const drop of drops.reverse()) await drop()
      for (const path of [folder, kept]) rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Roles belong to the server; grants of the project name this one. */
async function makeRole(server: PostgresAddress): Promise<void> {
  const client = new pg.Client({ ...server })
  await client.connect()
  try {
    await client.query('create role faults_reader')
  } catch (error) {
    if ((error as { code?: string }).code !== '42710') throw error
  } finally {
    await client.end()
  }
}
