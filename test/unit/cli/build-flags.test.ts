import { describe, expect, test } from 'vitest'
import { type BuiltFlags, buildFlags } from '../../../src/cli/build-flags.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { folderWith } from '../config/project-files.ts'

const project = (flags: string): string =>
  folderWith({ 'dbt_project.yml': `name: shop\n${flags === '' ? '' : `flags: ${flags}\n`}`, 'sub/x.txt': '' })
function build(argv: string[], env: Record<string, string> = {}, cwd = project('')): BuiltFlags {
  const parsed = parseArgv(argv)
  return buildFlags({
    parsed: { ...parsed, command: parsed.command! },
    argv,
    env,
    cwd,
    home: '/home/u',
    interactive: false,
    parseYaml,
    now: () => Date.parse('2026-03-01T12:00:00Z'),
  })
}
const flagsOf = (argv: string[], env: Record<string, string> = {}, cwd?: string) => build(argv, env, cwd).flags

test('defaults', () => {
  const cwd = project('')
  expect(flagsOf(['run'], {}, cwd)).toMatchObject({
    which: 'run', debug: false, defer: false, failFast: false, fullRefresh: false, indirectSelection: 'eager', logFormat: 'default',
    logFormatFile: 'debug', logLevel: 'info', logLevelFile: 'debug', logPath: null, partialParse: true, populateCache: true, print: true,
    printerWidth: 80, profile: null, profilesDir: '/home/u/.dbt', projectDir: cwd, quiet: false, select: [], exclude: [], selector: null,
    target: null, targetPath: null, threads: null, useColors: true, vars: {}, versionCheck: true, warnError: false, writeJson: true,
    warnErrorOptions: { error: [], warn: [], silence: [] }, invocationCommand: 'dbt run', limit: null,
  }) // biome-ignore format: one list
  expect(flagsOf(['show', '--inline', 'x'])).toMatchObject({ limit: 5, output: 'text' })
  expect(flagsOf(['ls'])).toMatchObject({ which: 'ls', output: 'selector' })
})

describe('precedence', () => {
  const cwd = project('{printer_width: 1}')
  test.each([
    [['run', '--printer-width', '5'], { DBT_ENGINE_PRINTER_WIDTH: '4', DBT_PRINTER_WIDTH: '3' }, 5],
    [['run'], { DBT_ENGINE_PRINTER_WIDTH: '4', DBT_PRINTER_WIDTH: '3' }, 4],
    [['run'], { DBT_PRINTER_WIDTH: '3' }, 3],
    [['run'], { DBT_PRINTER_WIDTH: '' }, 1],
    [['run'], {}, 1],
  ])('%j %j', (argv, env, width) => {
    expect(flagsOf(argv, env as Record<string, string>, cwd).printerWidth).toBe(width)
  })
  test('a file flag follows its leader unless it is set itself', () => {
    expect(flagsOf(['run', '--log-format', 'json'])).toMatchObject({ logFormat: 'json', logFormatFile: 'json' })
    expect(flagsOf(['run', '--log-level', 'warn', '--log-level-file', 'info'])).toMatchObject({
      logLevel: 'warn',
      logLevelFile: 'info',
    })
    expect(flagsOf(['run'], {}, project('{use_colors: false}'))).toMatchObject({
      useColors: false,
      useColorsFile: false,
    })
  })
  test('behaviour flags come from the project', () => {
    const { behavior } = flagsOf(
      ['run'],
      {},
      project('{skip_nodes_if_on_run_start_fails: true, my_adapter_flag: true}'),
    )
    expect(behavior).toMatchObject({
      skip_nodes_if_on_run_start_fails: true,
      require_resource_names_without_spaces: true,
      my_adapter_flag: true,
    })
  })
  test('the nearest project upwards', () => {
    const root = project('')
    expect(flagsOf(['run'], {}, `${root}/sub`).projectDir).toBe(root)
  })
  test('DO_NOT_TRACK, and the old DBT_NO_PRINT', () => {
    expect(flagsOf(['run'], { DO_NOT_TRACK: '1' }).sendAnonymousUsageStats).toBe(false)
    const built = build(['run', '--print'], { DBT_NO_PRINT: 'true' })
    expect(built.flags.print).toBe(false)
    expect(built.events).toMatchObject([{ name: 'EnvironmentVariableRenamed' }])
  })
})

