import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { workflowCommands } from '../support/github-commands.ts'
import { casesOf, junitProblems, parseXml } from '../support/junit.ts'
import { CLI, REPOSITORY } from '../support/quern.ts'

/*
 * The workflows of docs/ci.md, step by step as they stand there, with bash. Stand-ins: `npm` (quern is there already), `gh` and `curl` (a folder is the artifact
 * store, comments are kept), actions that check out and set up Node (done before), and the actions and artifacts of the runners, which the test copies.
 */

interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, string>>
}
interface GithubWorkflow {
  readonly env: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<string, { readonly env: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >
}
interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>
  readonly script: readonly string[]
  readonly after_script?: readonly string[]
  readonly artifacts: { readonly paths: readonly string[]; readonly reports?: Readonly<Record<string, string>> }
}
type GitlabFile = Readonly<Record<string, GitlabJob>> & {
  readonly default: { readonly before_script: readonly string[] }
  readonly variables: Readonly<Record<string, string>>
} // biome-ignore format: short

const blocks = [...readFileSync(join(REPOSITORY, 'docs', 'ci.md'), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  (match) => parse(match[1]!) as unknown,
)
const github = blocks[0] as GithubWorkflow
const gitlab = blocks[1] as GitlabFile

interface Ran {
  readonly exit: number | null
  readonly output: string
}

function bash(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd, env })
    let output = ''
    child.stdout.on('data', (data: Buffer) => void (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => void (output += data.toString()))
    child.on('close', (exit) => resolve({ exit, output }))
  })
}

let root = ''
const at = (...parts: string[]): string => join(root, ...parts)
const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
  chmodSync(at(path), mode)
}
const read = (path: string): string => readFileSync(at(path), 'utf8')

/** A checkout of the repository: a project with a model and a test, in the state of the main branch. */
function checkout(): void {
  rmSync(at('repo'), { recursive: true, force: true })
  write('repo/dbt_project.yml', "name: shop\nversion: '1.0'\nprofile: shop\n")
  const output = (schema: string) => ({ type: 'duckdb', path: at('shop.duckdb'), schema })
  const outputs = { ci: output('ci'), prod: output('prod') }
  write('repo/profiles.yml', JSON.stringify({ shop: { target: 'ci', outputs } }))
  write('repo/models/orders.sql', 'select 1 as id\n')
  write('repo/models/customers.sql', 'select 1 as id\n')
  write(
    'repo/models/report.sql',
    "select o.id from {{ ref('orders') }} o join {{ ref('customers') }} c on o.id = c.id\n",
  )
  write(
    'repo/models/schema.yml',
    'models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [not_null]\n',
  )
}

