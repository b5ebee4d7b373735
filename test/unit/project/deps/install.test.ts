import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installPackages } from '../../../../src/project/deps/install.ts'
import type { PinnedPackage } from '../../../../src/project/deps/pinned.ts'
import { temporaryPath } from '../../../../src/util/temporary-path.ts'
import { folderWith } from '../../config/project-files.ts'

const silent = { starting: () => undefined, installed: () => undefined }

const fake = (name: string, install?: (path: string) => Promise<void>): PinnedPackage => ({
  id: `/elsewhere/${name}`,
  label: name,
  latest: undefined,
  version: undefined,
  subdirectory: undefined,
  versionName: () => 'x',
  lockEntry: () => ({}),
  metadata: async () => ({ name, packages: [] }),
  install:
    install ??
    (async (path) => {
      mkdirSync(path)
      writeFileSync(join(path, 'dbt_project.yml'), `name: ${name}`)
    }),
})

const OLD = { 'dbt_project.yml': 'name: shop', 'dbt_packages/old/dbt_project.yml': 'name: old' }

test('all packages come at once, in the place of the old ones; each is told in order', async () => {
  const root = folderWith(OLD)
  const told: string[] = []
  let release: () => void = () => undefined
  const slow = fake('a', async (path) => {
    await new Promise<void>((done) => {
      release = done
    })
    await fake('a').install(path)
  })
  const last = fake('b', async (path) => {
    await fake('b').install(path)
    expect(readdirSync(join(root, 'dbt_packages'))).toEqual(['old'])
    release()
  })
  await installPackages(root, 'dbt_packages', [slow, last], {
    starting: (one) => told.push(`> ${one.label}`),
    installed: (one) => told.push(`< ${one.label}`),
  })
  expect(told).toEqual(['> a', '< a', '> b', '< b'])
  expect(readdirSync(join(root, 'dbt_packages')).sort()).toEqual(['a', 'b'])
  expect(readdirSync(root).sort()).toEqual(['dbt_packages', 'dbt_project.yml'])
})

test('when one fails, the old ones stay and nothing is left behind', async () => {
  const root = folderWith(OLD)
  const broken = fake('b', () => Promise.reject(new Error('broken')))
  await expect(installPackages(root, 'dbt_packages', [fake('a'), broken], silent)).rejects.toThrow('broken')
  const empty = fake('c', async (path) => void mkdirSync(path))
  await expect(installPackages(root, 'dbt_packages', [empty], silent)).rejects.toThrow(
    'No dbt_project.yml found at expected path dbt_packages/c/dbt_project.yml',
  )
  expect(readdirSync(root).sort()).toEqual(['dbt_packages', 'dbt_project.yml'])
  expect(readdirSync(join(root, 'dbt_packages'))).toEqual(['old'])
  await expect(installPackages(root, 'lib/deep', [broken], silent)).rejects.toThrow('broken')
  expect(existsSync(join(root, 'lib'))).toBe(false)
})

test.each(['../evil', 'a/b', '/tmp/evil', '..', '.'])('a package that calls itself %s', async (name) => {
  const root = folderWith(OLD)
  await expect(installPackages(root, 'dbt_packages', [fake(name)], silent)).rejects.toThrow(
    `Invalid package name '${name}': resolves outside of the packages-install-path ('dbt_packages')`,
  )
})

test.each(['.', '..', 'models/..', ''])('an install path that is or holds the project: %j', async (path) => {
  const root = folderWith(OLD)
  await expect(installPackages(root, path, [fake('a')], silent)).rejects.toThrow(/a project stands there/)
  expect(readFileSync(join(root, 'dbt_project.yml'), 'utf8')).toBe('name: shop')
})

test('a local package in the install path', async () => {
  const root = folderWith(OLD)
  const inside = { ...fake('old'), id: join(root, 'dbt_packages/old') }
  await expect(installPackages(root, 'dbt_packages', [inside], silent)).rejects.toThrow(
    'A local package lies in dbt_packages, which is emptied when packages are installed.',
  )
})

test('an install path that is a link to nothing', async () => {
  const root = folderWith({ 'dbt_project.yml': 'name: shop' })
  symlinkSync(join(root, 'gone'), join(root, 'dbt_packages'))
  await installPackages(root, 'dbt_packages', [fake('a')], silent)
  expect(readdirSync(join(root, 'dbt_packages'))).toEqual(['a'])
})

test('what killed processes left behind is removed, what is being put together by others is not', async () => {
  const root = folderWith(OLD)
  const own = temporaryPath('dbt_packages')
  // a process that has ended
  const { pid } = spawnSync(process.execPath, ['--version'])
  const dead = own.replace(`-${process.pid}-`, `-${pid}-`)
  const elsewhere = ['dbt_packages.00000000-1-0000000a.tmp', 'dbt_packages.0000000b.tmp']
  const kept = [own, 'dbt_packages.00000000-1-0000000c.tmp', 'dbt_packages.notes.tmp', 'dbt_packages2.0000000d.tmp']
  for (const name of [dead, `${dead}.old`, ...elsewhere, ...kept])
    mkdirSync(join(root, name, 'inside'), { recursive: true })
  const before = new Date(Date.now() - 2 * 60 * 60 * 1000)
  for (const name of [...elsewhere, own, ...kept.slice(2)]) utimesSync(join(root, name), before, before)
  await installPackages(root, 'dbt_packages', [fake('a')], silent)
  expect(readdirSync(root).sort()).toEqual(['dbt_packages', 'dbt_project.yml', ...kept].sort())
})