test('values', () => {
  expect(flagsOf(['run', '--vars', '{a: 1, b: {c: yes}}']).vars).toEqual({ a: 1, b: { c: true } })
  expect(flagsOf(['build', '--resource-type', 'Model', 'test']).resourceTypes).toEqual(['model', 'test'])
  expect(flagsOf(['run', '--warn-error-options', '{include: all, exclude: [NothingToDo]}']).warnErrorOptions).toEqual({
    error: 'all',
    warn: ['NothingToDo'],
    silence: [],
  })
  expect(
    flagsOf(['run'], { DBT_WARN_ERROR_OPTIONS: '{"error": ["NoNodesForSelectionCriteria"]}' }).warnErrorOptions.error,
  ).toEqual(['NoNodesForSelectionCriteria'])
  expect(flagsOf(['run-operation', 'm', '--args', '{x: 1}'])).toMatchObject({ macro: 'm', args: { x: 1 } })
  expect(flagsOf(['ls', '-m', 'a'])).toMatchObject({ select: ['a'], resourceTypes: ['model'] })
  expect(flagsOf(['run', '--no-defer', '--no-favor-state']).defer).toBe(false)
  expect(flagsOf(['run'], { DBT_STATE: 'x', DBT_DEFER: 'false' }).state).toBe('x')
  const old = { DBT_ARTIFACT_STATE_PATH: 'old', DBT_DEFER_TO_STATE: '1', DBT_FAVOR_STATE_MODE: '1' }
  expect(flagsOf(['run', '--state', 'new'], old)).toMatchObject({ state: 'old', defer: true, favorState: true })
})

test.each([
  [['run', '--threads', 'abc'], {}, "Invalid value for '--threads': 'abc' is not a valid integer."],
  [
    ['run', '--log-format', 'foo'],
    {},
    "Invalid value for '--log-format': 'foo' is not one of 'text', 'debug', 'json', 'default'.",
  ],
  [['run', '--project-dir', 'nodir'], {}, "Invalid value for '--project-dir': Path 'nodir' does not exist."],
  [['run', '--profiles-dir', 'nodir'], {}, "Invalid value for '--profiles-dir': Path 'nodir' does not exist."],
  [['clean'], { DBT_DEBUG: 'foo' }, "Invalid value for '--debug' / '-d': 'foo' is not a valid boolean."],
  [['run', '--vars', '{a: ['], {}, "Invalid value for '--vars': String '{a: [' is not valid YAML"],
  [
    ['run', '--warn-error', '--warn-error-options', '{error: all}'],
    {},
    'warn_error_options: not allowed with argument warn_error',
  ],
  [['show', '--inline', 'x', '--select', 'y'], {}, 'inline: not allowed with argument select'],
  [['run-operation'], {}, "Missing argument 'MACRO'."],
  [['ls', '-m', 'a', '--select', 'b'], {}, '"models" and "select" are mutually exclusive arguments'],
  [
    ['run', '--state', 'dbt_project.yml'],
    {},
    "Invalid value for '--state': Directory 'dbt_project.yml' is a file. Give the folder that it is in.",
  ],
  [['run'], { DBT_SAMPLE: '1 week' }, "Invalid value for '--sample': Invalid grain size 'week'."],
  [
    ['run', '--event-time-start', '2024-01-01'],
    {},
    'The flag `--event-time-start` was specified, but `--event-time-end` was not.',
  ],
  [
    ['run'],
    { DBT_EVENT_TIME_END: '2024-01-01' },
    'The flag `--event-time-end` was specified, but `--event-time-start` was not.',
  ],
  [
    ['run', '--event-time-start', '2024', '--event-time-end', '2024-01-01'],
    {},
    "Invalid value for '--event-time-start': '2024' does not match the formats",
  ],
  [
    ['run', '--event-time-start', '2024-01-02', '--event-time-end', '2024-01-02'],
    {},
    'Value for `--event-time-start` must be less than `--event-time-end`',
  ],
  [['run', '--threads', '0'], {}, "Invalid value for '--threads': 0 is less than 1."],
])('%j %j is refused', (argv, env, message) => {
  expect(() => build(argv, env as Record<string, string>)).toThrow(message)
})

test("variables under dbt's prefix that mean nothing are told", () => {
  expect(build(['run'], { DBT_ENGINE_FOO: '1', DBT_FOO: '1' }).events).toMatchObject([
    { name: 'EnvironmentVariableNamespaceDeprecation' },
  ])
})
