import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { freshDatabase } from '../support/postgres-database.ts'
import { quern, REPOSITORY } from '../support/quern.ts'

interface Results {
  readonly metadata: { readonly dbt_schema_version: string }
  readonly results: readonly { readonly status: string; readonly unique_id: string }[]
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A copy, so that tests leave nothing in the repository. */
function sampleCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-sample-'))
  folders.push(folder)
  cpSync(join(REPOSITORY, 'sample_project'), folder, {
    recursive: true,
    filter: (path) => !/\/(target|logs)$|\.duckdb(\.wal)?$/.test(path),
  })
  return folder
}

const results = (folder: string): Results =>
  JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as Results

describe('the sample project', () => {
  test('builds on DuckDB from another folder, and again', { timeout: 120_000 }, async () => {
    const folder = sampleCopy()
    const args = ['build', '--project-dir', folder, '--profiles-dir', folder]
    for (const _round of [1, 2]) {
      const ended = await quern(args, { cwd: tmpdir() })
      expect(ended.stdout).toContain('Done. PASS=63 WARN=0 ERROR=0 SKIP=0 NO-OP=1 TOTAL=64')
      expect(ended.exit).toBe(0)
    }
    const written = results(folder)
    expect(written.metadata.dbt_schema_version).toBe('https://schemas.getdbt.com/dbt/run-results/v6.json')
    expect(written.results.filter((result) => !['success', 'pass', 'no-op'].includes(result.status))).toEqual([])
    expect(written.results).toHaveLength(64)
  })

  test('builds on Postgres after the documented load', { timeout: 180_000 }, async () => {
    const server = inject('postgres')
    const drop = await freshDatabase(server, 'quern_sample')
    try {
      const folder = sampleCopy()
      const env = {
        FLIGHTS_PG_HOST: server.host,
        FLIGHTS_PG_PORT: String(server.port),
        FLIGHTS_PG_USER: server.user,
        FLIGHTS_PG_PASSWORD: server.password,
        FLIGHTS_PG_DBNAME: 'quern_sample',
      }
      const script = join(REPOSITORY, 'sample_project', 'scripts', 'load-flights-postgres.mjs')
      await promisify(execFile)(process.execPath, [script], { cwd: REPOSITORY, env: { ...process.env, ...env } })
      const ended = await quern(['build', '--target', 'postgres'], { cwd: folder, env, seconds: 120 })
      expect(ended.stdout).toContain('Done. PASS=63 WARN=0 ERROR=0 SKIP=0 NO-OP=1 TOTAL=64')
      expect(ended.exit).toBe(0)
    } finally {
      await drop()
    }
  })
})
