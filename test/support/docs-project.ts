import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLI, quern, REPOSITORY } from './quern.ts'

/** The sample project, built and documented in a folder of its own. */
export async function documentedSample(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly folder: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'quern-docs-'))
  cpSync(join(REPOSITORY, 'sample_project'), folder, {
    recursive: true,
    filter: (path) => !/\/(target|logs)$|\.duckdb(\.wal)?$/.test(path),
  })
  for (const command of [['build'], ['docs', 'generate', '--static']]) {
    const ended = await quern(command, { cwd: folder, env, seconds: 120 })
    if (ended.exit !== 0) throw new Error(`${command.join(' ')}: ${ended.stdout}${ended.stderr}`)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** What a person knows of the way of `is_late` in the sample project, from the SQL of its models. */
export const LINEAGE = {
  metadata: {},
  nodes: {
    'model.flights.stg_flights': {
      status: 'complete',
      columns: {
        arrival_delay: { sources: [{ node: 'source.flights.raw.flights', column: 'arr_delay', how: 'renamed' }] },
      },
      used: [],
    },
    'model.flights.int_flight_outcomes': {
      status: 'complete',
      columns: {
        is_late: { sources: [{ node: 'model.flights.stg_flights', column: 'arrival_delay', how: 'computed' }] },
      },
      used: [],
    },
    'model.flights.fct_flights': {
      status: 'complete',
      columns: {
        is_late: { sources: [{ node: 'model.flights.int_flight_outcomes', column: 'is_late', how: 'copied' }] },
      },
      used: [],
    },
    'model.flights.carrier_punctuality': {
      status: 'partial',
      reason: 'a macro was not understood',
      columns: {
        late_percent: { sources: [{ node: 'model.flights.fct_flights', column: 'is_late', how: 'aggregated' }] },
      },
      used: [],
    },
    'model.flights.weather_effect': {
      status: 'complete',
      columns: {},
      used: [{ node: 'model.flights.fct_flights', column: 'is_late', how: 'filter' }],
    },
  },
} as const

/** What `quern source freshness` writes of a source that is too old. */
export const FRESHNESS = {
  metadata: { generated_at: '2026-11-30T12:00:00Z' },
  results: [
    {
      unique_id: 'source.flights.raw.flights',
      status: 'warn',
      max_loaded_at: '2013-12-31T23:59:00Z',
      snapshotted_at: '2026-11-30T12:00:00Z',
      max_loaded_at_time_ago_in_s: 407_000_000,
      criteria: { warn_after: { count: 1, period: 'day' }, error_after: { count: null, period: null }, filter: null },
    },
  ],
} as const

export function addToTarget(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, 'target', name), JSON.stringify(content))
}

/** A file of the target folder as JSON. */
export const artifact = (folder: string, name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'target', name), 'utf8')) as Record<string, unknown>

export interface Serving {
  readonly url: string
  /** Presses ctrl-C; the exit code. */
  readonly stop: () => Promise<number | null>
  readonly said: () => string
}

/** `quern docs serve` as a process. */
export async function docsServe(
  cwd: string,
  args: readonly string[] = ['--no-browser'],
  env: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const child = spawn(process.execPath, [CLI, 'docs', 'serve', '--port', '0', ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  let said = ''
  const ended = new Promise<number | null>((done) => child.on('close', done))
  const url = await new Promise<string>((found, failed) => {
    const read = (data: Buffer): void => {
      said += data.toString()
      const address = /Serving docs at (http:\S+)/.exec(said)?.[1]
      if (address !== undefined) found(`${address}/`)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', () => failed(new Error(said)))
  })
  return {
    url,
    said: () => said,
    stop: async () => {
      child.kill('SIGINT')
      return await ended
    },
  }
}
