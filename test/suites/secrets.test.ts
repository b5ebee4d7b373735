import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { writeTree } from '../support/package-hub.ts'
import { freshDatabase } from '../support/postgres-database.ts'
import { type Ended, quern } from '../support/quern.ts'

/*
 * Secrets everywhere that a profile and an environment can have them, templates and databases that say them aloud wherever they can: after each command
 * every byte that was written anywhere (console, logs, artifacts, compiled files, reports, home, temporary files) is searched for them.
 */
const MARKERS = {
  password: `pw'M4rk"er\\ é&1`,
  environment: 'env-M4rker-2',
  key: 'S3-M4rker/key+3',
  address: 'url-M4rker-4',
  setting: 'set-M4rker-5',
} as const
/** What is left of each of them in whatever form it is written. */
const TELLING = [
  'M4rk', 'pw%27', ...Object.values(MARKERS).flatMap((text) => {
    const core = Buffer.from(text).toString('base64')
    return [core.slice(4, 14), Buffer.from(`x${text}`).toString('base64').slice(4, 14), Buffer.from(`xx${text}`).toString('base64').slice(4, 14)]
  }),
] // biome-ignore format: one list

let base: string
let drop: (() => Promise<void>) | undefined
const DATABASE = 'secrets_suite'
beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'quern-secrets-')))
  const server = inject('postgres')
  drop = await freshDatabase(server, DATABASE)
  const client = new pg.Client({ ...server, database: DATABASE })
  await client.connect()
  await client.query('drop role if exists secret_keeper')
  await client.query(`create role secret_keeper superuser login password ${client.escapeLiteral(MARKERS.password)}`)
  await client.end()
})
afterAll(async () => {
  await drop?.()
  rmSync(base, { recursive: true, force: true })
})

const MODELS = {
  'dbt_project.yml': `
name: shop
profile: shop
query-comment: "by {{ env_var('PLAIN_PASSWORD') }}"
on-run-start: "{{ log('hook ' ~ env_var('PLAIN_PASSWORD'), info=true) }}"
models: {+persist_docs: {relation: true, columns: true}}
vars: {token: "{{ env_var('PLAIN_KEY') }}"}
`,
  'models/loud.sql': `{{ config(meta={'pw': env_var('PLAIN_PASSWORD')}, tags=[env_var('PLAIN_KEY')]) }}
{% do log('model ' ~ env_var('PLAIN_PASSWORD'), info=true) %}
{% do print(env_var('PLAIN_KEY')) %}
{% do exceptions.warn('warned of ' ~ env_var('PLAIN_ADDRESS')) %}
select 1 as id, '{{ env_var('PLAIN_KEY') }}' as key, '{{ var('given', '') }}' as given -- {{ target }} {{ adapter.config.credentials }} {{ flags }} {{ invocation_args_dict }}`,
  'models/failing.sql': `select cast('{{ env_var('PLAIN_PASSWORD') | replace("'", "''") }}' as integer) as id`,
  'models/raising.sql': `{% if execute %}{{ exceptions.raise_compiler_error('raised ' ~ env_var('PLAIN_PASSWORD')) }}{% endif %} select 1 as id`,
  'models/behind.sql': "select * from {{ ref('failing') }}",
  'models/undefined.sql': "{% if execute %}{{ nothing[env_var('PLAIN_PASSWORD')].x }}{% endif %} select 1 as id",
  'models/models.yml': `
models:
  - name: loud
    description: "documented {{ env_var('PLAIN_PASSWORD') }}"
    columns: [{name: key, description: "{{ env_var('PLAIN_KEY') }}", data_tests: [{accepted_values: {arguments: {values: ["{{ env_var('PLAIN_ADDRESS') }}"]}, config: {store_failures: true}}}]}]
sources:
  - name: raw
    schema: "{{ target.schema }}"
    loaded_at_query: "select '{{ env_var('PLAIN_KEY') }}'"
    freshness: {warn_after: {count: 1, period: day}}
    tables: [{name: loud, meta: {k: "{{ env_var('PLAIN_KEY') }}"}}]
`,
  'macros/tell.sql': `{% macro tell() %}{% do run_query("select '" ~ env_var('PLAIN_ADDRESS') ~ "'::" ~ env_var('PLAIN_SETTING')) %}{% endmacro %}`,
} as const

interface Setting {
  readonly profile: string
  /** Whether the connection can be made. */
  readonly works: boolean
}

const secretly = (name: string): string => `"{{ env_var('DBT_ENV_SECRET_${name}') }}"`
const literal = JSON.stringify

