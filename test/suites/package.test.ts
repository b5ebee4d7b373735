import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newFolder, removeFolders, wordProject } from '../support/library-project.ts'
import { REPOSITORY } from '../support/quern.ts'

const TSC = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc')

/** A program's folder with the packed package and what it depends on, but with nothing that only its developers have. */
let program: string
beforeAll(() => {
  // Built without types: made now, from the same sources.
  if (!existsSync(join(REPOSITORY, 'dist', 'types', 'src', 'index.d.ts')))
    execFileSync(process.execPath, [TSC, '-p', 'tsconfig.build.json'], { cwd: REPOSITORY })
  program = newFolder({ 'package.json': '{"type": "module"}' })
  const modules = join(program, 'node_modules')
  mkdirSync(modules)
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', program], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }]
  execFileSync('tar', ['-xzf', packed.filename], { cwd: program })
  cpSync(join(program, 'package'), join(modules, 'quern'), { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'quern', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    if (name.includes('/')) mkdirSync(join(modules, name.split('/')[0]!), { recursive: true })
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name))
  }
}, 120_000)
afterAll(removeFolders)

/** Compiles a file strictly, declarations of packages included; gives the errors. */
function compiled(name: string, text: string): string {
  writeFileSync(join(program, name), text)
  const compilerOptions = {
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
  }
  writeFileSync(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [name] }))
  return spawnSync(process.execPath, [TSC, '-p', '.'], { cwd: program, encoding: 'utf8' }).stdout
}
function ran(name: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [name], { cwd: program, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

test('types need no other package, and options and results are what they say', { timeout: 60_000 }, () => {
  const folder = wordProject('typed')
  const errors = compiled(
    'typed.ts',
    `import { type NodeResult, quern, QuernError, type RunEvent, type RunOutcome } from 'quern'
const here = { cwd: ${JSON.stringify(folder)} }
const kinds: RunEvent['kind'][] = []
const end: RunOutcome = await quern.build({ select: 'typed+', exclude: ['nothing'], threads: 1 }, { ...here, onEvent: ({ kind }) => { kinds.push(kind) } })
const failed: NodeResult[] = end.results.filter(({ status }) => status === 'error')
const lines: readonly string[] = (await quern.list({ output: 'path' }, here)).nodes
const objects = (await quern.list({ output: 'json' }, here)).nodes
const name = objects[0]?.['name']
const { manifest } = await quern.parse({}, here)
const materialized = manifest?.nodes['model.typed.typed']?.config['materialized']
const { rows, columns } = await quern.show({ inline: 'select 1 as x' }, here)
const error: QuernError | undefined = (await quern.run({ vars: { a: [1, null, { b: true }] }, projectDir: 'no/such' }, here)).error
console.log(JSON.stringify([end.success, failed.length, kinds[0], [...lines].sort(), name, materialized, rows, columns.length, error instanceof QuernError]))
// @ts-expect-error no such option
void quern.build({ fullRefersh: true }, { ...here, signal: AbortSignal.abort() })
// @ts-expect-error not a number
void quern.build({ threads: '4' }, { ...here, signal: AbortSignal.abort() })
// @ts-expect-error an option of other commands
void quern.deps({ select: 'x' }, { ...here, signal: AbortSignal.abort() })
`,
  )
  expect(errors).toBe('')
  expect(JSON.parse(ran('typed.js'))).toEqual([
    true, 0, 'invocation-started', ['seeds/raw.csv', 'models/typed.sql', 'models/models.yml'].sort(), 'typed', 'view', [{ x: 1 }], 1, true,
  ]) // biome-ignore format: one list
})

/** The blocks of a Markdown file that are TypeScript. */
const blocks = (path: string): string[] =>
  [...readFileSync(join(REPOSITORY, path), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] as string)

test.each(['README.md', 'docs/library.md'])('the examples of %s compile and run', { timeout: 60_000 }, (path) => {
  const folder = wordProject('shop', {
    files: { 'models/orders.sql': "select 1 as id, '{{ var('region', 'nowhere') }}' as region" },
  })
  const examples = blocks(path)
  expect(examples).toHaveLength(1)
  const text = examples[0]!.replaceAll('/path/to/project', folder)
  expect(compiled('example.ts', text)).toBe('')
  const shown = "model.shop.orders success OK\ntrue [ { id: 1, region: 'nowhere' } ]\n"
  expect(ran('example.js')).toBe(path === 'README.md' ? shown : '')
})

test('an import changes nothing of the process and keeps nothing open; require() works where Node has it', () => {
  writeFileSync(
    join(program, 'import.js'),
    `const state = () => JSON.stringify([process.env, process.eventNames(), process.cwd(), Object.keys(globalThis)])
const before = state()
const { quern } = await import('quern')
console.log(before === state(), typeof quern.build)
`,
  )
  expect(ran('import.js')).toBe('true function\n')
  if (process.features.require_module !== true) return
  writeFileSync(join(program, 'require.cjs'), "console.log(typeof require('quern').quern.build)\n")
  const { stdout } = spawnSync(process.execPath, ['--no-warnings', 'require.cjs'], { cwd: program, encoding: 'utf8' })
  expect(stdout).toBe('function\n')
})
