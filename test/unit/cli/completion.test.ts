import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { candidates, type ProjectNames } from '../../../src/cli/completion/candidates.ts'
import { completeCommand, splitLine } from '../../../src/cli/completion/complete.ts'
import { projectNames } from '../../../src/cli/completion/project-names.ts'
import { OPTIONS } from '../../../src/cli/flags-table.ts'
import { COMMANDS, takesOption } from '../../../src/cli/option.ts'
import { folderWith } from '../config/project-files.ts'

const NAMES: ProjectNames = {
  nodes: () => ['customers', 'orders'],
  values: (method) => (method === 'tag' ? ['nightly', 'weekly'] : method === 'source' ? ['shop', 'shop.raw'] : []),
  selectors: () => ['nightly_run'],
  macros: () => ['cleanup', 'pkg.other'],
  profiles: () => ['shop'],
  targets: () => ['dev', 'prod'],
}
const NONE: ProjectNames = {
  nodes: () => [],
  values: () => [],
  selectors: () => [],
  macros: () => [],
  profiles: () => [],
  targets: () => [],
}
const at = (line: string, names = NAMES): string[] =>
  candidates(splitLine(line).slice(1), names).map(({ word }) => word)

describe('what stands at the cursor', () => {
  test.each([
    ['quern re', ['retry']],
    ['quern docs ', ['generate', 'serve']],
    ['quern source f', ['freshness']],
    ['quern --target dev se', ['seed']],
    ['quern run-o', ['run-operation']],
    ['quern completion ', ['bash', 'zsh', 'fish']],
    ['quern run --sele', ['--select', '--selector']],
    ['quern run --no-pa', ['--no-partial-parse']],
    ['quern show --inl', ['--inline']],
    ['quern --threads', []],
    ['quern run --log-format ', ['text', 'debug', 'json', 'default']],
    ['quern run --log-level=e', ['--log-level=error']],
    ['quern build --resource-type model sn', ['snapshot']],
    ['quern run --target ', ['dev', 'prod']],
    ['quern run -t d', ['dev']],
    ['quern run --selector ', ['nightly_run']],
    ['quern run --profile ', ['shop']],
    ['quern run-operation ', ['cleanup', 'pkg.other']],
    ['quern run-operation cleanup ', []],
    ['quern run --select o', ['orders']],
    ['quern run --select customers o', ['orders']],
    ['quern run --select=cust', ['--select=customers']],
    ['quern run --select +cust', ['+customers']],
    ['quern run --select 2+cust', ['2+customers']],
    ['quern run --select @ord', ['@orders']],
    ['quern run --select tag:', ['tag:nightly', 'tag:weekly']],
    ['quern run --select orders,tag:w', ['orders,tag:weekly']],
    ['quern run --select +source:shop.', ['+source:shop.raw']],
    ['quern run --select state:modified.b', ['state:modified.body']],
    ['quern run --exclude selector:', ['selector:nightly_run']],
    ['quern ls -m cu', ['customers']],
    ['quern run --select orders --targ', ['--target-path', '--target']],
    ['quern run --report m', ['markdown']],
    ['quern run --vars ', []],
    ['quern nosuch ', []],
    ['quern run --nosuch x --sele', ['--select', '--selector']],
  ])('%s', (line, wanted) => expect(at(line)).toEqual(wanted))

  test.each(COMMANDS)('every option of %s, none that is hidden', (command) => {
    const shown = OPTIONS.filter((option) => takesOption(command, option) && !option.hidden)
    const found = at(`quern ${command} --`)
    for (const { long } of shown) expect(found).toContain(long[0])
    for (const option of OPTIONS.filter((one) => one.hidden)) expect(found).not.toContain(option.long[0])
  })
  test('methods, when nothing is known of the project', () => {
    expect(at('quern run --select ta', NONE)).toEqual(['tag:'])
    expect(at('quern run-operation ', NONE)).toEqual([])
  })
})

test.each([
  ['quern run', ['quern', 'run']],
  ['quern run ', ['quern', 'run', '']],
  [`quern run --vars '{a: 1}' "x y" z\\ w`, ['quern', 'run', '--vars', '{a: 1}', 'x y', 'z w']],
  ['quern "unfinished wo', ['quern', 'unfinished wo']],
])('%s as words', (line, words) => expect(splitLine(line)).toEqual(words))

