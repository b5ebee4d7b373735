import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type InvokeOptions, invoke, QuernError, quern, type RunEvent } from '../../../src/index.ts'
import { inFolder, removeFolders, rowsOf as rows, wordProject } from '../../support/library-project.ts'

afterAll(removeFolders)
afterEach(() => vi.restoreAllMocks())

const project = (name: string, model?: string): string => wordProject(name, model === undefined ? {} : { model })

test('a build: exit code, results, events, artifacts, and nothing on the streams of the process', async () => {
  const printed = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
  const folder = project('quiet')
  const events: RunEvent[] = []
  const end = await invoke(['build'], { ...inFolder(folder), onEvent: (event) => events.push(event) })
  expect({ code: end.exitCode, success: end.success, error: end.error, err: end.errorOutput }).toEqual({
    code: 0,
    success: true,
    error: undefined,
    err: '',
  })
  expect(end.results.map(({ status, unique_id }) => [unique_id, status])).toEqual([
    ['seed.quiet.raw', 'success'],
    ['model.quiet.quiet', 'success'],
    [expect.stringMatching(/^test\.quiet\.unique_quiet_id\./), 'pass'],
  ])
  expect(end.output).toContain('Done. PASS=3 WARN=0 ERROR=0 SKIP=0')
  expect(events[0]?.kind).toBe('invocation-started')
  expect(events.filter(({ kind }) => kind === 'run-summary')).toHaveLength(1)
  expect(existsSync(join(folder, 'target', 'run_results.json'))).toBe(true)
  for (const spy of printed) expect(spy).not.toHaveBeenCalled()
})

test('streams of the caller get what is recorded', async () => {
  let out = ''
  let err = ''
  const folder = project('streams')
  const options = {
    ...inFolder(folder),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  }
  const listed = await invoke(['ls', '--quiet', '--resource-type', 'model'], options)
  expect([listed.exitCode, listed.output, out]).toEqual([0, 'streams.streams\n', 'streams.streams\n'])
  const wrong = await invoke(['ls', '--no-such-option'], options)
  expect([wrong.exitCode, wrong.errorOutput]).toEqual([2, err])
  expect(err).toContain('--no-such-option')
})

test('a failed node is a result, a broken project an error; neither rejects', async () => {
  const failing = project('failing', 'select no_such_column as id')
  const failed = await invoke(['build'], inFolder(failing))
  expect([failed.exitCode, failed.success, failed.error]).toEqual([1, false, undefined])
  expect(new Map(failed.results.map(({ unique_id, status }) => [unique_id.split('.')[0], status]))).toEqual(
    new Map([
      ['seed', 'success'],
      ['model', 'error'],
      ['test', 'skipped'],
    ]),
  )

  const broken = project('broken', "select * from {{ ref('nowhere') }}")
  const ended = await invoke(['build'], inFolder(broken))
  expect([ended.exitCode, ended.results]).toEqual([2, []])
  expect(ended.error).toBeInstanceOf(QuernError)
})

test('invocations at the same time keep their folder, variables and environment to themselves', async () => {
  const [one, two] = [project('one'), project('two')]
  const heard: Record<'one' | 'two', RunEvent[]> = { one: [], two: [] }
  const [first, second] = await Promise.all([
    invoke(['build', '--vars', '{word: uno}'], {
      ...inFolder(one, { LIBRARY_SCHEMA: 'a' }),
      onEvent: (event) => heard.one.push(event),
    }),
    invoke(['build'], { ...inFolder(two, { LIBRARY_SCHEMA: 'b' }), onEvent: (event) => heard.two.push(event) }),
  ])
  expect([first.exitCode, second.exitCode]).toEqual([0, 0])
  expect(await rows(join(one, 'own.duckdb'), 'select * from a.one order by id')).toEqual([
    [1, 'uno'],
    [2, 'uno'],
  ])
  expect(await rows(join(two, 'own.duckdb'), 'select * from b.two order by id')).toEqual([
    [1, 'two'],
    [2, 'two'],
  ])
  expect(first.output).not.toContain('b.two')
  expect(second.output).not.toContain('a.one')
  expect(JSON.stringify(heard.one.map(({ kind }) => kind))).toBe(JSON.stringify(heard.two.map(({ kind }) => kind)))
})

test('invocations on one DuckDB file at the same time lose nothing', async () => {
  const shared = join(project('owner'), 'shared.duckdb')
  const [one, two] = [project('one'), project('two')]
  for (const folder of [one, two])
    writeFileSync(
      join(folder, 'profiles.yml'),
      `p: {target: dev, outputs: {dev: {type: duckdb, path: '${shared}', schema: main}}}\n`,
    )
  const ends = await Promise.all([invoke(['build'], inFolder(one)), invoke(['build'], inFolder(two))])
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect(
    await rows(
      shared,
      'select table_name from duckdb_tables() union all select view_name from duckdb_views() where not internal order by 1',
    ),
  ).toEqual([['one'], ['raw'], ['two']])
})

test('an aborted invocation ends without success and does not hold up the next one', async () => {
  const folder = project('stopped')
  const controller = new AbortController()
  const stopped = await invoke(['build'], {
    ...inFolder(folder),
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind === 'start-line') controller.abort()
    },
  })
  expect(stopped.success).toBe(false)
  expect((await invoke(['build'], inFolder(folder))).exitCode).toBe(0)
})

test.each([
  [{ cwdd: '/shop' }, "The surroundings of an invocation have no 'cwdd'", "did you mean 'cwd'?"],
  [{ cwd: 5 }, "'cwd' of the surroundings has to be a text", undefined],
  [{ signal: new AbortController() }, "'signal' of the surroundings has to be an AbortSignal", undefined],
  [{ stderr: 'err' }, "'stderr' of the surroundings has to be an object with write()", undefined],
  [
    '/shop',
    'The surroundings of an invocation have to be an object',
    "such as { cwd: '/path/to/project' }; they are cwd, env, stdout, stderr, signal, onEvent, onRecord",
  ],
])('surroundings that mean nothing are refused: %j', async (surroundings, message, hint) => {
  const end = await invoke(['list'], surroundings as InvokeOptions)
  expect([end.exitCode, end.error?.code, end.error?.message, end.error?.hint]).toEqual([
    2,
    expect.stringMatching(/^(unknown_option|option_type)$/),
    message,
    hint,
  ])
})

test.each(['build', ['run', '--threads', 4], undefined])('arguments that are no list of texts: %j', async (args) => {
  const end = await invoke(args as string[])
  expect([end.exitCode, end.error?.message]).toEqual([2, 'The arguments of invoke have to be a list of texts'])
})

test('null is as good as absent; a relative folder begins in that of the process', async () => {
  const folder = project('relative')
  const end = await quern.list(
    null as never,
    { ...inFolder(folder), cwd: relative(process.cwd(), folder), signal: null } as never,
  )
  expect([end.error, end.nodes.length]).toEqual([undefined, 3])
})
