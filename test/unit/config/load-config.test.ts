import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import type { Invocation } from '../../../src/config/invocation.ts'
import { type ConfigNames, loadConfig, logDirectory } from '../../../src/config/load-config.ts'
import type { ProjectConfig } from '../../../src/config/project-config.ts'
import { CliVar } from '../../../src/context-base/cli-var.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import type { Value } from '../../../src/jinja/runtime/value.ts'
import { NO_SECRETS } from '../../../src/util/secrets.ts'
import { folderWith } from './project-files.ts'

const names: ConfigNames = {
  secret: new Map(),
  target: (shown, vars) =>
    new Map<string, Value>([
      ['target', shown],
      ['var', new CliVar(vars, (text) => text)],
    ]),
  withoutTarget: new Map(),
  reveal: (text) => text,
  secrets: [],
}
const BASE = {
  'dbt_project.yml': 'name: shop\nprofile: p\n',
  'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: x.duckdb}}}',
}

function invocationIn(cwd: string, ...more: string[]): Invocation {
  const argv = ['run', ...more]
  const parsed = parseArgv(argv)
  const { flags } = buildFlags({
    parsed: { ...parsed, command: 'run' },
    argv,
    env: {},
    cwd,
    home: '/none',
    interactive: false,
    parseYaml,
    now: () => Date.parse('2026-03-01T12:00:00Z'),
  })
  return {
    id: 'id',
    startedAt: new Date(0),
    flags,
    env: {},
    cwd,
    emit: () => {},
    secrets: NO_SECRETS,
    signal: new AbortController().signal,
    now: () => 0,
  }
}
const load = (files: Record<string, string>, ...argv: string[]): Promise<ProjectConfig> =>
  loadConfig({
    invocation: invocationIn(folderWith({ ...BASE, ...files }), ...argv),
    names,
    adapters: { types: ['duckdb'], load: async () => adapter },
  })

test('project, target, packages and vars in one', async () => {
  const config = await load(
    {
      'packages.yml': 'packages: [{local: lp}]',
      'dbt_packages/lp/dbt_project.yml': 'name: lp\nvars: {a: 1}',
      'dbt_packages/__x/y': '',
    },
    '--vars',
    '{b: 2}',
    '--target-path',
    'out',
  )
  expect([config.project.name, [...config.packages.keys()], config.cliVars, config.project.targetPath, config.project.cleanTargets]).toEqual([
    'shop', ['lp'], { b: 2 }, 'out', ['out'],
  ]) // biome-ignore format: one list
  expect(config.target).toMatchObject({
    profileName: 'p',
    name: 'dev',
    type: 'duckdb',
    database: 'x',
    schema: 'main',
    threads: 1,
  })
})

test('--vars are known to the project and not to packages', async () => {
  const text = "name: NAME\nprofile: p\nmodels: {+schema: \"{{ var('s', 'none') }}\"}"
  const config = await load(
    { 'dbt_project.yml': text.replace('NAME', 'shop'), 'dbt_packages/lp/dbt_project.yml': text.replace('NAME', 'lp') },
    '--vars',
    '{s: given}',
  )
  expect(config.project.configTrees.models).toEqual({ '+schema': 'given' })
  expect(config.packages.get('lp')!.configTrees.models).toEqual({ '+schema': 'none' })
})

test.each([
  [
    { 'dbt_packages/a/dbt_project.yml': 'name: shop' },
    'dbt found more than one package with the name "shop" included in this project.',
  ],
  [{ 'dbt_packages/a/x.sql': '' }, 'Failed to read package: No dbt_project.yml found at expected path '],
  [
    { 'packages.yml': 'packages: [{local: lp}]' },
    'dbt found 1 package(s) specified in packages.yml, but only 0 package(s) installed in dbt_packages.',
  ],
  [{ 'selectors.yml': 'selectors: 1' }, 'Could not parse selector file data: '],
  [
    { 'selectors.yml': 'selectors: [{name: a}]' },
    "Could not parse selector file data: selector 'a' needs a definition",
  ],
])('%j is refused', async (files, message) => {
  await expect(load(files as Record<string, string>)).rejects.toThrow(message)
})

test('selectors are rendered', async () => {
  const text = `selectors:\n- {name: a, description: d, default: "{{ target.name == 'dev' }}", definition: 'tag:x'}\n- {name: b, definition: {union: [a]}}\n`
  const config = await load({ 'selectors.yml': text })
  expect(config.selectors.map(({ locate: _, ...selector }) => selector)).toEqual([
    { name: 'a', description: 'd', isDefault: true, definition: 'tag:x' },
    { name: 'b', description: null, isDefault: false, definition: { union: ['a'] } },
  ])
  const [, second] = config.selectors
  expect(second?.locate?.(['union', 0])).toMatchObject({ start: text.indexOf('[a]') + 1 })
})

test('where the log file goes', () => {
  const root = folderWith({ 'dbt_project.yml': 'name: shop\nlog-path: lg' })
  expect(logDirectory(invocationIn(root))).toBe(join(root, 'lg'))
  expect(logDirectory(invocationIn(root, '--log-path', 'other'))).toBe(join(root, 'other'))
  expect(logDirectory(invocationIn(folderWith({ 'dbt_project.yml': 'name: x' }))).endsWith('/logs')).toBe(true)
})
