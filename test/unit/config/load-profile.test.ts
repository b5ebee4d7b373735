import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/adapter/adapter.ts'
import {
  loadTarget,
  pickProfileName,
  profilesDir,
  readProfiles,
  type TargetRequest,
} from '../../../src/config/load-profile.ts'
import { nativeRenderer } from '../../../src/config/native-renderer.ts'
import type { Target } from '../../../src/config/project-config.ts'
import { secretEnvVar } from '../../../src/context-base/env-var.ts'
import { revealSecrets } from '../../../src/context-base/secrets.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { caught } from './caught.ts'
import { folderWith } from './project-files.ts'

// Messages: dbt-core 1.11.16, `dbt parse` on each of these files.

const fake = {
  type: 'duckdb',
  credentials: (fields: Record<string, unknown>) => ({
    database: 'db',
    schema: 'main',
    shown: { database: 'db', path: fields['path'] },
    secrets: ['hidden'],
  }),
} as unknown as Adapter
const env = { PORT: '5', DBT_ENV_SECRET_KEY: 's3cret' }
const events: RunEvent[] = []

async function load(text: string, more: Partial<TargetRequest> = {}): Promise<Target> {
  const root = folderWith({ 'profiles.yml': text })
  return loadTarget({
    profiles: readProfiles(root, root),
    profileName: 'p',
    target: null,
    threads: null,
    render: nativeRenderer(new Map([['env_var', secretEnvVar({ env })]])),
    reveal: (value) => revealSecrets(value, env),
    secrets: ['s3cret'],
    adapters: { types: ['duckdb', 'postgres'], load: async () => fake },
    cwd: root,
    emit: (event) => events.push(event),
    ...more,
  })
}
const problem = async (text: string, more: Partial<TargetRequest> = {}): Promise<QuernError> => {
  const error = await load(text, more).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof QuernError) return error
  throw error
}
const profile = (output: string): string =>
  `p:\n  target: dev\n  outputs:\n    dev: ${output}\n    other: {type: duckdb, path: "{{ env_var('MISSING') }}"}\n`

describe('the chosen output', () => {
  test("is rendered, shown with dbt's keys, and keeps secrets to itself", async () => {
    const target = await load(
      profile(
        `{type: duckdb, path: "x-{{ env_var('DBT_ENV_SECRET_KEY') }}.duckdb", threads: 3, port: "{{ env_var('PORT') | as_number }}", name2: "{{ env_var('PORT') }}"}`,
      ),
    )
    expect(target.fields).toEqual({ path: 'x-s3cret.duckdb', port: 5, name2: '5' })
    expect(Object.keys(target.shown)).toEqual([
      'database',
      'path',
      'type',
      'threads',
      'name',
      'target_name',
      'profile_name',
    ])
    expect(target).toMatchObject({
      name: 'dev',
      profileName: 'p',
      type: 'duckdb',
      threads: 3,
      secrets: ['hidden', 's3cret'],
    })
  })
  test('--threads and --target win', async () => {
    expect(
      await load('p: {target: dev, outputs: {dev: {type: duckdb}, b: {type: duckdb}}}', { threads: 9, target: 'b' }),
    ).toMatchObject({ name: 'b', threads: 9 })
  })
  test('without a target it is the one called default, and said so', async () => {
    events.length = 0
    expect((await load('p: {outputs: {default: {type: duckdb}}}')).name).toBe('default')
    expect(events[0]).toMatchObject({
      name: 'MissingProfileTarget',
      text: "target not specified in profile 'p', using 'default'",
    })
  })
  test('a password with stray braces stays as written', async () => {
    expect((await load(profile(`{type: duckdb, password: "a{{b{%c"}`))).fields['password']).toBe('a{{b{%c')
  })
})

