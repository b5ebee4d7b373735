import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InvokeOptions, type JsonRecord, QuernError, quern } from '../../../src/index.ts'
import { duckdbProfile, inFolder, newFolder, removeFolders, wordProject } from '../../support/library-project.ts'

let folder: string
let here: InvokeOptions
beforeAll(() => {
  folder = wordProject('shop', {
    files: {
      'macros/note.sql':
        "{% macro note(text) %}{% do run_query('create or replace table noted as select 1 as x') %}{{ log(text, info=true) }}{% endmacro %}",
      'models/sources.yml': `sources:
  - name: files
    schema: main
    tables:
      - {name: raw, config: {loaded_at_query: "select now() - interval 3 hour", freshness: {warn_after: {count: 1, period: hour}}}}
      - {name: gone, config: {loaded_at_query: "select x from nowhere", freshness: {warn_after: {count: 1, period: hour}}}}
`,
    },
  })
  here = inFolder(folder)
})
afterAll(removeFolders)

const artifact = (name: string): unknown => JSON.parse(readFileSync(join(folder, 'target', name), 'utf8'))

test('build: results are those of run_results.json', async () => {
  const end = await quern.build({ select: ['raw+'], vars: { word: 'its own' }, threads: 1 }, here)
  expect({ ...end, output: '', runResults: undefined, results: [] }).toEqual({
    exitCode: 0,
    success: true,
    cancelled: false,
    error: undefined,
    artifacts: {
      'manifest.json': join(folder, 'target', 'manifest.json'),
      'run_results.json': join(folder, 'target', 'run_results.json'),
    },
    output: '',
    errorOutput: '',
    results: [],
    runResults: undefined,
  })
  const written = artifact('run_results.json') as { results: unknown[]; args: Record<string, unknown> }
  expect(end.runResults).toEqual(written)
  expect(end.results).toEqual(written.results)
  expect(written.args).toMatchObject({
    select: ['raw+'],
    vars: { word: 'its own' },
    threads: 1,
    invocation_command: `dbt build --select raw+ --vars {"word": "its own"} --threads 1`,
  })
})

test('run, test, seed: only their nodes; without a file the results are the same', async () => {
  const types = async (name: 'run' | 'test' | 'seed'): Promise<unknown> => {
    const end = await quern[name]({ writeJson: false }, here)
    expect(end.artifacts).toEqual({})
    return end.results.map(({ unique_id, status }) => [unique_id.split('.')[0], status])
  }
  expect([await types('seed'), await types('run'), await types('test')]).toEqual([
    [['seed', 'success']],
    [['model', 'success']],
    [['test', 'pass']],
  ])
})

test('show: columns and rows as JavaScript has them', async () => {
  const end = await quern.show(
    {
      inline:
        "select 1 as i, 1.5::double as f, 2.50::decimal(5,2) as d, 9007199254740993 as big, null as nothing, true as yes, 'x' as word, date '2024-02-29' as day, timestamp '2024-02-29 01:02:03' as at, [1, 2] as list",
    },
    here,
  )
  expect(end.rows).toEqual([
    {
      i: 1,
      f: 1.5,
      d: 2.5,
      big: 9007199254740993n,
      nothing: null,
      yes: true,
      word: 'x',
      day: '2024-02-29',
      at: '2024-02-29T01:02:03',
      list: '[1, 2]',
    },
  ])
  expect(end.columns.map(({ name }) => name)).toEqual(Object.keys(end.rows[0]!))
  const selected = await quern.show({ select: 'shop raw', limit: 1 }, here)
  expect(selected.tables.map(({ uniqueId, rows }) => [uniqueId, rows.length])).toEqual([
    // dbt shows all rows of a seed's file, whatever the limit.
    ['seed.shop.raw', 2],
    ['model.shop.shop', 1],
    [expect.stringMatching(/^test\./), 0],
  ])
})

test('compile: SQL of each node', async () => {
  const { nodes, results } = await quern.compile({ select: 'path:models' }, here)
  expect(nodes).toEqual([
    expect.objectContaining({ name: 'shop', sql: `select id, 'shop' as word from "own"."main"."raw"` }),
    expect.objectContaining({ uniqueId: expect.stringMatching(/^test\.shop\.unique_shop_id\./) }),
  ])
  expect(results).toHaveLength(2)
})

