// Databases that are put back to a known state before each run: a copy of a DuckDB file, a Postgres database made from a template. Who owns one is the
// `place` of a participant: its copy of a project, which gives the database its name.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const DUCKDB_FILES = ['bench.duckdb', 'bench.duckdb.wal']

/** A stored view names its catalog, and that is the file's name: what a template came from must be named as what is made from it. */
export const duckdb = {
  environment: ({ folder }) => ({ BENCH_TARGET: 'duckdb', BENCH_DUCKDB: join(folder, DUCKDB_FILES[0]) }),
  address: ({ folder }) => join(folder, DUCKDB_FILES[0]),
  async empty({ folder }) {
    for (const file of DUCKDB_FILES) rmSync(join(folder, file), { force: true })
  },
  async keep({ folder }, template) {
    for (const file of DUCKDB_FILES)
      if (existsSync(join(folder, file))) {
        mkdirSync(dirname(join(folder, template, file)), { recursive: true })
        copyFileSync(join(folder, file), join(folder, template, file))
      }
  },
  async restore(place, template) {
    await this.empty(place)
    for (const file of DUCKDB_FILES)
      if (existsSync(join(place.folder, template, file)))
        copyFileSync(join(place.folder, template, file), join(place.folder, file))
  },
  async end() {},
}

const identifier = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')

/** `server`: host, port and user of a running server that lets this user make databases. All databases made here are dropped in the end. */
export function postgres(server) {
  let client
  const made = new Set()
  const admin = async (sql) => {
    if (client === undefined) {
      const { default: pg } = await import('pg')
      client = new pg.Client({ ...server, database: 'postgres' })
      await client.connect()
    }
    return client.query(sql)
  }
  const nameOf = ({ folder }) => `quern_bench_${identifier(basename(folder))}`
  const templateOf = (place, template) => `${nameOf(place)}_${identifier(template)}`
  const make = async (name, from) => {
    await admin(`drop database if exists ${name} with (force)`)
    await admin(`create database ${name}${from ? ` template ${from}` : ''}`)
    made.add(name)
  }
  return {
    environment: (place) => ({
      BENCH_TARGET: 'postgres',
      BENCH_PG_HOST: server.host,
      BENCH_PG_PORT: String(server.port),
      BENCH_PG_USER: server.user,
      BENCH_PG_PASSWORD: server.password,
      BENCH_PG_DB: nameOf(place),
    }),
    address: (place) =>
      `postgres://${encodeURIComponent(server.user)}:${encodeURIComponent(server.password)}@${server.host}:${server.port}/${nameOf(place)}`,
    empty: (place) => make(nameOf(place)),
    keep: (place, template) => make(templateOf(place, template), nameOf(place)),
    restore: (place, template) => make(nameOf(place), templateOf(place, template)),
    version: async () => (await admin('show server_version')).rows[0].server_version,
    async end() {
      for (const name of made) await admin(`drop database if exists ${name} with (force)`)
      await client?.end()
    },
  }
}
