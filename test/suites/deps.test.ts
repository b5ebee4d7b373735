import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRepository } from '../support/git-repository.ts'
import { type Hub, startHub, tarball, writeTree } from '../support/package-hub.ts'
import { quern } from '../support/quern.ts'
import { DEPS_CASES, HUB_PACKAGES, REPOSITORY_FILES } from './deps-cases.ts'

/*
 * `deps` against a hub, git repositories and archives of this machine. deps-expected.json is what the reference does with the same
 * (lines, lock file, tree of dbt_packages); to make it: DEPS_REFERENCE=/path/to/dbt npx vitest run test/suites/deps.test.ts
 */
const REFERENCE = process.env['DEPS_REFERENCE']
const EXPECTED = join(import.meta.dirname, 'deps-expected.json')

interface Outcome {
  readonly exit: number | null
  /** Lines of the console; of an error its heading and first line. */
  readonly lines: readonly string[]
  readonly lock: string | null
  /** Path -> hash of the contents, or where a link leads to. */
  readonly tree: Readonly<Record<string, string>>
}

let hub: Hub
let shared: string
const expected: Record<string, Outcome[]> = REFERENCE === undefined ? JSON.parse(readFileSync(EXPECTED, 'utf8')) : {}

beforeAll(async () => {
  hub = await startHub(HUB_PACKAGES)
  shared = mkdtempSync(join(tmpdir(), 'quern-deps-'))
  makeRepository(join(shared, 'repo'), REPOSITORY_FILES, { 'models/two.sql': 'select 2 as id\n' })
  hub.archives.set(
    '/files/grain.tgz',
    tarball('anything', { 'dbt_project.yml': 'name: grain_inside\n', 'macros/a.sql': 'x' }),
  )
})
afterAll(async () => {
  await hub.close()
  rmSync(shared, { recursive: true })
  if (REFERENCE !== undefined) writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 1)}\n`)
})

test.each(DEPS_CASES)('$name', { timeout: 300_000 }, async ({ name, files, steps, hash }) => {
  const folder = mkdtempSync(join(tmpdir(), 'quern-deps-case-'))
  const root = join(folder, 'project')
  writeTree(root, { 'dbt_project.yml': 'name: mill\nprofile: mill\n', ...files })
  const outcomes: Outcome[] = []
  for (const step of steps) {
    writeTree(root, step.files ?? {})
    const env = {
      DBT_PACKAGE_HUB_URL: hub.url,
      DBT_USE_COLORS: '0',
      DBT_SEND_ANONYMOUS_USAGE_STATS: '0',
      HOME: folder,
      DEPS_HUB: hub.url,
      DEPS_REPO: `file://${join(shared, 'repo')}`,
      ...Object.fromEntries(
        Object.entries(step.env ?? {}).map(([key, value]) => [key, value.replace('{shared}', shared)]),
      ),
    }
    const ended = await run(['deps', ...(step.args ?? [])], root, env)
    outcomes.push({
      exit: ended.exit,
      lines: linesOf(masked(ended.stdout, folder)),
      lock: lockOf(root, folder, hash !== false),
      tree: treeOf(join(root, step.installPath ?? 'dbt_packages'), folder),
    })
  }
  if (REFERENCE !== undefined) expected[name] = outcomes
  else expect(outcomes).toEqual(expected[name])
  rmSync(folder, { recursive: true })
})

async function run(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number | null; stdout: string }> {
  if (REFERENCE === undefined) return await quern(args, { cwd, env })
  return await new Promise((done, fail) => {
    const child = spawn(REFERENCE, [...args], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } })
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString('utf8')
    })
    child.on('error', fail)
    child.on('close', (exit) => done({ exit, stdout }))
  })
}

function lockOf(root: string, folder: string, hash: boolean): string | null {
  const path = join(root, 'package-lock.yml')
  if (!existsSync(path)) return null
  const text = masked(readFileSync(path, 'utf8'), folder)
  // an address of this run is in the fingerprint
  return hash && !text.includes('env_var(') ? text : text.replace(/^sha1_hash: [0-9a-f]{40}$/m, 'sha1_hash: {masked}')
}

/** What differs from run to run. */
const masked = (text: string, folder: string): string =>
  text.replaceAll(hub.url, '{hub}/').replaceAll(shared, '{shared}').replaceAll(folder, '{folder}')

/** Lines with which each tool goes on in its own words. */
const OWN =
  /^Running with |^Summary of |^- \w+Deprecation: |^Update your versions|^\t(This|What) |^See https|^update your `|^To see all|^run (command|with) |^parsing\.$/

/** The lines without time, each warning once, and without what each tool says after the first sentence of a warning or an error. */
function linesOf(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, '').trimEnd())
    .filter((line) => line !== '' && !OWN.test(line))
    .map((line) =>
      line
        .replace('Internal Error', 'Runtime Error')
        .replace(/(deprecated in favor of `.*?`\.).*/, '$1')
        .replace(/(is malformed).*/, '$1')
        .replace(/\{('.*')\}/, (_, names: string) => `{${names.split(', ').sort().join(', ')}}`),
    )
    .filter((line, index, all) => !/^(WARNING|\t)/.test(line) || all.indexOf(line) === index)
  const error = lines.findIndex((line) => / Error$/.test(line))
  return error < 0 ? lines : lines.slice(0, error + 2)
}

function treeOf(folder: string, base: string): Record<string, string> {
  const tree: Record<string, string> = {}
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.name === '.git') continue
      if (entry.isSymbolicLink()) tree[inner] = `-> ${readlinkSync(join(folder, inner)).replaceAll(base, '{folder}')}`
      else if (entry.isDirectory()) visit(inner)
      else
        tree[inner] = createHash('sha1')
          .update(readFileSync(join(folder, inner)))
          .digest('hex')
    }
  }
  if (existsSync(folder)) visit('')
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)))
}
