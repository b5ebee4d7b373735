import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, inject, test } from 'vitest'
import { consoleLines, factsOf, jsonLinesOf, type LogLine, type StepFacts } from '../support/event-facts.ts'
import { type DatabaseName, goldenCases } from '../support/golden-case.ts'
import { freshDatabase } from '../support/postgres-database.ts'
import { CLI, REPOSITORY } from '../support/quern.ts'

/*
 * The JSON log is the reference's: names, codes, levels, order, fields and their values. With EVENTS_VENV (a folder with bin/dbt) nothing is
 * compared: test/events/expected/ is written anew by the reference.
 */

interface Step {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly copy?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string | null>>
}
interface Case {
  readonly name: string
  readonly databases: readonly DatabaseName[]
  /** Copied into the project's folder first. */
  readonly folder?: string
  readonly files: Readonly<Record<string, string | null>>
  readonly env: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  /** The console's text is compared in place of JSON lines. */
  readonly text: boolean
}

const FOLDER = join(REPOSITORY, 'test', 'events')
const VENV = process.env['EVENTS_VENV']

const PROFILES = {
  duckdb: '{type: duckdb, path: "{{ env_var(\'GOLDEN_DUCKDB_PATH\') }}", schema: main, threads: 1}',
  postgres:
    '{type: postgres, host: "{{ env_var(\'GOLDEN_PG_HOST\') }}", port: "{{ env_var(\'GOLDEN_PG_PORT\') | as_number }}", user: "{{ env_var(\'GOLDEN_PG_USER\') }}", ' +
    'password: "{{ env_var(\'GOLDEN_PG_PASSWORD\') }}", dbname: "{{ env_var(\'GOLDEN_PG_DBNAME\') }}", schema: main, threads: 1}',
}
const profilesYml = `shop:\n  target: duckdb\n  outputs:\n    duckdb: ${PROFILES.duckdb}\n    postgres: ${PROFILES.postgres}\n`

function readCases(): Case[] {
  const told = load(readFileSync(join(FOLDER, 'cases.yml'), 'utf8')) as {
    base: Readonly<Record<string, string>>
    golden: readonly string[]
    cases: readonly {
      name: string
      text?: boolean
      databases?: DatabaseName[]
      files?: Case['files']
      steps: (Step | string[])[]
    }[]
  }
  const own = told.cases.map(({ name, text, databases, files, steps }) => ({
    name,
    text: text === true,
    databases: databases ?? (['duckdb'] as const),
    files: { 'profiles.yml': profilesYml, ...told.base, ...files },
    env: {},
    steps: steps.map((step) => (Array.isArray(step) ? { args: step } : step)),
  }))
  const golden = goldenCases()
    .filter(({ name }) => told.golden.includes(name))
    .map(({ name, folder, env, steps }) => ({
      name: `golden_${name}`,
      databases: ['duckdb'] as const,
      folder: join(folder, 'project'),
      files: {},
      env,
      steps,
      text: false,
    }))
  return [...own, ...golden]
}

describe.concurrent('events', () => {
  for (const one of readCases())
    for (const database of one.databases)
      test(`${one.name} on ${database}`, { timeout: 600_000 }, async () => {
        const path = join(FOLDER, 'expected', `${one.name}.${database}.json`)
        const steps = await run(one, database)
        if (VENV !== undefined) {
          mkdirSync(dirname(path), { recursive: true })
          writeFileSync(path, `${JSON.stringify(rowsOf(steps), null, 1)}\n`)
          return
        }
        const expected = JSON.parse(readFileSync(path, 'utf8')) as Rows[]
        for (const { lines } of steps) checkLines(lines)
        for (const [at, found] of rowsOf(steps).entries()) expect(found).toEqual(expected[at])
        expect(steps.length).toBe(expected.length)
      })
})

interface Ran {
  readonly step: string
  readonly facts: StepFacts & { readonly text?: readonly string[] }
  readonly lines: readonly LogLine[]
}

