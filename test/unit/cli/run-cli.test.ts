import { expect, test } from 'vitest'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import { environment, parseDotenv } from '../../../src/cli/environment.ts'
import { OPTIONS } from '../../../src/cli/flags-table.ts'
import { commandHelp } from '../../../src/cli/help.ts'
import type { Io } from '../../../src/cli/io.ts'
import { COMMANDS, takesOption } from '../../../src/cli/option.ts'
import { type RunCommand, runCli } from '../../../src/cli/run-cli.ts'
import { ADAPTER_VERSIONS } from '../../../src/cli/version-text.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { folderWith } from '../config/project-files.ts'

async function cli(
  argv: string[],
  run: RunCommand = async () => 0,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const io: Io = {
    argv,
    env,
    cwd: folderWith({}),
    home: '/home/u',
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    interactive: false,
    signal: new AbortController().signal,
    now: () => Date.parse('2026-11-22T10:11:12Z'),
    earlyEvents: [],
  }
  const code = await runCli(io, async () => run)
  return { code, out, err }
}

test('help: first line, exit codes, all commands', async () => {
  expect((await cli(['--help'])).out.split('\n')[0]).toBe('Usage: quern [OPTIONS] COMMAND [ARGS]...')
  const none = await cli([])
  expect([none.code, none.out, none.err.split('\n')[0]]).toEqual([2, '', 'Usage: quern [OPTIONS] COMMAND [ARGS]...'])
  for (const command of COMMANDS) {
    const help = (await cli([...command.split(' '), '--help'])).out
    expect(help.split('\n')[0]).toMatch(new RegExp(`^Usage: quern ${command} \\[OPTIONS\\]`))
    expect(help).toContain('Examples:')
  }
})

test.each(['docs', 'source'])('%s alone is a group: help, and exit code 2 without --help', async (group) => {
  const help = await cli([group, '--help'])
  expect([help.code, help.out.split('\n')[0]]).toEqual([0, `Usage: quern ${group} [OPTIONS] COMMAND [ARGS]...`])
  expect(await cli([group])).toEqual({ code: 2, out: '', err: help.out })
})

test('help shows what exists and nothing else', () => {
  for (const command of COMMANDS) {
    const lines = commandHelp(command, 100)
      .split('\n')
      .filter((line) => /^ {4}-/.test(line))
    const shown = lines.map((line) => /--[\w-]+/.exec(line)![0])
    const wanted = OPTIONS.filter((option) => takesOption(command, option) && option.hidden !== true)
    expect(shown.sort()).toEqual([...wanted.map((option) => option.long[0]!), '--help', '--version'].sort())
  }
})

test('an option exists once for each command', () => {
  for (const command of COMMANDS) {
    const names = OPTIONS.filter((option) => takesOption(command, option)).flatMap((option) => [
      ...option.long,
      ...(option.short ?? []),
    ])
    expect(names).toEqual([...new Set(names)])
  }
})

test("the version in dbt's layout, the compatible one first", async () => {
  const { out, code } = await cli(['run', '--version'])
  expect(code).toBe(0)
  expect(out).toMatch(
    /^Core:\n {2}- installed: 1\.11\.16\n\nPlugins:\n {2}- duckdb: {3}1\.11\.1\n {2}- postgres: 1\.11\.0\n\nquern: \d+\.\d+\.\d+\n$/,
  )
  expect(ADAPTER_VERSIONS).toEqual({ duckdb: duckdb.version, postgres: postgres.version })
})

test('errors that nobody told', async () => {
  const broken = await cli(['run'], async () => {
    throw new QuernError('Compilation', 'x', 'it broke', { hint: 'mend it' })
  })
  expect([broken.code, broken.out]).toEqual([
    2,
    '10:11:12  Encountered an error:\nCompilation Error\n  it broke\n  hint: mend it\n',
  ])
  const bug = await cli(['run'], async () => {
    throw new TypeError('x is not a function')
  })
  expect(bug.out).toContain('Internal Error\n  TypeError: x is not a function\n  hint: this is a bug in quern')
  expect(bug.out).not.toContain('    at ')
  const traced = await cli(['run', '--debug'], async () => {
    throw new TypeError('x is not a function')
  })
  expect(traced.out).toContain('    at ')
})

test('the command gets flags, environment and its exit code counts', async () => {
  let seen: unknown
  const result = await cli(
    ['run', '--threads', '3'],
    async (command, flags, io) => {
      seen = [command, flags.threads, io.env['DBT_TARGET'], flags.target]
      return 1
    },
    { QUERN_TARGET: 'prod' },
  )
  expect([result.code, seen]).toEqual([1, ['run', 3, 'prod', 'prod']])
})

test('the environment: own, then .env, then QUERN_ mirrors', () => {
  const cwd = folderWith({ '.env': 'A=file\nB=file\nQUERN_C=file\n' })
  expect(environment({ A: 'own', QUERN_D: 'd', DBT_D: 'kept' }, cwd)).toEqual({
    A: 'own', B: 'file', QUERN_C: 'file', DBT_C: 'file', QUERN_D: 'd', DBT_D: 'kept',
  }) // biome-ignore format: one list
})

test('.env lines', () => {
  const text = 'A=1\nexport B = two words  \n# c\nC="x\\ny \\"z\\""\nD=\'a $b\'\nE=\nF=a#b # comment\nnonsense\n'
  expect(parseDotenv(text)).toEqual([
    ['A', '1'],
    ['B', 'two words'],
    ['C', 'x\ny "z"'],
    ['D', 'a $b'],
    ['E', ''],
    ['F', 'a#b'],
  ])
})