describe('what is wrong', () => {
  test.each([
    ['q: {outputs: {}}', "Could not find profile named 'p'"],
    ['p:\n  target: dev\n', "outputs not specified in profile 'p'"],
    [
      'p:\n',
      'dbt encountered an error while trying to read your profiles.yml file.\n\nProfile p in profiles.yml is empty',
    ],
    [
      'p: {target: zz, outputs: {dev: {}, prod: {}}}',
      "The profile 'p' does not have a target named 'zz'. The valid target names for this profile are:\n - dev\n - prod",
    ],
    ['p: {target: dev, outputs: {dev: 5}}', "output 'dev' of profile 'p' is misconfigured in profiles.yml"],
    ['p: {target: dev, outputs: {dev: {path: x}}}', 'required field "type" not found in profile p and target dev'],
    [
      'p: {target: dev, outputs: {dev: {type: oracle}}}',
      'Credentials in profile "p", target "dev" invalid: Runtime Error\n  Could not find adapter type oracle!',
    ],
    [
      'p: {target: dev, outputs: {dev: {type: duckdb, threads: abc}}}',
      "at path ['threads']: 'abc' is not of type 'integer'",
    ],
    [profile(`{type: duckdb, path: "{{ env_var('NOPE_Y') }}"}`), "Env var required but not provided: 'NOPE_Y'"],
  ])('%j', async (text, message) => {
    expect((await problem(text)).message).toBe(message)
  })
  test('hints name what there is', async () => {
    expect((await problem('shop: {}\nmill: {}', { profileName: 'shops' })).hint).toBe("did you mean 'shop'?")
    expect((await problem('p: {target: dev, outputs: {dev: {type: duckbd}}}')).hint).toBe(
      "did you mean 'duckdb'? quern supports: duckdb, postgres",
    )
  })
  test('an empty file, and no profile named anywhere', () => {
    const root = folderWith({ 'profiles.yml': '' })
    expect(caught(() => readProfiles(root, root)).message).toMatch(/The profiles.yml file at .* is empty$/)
    expect(caught(() => pickProfileName(null, undefined, root)).message).toMatch(
      /^dbt cannot run because no profile was specified for this dbt project\./,
    )
    expect(readProfiles(join(root, 'none'), root)).toMatchObject({ file: undefined, data: {} })
  })
})

test('where profiles.yml is looked for', () => {
  const root = folderWith({ 'profiles.yml': 'p: {}' })
  expect(profilesDir('/x', root, '/home/u')).toBe('/x')
  expect(profilesDir(null, root, '/home/u')).toBe(root)
  expect(profilesDir(null, folderWith({}), '/home/u')).toBe('/home/u/.dbt')
})

test.each([
  ['a password that is also the user', '{type: duckdb, user: postgres, password: postgres}', 'postgres', []],
  ['a short password', '{type: duckdb, password: pw}', 'pw', []],
  ["the adapter's name", '{type: duckdb, password: duckdb}', 'duckdb', []],
  ['a password of its own', '{type: duckdb, user: me, password: correct-horse}', 'correct-horse', ['correct-horse']],
])('is hidden only where the output stays readable: %s', async (_name, output, secret, hidden) => {
  const adapter = {
    ...fake,
    credentials: () => ({ database: 'db', schema: 'main', shown: {}, secrets: [secret] }),
  } as unknown as Adapter
  const target = await load(profile(output), {
    secrets: [],
    adapters: { types: ['duckdb'], load: async () => adapter },
  })
  expect(target.secrets).toEqual(hidden)
})

test('a profiles.yml beside dbt_project.yml that is not looked at is named', async () => {
  const root = folderWith({ 'a b/profiles.yml': 'p: {}' })
  const project = join(root, 'a b')
  const elsewhere = (at: string | undefined) =>
    problem('p: {}', { profiles: readProfiles(join(root, 'home'), root), root: at, cwd: root })
  expect((await elsewhere(project)).hint).toBe(
    `there is no profiles.yml in ${join(root, 'home')}; the one beside dbt_project.yml counts with --profiles-dir 'a b'`,
  )
  expect((await elsewhere(root)).hint).toContain('`quern init` writes one')
  expect((await elsewhere(undefined)).hint).toContain('`quern init` writes one')
})