/** What the pull request does. */
const change = (): void => write('repo/models/orders.sql', 'select 1 as id union all select null\n')

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ci-docs-')))
  write('bin/quern', `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, 0o755)
  write('bin/npm', `#!/bin/sh\n[ "$*" = "install --global quern" ]\n`, 0o755)
  write(
    'bin/gh',
    `#!/bin/bash
case "$1 $2" in
  "run list") [ -e "${root}/store/production-state" ] && echo 4711; exit 0 ;;
  "run download") [ "$3" = 4711 ] && mkdir -p "$7" && cp "${root}/store/$5"/* "$7"/ ;;
  "pr comment") [ "$3" = 12 ] && cp "\${@: -1}" "${root}/comment.md" ;;
  *) exit 9 ;;
esac
`,
    0o755,
  )
  write(
    'bin/curl',
    `#!/bin/bash
url="\${@: -1}"
case "$url" in
  https://gitlab/api/v4/projects/7/jobs/artifacts/main/raw/target/manifest.json?job=production)
    [ -e "${root}/store/gitlab/target/manifest.json" ] || exit 22
    while [ $# -gt 0 ]; do [ "$1" = --output ] && cp "${root}/store/gitlab/target/manifest.json" "$2"; shift; done ;;
  https://gitlab/api/v4/projects/7/merge_requests/3/notes) cp summary.md "${root}/comment.md" ;;
  *) exit 9 ;;
esac
`,
    0o755,
  )
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const surroundings = (): Record<string, string> => ({
  PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
  HOME: root,
  TZ: 'UTC',
})

describe('the workflow for GitHub Actions', () => {
  const expressions: Readonly<Record<string, () => string>> = {
    'github.workspace': () => at('repo'),
    'github.token': () => 'token',
    'github.event.pull_request.number': () => '12',
  }
  const filled = (text: string): string =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => expressions[expression]!())

  /** Runs a job: steps after a failed one only with `if: always()`. Gives what each step of `run` came to. */
  async function job(name: string): Promise<Record<string, Ran>> {
    const { env, steps } = github.jobs[name]!
    const variables = Object.entries({ ...github.env, ...env }).map(([key, value]) => [key, filled(value)])
    const all = {
      ...surroundings(),
      ...Object.fromEntries(variables),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: at('repo'),
      GITHUB_STEP_SUMMARY: at('step-summary.md'),
    }
    rmSync(at('step-summary.md'), { force: true })
    const ran: Record<string, Ran> = {}
    let failed = false
    for (const step of steps) {
      if (failed && step.if !== 'always()') continue
      if (step.uses?.startsWith('actions/upload-artifact@') === true) upload(step)
      if (step.run === undefined) continue
      const ended = await bash(filled(step.run), at('repo'), all)
      ran[step.name!] = ended
      if (ended.exit !== 0) failed = true
    }
    return ran
  }

  function upload({ with: options }: Step): void {
    const { name, path } = options as { name: string; path: string }
    expect(existsSync(at('repo', path)), path).toBe(true)
    mkdirSync(at('store', name), { recursive: true })
    cpSync(at('repo', path), at('store', name, path.split('/').at(-1)!), { recursive: true })
  }

  const exits = (ran: Record<string, Ran>) => Object.fromEntries(Object.entries(ran).map(([name, { exit }]) => [name, exit]))

  test('uses no expression that the test does not know, and only actions that it stands in for', () => {
    const uses = Object.values(github.jobs).flatMap(({ steps }) => steps.flatMap((step) => step.uses ?? []))
    expect([...new Set(uses)].sort()).toEqual(['actions/checkout@v4', 'actions/setup-node@v4', 'actions/upload-artifact@v4'])
    const text = JSON.stringify(github)
    const used = [...text.matchAll(/\$\{\{ (\S+) \}\}/g)].map((match) => match[1]!)
    expect(used.filter((expression) => expressions[expression] === undefined)).toEqual([])
    expect(text.match(/\$\{\{/g)).toHaveLength(used.length)
  })

  test('before there is a state, a pull request builds everything', { timeout: 120_000 }, async () => {
    checkout()
    const ran = await job('pull-request')
    expect(exits(ran)).toEqual({ Install: 0, 'Get the state of production': 0, 'Build what changed': 0, 'Comment on the pull request': 0 })
    expect(read('comment.md')).toMatch(/^### ✅ quern passed: 4 passed in /)
    expect(read('comment.md')).toContain('No state was given')
  })

  test('a push keeps the state; a pull request that breaks a test is marked, explained and fails', { timeout: 120_000 }, async () => {
    checkout()
    expect(exits(await job('production'))).toEqual({ Install: 0, Build: 0 })
    checkout()
    change()
    const ran = await job('pull-request')
    expect(exits(ran)).toEqual({ Install: 0, 'Get the state of production': 0, 'Build what changed': 1, 'Comment on the pull request': 0 })
    expect(workflowCommands(ran['Build what changed']!.output)).toEqual([
      {
        name: 'error',
        properties: { file: 'models/schema.yml', line: '5', col: '22', title: 'test not_null_orders_id failed' },
        message: 'Got 1 result, configured to fail if != 0\nCompiled SQL: target/compiled/shop/models/schema.yml/not_null_orders_id.sql',
      },
    ])
    const comment = read('comment.md')
    expect(comment).toMatch(/^### ❌ quern failed: 1 failed, 1 skipped, 1 passed in /)
    expect(comment).toContain('| ✏️ | `model.shop.orders` | modified: body |')
    expect(comment).toContain('a parent is read from the state')
    expect(comment).toContain('| NULL |')
    expect(read('step-summary.md').trim()).toBe(comment.trim())
    const junit = parseXml(read('store/reports/reports/junit.xml'))
    expect([junitProblems(junit), casesOf(junit)]).toEqual([[], expect.objectContaining({ length: 3 })])
    expect(JSON.parse(read('store/reports/reports/quern.sarif'))).toMatchObject({ version: '2.1.0' })
  })
}) // biome-ignore format: long expectations

describe('the jobs for GitLab', () => {
  const predefined = (): Record<string, string> => ({
    ...surroundings(),
    CI: 'true',
    CI_PROJECT_DIR: at('repo'),
    CI_PROJECT_ID: '7',
    CI_JOB_TOKEN: 'token',
    CI_API_V4_URL: 'https://gitlab/api/v4',
    CI_DEFAULT_BRANCH: 'main',
    CI_MERGE_REQUEST_IID: '3',
    QUERN_COMMENT_TOKEN: 'comments',
  })

  /** As the runner does: `before_script` and `script` are one script, `after_script` another, in any case. */
  async function job(name: 'merge-request' | 'production'): Promise<Ran> {
    const { variables, script, after_script: after = [] } = gitlab[name]!
    const env = predefined()
    for (const [key, value] of Object.entries({ ...gitlab.variables, ...variables }))
      env[key] = value.replace(/\$(\w+)/g, (_, variable: string) => env[variable]!)
    const ended = await bash([...gitlab.default.before_script, ...script].join('\n'), at('repo'), env)
    await bash(after.join('\n'), at('repo'), env)
    return ended
  }

  test('a merge request is compared with what the main branch has built', { timeout: 120_000 }, async () => {
    checkout()
    expect((await job('merge-request')).exit).toBe(0)
    expect(read('comment.md')).toContain('No state was given')
    checkout()
    expect((await job('production')).exit).toBe(0)
    for (const path of gitlab['production']!.artifacts.paths) cpSync(at('repo', path), at('store/gitlab', path))
    checkout()
    change()
    const { exit, output } = await job('merge-request')
    expect([exit, output]).toEqual([1, expect.stringContaining('Done. PASS=1 WARN=0 ERROR=1 SKIP=1')])
    expect(read('comment.md')).toMatch(/^### ❌ quern failed: 1 failed, 1 skipped, 1 passed in /)
    const { paths, reports } = gitlab['merge-request']!.artifacts
    for (const path of paths) expect(existsSync(at('repo', path)), path).toBe(true)
    const junit = parseXml(read(`repo/${reports!['junit']!}`))
    expect(junitProblems(junit)).toEqual([])
    expect(casesOf(junit).map(({ attributes, children }) => [attributes['name'], attributes['file'], children[0]?.name])).toEqual([
      ['model orders', 'models/orders.sql', undefined],
      ['not_null_orders_id', 'models/schema.yml', 'failure'],
      ['model report', 'models/report.sql', 'skipped'],
    ])
  })
}) // biome-ignore format: long expectations
