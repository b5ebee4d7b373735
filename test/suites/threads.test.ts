import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { quern } from '../support/quern.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'quern-threads-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** More than libuv has threads unless it is told. */
const THREADS = 6
const names = Array.from({ length: THREADS }, (_, at) => `pipe_${at + 1}`)

test('DuckDB works on as many statements at a time as there are threads', { timeout: 60_000 }, async () => {
  mkdirSync(join(folder, 'models'))
  writeFileSync(join(folder, 'dbt_project.yml'), 'name: pipes\nprofile: pipes\n')
  const output = { type: 'duckdb', path: 'pipes.duckdb', threads: THREADS }
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ pipes: { target: 'dev', outputs: { dev: output } } }))
  execFileSync('mkfifo', names, { cwd: folder })
  for (const name of names)
    writeFileSync(
      join(folder, 'models', `${name}.sql`),
      `{{ config(materialized='table') }} select * from read_csv('${join(folder, name)}', header = false, auto_detect = false, columns = {'x': 'integer'})`,
    )
  // Each pipe opens when a statement reads it; none has anything to read before the last is open.
  const opening = names.map((name, at) => `${at + 3}>${name}`).join(' ')
  const writing = names.map((_, at) => `echo 1 >&${at + 3}`).join('; ')
  const writer = spawn('sh', ['-c', `exec ${opening}; ${writing}`], { cwd: folder, stdio: 'ignore' })
  const { exit, stdout } = await quern(['run'], { cwd: folder, seconds: 50 })
  writer.kill('SIGKILL')
  expect([exit, /Done\. .*/.exec(stdout)?.[0]]).toEqual([
    0,
    `Done. PASS=${THREADS} WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=${THREADS}`,
  ])
})