describe('names of a project', () => {
  const MANIFEST = {
    metadata: { project_name: 'shop' },
    nodes: {
      'model.shop.orders': {
        name: 'orders', resource_type: 'model', package_name: 'shop', original_file_path: 'models/marts/orders.sql', tags: ['nightly'],
        config: { materialized: 'table', schema: null },
      },
      'test.shop.unique': { name: 'unique_orders', resource_type: 'test', package_name: 'shop', test_metadata: { name: 'unique' }, original_file_path: 'models/s.yml' },
    },
    sources: { 'source.shop.raw.o': { source_name: 'raw', name: 'o', tags: [] } },
    exposures: { e: { name: 'dashboard' } },
    macros: {
      a: { package_name: 'shop', name: 'cleanup' }, b: { package_name: 'utils', name: 'star' }, c: { package_name: 'dbt_duckdb', name: 'x' },
    },
  } // biome-ignore format: one table
  const project = (): string =>
    folderWith({
      'dbt_project.yml': 'name: shop\nprofile: p\n',
      'profiles.yml':
        'p: {target: dev, outputs: {dev: {type: duckdb}, ci: {type: duckdb}}}\nq: {outputs: {x: {}}}\nconfig: {}\n',
      'selectors.yml': 'selectors: [{name: nightly}, {name: hourly}]',
      'target/manifest.json': JSON.stringify(MANIFEST),
      'models/x.sql': '',
    })
  const of = (cwd: string, words: string[] = [], env: Record<string, string> = {}): ProjectNames =>
    projectNames({ words, env, cwd, home: '/nowhere' })

  test('come from the files that are there', () => {
    const names = of(join(project(), 'models'))
    expect(names.nodes()).toEqual(['orders'])
    expect(names.macros()).toEqual(['cleanup', 'utils.star'])
    expect(names.selectors()).toEqual(['nightly', 'hourly'])
    expect(['tag', 'source', 'path', 'file', 'config.materialized', 'exposure', 'test_name'].map(names.values)).toEqual([
      ['nightly'], ['raw', 'raw.o'], ['models', 'models/marts'], ['orders.sql'], ['table'], ['dashboard'], ['unique'],
    ]) // biome-ignore format: one list
  })
  test('targets are those of the profile that counts', () => {
    const cwd = project()
    expect(of(cwd).profiles()).toEqual(['p', 'q'])
    expect(of(cwd).targets()).toEqual(['dev', 'ci'])
    expect(of(cwd, ['run', '--profile', 'q', '--target', '']).targets()).toEqual(['x'])
    expect(of(cwd, [], { DBT_PROFILE: 'q' }).targets()).toEqual(['x'])
    expect(of('/', ['--project-dir', cwd, '--profiles-dir', cwd, '']).targets()).toEqual(['dev', 'ci'])
  })
  test('a new manifest counts, also when the names of the old one were kept', () => {
    const cwd = project()
    expect(of(cwd).nodes()).toEqual(['orders'])
    const path = join(cwd, 'target/manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"name":"orders"', '"name":"sales"'))
    utimesSync(path, 1, 1)
    expect(of(cwd).nodes()).toEqual(['sales'])
  })
  test.each([
    ['no project', {}],
    [
      'broken files',
      { 'dbt_project.yml': '{', 'profiles.yml': 'a: [', 'selectors.yml': '1', 'target/manifest.json': '{' },
    ],
    [
      'files of another shape',
      { 'dbt_project.yml': '[]', 'profiles.yml': '1', 'selectors.yml': '{}', 'target/manifest.json': '[]' },
    ],
  ])('%s: nothing, silently', (_, files) => {
    const cwd = folderWith(files as Record<string, string>)
    mkdirSync(join(cwd, 'x'))
    const names = of(cwd)
    expect([names.nodes(), names.values('tag'), names.macros(), names.selectors(), names.targets()]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ])
    let out = ''
    const io = { env: {}, cwd, home: '/nowhere', stdout: { write: (text: string) => (out += text) } }
    expect(completeCommand({ ...io, argv: ['complete', '--line', 'quern run-operation '] })).toBe(0)
    expect(completeCommand({ ...io, argv: ['complete'] })).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^build\t/)
  })
})
