import { describe, expect, test } from 'vitest'
import { buildProject, isRenderedLater, readRawProject } from '../../../src/config/load-project.ts'
import { nativeRenderer } from '../../../src/config/native-renderer.ts'
import type { Project } from '../../../src/config/project-config.ts'
import type { QuernError } from '../../../src/errors/quern-error.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { caught } from './caught.ts'
import { folderWith } from './project-files.ts'

// Messages and outcomes: dbt-core 1.11.16, `dbt parse` on each of these files.

const events: RunEvent[] = []
function load(text: string, names: Record<string, string> = {}): Project {
  const root = folderWith({ 'dbt_project.yml': text })
  const render = nativeRenderer(new Map(Object.entries({ target: { name: 'dev' }, ...names })))
  return buildProject(readRawProject(root, root), { render, versionCheck: true, emit: (event) => events.push(event) })
}
const problem = (text: string): QuernError => caught(() => load(text))
const place = (error: QuernError): string => {
  const { line, column } = error.at!.file.position(error.at!.start)
  return `${error.at!.file.path}:${line}:${column}`
}

test('defaults', () => {
  const project = load('name: shop\n')
  expect(project).toMatchObject({
    name: 'shop',
    version: null,
    modelPaths: ['models'],
    seedPaths: ['seeds'],
    testPaths: ['tests'],
    analysisPaths: ['analyses'],
    macroPaths: ['macros'],
    snapshotPaths: ['snapshots'],
    functionPaths: ['functions'],
    docsPaths: ['models', 'seeds', 'snapshots', 'analyses', 'macros', 'tests', 'functions'],
    assetPaths: [],
    targetPath: 'target',
    logPath: 'logs',
    cleanTargets: ['target'],
    packagesInstallPath: 'dbt_packages',
    onRunStart: [],
    queryComment: { comment: undefined, append: false },
    restrictAccess: false,
    requireDbtVersion: ['>=0.0.0'],
    profileName: null,
  })
})

test('values are rendered natively, hooks, vars and the query comment are not', () => {
  const project = load(
    [
      'name: shop',
      'on-run-start: "{{ log(\'x\') }}"',
      'query-comment: "{{ target.name }}"',
      'vars: {a: "{{ x }}"}',
      'models:',
      '  +enabled: "{{ target.name == \'dev\' }}"',
      '  +schema: "{{ target.name }}_x"',
      '  shop:',
      '    +pre-hook: "{{ this }}"',
      '    sub: {post_hook: ["{{ this }}"]}',
      'tests: {+severity: warn}',
    ].join('\n'),
  )
  expect(project.onRunStart).toEqual(["{{ log('x') }}"])
  expect(project.queryComment).toEqual({ comment: '{{ target.name }}', append: false })
  expect(project.vars).toEqual({ a: '{{ x }}' })
  expect(project.configTrees.models).toEqual({
    '+enabled': true,
    '+schema': 'dev_x',
    shop: { '+pre-hook': '{{ this }}', sub: { post_hook: ['{{ this }}'] } },
  })
  expect(project.unrenderedConfigTrees.models['+schema']).toBe('{{ target.name }}_x')
  expect(project.configTrees.data_tests).toEqual({ '+severity': 'warn' })
})

test.each([
  ['', undefined],
  ['query-comment: null', null],
  ["query-comment: ''", null],
  ['query-comment: {append: true}', undefined],
  ['query-comment: {comment: x, append: true}', 'x'],
])('query comment of %j', (line, comment) => {
  expect(load(`name: shop\n${line}\n`).queryComment.comment).toBe(comment)
})

test('which paths are rendered later', () => {
  expect(isRenderedLater(['models', 'shop', '+pre-hook', 0])).toBe(true)
  expect(isRenderedLater(['models', 'shop', '+ post_hook'])).toBe(true)
  expect(isRenderedLater(['sources', 'shop', '+pre-hook'])).toBe(false)
  expect(isRenderedLater(['name'])).toBe(false)
})

