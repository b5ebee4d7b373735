import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type InvokeOptions, type InvokeResult, type JsonRecord, quern, type RunEvent } from '../../src/index.ts'
import { duckdbProfile, newFolder, removeFolders, rowsOf, wordProject } from '../support/library-project.ts'
import { freshDatabase, type PostgresAddress } from '../support/postgres-database.ts'

let server: PostgresAddress
let drops: (() => Promise<void>)[]
beforeAll(async () => {
  server = inject('postgres')
  // One each: what is asked of the catalog of a database depends on all that is in it.
  drops = [await freshDatabase(server, 'quern_savanna'), await freshDatabase(server, 'quern_steppe')]
})
afterAll(async () => {
  removeFolders()
  for (const drop of drops) await drop()
})

const SECRETS = ['first-secret-word', 'second-secret-word', 'third-secret-word', 'fourth-secret-word']

/** A project whose nodes say what they see: variables, environment, target, secrets of its own and of others. */
function speaking(name: string, output: object): string {
  return wordProject(name, {
    model: `{{ log("in ${name}: " ~ env_var('WHO') ~ ' ' ~ target.schema ~ ' ${SECRETS.join(' ')}', info=true) }}
{% set rows = run_query("select '" ~ env_var('WHO') ~ "' as who") %}
select id, '{{ rows[0][0] if execute }}' as who, '{{ var("word") }}' as word, '{{ invocation_args_dict.which }}' as which from {{ ref('raw') }}`,
    files: {
      'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs: { dev: { threads: 1, ...output } } } }),
      'models/below.sql': `select count(*) as n, max(word) as word from {{ ref('${name}') }}`,
      'models/failing.sql': 'select no_such_column from {{ ref("below") }}',
      'macros/greet.sql': `{% macro greet() %}{{ print('greetings from ${name} to ' ~ env_var('WHO')) }}{% endmacro %}`,
    },
  })
}

interface Case {
  readonly name: string
  readonly argv: readonly string[]
  readonly output: () => object
  readonly env: Readonly<Record<string, string>>
}
const postgres = (schema: string): object => {
  const { host, port, user, password } = server
  return { type: 'postgres', host, port, user, password, dbname: `quern_${schema}`, schema }
}
const CASES: readonly Case[] = [
  { name: 'duck', argv: ['build', '--vars', '{word: quack}'], output: () => ({ type: 'duckdb', path: 'own.duckdb', schema: 'pond' }), env: { WHO: 'duck' } },
  { name: 'memory', argv: ['build'], output: () => ({ type: 'duckdb', path: ':memory:' }), env: { WHO: 'mem', DBT_LOG_FORMAT: 'json' } },
  { name: 'elephant', argv: ['build', '--no-use-colors'], output: () => postgres('savanna'), env: { WHO: 'ele' } },
  { name: 'mammoth', argv: ['build', '--fail-fast', '--debug'], output: () => postgres('steppe'), env: { WHO: 'mam' } },
  { name: 'goose', argv: ['build', '--exclude', 'failing', '--no-write-json'], output: () => ({ type: 'duckdb', path: 'own.duckdb' }), env: { WHO: 'goo' } },
  { name: 'swan', argv: ['ls', '--output', 'json'], output: () => ({ type: 'duckdb', path: 'own.duckdb' }), env: { WHO: 'swa' } },
  { name: 'teal', argv: ['run-operation', 'greet'], output: () => ({ type: 'duckdb', path: 'own.duckdb' }), env: { WHO: 'tea' } },
  { name: 'broken', argv: ['build', '--select', 'no+such:thing'], output: () => ({ type: 'duckdb', path: 'own.duckdb' }), env: { WHO: 'bro' } },
] // biome-ignore format: a table

interface Heard {
  readonly result: InvokeResult
  readonly events: readonly RunEvent[]
  readonly records: readonly JsonRecord[]
  readonly folder: string
}

async function runCase(one: Case, index: number): Promise<Heard> {
  const folder = speaking(one.name, one.output())
  const [events, records]: [RunEvent[], JsonRecord[]] = [[], []]
  const surroundings: InvokeOptions = {
    cwd: folder,
    env: { HOME: folder, DBT_ENV_SECRET_MINE: SECRETS[index % SECRETS.length]!, ...one.env },
    onEvent: (event) => events.push(event),
    onRecord: (record) => records.push(record),
  }
  return { result: await quern.invoke(one.argv, surroundings), events, records, folder }
}

