import { lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'
import { installPackages, lockHash, resolveLocalPackages, writeLock } from '../../../src/project/deps.ts'
import { checkInstalled, installedPackageDirs, readPackages } from '../../../src/project/packages.ts'
import { caught } from '../config/caught.ts'
import { folderWith } from '../config/project-files.ts'

const asIs = (data: PlainDict): PlainDict => data
const read = (files: Record<string, string>) => {
  const root = folderWith(files)
  return { root, declared: readPackages(root, root, asIs) }
}

// Outcomes, lock file and hash: `dbt deps` of dbt-core 1.11.16 on the same files.
const NESTED = {
  'dbt_project.yml': 'name: shop',
  'packages.yml': 'packages:\n - local: local_pkg\n',
  'local_pkg/dbt_project.yml': 'name: lp',
  'local_pkg/packages.yml': 'packages:\n - local: sub\n',
  'sub/dbt_project.yml': 'name: subpkg',
}

test('local packages with their own are linked under their names and locked', () => {
  const { root, declared } = read(NESTED)
  const packages = resolveLocalPackages(root, root, declared, asIs)
  const told: string[] = []
  installPackages(root, 'dbt_packages', packages, {
    starting: (one) => told.push(`start ${one.source}`),
    copying: () => told.push('copy'),
    installed: (one) => told.push(`end ${one.source}`),
  })
  expect(told).toEqual(['start local_pkg', 'end local_pkg', 'start sub', 'end sub'])
  expect(readlinkSync(join(root, 'dbt_packages/lp'))).toBe(join(root, 'local_pkg'))
  expect(lstatSync(join(root, 'dbt_packages/subpkg')).isSymbolicLink()).toBe(true)
  const lock = join(root, 'package-lock.yml')
  writeLock(lock, packages, lockHash(declared.specs))
  expect(readFileSync(lock, 'utf8')).toBe(
    'packages:\n  - local: local_pkg\n    name: lp\n  - local: sub\n    name: subpkg\nsha1_hash: 09791e33f65b6636d52a265e2c2e0efb2d745763\n',
  )
})

test('packages of other kinds are refused by name', () => {
  const { root, declared } = read({
    'packages.yml':
      "packages:\n - local: a\n - package: dbt-labs/dbt_utils\n   version: 1.1.1\n - git: 'https://x/y.git'\n",
  })
  const error = caught(() => resolveLocalPackages(root, root, declared, asIs))
  expect(error.message).toContain('Not installed:\n - hub: dbt-labs/dbt_utils\n - git: https://x/y.git')
  expect(error.at!.file.position(error.at!.start).line).toBe(3)
})

test('a folder without a project, and one name twice', () => {
  const missing = read({ 'packages.yml': 'packages: [{local: nope}]' })
  expect(caught(() => resolveLocalPackages(missing.root, missing.root, missing.declared, asIs)).message).toMatch(
    /^No dbt_project.yml found at expected path .*nope/,
  )
  const twice = read({
    'packages.yml': 'packages: [{local: a}, {local: b}]',
    'a/dbt_project.yml': 'name: x',
    'b/dbt_project.yml': 'name: x',
  })
  expect(caught(() => resolveLocalPackages(twice.root, twice.root, twice.declared, asIs)).message).toMatch(
    /^Found duplicate project "x"\./,
  )
})

describe('packages.yml', () => {
  test('dependencies.yml may hold them instead, and is not rendered', () => {
    const root = folderWith({ 'dependencies.yml': 'packages: [{local: a}]\nprojects: [{name: x}]' })
    const declared = readPackages(root, root, () => {
      throw new Error('rendered')
    })
    expect(declared).toMatchObject({ fileName: 'dependencies.yml', specs: [{ kind: 'local', source: 'a' }] })
  })
  test.each([
    [
      { 'packages.yml': 'packages: []', 'dependencies.yml': 'packages: []' },
      "The 'packages' key cannot be specified in both packages.yml and dependencies.yml",
    ],
    [{ 'packages.yml': 'projects: []' }, "The 'projects' key cannot be specified in packages.yml"],
    [
      { 'packages.yml': 'packages: [{foo: 1}]' },
      "The packages.yml file in this project is malformed: {'foo': 1} is not valid under any of the given schemas",
    ],
    [
      { 'packages.yml': "packages: [{local: ''}]" },
      'The packages.yml file in this project is malformed: A local package is missing the value. It is a required property.',
    ],
    [
      { 'packages.yml': 'packages: [{package: dbt_utils, version: 1.0.0}]' },
      'The packages.yml file in this project is malformed: dbt_utils was not found in the package index. Packages on the index require a namespace, e.g dbt-labs/dbt_utils',
    ],
  ])('%j is refused', (files, message) => {
    expect(caught(() => read(files as Record<string, string>)).message).toBe(message)
  })
  test('what is missing is said', () => {
    const { root, declared } = read({
      'packages.yml': 'packages: [{local: a}, {local: b}]',
      'dbt_packages/a/x': '',
      'dbt_packages/__c/x': '',
    })
    mkdirSync(join(root, 'dbt_packages'), { recursive: true })
    const dirs = installedPackageDirs(root, 'dbt_packages')
    expect(dirs).toEqual([join(root, 'dbt_packages/a')])
    expect(caught(() => checkInstalled(declared, dirs.length, 'dbt_packages')).message).toBe(
      'dbt found 2 package(s) specified in packages.yml, but only 1 package(s) installed in dbt_packages. Run "dbt deps" to install package dependencies.',
    )
  })
})