async function run(one: Case, database: DatabaseName): Promise<Ran[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'quern-events-')))
  const project = join(root, 'project')
  const server = inject('postgres')
  const name = database === 'duckdb' ? 'goldendb' : `goldendb_events_${one.name}`
  const drop = database === 'postgres' ? await freshDatabase(server, name) : async () => undefined
  try {
    if (one.folder !== undefined) cpSync(one.folder, project, { recursive: true })
    write(project, one.files)
    const env = {
      GOLDEN_DUCKDB_PATH: join(root, 'goldendb.duckdb'),
      GOLDEN_SCHEMA: 'golden',
      GOLDEN_PG_DBNAME: name,
      GOLDEN_PG_HOST: server.host,
      GOLDEN_PG_PORT: String(server.port),
      GOLDEN_PG_USER: server.user,
      GOLDEN_PG_PASSWORD: server.password,
      DBT_PROFILES_DIR: project,
      ...(one.text ? {} : { DBT_LOG_FORMAT: 'json', DBT_LOG_LEVEL: 'debug', DBT_USE_COLORS: '0' }),
      DBT_PARTIAL_PARSE: '0',
      DBT_VERSION_CHECK: '0',
      DBT_SEND_ANONYMOUS_USAGE_STATS: '0',
      DBT_ENV_CUSTOM_ENV_TEAM: 'blue',
      TZ: 'UTC',
      HOME: root,
      ...one.env,
    }
    const ran: Ran[] = []
    for (const { args, copy, files, env: own } of one.steps) {
      for (const [from, to] of Object.entries(copy ?? {})) {
        rmSync(join(project, to), { recursive: true, force: true })
        cpSync(join(project, from), join(project, to), { recursive: true })
      }
      write(project, files ?? {})
      const target = ['deps', 'clean'].includes(args[0]!) || args.includes('--target') ? [] : ['--target', database]
      const { exit, output } = await started([...args, ...target], project, { ...env, ...own })
      const shown = output.replaceAll(project, '{project}').replaceAll(root, '{root}').replaceAll(name, 'goldendb')
      const lines = one.text ? [] : jsonLinesOf(shown)
      const facts = one.text ? { ...factsOf(exit, []), text: consoleLines(shown) } : factsOf(exit, lines)
      ran.push({ step: args.join(' '), facts, lines })
    }
    return ran
  } finally {
    await drop()
    rmSync(root, { recursive: true, force: true })
  }
}

function write(project: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    if (text !== null) writeFileSync(join(project, path), text)
    else if (existsSync(join(project, path))) rmSync(join(project, path))
  }
}

function started(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number | null; output: string }> {
  const [command, first] = VENV === undefined ? [process.execPath, [CLI]] : [join(VENV, 'bin', 'dbt'), []]
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const out: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => out.push(data))
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit, output: Buffer.concat(out).toString('utf8') }))
  })
}

interface Rows {
  readonly step: string
  readonly exit: number | null
  /** One text for each event, so that differences are easy to read. */
  readonly events: readonly string[]
  /** Of events and nodes that no step before had in this form. */
  readonly shapes: Readonly<Record<string, readonly string[]>>
  readonly nodes: Readonly<Record<string, string>>
}

function rowsOf(steps: readonly Ran[]): Rows[] {
  const known = new Set<string>()
  const isNew = (text: string): boolean => known.size < known.add(text).size
  return steps.map(({ step, facts }) => ({
    step,
    exit: facts.exit,
    events:
      facts.text ??
      facts.events.map(({ event, thread, node, msg, data }) =>
        [event, thread, node ?? '', msg, JSON.stringify(sorted(data))].join(' | '),
      ),
    shapes: Object.fromEntries(
      Object.entries(facts.shapes).flatMap(([event, variants]) => {
        const found = variants.filter((variant) => isNew(`${event} ${variant}`))
        return found.length === 0 ? [] : [[event, found]]
      }),
    ),
    nodes: Object.fromEntries(
      Object.entries(facts.nodes)
        .map(([id, node]) => [id, JSON.stringify(sorted(node))] as const)
        .filter(([id, text]) => isNew(`${id} ${text}`)),
    ),
  }))
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value

/** What every line has. */
function checkLines(lines: readonly LogLine[]): void {
  const keys = ['category', 'code', 'extra', 'invocation_id', 'level', 'msg', 'name', 'pid', 'thread', 'ts']
  for (const line of lines) {
    expect(Object.keys(line)).toEqual(['data', 'info'])
    expect(Object.keys(line.info)).toEqual(keys)
    expect(line.info).toMatchObject({ category: '', extra: { TEAM: 'blue' }, pid: expect.any(Number) })
    expect(line.info['invocation_id']).toBe(lines[0]!.info['invocation_id'])
    expect(line.info['invocation_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(line.info.pid).toBe(lines[0]!.info['pid'])
    expect(line.info.thread).toMatch(/^(MainThread|Thread-\d+ \(worker\))$/)
    expect(line.info.ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  }
}
