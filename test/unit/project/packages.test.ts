import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'
import { checkInstalled, installedPackageDirs, readPackages } from '../../../src/project/packages.ts'
import { caught } from '../config/caught.ts'
import { folderWith } from '../config/project-files.ts'

const asIs = (data: PlainDict): PlainDict => data
const read = (files: Record<string, string>) => {
  const root = folderWith(files)
  return { root, declared: readPackages(root, root, asIs) }
}

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