test('list: lines, or objects', async () => {
  expect((await quern.list({ resourceType: 'model' } as never, here)).error?.hint).toBe("did you mean 'resourceTypes'?")
  expect((await quern.list({ resourceTypes: 'model' }, here)).nodes).toEqual(['shop.shop'])
  const { nodes } = await quern.list(
    { resourceTypes: ['model'], output: 'json', outputKeys: ['name', 'config.materialized'] },
    here,
  )
  expect(nodes).toEqual([{ name: 'shop', 'config.materialized': 'view' }])
})

test('parse: the manifest, a copy', async () => {
  const { manifest } = await quern.parse({}, here)
  expect(manifest).toEqual(artifact('manifest.json'))
  expect(manifest?.nodes['model.shop.shop']?.depends_on.nodes).toEqual(['seed.shop.raw'])
  expect((await quern.parse({ writeJson: false }, here)).manifest?.metadata.project_name).toBe('shop')
})

test('docsGenerate: the catalog', async () => {
  const { catalog, results } = await quern.docsGenerate({}, here)
  expect(catalog).toEqual(artifact('catalog.json'))
  expect(Object.keys(catalog?.nodes['model.shop.shop']?.columns ?? {})).toEqual(['id', 'word'])
  expect(results.length).toBeGreaterThan(0)
})

test('sourceFreshness: measured sources, and those that could not be', async () => {
  const end = await quern.sourceFreshness({}, here)
  expect(end.exitCode).toBe(1)
  const byId = new Map(end.results.map((result) => [result.unique_id, result]))
  expect(byId.get('source.shop.files.raw')).toMatchObject({ status: 'warn', freshness: { status: 'warn' } })
  const gone = byId.get('source.shop.files.gone')
  expect([gone?.status, gone?.freshness, gone?.error]).toEqual(['runtime error', undefined, expect.any(QuernError)])
  expect(end.sources).toEqual(artifact('sources.json'))
})

test('runOperation: the macro with its arguments', async () => {
  const end = await quern.runOperation({ macro: 'note', args: { text: 'so it is' } }, here)
  expect(end.output).toContain('so it is')
  expect(end.results.map(({ unique_id, status }) => [unique_id, status])).toEqual([['macro.shop.note', 'success']])
  const missing = await quern.runOperation({ macro: 'nota' }, here)
  expect([missing.exitCode, missing.error?.code, missing.error?.hint]).toEqual([
    2,
    'macro_not_found',
    "did you mean 'note'?",
  ])
})

test('retry repeats what failed, clone needs a state', async () => {
  const project = wordProject('again', { model: "select {{ var('column', 'nothing') }} as id" })
  const surroundings = inFolder(project)
  const failed = await quern.build({}, surroundings)
  const model = failed.results.find(({ unique_id }) => unique_id === 'model.again.again')
  expect([failed.exitCode, failed.error, model?.status, model?.error?.code]).toEqual([
    1,
    undefined,
    'error',
    'duckdb_binder',
  ])
  const retried = await quern.retry({ vars: { column: 1 } }, surroundings)
  expect(retried.results.map(({ unique_id, status }) => [unique_id.split('.')[0], status])).toEqual([
    ['model', 'success'],
    ['test', 'pass'],
  ])
  expect((await quern.clone({}, surroundings)).error).toBeInstanceOf(QuernError)
})

test('debug: checks', async () => {
  expect((await quern.debug({}, here)).checks).toEqual([
    { name: 'profile', ok: true, problem: undefined },
    { name: 'project', ok: true, problem: undefined },
    { name: 'connection', ok: true, problem: undefined },
  ])
  const broken = newFolder({
    'dbt_project.yml': 'name: b\nprofile: p\n',
    'profiles.yml': duckdbProfile('no/such/folder.duckdb'),
  })
  const { success, checks } = await quern.debug({}, inFolder(broken))
  expect([success, checks.map(({ name, ok }) => [name, ok])]).toEqual([
    false,
    [
      ['profile', true],
      ['project', true],
      ['connection', false],
    ],
  ])
})

test('deps, clean, init', async () => {
  expect(await quern.deps({}, here)).toMatchObject({ success: true })
  expect(await quern.clean({}, here)).toMatchObject({ success: true })
  expect(existsSync(join(folder, 'target'))).toBe(false)
  const empty = newFolder()
  expect(await quern.init({ projectName: 'fresh', skipProfileSetup: true }, inFolder(empty))).toMatchObject({
    success: true,
  })
  expect(existsSync(join(empty, 'fresh', 'dbt_project.yml'))).toBe(true)
})

