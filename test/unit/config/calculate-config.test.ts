import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildProject, readRawProject } from '../../../src/config/load-project.ts'
import { nativeRenderer } from '../../../src/config/native-renderer.ts'
import { type ConfigRequest, calculateConfig } from '../../../src/config/node-config.ts'
import type { Project } from '../../../src/config/project-config.ts'
import type { PlainDict, Value } from '../../../src/jinja/runtime/value.ts'
import { hostFunction } from '../../../src/jinja/runtime/value.ts'
import { folderWith } from './project-files.ts'

// reference/root.yml uses a package with reference/package.yml; configs.json holds the configs of their nodes in the
// manifest.json that `dbt parse` of dbt-core 1.11.16 wrote, with what the nodes' files and properties say.
interface Case {
  readonly id: string
  readonly request: Omit<ConfigRequest, 'config'>
  readonly config: PlainDict
  readonly unrenderedConfig: PlainDict
}
const read = (name: string): string => readFileSync(new URL(`./reference/${name}`, import.meta.url), 'utf8')
const cases = JSON.parse(read('configs.json')) as Case[]

function project(name: string): Project {
  const root = folderWith({})
  mkdirSync(join(root, 'x'))
  writeFileSync(join(root, 'x/dbt_project.yml'), read(name))
  const variable = hostFunction('var', ['name', ['default', null]], (_name, fallback) => fallback!)
  const render = nativeRenderer(
    new Map<string, Value>([
      ['target', { name: 'dev' }],
      ['var', variable],
    ]),
  )
  return buildProject(readRawProject(join(root, 'x')), { render, versionCheck: true })
}
const root = project('root.yml')
const config = { project: root, packages: new Map([['lpkg', project('package.yml')]]) }

test.each(cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
  const made = calculateConfig({ ...one.request, config })
  expect(made.config).toEqual(one.config)
  expect(Object.keys(made.config)).toEqual(Object.keys(one.config))
  expect(made.unrenderedConfig).toEqual(one.unrenderedConfig)
})
