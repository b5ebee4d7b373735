import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import type { Adapter } from '../../../src/adapter/adapter.ts'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { cleanCommand } from '../../../src/cli/commands/clean.ts'
import { debugCommand } from '../../../src/cli/commands/debug.ts'
import { depsCommand } from '../../../src/cli/commands/deps.ts'
import { initCommand } from '../../../src/cli/commands/init.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import type { Invocation } from '../../../src/config/invocation.ts'
import type { ConfigNames } from '../../../src/config/load-config.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { NO_SECRETS } from '../../../src/util/secrets.ts'
import { caught } from '../config/caught.ts'
import { folderWith } from '../config/project-files.ts'

const PROFILE = 'p:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: x.duckdb}\n'
const names: ConfigNames = {
  secret: new Map(),
  target: () => new Map(),
  withoutTarget: new Map(),
  reveal: (text) => text,
  secrets: [],
}
const adapters = { types: ['duckdb', 'postgres'], load: async (): Promise<Adapter> => adapter }

function start(cwd: string, ...argv: string[]): { invocation: Invocation; lines: string[] } {
  const lines: string[] = []
  const parsed = parseArgv(argv)
  const { flags } = buildFlags({
    parsed: { ...parsed, command: parsed.command! },
    argv,
    env: {},
    cwd,
    home: join(cwd, 'home'),
    interactive: false,
    parseYaml,
    now: () => Date.parse('2026-03-01T12:00:00Z'),
  })
  const emit = (event: RunEvent): void => {
    if (event.kind === 'message') lines.push(event.text.replaceAll(cwd, '.'))
  }
  const invocation = {
    id: 'id',
    startedAt: new Date(0),
    flags,
    env: {},
    cwd,
    emit,
    secrets: NO_SECRETS,
    signal: new AbortController().signal,
    now: () => 0,
  }
  return { invocation, lines }
}

// Lines and exit codes: dbt-core 1.11.16 on the same files.

describe('clean', () => {
  const clean = (files: Record<string, string>, ...argv: string[]) => {
    const root = folderWith(files)
    const { invocation, lines } = start(root, 'clean', ...argv)
    return { root, lines, run: () => cleanCommand(invocation, names) }
  }
  test('removes the targets', () => {
    const { root, lines, run } = clean({
      'dbt_project.yml': 'name: shop\nclean-targets: [target, dbt_packages]',
      'target/a/b': '',
    })
    expect(run()).toBe(0)
    expect(lines).toEqual([
      'Checking ./target/*',
      'Cleaned ./target/*',
      'Checking ./dbt_packages/*',
      'Cleaned ./dbt_packages/*',
      'Finished cleaning all paths.',
    ])
    expect(existsSync(join(root, 'target'))).toBe(false)
  })
  test.each([
    ['[models]', 'dbt will not clean the following source paths: '],
    ['[.]', 'dbt will not clean the folder of the project itself: '],
    ['[../zz]', 'dbt will not clean the following directories outside the project: '],
    ['[/]', 'dbt will not clean the following directories outside the project: '],
  ])('refuses %s', (targets, message) => {
    const { run } = clean({ 'dbt_project.yml': `name: shop\nclean-targets: ${targets}`, 'models/m.sql': 'select 1' })
    expect(caught(run).message).toContain(message)
  })
  test('never takes the project along', () => {
    const { run } = clean({ 'dbt_project.yml': 'name: shop\nclean-targets: [/]' }, '--no-clean-project-files-only')
    expect(caught(run).message).toContain('dbt will not clean the folder of the project itself: ')
  })
  test('may go outside when told to', () => {
    const outside = folderWith({ 'a/b': '' })
    const { run } = clean(
      { 'dbt_project.yml': `name: shop\nclean-targets: ['${outside}/a']` },
      '--no-clean-project-files-only',
    )
    expect(run()).toBe(0)
    expect([existsSync(join(outside, 'a')), existsSync(outside)]).toEqual([false, true])
  })
})

