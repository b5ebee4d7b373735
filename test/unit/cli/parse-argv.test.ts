import { describe, expect, test } from 'vitest'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'

const given = (...argv: string[]): Record<string, unknown> =>
  Object.fromEntries([...parseArgv(argv).given].map(([option, value]) => [option.key, value]))
const refusal = (...argv: string[]): string => {
  try {
    parseArgv(argv)
  } catch (error) {
    if (error instanceof UsageError) return error.render()
    throw error
  }
  throw new Error('nothing was thrown')
}
const usage = (command: string, problem: string): string =>
  `Usage: quern ${command} [OPTIONS]\nTry 'quern ${command} --help' for help.\n\nError: ${problem}\n`

describe('options', () => {
  test('of several words, repeated, quoted and with =', () => {
    expect(given('run', '--select', 'a', 'b', 'c d', '-x')).toEqual({ select: ['a', 'b', 'c', 'd'], fail_fast: true })
    expect(given('run', '--select=a', 'b', '--exclude', 'c', '--select', 'd')).toEqual({
      select: ['a', 'b', 'd'],
      exclude: ['c'],
    })
  })
  test.each(['-s', '--select', '-m', '--models', '--model'])('%s selects', (name) => {
    expect(given('build', name, 'a')).toEqual({ select: ['a'] })
  })
  test('ls keeps --models apart', () => {
    expect(given('ls', '-m', 'a')).toEqual({ models: ['a'] })
    expect(given('ls', '--select', 'a', '--output', 'json', '--output-keys', 'name', 'config.materialized')).toEqual({
      select: ['a'],
      output: 'json',
      output_keys: ['name', 'config.materialized'],
    })
  })
  test('global ones stand before or after the command', () => {
    const parsed = parseArgv(['--log-format', 'json', '-q', 'run', '--no-use-colors', '--threads', '4'])
    expect(parsed.command).toBe('run')
    expect(given('--log-format', 'json', '-q', 'run', '--no-use-colors', '--threads', '4')).toEqual({
      log_format: 'json',
      quiet: true,
      use_colors: false,
      threads: '4',
    })
  })
  test('values may look like options', () => {
    expect(given('run', '--vars', '-x', '--target=dev')).toEqual({ vars: '-x', target: 'dev' })
  })
  test('short ones may stand together', () => {
    expect(given('run', '-dx')).toEqual({ debug: true, fail_fast: true })
  })
})

test('commands of groups; global options before, between and after the words', () => {
  const argv = ['-q', 'docs', '--log-format', 'json', 'generate', '--no-compile', '--no-use-colors', '-s', 'a', 'b']
  expect(parseArgv(argv)).toMatchObject({ command: 'docs generate', group: undefined, words: [] })
  expect(given(...argv)).toEqual({
    quiet: true,
    log_format: 'json',
    use_colors: false,
    compile: false,
    select: ['a', 'b'],
  })
  expect(parseArgv(['source', 'snapshot-freshness', '-o', 'x.json']).command).toBe('source snapshot-freshness')
  expect(given('source', 'snapshot-freshness', '-o', 'x.json')).toEqual({ output: 'x.json' })
  expect(parseArgv(['docs', '--help'])).toMatchObject({ command: undefined, group: 'docs', help: true })
})

test('refusals in groups', () => {
  const of = (group: string, problem: string): string =>
    `Usage: quern ${group} [OPTIONS] COMMAND [ARGS]...\nTry 'quern ${group} --help' for help.\n\nError: ${problem}\n`
  expect(refusal('docs', 'generat')).toBe(of('docs', "No such command 'generat'. Did you mean 'generate'?"))
  expect(refusal('source', '--quiet')).toBe(of('source', 'Missing command.'))
  expect(refusal('source', '--nonsense', 'freshness')).toBe(of('source', "No such option '--nonsense'."))
  expect(refusal('docs', 'generate', '--nonsense')).toBe(usage('docs generate', "No such option '--nonsense'."))
  for (const argv of [
    ['-q', 'docs', '-q', 'generate'],
    ['docs', '-q', 'generate', '-q'],
    ['-q', 'docs', 'generate', '-q'],
  ])
    expect(refusal(...argv)).toContain('quiet was provided both before and after the subcommand')
})

test('words of run-operation and init', () => {
  expect(parseArgv(['run-operation', 'pkg.my_macro', '--args', '{a: 1}']).words).toEqual(['pkg.my_macro'])
  expect(parseArgv(['init', 'shop', '-s']).words).toEqual(['shop'])
})

test.each([[['--help']], [['run', '--help']], [['-h']], [['run-operation', '-h']]])('%j asks for help', (argv) => {
  expect(parseArgv(argv).help).toBe(true)
})
test.each([[['--version']], [['run', '--version']], [['-v', 'run']], [['-V']]])('%j asks for the version', (argv) => {
  expect(parseArgv(argv).version).toBe(true)
})

describe("refusals, in click's form", () => {
  test.each([
    [['run', '--bogus'], usage('run', "No such option '--bogus'.")],
    [['run', '--slect', 'a'], usage('run', "No such option '--slect'. Did you mean --select?")],
    [['run', '--full-ref'], usage('run', "No such option '--full-ref'. Did you mean --full-refresh?")],
    [['run', '--limit', '3'], usage('run', "No such option '--limit'. It belongs to: show.")],
    [
      ['show', '--report', 'github'],
      usage(
        'show',
        "No such option '--report'. It belongs to: build, ci, clone, compile, docs generate, parse, retry, run, run-operation, seed, snapshot, source freshness, test.",
      ),
    ],
    [['run', '--threads'], usage('run', "Option '--threads' requires an argument.")],
    [['run', '--full-refresh=true'], usage('run', "Option '--full-refresh' does not take a value.")],
    [['run', 'extra'], usage('run', 'Got unexpected extra argument (extra)')],
    [
      ['--debug', 'run', '--debug'],
      usage(
        'run',
        'debug was provided both before and after the subcommand, it can only be set either before or after.',
      ),
    ],
  ])('%j', (argv, text) => {
    expect(refusal(...argv)).toBe(text)
  })
  test('commands', () => {
    const start = "Usage: quern [OPTIONS] COMMAND [ARGS]...\nTry 'quern --help' for help.\n\nError: "
    expect(refusal('foo')).toBe(`${start}No such command 'foo'.\n`)
    expect(refusal('buld')).toBe(`${start}No such command 'buld'. Did you mean 'build'?\n`)
    expect(refusal('--debug')).toBe(`${start}Missing command.\n`)
  })
})