describe('what is wrong', () => {
  test.each([
    ['profile: p\n', 'Required "name" field not present in project', 'dbt_project.yml:1:1'],
    [
      'name: 1bad-name\n',
      "at path ['name']: '1bad-name' does not match '^[^\\\\d\\\\W]\\\\w*$'",
      'dbt_project.yml:1:7',
    ],
    ['name: model\n', 'at path []: Invalid project name: model is a reserved word', 'dbt_project.yml:1:7'],
    ['name: shop\nconfig-version: 1\n', 'Got an unexpected project version=1, expected 2', 'dbt_project.yml:2:17'],
    [
      'name: shop\nmodel-paths: models\n',
      "at path ['model-paths']: 'models' is not valid under any of the given schemas",
      'dbt_project.yml:2:14',
    ],
    ['name: shop\nrequire-dbt-version: abc\n', '"abc" is not a valid semantic version.', 'dbt_project.yml:2:22'],
    [
      'name: shop\nfoo: 1\nmodel_paths: [x]\n',
      "at path []: Additional properties are not allowed ('foo', 'model_paths' were unexpected)",
      'dbt_project.yml:2:1',
    ],
    [
      'name: shop\ndispatch:\n - macro_namespace: x\n',
      "at path []: Invalid project dispatch config: {'macro_namespace': 'x'}",
      'dbt_project.yml:3:4',
    ],
    [
      'name: shop\ntests: {+severity: warn}\ndata_tests: {+severity: warn}\n',
      "at path []: Invalid project config: cannot have both 'tests' and 'data_tests' defined",
      'dbt_project.yml:2:1',
    ],
    ['- a\n', 'dbt_project.yml does not parse to a dictionary', 'dbt_project.yml:1:1'],
    [
      'name: shop\nmodels:\n  +schema: "{{ foo( }}"\n',
      "Could not render {{ foo( }}: unexpected '}', expected ')'",
      'dbt_project.yml:3:12',
    ],
  ])('%j', (text, message, where) => {
    const error = problem(text)
    expect(error.message).toBe(message)
    expect(place(error)).toBe(where)
    expect(error.exitCode).toBe(2)
  })

  test('a mistyped key names its neighbour', () => {
    expect(problem('name: shop\nmodel_paths: [x]\n').hint).toBe("did you mean 'model-paths'?")
  })

  test('the versions that a project asks for', () => {
    expect(problem('name: shop\nrequire-dbt-version: ">=1.20.0"\n').message).toBe(
      "This version of dbt is not supported with the 'shop' package.\n  Installed version of dbt: =1.11.16\n  Required version of dbt for 'shop': ['>=1.20.0']\n" +
        "Check for a different version of the 'shop' package, or run dbt again with --no-version-check",
    )
    expect(problem('name: shop\nrequire-dbt-version: [">2.0.0", "<1.0.0"]\n').message).toMatch(
      /^The package version requirement can never be satisfied/,
    )
  })

  test('bad YAML points at its line', () => {
    const error = problem('name: shop\nmodels:\n  a: [1\n  b: 2\n')
    expect(error.message).toMatch(/^Syntax error near line 4: /)
    expect(place(error)).toBe('dbt_project.yml:4:3')
  })

  test('no project at all', () => {
    const root = folderWith({})
    expect(caught(() => readRawProject(root)).message).toMatch(/^No dbt_project.yml found at expected path /)
  })
})

test('old keys are deprecated, unless they say what is usual', () => {
  events.length = 0
  expect(load('name: shop\nsource-paths: [m]\nlog-path: logs\ntarget-path: tg\n').modelPaths).toEqual(['m'])
  expect(events.map((event) => (event.kind === 'deprecation' ? event.name : event.kind))).toEqual([
    'ConfigSourcePathDeprecation',
    'ConfigTargetPathDeprecation',
  ])
  expect(problem('name: shop\nsource-paths: [m]\nmodel-paths: [m]\n').message).toMatch(
    /^source-paths and model-paths cannot both be defined\./,
  )
})