describe('debug', () => {
  const debug = async (files: Record<string, string>, ...argv: string[]) => {
    const root = folderWith(files)
    mkdirSync(join(root, 'empty'))
    const { invocation, lines } = start(root, 'debug', ...argv)
    const code = await debugCommand(invocation, names, adapters)
    return { code, lines }
  }
  test('all is well', async () => {
    const { code, lines } = await debug({ 'dbt_project.yml': 'name: shop\nprofile: p', 'profiles.yml': PROFILE })
    expect(code).toBe(0)
    expect(lines.filter((line) => /^(Configuration|Connection|Using)|\[|checks/.test(line))).toEqual([
      'Using profiles dir at .',
      'Using profiles.yml file at ./profiles.yml',
      'Using dbt_project.yml file at ./dbt_project.yml',
      'Configuration:',
      '  profiles.yml file [OK found and valid]',
      '  dbt_project.yml file [OK found and valid]',
      ' - git [OK found]\n',
      'Connection:',
      '  Connection test: [OK connection ok]\n',
      'All checks passed!',
    ])
  })
  test('a missing target fails one check and skips the connection', async () => {
    const { code, lines } = await debug(
      { 'dbt_project.yml': 'name: shop\nprofile: p', 'profiles.yml': PROFILE },
      '--target',
      'zz',
    )
    expect(code).toBe(1)
    expect(lines).toContain('  profiles.yml file [ERROR invalid]')
    expect(lines).toContain('Connection test skipped since no profile was found')
    expect(lines.at(-2)).toBe('1 check failed:')
    expect(lines.at(-1)).toMatch(
      /^Profile loading failed for the following reason:\nRuntime Error\n {2}The profile 'p' does not have a target named 'zz'\./,
    )
  })
  test('no project: the only profile is taken', async () => {
    const { code, lines } = await debug({ 'profiles.yml': PROFILE }, '--connection')
    expect(code).toBe(1)
    expect(lines).toContain('Skipping steps before connection verification')
    expect(lines).toContain('  Connection test: [OK connection ok]\n')
    expect(lines.at(-1)).toBe(
      'Project loading failed for the following reason:\n project path <./dbt_project.yml> not found\n',
    )
  })
  test('no profiles.yml', async () => {
    const { code, lines } = await debug({ 'dbt_project.yml': 'name: shop\nprofile: p' }, '--profiles-dir', 'empty')
    expect(code).toBe(1)
    expect(lines).toContain('  profiles.yml file [ERROR not found]')
  })
  test('a database that cannot be opened', async () => {
    const { code, lines } = await debug({
      'dbt_project.yml': 'name: shop\nprofile: p',
      'profiles.yml': PROFILE.replace('x.duckdb', 'no/such/x.duckdb'),
    })
    expect(code).toBe(1)
    expect(lines).toContain('  Connection test: [ERROR]\n')
    expect(lines.at(-1)).toMatch(
      /^dbt was unable to connect to the specified database\.\nThe database returned the following error:\n\n {2}>IO Error: /,
    )
  })
  test('--config-dir', async () => {
    const { code, lines } = await debug({ 'profiles.yml': PROFILE }, '--config-dir')
    expect([code, lines.length]).toEqual([0, 1])
    expect(lines[0]).toMatch(/^To view your profiles\.yml file, run:\n\n\S+ \.$/)
  })
})

test('deps: lock file once, packages each time', async () => {
  const root = folderWith({
    'dbt_project.yml': 'name: shop',
    'packages.yml': 'packages: [{local: lp}]',
    'lp/dbt_project.yml': 'name: lp',
  })
  const run = async (...argv: string[]): Promise<string[]> => {
    const { invocation, lines } = start(root, 'deps', ...argv)
    expect(await depsCommand(invocation, names)).toBe(0)
    return lines
  }
  const updating = 'Updating lock file in file path: ./package-lock.yml'
  const installing = ['Installing lp', 'Installed from <local @ lp>']
  expect(await run()).toEqual([updating, ...installing])
  expect(await run()).toEqual(installing)
  expect(await run('--lock')).toEqual([])
  expect(await run('--upgrade')).toEqual([updating, ...installing])
  writeFileSync(join(root, 'packages.yml'), 'packages: []')
  expect(await run()).toEqual([updating, 'Warning: No packages were found in packages.yml'])
  expect(readFileSync(join(root, 'package-lock.yml'), 'utf8')).toBe(
    'packages: []\nsha1_hash: da39a3ee5e6b4b0d3255bfef95601890afd80709\n',
  )
  expect(existsSync(join(root, 'dbt_packages/lp'))).toBe(false)
})

test('deps: interrupted', async () => {
  const root = folderWith({
    'dbt_project.yml': 'name: shop',
    'packages.yml': 'packages: [{git: /nowhere, revision: v1}]',
    'dbt_packages/old/dbt_project.yml': 'name: old',
  })
  const { invocation } = start(root, 'deps')
  const stopped = { ...invocation, env: process.env, signal: AbortSignal.abort() }
  await expect(depsCommand(stopped, names)).rejects.toMatchObject({ code: 'deps_interrupted' })
  expect(existsSync(join(root, 'dbt_packages/old'))).toBe(true)
})

describe('init', () => {
  test('a project with a profile in ~/.dbt, which is added to and never changed', async () => {
    const root = folderWith({ 'home/.dbt/profiles.yml': 'old: {}\n' })
    const { invocation, lines } = start(root, 'init', 'mill')
    expect(await initCommand(invocation, adapters)).toBe(0)
    expect(lines).toContain('Setting up your profile.')
    expect(parseYaml(readFileSync(join(root, 'mill/dbt_project.yml'), 'utf8'))).toMatchObject({
      name: 'mill',
      profile: 'mill',
    })
    expect(parseYaml(readFileSync(join(root, 'home/.dbt/profiles.yml'), 'utf8'))).toEqual({
      old: {},
      mill: { target: 'dev', outputs: { dev: { type: 'duckdb', path: 'mill.duckdb', threads: 4 } } },
    })
    const again = start(root, 'init', 'mill')
    expect(await initCommand(again.invocation, adapters)).toBe(0)
    expect(again.lines).toEqual(['A project called mill already exists here.'])
  })
  test('in a project only the profile is written', async () => {
    const root = folderWith({ 'dbt_project.yml': 'name: shop\nprofile: other' })
    const { invocation } = start(root, 'init')
    expect(await initCommand(invocation, adapters)).toBe(0)
    expect(Object.keys(parseYaml(readFileSync(join(root, 'home/.dbt/profiles.yml'), 'utf8')) as object)).toEqual([
      'other',
    ])
  })
  test('--skip-profile-setup writes none', async () => {
    const root = folderWith({})
    expect(await initCommand(start(root, 'init', 'mill', '-s').invocation, adapters)).toBe(0)
    expect(existsSync(join(root, 'home'))).toBe(false)
  })
  test.each([[[]], [['1x']], [['a/b']]])('without a terminal %j is refused, not waited for', async (words) => {
    await expect(initCommand(start(folderWith({}), 'init', ...words).invocation, adapters)).rejects.toMatchObject({
      code: 'init_name',
    })
  })
})
