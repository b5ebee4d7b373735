import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CheckFinding, type CheckOptions, quern } from '../../src/index.ts'
import { type Change, MISTAKES, type Mistake } from '../check/mistakes.ts'

const SOURCE = join(import.meta.dirname, '..', 'check', 'project')

let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'quern-check-'))
  cpSync(SOURCE, project, { recursive: true })
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

type Database = 'duckdb' | 'postgres'

const surroundings = (database: Database) => {
  const { host, port, user, password, database: name } = inject('postgres')
  const env = {
    CHECK_TARGET: database,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: name,
  }
  return { cwd: project, env: { ...env, DBT_PROFILES_DIR: project, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' } }
}

async function findings(database: Database, options: CheckOptions = {}): Promise<readonly CheckFinding[]> {
  const end = await quern.check({ rule: ['unused-column=off'], ...options }, surroundings(database))
  expect(end.error?.render() ?? '').toBe('')
  return end.findings
}

/** Makes changes for a while. */
async function changed<T>(changes: readonly Change[], work: () => Promise<T>): Promise<T> {
  const before = new Map<string, string>()
  for (const [file, from, to] of changes) {
    const text = readFileSync(join(project, file), 'utf8')
    if (!before.has(file)) before.set(file, text)
    expect(text, `${from} in ${file}`).toContain(from)
    writeFileSync(
      join(project, file),
      text.replace(from, () => to),
    )
  }
  try {
    return await work()
  } finally {
    for (const [file, text] of before) writeFileSync(join(project, file), text)
  }
}

/** The changes without the marks, and where those stood. */
function placed({ changes }: Mistake): { changes: Change[]; file: string } {
  const marked = changes.find(([, , to]) => to.includes('«')) as Change
  return { changes: changes.map(([file, from, to]) => [file, from, to.replace(/[«»]/g, '')]), file: marked[0] }
}

/** Line and column of the mark when the changes are made with it. */
async function markOf({ changes }: Mistake, file: string): Promise<string> {
  return await changed(changes, async () => {
    const before = readFileSync(join(project, file), 'utf8').split('«')[0] as string
    const lines = before.split('\n')
    return `${file}:${lines.length}:${(lines.at(-1) as string).length + 1}`
  })
}

describe.each(['duckdb', 'postgres'] as const)('%s', (database) => {
  test('nothing is wrong with the project as it is', async () => {
    expect(await findings(database)).toEqual([])
  })

  test.each(
    MISTAKES.map((mistake) => [mistake.changes.map(([file, , to]) => `${file} ${to.trim()}`).join(', '), mistake]),
  )('%s', async (_, mistake) => {
    const { changes, file } = placed(mistake as Mistake)
    const place = await markOf(mistake as Mistake, file)
    const found = await changed(changes, () => findings(database))
    const { rule } = mistake as Mistake
    const expected = typeof rule === 'string' ? rule : rule[database]
    expect(found.map(({ rule, path, line, column }) => `${rule} ${path}:${line}:${column}`)).toContain(
      `${expected} ${place}`,
    )
  })
})