function settings(): Record<string, Setting> {
  const { host, port } = inject('postgres')
  const login = `type: postgres, host: ${host}, port: ${port}, dbname: ${DATABASE}, schema: s, threads: 2, user: secret_keeper`
  const duckdb = 'type: duckdb, path: secrets.duckdb, threads: 2'
  return {
    'postgres, password of the environment': { works: true, profile: `{${login}, password: ${secretly('PASSWORD')}}` },
    'postgres, password written out': { works: true, profile: `{${login}, pass: ${literal(MARKERS.password)}}` },
    'postgres, password of a plain variable': { works: true, profile: `{${login}, password: "{{ env_var('PLAIN_PASSWORD') }}"}` },
    'postgres that is not there': { works: false, profile: `{${login.replace(String(port), '1')}, password: ${literal(MARKERS.password)}}` },
    'postgres, an output that is wrong': { works: false, profile: `{${login}, password: ${literal(MARKERS.password)}, sslmode: [${literal(MARKERS.password)}]}` },
    'duckdb, all of it': {
      works: true,
      profile: `{${duckdb}, settings: {search_path: main}, attach: [{path: ":memory:", alias: other}], config_options: {}, x_password: ${literal(MARKERS.password)}, x_uri: "s3://me:${MARKERS.address}@host/x"}`,
    },
    'duckdb, a secret variable in a setting that has another use': { works: true, profile: `{${duckdb}, config_options: {custom_user_agent: ${secretly('KEY')}}}` },
    'duckdb, a setting that is none': { works: false, profile: `{${duckdb}, motherduck_token: ${literal(MARKERS.password)}, settings: {s3_secret_access_key: ${literal(MARKERS.setting)}, no_such_password: ${literal(MARKERS.setting)}}}` },
    'duckdb, a secret that is none': { works: false, profile: `{${duckdb}, secrets: [{type: no_such_type, key_id: ${literal(MARKERS.key)}, secret: ${literal(MARKERS.password)}}]}` },
    'duckdb, a map of headers': { works: true, profile: `{${duckdb}, secrets: [{type: http, extra_http_headers: "map {'Authorization': '${MARKERS.setting}'}", bearer_token: ${secretly('KEY')}, name: one}]}` },
    'duckdb, a file that is none': { works: false, profile: `{${duckdb}, attach: [{path: "no/such/host=x password=${MARKERS.address}"}]}` },
    'duckdb, an address that is none': { works: false, profile: `{${duckdb}, attach: [{path: "postgres://me:${MARKERS.address}@127.0.0.1:1/none", type: postgres}]}` },
    'duckdb, a token in the path': { works: false, profile: `{type: duckdb, path: "no/such/folder?motherduck_token=${MARKERS.address}"}` },
    'a file that cannot be read': { works: false, profile: `{${duckdb}, password: ${literal(MARKERS.password)}\n    pass: ${MARKERS.address}\n   x: [` },
    'a template that cannot be rendered': { works: false, profile: `{${duckdb}, token: ${literal(MARKERS.password)}, schema: "{{ env_var('MISSING') }}"}` },
  } // biome-ignore format: one table
}

const COMMANDS: readonly (readonly string[])[] = [
  ['debug'],
  ['parse', '--record-timing-info', 'timing.cpuprofile'],
  ['build', '--report', 'junit=junit.xml', '--report', 'markdown=report.md', '--report', 'sarif=report.sarif', '--log-level', 'debug', '--log-format', 'json', '--vars', JSON.stringify({ given: MARKERS.environment })],
  ['retry', '--vars', '{}', '--report', 'github'],
  ['docs', 'generate', '--static'],
  ['compile', '--select', 'loud', '--log-cache-events'],
  ['show', '--select', 'loud'],
  ['show', '--inline-direct', `select '${MARKERS.environment}' as x`],
  ['show', '--inline', `select '${MARKERS.environment}'::integer as x`],
  ['source', 'freshness'],
  ['run-operation', 'tell'],
  ['ls', '--output', 'json'],
  ['lineage', 'loud'],
  ['check', '--format', 'json', '--output', 'check.json'],
  ['diff', '--state', 'target', '--format', 'json', '--output', 'diff.json'],
  ['clone', '--state', 'target'],
  ['clean', '--no-clean-project-files-only'],
] // biome-ignore format: one list

/** What says something of its own where the connection cannot be made. */
const WITHOUT_CONNECTION = new Set(['debug', 'parse', 'build', 'compile', 'run-operation', 'clean'])