/** Everything that an invocation left, by name, without what differs from run to run. */
function left({ result, events, records, folder }: Heard): Record<string, unknown> {
  const masked = (text: string): string =>
    text
      .replaceAll(folder, '<folder>')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?/g, '<time>')
      .replace(/\d\d:\d\d:\d\d(\.\d+)?/g, '<time>')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      .replace(/\d+\.\d+(e-\d+)?/g, '<n>')
      .replace(
        /\b(created_at|execution_time|elapsed\w*|completed_at|command_wall_clock_time|process_\w+)"?: "?[\d.e-]+/g,
        '$1: <n>',
      )
      .replace(/Resource report: [^\n]*/g, '')
      .replace(/in \d+ hours/g, '')
  const files: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true })) {
    const path = join(folder, String(entry))
    if (statSync(path).isFile() && /^(target|logs)/.test(String(entry)) && !/partial_parse|cache/.test(path))
      files[relative(folder, path)] = masked(readFileSync(path, 'utf8'))
  }
  return {
    exit: result.exitCode,
    output: masked(result.output),
    results: result.results.map(({ unique_id, status, message }) => [unique_id, status, masked(message ?? '')]),
    events: events.map(({ kind }) => kind),
    records: records
      .filter(({ info }) => !/ResourceReport/.test(info.name))
      .map(({ info }) => [info.name, info.level, masked(info.msg)]),
    files,
  }
}

test('invocations at the same time leave and say exactly what each does alone', { timeout: 120_000 }, async () => {
  const alone: Record<string, unknown>[] = []
  for (const [index, one] of CASES.entries()) alone.push(left(await runCase(one, index)))
  expect(alone.map(({ exit }) => exit)).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
  for (const schema of ['savanna', 'steppe']) await clear(schema)
  const together = await Promise.all(CASES.map(runCase))
  for (const [index, heard] of together.entries()) {
    expect(left(heard), CASES[index]!.name).toEqual(alone[index])
    const own = SECRETS[index % SECRETS.length]!
    const said =
      JSON.stringify([heard.result.output, heard.records]) + readFileSync(join(heard.folder, 'logs/dbt.log'), 'utf8')
    expect(said.includes(own), `${CASES[index]!.name}: its secret`).toBe(false)
    // What is another's secret is a word like any other here.
    if (CASES[index]!.argv[0] === 'build' && CASES[index]!.name !== 'broken')
      for (const other of SECRETS.filter((secret) => secret !== own)) expect(said).toContain(other)
  }
})

async function clear(schema: string): Promise<void> {
  const { default: pg } = await import('pg')
  const { host, port, user, password } = server
  const client = new pg.Client({ host, port, user, password, database: `quern_${schema}` })
  await client.connect()
  await client.query(`drop schema if exists ${schema} cascade`)
  await client.end()
}

const TABLES = `select schema_name || '.' || table_name from duckdb_tables() union all
select schema_name || '.' || view_name from duckdb_views() where not internal order by 1`

test('two projects, two targets and the same project twice on one DuckDB file keep all tables', {
  timeout: 120_000,
}, async () => {
  const shared = join(newFolder(), 'shared.duckdb')
  const outputs = {
    dev: { type: 'duckdb', path: shared, schema: 'dev' },
    prod: { type: 'duckdb', path: shared, schema: 'prod', settings: { preserve_insertion_order: true } },
  }
  const folders = ['one', 'two'].map((name) => {
    const folder = wordProject(name)
    writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ p: { target: 'dev', outputs } }))
    return folder
  })
  const attaching = wordProject('three')
  writeFileSync(
    join(attaching, 'profiles.yml'),
    duckdbProfile(':memory:', { attach: [{ path: shared, alias: 'att' }], database: 'att', schema: 'att' }),
  )
  const inFolder = (cwd: string): InvokeOptions => ({ cwd, env: { HOME: cwd } })
  const ends = await Promise.all([
    quern.build({}, inFolder(folders[0]!)),
    quern.build({}, inFolder(folders[1]!)),
    quern.build({ target: 'prod', targetPath: 'target2', logPath: 'logs2' }, inFolder(folders[0]!)),
    quern.build({}, inFolder(folders[0]!)),
    quern.build({}, inFolder(attaching)),
    quern.show({ inline: 'select 1 as x' }, inFolder(folders[1]!)),
  ])
  expect(ends.map(({ exitCode, error }) => [exitCode, error])).toEqual(ends.map(() => [0, undefined]))
  expect((await rowsOf(shared, TABLES)).flat()).toEqual([
    'att.raw',
    'att.three',
    'dev.one',
    'dev.raw',
    'dev.two',
    'prod.one',
    'prod.raw',
  ])
})

test('two invocations with one target folder and one log file: whole artifacts, whole lines', {
  timeout: 120_000,
}, async () => {
  const folder = wordProject('twice')
  const inFolder: InvokeOptions = { cwd: folder, env: { HOME: folder } }
  const many = await Promise.all(Array.from({ length: 4 }, () => quern.build({ logFormatFile: 'json' }, inFolder)))
  expect(many.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
  for (const name of ['manifest.json', 'run_results.json', 'graph_summary.json', 'semantic_manifest.json'])
    expect(() => JSON.parse(readFileSync(join(folder, 'target', name), 'utf8'))).not.toThrow()
  const lines = readFileSync(join(folder, 'logs', 'dbt.log'), 'utf8')
    .trimEnd()
    .split('\n')
  const ids = new Set(lines.map((line) => (JSON.parse(line) as JsonRecord).info.invocation_id))
  expect(ids.size).toBe(4)
  expect(readdirSync(join(folder, 'target')).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