test('projectDir and profilesDir are relative to the working folder', async () => {
  const outer = newFolder()
  const end = await quern.list({ projectDir: folder, profilesDir: folder }, inFolder(outer))
  expect(end.nodes).toContain('shop.shop')
})

test('wrong options and broken projects are errors of the result', async () => {
  let printed = ''
  const stderr = { write: (text: string) => (printed += text) }
  const unknown = await quern.build({ fullRefersh: true } as never, { ...here, stderr })
  expect(unknown).toMatchObject({
    exitCode: 2,
    success: false,
    error: { code: 'unknown_option', hint: "did you mean 'fullRefresh'?" },
  })
  expect([printed, unknown.errorOutput]).toEqual([
    unknown.errorOutput,
    expect.stringContaining("has no option 'fullRefersh'"),
  ])
  const value = await quern.build({ indirectSelection: 'lazy' as never }, here)
  expect(value).toMatchObject({ exitCode: 2, error: { kind: 'Usage', code: 'usage' } })
  const typed = await quern.invoke(['build', '--selct', 'x'], here)
  expect(typed).toMatchObject({ exitCode: 2, error: { kind: 'Usage', hint: 'Did you mean --select?' } })
  const broken = wordProject('broken', { model: "select * from {{ ref('nowhere') }}" })
  const { error } = await quern.build({}, inFolder(broken))
  expect([error?.kind, error?.place()?.file.path]).toEqual(['Compilation', 'models/broken.sql'])
})

test('records: lines of the log as objects, with secrets starred out', async () => {
  const records: JsonRecord[] = []
  const secret = 'abra-cadabra'
  const project = wordProject('hidden', { model: "select 1 as id, '{{ env_var('WORD') }}' as word" })
  const surroundings = inFolder(project, { WORD: secret, DBT_ENV_SECRET_WORD: secret, DBT_ENV_CUSTOM_ENV_team: 'blue' })
  const end = await quern.run({}, { ...surroundings, onRecord: (record) => records.push(record) })
  expect(end.success).toBe(true)
  const named = records.find(({ info }) => info.name === 'LogModelResult')
  expect(named).toMatchObject({
    data: { status: 'OK', node_info: { unique_id: 'model.hidden.hidden' } },
    info: {
      level: 'info',
      code: 'Q012',
      extra: { team: 'blue' },
      msg: expect.stringContaining('OK created sql view model'),
    },
  })
  expect(new Set(records.map(({ info }) => info.level))).toContain('debug')
  expect(JSON.stringify(records)).not.toContain(secret)
  expect(JSON.stringify(records)).toContain('*****')
  expect(end.output).not.toContain(secret)
})

test('a listener that throws is not called again; the run ends, and then the promise rejects', async () => {
  let calls = 0
  const project = wordProject('thrown')
  const surroundings = inFolder(project)
  const onEvent = (): void => {
    calls++
    throw new Error('mine')
  }
  await expect(quern.build({}, { ...surroundings, onEvent })).rejects.toThrow('mine')
  expect(calls).toBe(1)
  expect(existsSync(join(project, 'target', 'run_results.json'))).toBe(true)
})

test('more threads than the pool has are told', async () => {
  const project = wordProject('threads')
  writeFileSync(join(project, 'profiles.yml'), duckdbProfile('own.duckdb', { threads: 2000 }))
  const end = await quern.list({}, inFolder(project))
  expect(end.output).toContain('set UV_THREADPOOL_SIZE=2004 before it starts')
})

test('lineage: the columns that were reached, and nothing that was not asked for', async () => {
  const end = await quern.lineage({ of: 'shop.id', upstream: true }, here)
  expect({ exitCode: end.exitCode, nodes: end.nodes }).toEqual({
    exitCode: 0,
    nodes: {
      'model.shop.shop': {
        status: 'complete',
        columns: { id: { sources: [{ node: 'seed.shop.raw', column: 'id', how: 'copied' }] } },
        used: [],
      },
      'seed.shop.raw': { status: 'complete', columns: { id: { sources: [] } }, used: [] },
    },
  })
  expect(end.output).toBe('shop.id\n└── raw.id  copied, seed\n')
  const unknown = await quern.lineage({ of: 'shp' }, here)
  expect({ exitCode: unknown.exitCode, hint: unknown.error?.hint }).toEqual({
    exitCode: 2,
    hint: "did you mean 'shop'?",
  })
})