let count = 0
async function everything({
  profile,
  works,
}: Setting): Promise<{ folder: string; ended: (Ended & { command: string })[] }> {
  const folder = join(base, String(++count))
  const project = join(folder, 'project')
  writeTree(project, MODELS)
  writeTree(folder, {
    'profiles/profiles.yml': `shop:\n  target: dev\n  outputs:\n    dev: ${profile}\n`,
    'home/.keep': '',
    'tmp/.keep': '',
  })
  const env = {
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    DBT_PROFILES_DIR: join(folder, 'profiles'),
    DBT_USE_COLORS: '0',
    DBT_ENV_CUSTOM_ENV_TOLD: MARKERS.password,
    DBT_ENV_SECRET_PASSWORD: MARKERS.password,
    QUERN_ENV_SECRET_MORE: MARKERS.environment,
    DBT_ENV_SECRET_KEY: MARKERS.key,
    PLAIN_PASSWORD: MARKERS.password,
    PLAIN_KEY: MARKERS.key,
    PLAIN_ADDRESS: MARKERS.address,
    PLAIN_SETTING: MARKERS.setting,
    // what only some profiles tell is known to be secret in the others by its name
    DBT_ENV_SECRET_ADDRESS: MARKERS.address,
    DBT_ENV_SECRET_SETTING: MARKERS.setting,
  }
  const ended: (Ended & { command: string })[] = []
  const commands = works ? COMMANDS : COMMANDS.filter(([command]) => WITHOUT_CONNECTION.has(command!))
  for (const args of commands) ended.push({ ...(await quern(args, { cwd: project, env })), command: args.join(' ') })
  return { folder, ended }
}

const shows = (bytes: Buffer | string): string | undefined => TELLING.find((text) => bytes.includes(text))

/** What was found where: files, and the lines of commands. */
function leaks({ folder, ended }: Awaited<ReturnType<typeof everything>>): string[] {
  const found: string[] = []
  for (const { command, stdout, stderr } of ended)
    for (const line of `${stdout}\n${stderr}`.split('\n'))
      if (shows(line) !== undefined) found.push(`${command}: ${line}`)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1)
    if (name === 'profiles/profiles.yml' || name.includes('.duckdb') || !statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    if (shows(bytes) !== undefined || shows(name) !== undefined) found.push(`${name}: ${around(bytes)}`)
    for (const [, packed] of bytes.toString('latin1').matchAll(/"(H4sI[A-Za-z0-9+/=]+)"/g))
      if (shows(gunzipSync(Buffer.from(packed!, 'base64'))) !== undefined) found.push(`${name}, packed`)
  }
  return found
}

function around(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  const at = text.indexOf(shows(bytes) ?? '')
  return text.slice(Math.max(0, at - 60), at + 60)
}

describe('secrets are in nothing that is printed or written', () => {
  test.each(Object.keys({ ...names() }))('%s', { timeout: 180_000 }, async (name) => {
    const setting = settings()[name]!
    const all = await everything(setting)
    expect(leaks(all)).toEqual([])
    const debug = all.ended[0]!
    expect(debug.exit === 0, debug.stdout + debug.stderr).toBe(setting.works)
    if (setting.works) {
      // it was there to be seen
      const build = all.ended.find(({ command }) => command.startsWith('build'))!
      expect(build.stdout).toContain('model *****')
      expect(build.stdout).toContain('raised *****')
    }
  })
})

test('retry does not build with stars in the place of a secret', { timeout: 60_000 }, async () => {
  const folder = join(base, 'retried')
  writeTree(folder, {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: x.duckdb}}}\n',
    'models/a.sql': "{{ config(materialized='table') }} select '{{ var('given') }}'::integer as id",
  })
  const env = { DBT_ENV_SECRET_GIVEN: MARKERS.environment, DBT_USE_COLORS: '0', HOME: folder }
  const vars = ['--vars', JSON.stringify({ given: MARKERS.environment })]
  expect((await quern(['run', ...vars], { cwd: folder, env })).exit).toBe(1)
  expect(readFileSync(join(folder, 'target/run_results.json'), 'utf8')).not.toContain(MARKERS.environment)
  const without = await quern(['retry'], { cwd: folder, env })
  expect(without).toMatchObject({ exit: 2, stdout: expect.stringContaining('give them again: quern retry --vars') })
  const again = await quern(['retry', '--vars', '{given: "3"}'], { cwd: folder, env })
  expect(again.exit, again.stdout).toBe(0)
})

/** Names without asking for the server, which is not known while tests are collected. */
function names(): Record<string, true> {
  return Object.fromEntries(
    [
      'postgres, password of the environment', 'postgres, password written out', 'postgres, password of a plain variable',
      'postgres that is not there', 'postgres, an output that is wrong', 'duckdb, all of it', 'duckdb, a secret variable in a setting that has another use', 'duckdb, a setting that is none',
      'duckdb, a secret that is none', 'duckdb, a map of headers', 'duckdb, a file that is none', 'duckdb, an address that is none', 'duckdb, a token in the path',
      'a file that cannot be read', 'a template that cannot be rendered',
    ].map((name) => [name, true] as const),
  ) // biome-ignore format: one list
}
