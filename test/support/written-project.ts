import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type DumpedTable, dumpDuckdb, dumpPostgres } from './dump-tables.ts'
import type { DatabaseName } from './golden-case.ts'
import { freshDatabase, type PostgresAddress } from './postgres-database.ts'
import { type Ended, quern, REPOSITORY } from './quern.ts'

/** A project that a test wrote, on an empty database of its own. */
export interface WrittenProject {
  readonly folder: string
  /** The variables that its profile needs. */
  readonly env: Readonly<Record<string, string>>
  run(...args: string[]): Promise<Ended>
  /** With further variables. */
  runWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended>
  /** `{unique_id: {status, message, failures}}` of the last run. */
  results(): Readonly<Record<string, { status: string; message: string | null; failures: number | null }>>
  tables(): Promise<DumpedTable[]>
  remove(): Promise<void>
}

/**
 * Writes a project (profile `golden`, schema `golden`) and gives what runs it. For what dbt has not: what dbt has stands in test/projects. `name`: letters
 * and `_`, different for each project that runs at the same time.
 */
export async function writtenProject(
  name: string,
  database: DatabaseName,
  postgres: PostgresAddress,
  files: Readonly<Record<string, string>>,
): Promise<WrittenProject> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `written-${name}-`)))
  const folder = join(root, 'project')
  const dbname = database === 'duckdb' ? 'goldendb' : `written_${name}`
  const duckdb = join(root, 'goldendb.duckdb')
  const drop = database === 'postgres' ? await freshDatabase(postgres, dbname) : async () => undefined
  const profiles = readFileSync(join(REPOSITORY, 'test/projects/seed_types/project/profiles.yml'), 'utf8')
  const project = `name: shop\nversion: '1.0'\nprofile: golden\n`
  for (const [path, text] of Object.entries({ 'profiles.yml': profiles, 'dbt_project.yml': project, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const env = {
    GOLDEN_DUCKDB_PATH: duckdb,
    GOLDEN_SCHEMA: 'golden',
    GOLDEN_PG_DBNAME: dbname,
    GOLDEN_PG_HOST: postgres.host,
    GOLDEN_PG_PORT: String(postgres.port),
    GOLDEN_PG_USER: postgres.user,
    GOLDEN_PG_PASSWORD: postgres.password,
    DBT_PROFILES_DIR: folder,
    DBT_USE_COLORS: '0',
    TZ: 'UTC',
    HOME: root,
  }
  return {
    folder,
    env,
    run: (...args) => quern([...args, '--target', database], { cwd: folder, env }),
    runWith: (more, ...args) => quern([...args, '--target', database], { cwd: folder, env: { ...env, ...more } }),
    results: () => {
      const { results } = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as {
        results: { unique_id: string; status: string; message: string | null; failures: number | null }[]
      }
      return Object.fromEntries(
        results.map(({ unique_id, status, message, failures }) => [unique_id, { status, message, failures }]),
      )
    },
    tables: () =>
      database === 'duckdb' ? dumpDuckdb(duckdb, 'goldendb') : dumpPostgres({ ...postgres, database: dbname }),
    remove: async () => {
      await drop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
