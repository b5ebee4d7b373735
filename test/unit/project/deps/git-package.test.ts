import { existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { QuernError } from '../../../../src/errors/quern-error.ts'
import type { RunEvent } from '../../../../src/events/run-event.ts'
import type { PlainDict } from '../../../../src/jinja/runtime/value.ts'
import { gitPackage } from '../../../../src/project/deps/git-package.ts'
import { LIMITS } from '../../../../src/project/deps/limits.ts'
import type { DepsServices, PinnedPackage } from '../../../../src/project/deps/pinned.ts'
import { readPackages } from '../../../../src/project/packages.ts'
import { git, makeRepository } from '../../../support/git-repository.ts'
import { folderWith } from '../../config/project-files.ts'

let repo: string
let commits: ReturnType<typeof makeRepository>
const events: RunEvent[] = []

beforeAll(() => {
  repo = join(mkdtempSync(join(tmpdir(), 'quern-git-')), 'repo')
  const first = { 'dbt_project.yml': 'name: husk\n', 'inner/dbt_project.yml': 'name: chaff\n' }
  commits = makeRepository(repo, first, { 'models/two.sql': 'select 2\n' })
})

function packageOf(entry: PlainDict, more: Partial<DepsServices> = {}): { pinned: PinnedPackage; root: string } {
  const root = folderWith({ 'packages.yml': `packages:\n  - ${JSON.stringify(entry)}\n` })
  events.length = 0
  const services: DepsServices = {
    root,
    cwd: root,
    env: process.env,
    secrets: [],
    dbtVersion: '1.11.16',
    http: undefined as never,
    limits: LIMITS,
    downloads: mkdtempSync(join(tmpdir(), 'quern-git-')),
    render: (data) => data,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    ...more,
  }
  return { pinned: gitPackage(readPackages(root, root, (data) => data).specs, services), root }
}

async function failure(run: () => Promise<unknown>): Promise<QuernError> {
  try {
    await run()
  } catch (error) {
    return error as QuernError
  }
  throw new Error('nothing was thrown')
}
const refused = (entry: PlainDict): Promise<QuernError> => failure(async () => packageOf(entry).pinned.metadata())

test('a commit, without the history and without .git', async () => {
  const { pinned, root } = packageOf({ git: `file://${repo}`, revision: commits.v1 })
  expect(await pinned.metadata()).toEqual({ name: 'husk', packages: [] })
  expect(pinned.lockEntry()).toEqual({ git: `file://${repo}`, revision: commits.v1 })
  await pinned.install(join(root, 'out'))
  expect(readdirSync(join(root, 'out')).sort()).toEqual(['dbt_project.yml', 'inner'])
})

test('a server that gives no commits by name', async () => {
  git(repo, 'config', 'uploadpack.allowAnySHA1InWant', 'false')
  const older = { ...process.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.version', GIT_CONFIG_VALUE_0: '0' }
  const { pinned } = packageOf({ git: `file://${repo}`, revision: commits.v1 }, { env: older })
  expect((await pinned.metadata()).name).toBe('husk')
})

test('variables of a git hook do not lead elsewhere', async () => {
  const { pinned } = packageOf({ git: repo, revision: 'main' }, { env: { ...process.env, GIT_DIR: '/nowhere' } })
  await pinned.metadata()
  expect(pinned.versionName()).toBe(`revision ${commits.main}`)
})

test('links that lead out of the package are left out', async () => {
  const linked = join(mkdtempSync(join(tmpdir(), 'quern-git-')), 'repo')
  makeRepository(linked, { 'dbt_project.yml': 'name: l\n', 'models/a.sql': 'x' }, { 'b.md': 'b' })
  symlinkSync('/etc/passwd', join(linked, 'models/evil.sql'))
  symlinkSync('a.sql', join(linked, 'models/fine.sql'))
  git(linked, 'add', '-A')
  git(linked, 'commit', '-q', '-m', 'links')
  const { pinned, root } = packageOf({ git: `file://${linked}`, revision: 'main' })
  await pinned.install(join(root, 'out'))
  expect(readdirSync(join(root, 'out/models')).sort()).toEqual(['a.sql', 'fine.sql'])
})

describe('what git could take for something else is refused', () => {
  test.each(['--upload-pack=touch /tmp/quern-git-ran', '-oProxyCommand=x', 'ext::sh -c x', 'EXT::sh -c x', 'fd::7'])(
    'address %s',
    async (address) => {
      expect((await refused({ git: address })).code).toBe('invalid_package_url')
      expect(existsSync('/tmp/quern-git-ran')).toBe(false)
    },
  )
  test.each(['--upload-pack=x', '-b', 'a b', 'a..b', 'a:b', 'a^', '~', '', 'x\ny', '@{1}'])(
    'revision %j',
    async (revision) => {
      expect((await refused({ git: repo, revision })).code).toBe('invalid_revision')
    },
  )
  test.each(['../x', '/etc', 'a/../../x', 'C:\\x'])('subdirectory %s', async (subdirectory) => {
    expect((await refused({ git: repo, revision: 'v1', subdirectory })).code).toBe('invalid_subdirectory')
  })
  test('a program named by the settings of git', async () => {
    const env = {
      ...process.env,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'protocol.ext.allow',
      GIT_CONFIG_VALUE_0: 'always',
      GIT_CONFIG_KEY_1: 'url.ext::sh -c touch% /tmp/quern-git-ran%.insteadOf',
      GIT_CONFIG_VALUE_1: 'https://innocent.example/',
    }
    const error = await failure(() => packageOf({ git: 'https://innocent.example/x' }, { env }).pinned.metadata())
    expect(error.message).toContain("transport 'ext' not allowed")
    expect(existsSync('/tmp/quern-git-ran')).toBe(false)
  })
})

describe('errors', () => {
  test('no git', async () => {
    const error = await failure(() => packageOf({ git: repo }, { env: { PATH: '/nowhere' } }).pinned.metadata())
    expect([error.code, error.message]).toEqual(['git_missing', 'Make sure git is installed on your machine.'])
  })
  test('a short commit', async () => {
    const error = await refused({ git: repo, revision: commits.v1.slice(0, 8) })
    expect(error.message).toMatch(/^Error checking out spec='[0-9a-f]{8}' for repo /)
    expect(error.hint).toBe('a commit is given by all its 40 characters')
  })
  test('of what stands in a package: its address, not where it was fetched to', async () => {
    const wrong = join(mkdtempSync(join(tmpdir(), 'quern-git-')), 'repo')
    makeRepository(wrong, { 'dbt_project.yml': 'name: w\n', 'packages.yml': 'packages: [{foo: 1}]\n' }, { 'b.md': 'b' })
    const error = await refused({ git: wrong, revision: 'v1' })
    expect(error.at?.file.path).toBe(`${wrong}/packages.yml`)
  })
  test('secrets are shown nowhere', async () => {
    const secrets = ['t0ken']
    const { pinned } = packageOf({ git: 'file:///nowhere/t0ken/x.git', revision: 'main' }, { secrets })
    const error = await failure(() => pinned.metadata())
    expect(error.message).not.toContain('t0ken')
    expect(pinned.label).toBe('file:///nowhere/*****/x.git')
    expect(pinned.lockEntry()['git']).toBe('file:///nowhere/*****/x.git')
    expect(events).toMatchObject([{ kind: 'warning', name: 'DepsScrubbedPackageName' }])
    const password = await failure(() => packageOf({ git: 'https://me:pass@127.0.0.1:1/x.git' }).pinned.metadata())
    expect(password.message).not.toContain('pass')
  })
})
