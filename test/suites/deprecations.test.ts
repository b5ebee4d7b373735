import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { quern, REPOSITORY } from '../support/quern.ts'

interface Case {
  readonly name: string
  readonly files?: Readonly<Record<string, string | null>>
  readonly before?: readonly (readonly string[])[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}
/** Codes and names with how often they are logged, and the names and counts of the summary at the end. */
interface Logged {
  readonly exit: number | null
  readonly shown: Readonly<Record<string, number>>
  readonly summary: Readonly<Record<string, number>> | null
}

const FOLDER = join(REPOSITORY, 'test', 'deprecations')
const { base, cases } = load(readFileSync(join(FOLDER, 'cases.yml'), 'utf8')) as {
  base: Readonly<Record<string, string>>
  cases: readonly Case[]
}
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Readonly<Record<string, Logged>>

/** The deprecations that a project raises are those that the reference raises (test/deprecations/record.py). */
describe.concurrent('deprecations', () => {
  for (const one of cases)
    test(one.name, { timeout: 120_000 }, async () => {
      const { logged, output } = await run(one)
      expect(logged, output).toEqual(expected[one.name])
    })
})

async function run(one: Case): Promise<{ logged: Logged; output: string }> {
  const root = mkdtempSync(join(tmpdir(), 'quern-deprecations-'))
  try {
    for (const [path, text] of Object.entries({ ...base, ...one.files })) {
      if (text === null) continue
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const options = { cwd: root, env: { HOME: root, DBT_PROFILES_DIR: root, ...one.env } }
    for (const args of one.before ?? []) expect((await quern(args, options)).exit).toBe(0)
    const ended = await quern(['--log-format', 'json', ...(one.args ?? ['parse'])], options)
    return { logged: { exit: ended.exit, ...deprecationsIn(ended.stdout) }, output: ended.stdout + ended.stderr }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

interface LogLine {
  readonly info: { readonly name: string; readonly code: string }
  readonly data: {
    readonly summaries?: readonly {
      readonly event_code: string
      readonly event_name: string
      readonly occurrences: number
    }[]
  }
}

function deprecationsIn(stdout: string): Pick<Logged, 'shown' | 'summary'> {
  const shown: Record<string, number> = {}
  let summary: Record<string, number> | null = null
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { info, data } = JSON.parse(line) as LogLine
    if (info.name === 'DeprecationsSummary')
      summary = Object.fromEntries(
        (data.summaries ?? []).map((one) => [`${one.event_code} ${one.event_name}`, one.occurrences]),
      )
    else if (info.code.startsWith('D0')) {
      const name = `${info.code} ${info.name}`
      shown[name] = (shown[name] ?? 0) + 1
    }
  }
  return { shown, summary }
}
