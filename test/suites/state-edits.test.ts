import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildFlags } from '../../src/cli/build-flags.ts'
import { listCommand } from '../../src/cli/commands/list.ts'
import { parseArgv } from '../../src/cli/parse-argv.ts'
import { loadProject } from '../../src/cli/wire.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { RunEvent } from '../../src/events/run-event.ts'
import { parseYaml } from '../../src/jinja/python/yaml.ts'
import { NO_SECRETS } from '../../src/util/secrets.ts'
import { REPOSITORY } from '../support/quern.ts'

interface FileEdit {
  readonly file: string
  readonly replace?: Readonly<Record<string, string>>
  readonly text?: string
  readonly delete?: boolean
  readonly move?: string
  readonly big?: boolean
}
interface Edit {
  readonly name: string
  readonly base?: readonly FileEdit[]
  readonly edits?: readonly FileEdit[]
  readonly args?: readonly string[]
  readonly flags?: Readonly<Record<string, boolean>>
  /** Known not to be as in the reference, and why. */
  readonly differs?: string
}
/** What is listed, or the error; with the warnings that came up. */
type Outcome = readonly string[] | { readonly error: string }
type Expected = Outcome | { readonly warnings: readonly string[]; readonly selected: Outcome }

const FOLDER = join(REPOSITORY, 'test', 'state-edits')
const edits = parse(readFileSync(join(FOLDER, 'edits.yml'), 'utf8')) as readonly Edit[]
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<
  string,
  Readonly<Record<string, Expected>>
>
const work = mkdtempSync(join(tmpdir(), 'quern-state-edits-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** After each edit of a project, every `state:` selector lists what the reference lists (test/state-edits/record.py). */
describe('state selectors after an edit', () => {
  for (const [index, edit] of edits.entries()) {
    const check = edit.differs === undefined ? test : test.fails
    check(edit.name, { timeout: 60_000 }, async () => {
      const base = join(work, `${index}-base`)
      const edited = join(work, `${index}-edited`)
      cpSync(join(FOLDER, 'project'), base, { recursive: true })
      for (const one of edit.base ?? []) apply(base, one)
      if (edit.flags !== undefined)
        appendFileSync(join(base, 'dbt_project.yml'), `\nflags: ${JSON.stringify(edit.flags)}\n`)
      cpSync(base, edited, { recursive: true })
      for (const one of edit.edits ?? []) apply(edited, one)
      await listings(base, [], ['fqn:*'])
      const selectors = Object.keys(expected[edit.name]!)
      const args = [...(edit.args ?? []), '--state', join(base, 'target'), '--no-write-json', '--resource-type', 'all']
      const got = await listings(
        edited,
        args,
        selectors.map((selector) => `state:${selector}`),
      )
      expect(Object.fromEntries(selectors.map((selector, at) => [selector, got[at]]))).toEqual(expected[edit.name])
    })
  }
})

function apply(root: string, edit: FileEdit): void {
  const path = join(root, edit.file)
  if (edit.text !== undefined) writeFileSync(path, edit.text)
  else if (edit.delete === true) rmSync(path)
  else if (edit.big === true)
    appendFileSync(path, Array.from({ length: 120_000 }, (_, row) => `x${row},1.5\n`).join(''))
  else if (edit.move !== undefined) {
    mkdirSync(dirname(join(root, edit.move)), { recursive: true })
    renameSync(path, join(root, edit.move))
  } else {
    let text = readFileSync(path, 'utf8')
    for (const [old, now] of Object.entries(edit.replace ?? {})) {
      expect(text, edit.file).toContain(old)
      text = text.replaceAll(old, String(now))
    }
    writeFileSync(path, text)
  }
}

/** What `ls` gives for each selector over one parsed project. */
async function listings(root: string, args: readonly string[], selectors: readonly string[]): Promise<Expected[]> {
  const argv = ['ls', '--project-dir', root, '--profiles-dir', root, ...args]
  const events: RunEvent[] = []
  const now = Date.now
  const { flags } = buildFlags({
    parsed: { ...parseArgv(argv), command: 'ls' },
    argv,
    env: {},
    cwd: root,
    home: root,
    interactive: false,
    parseYaml,
    now,
  })
  const invocation = {
    id: 'test',
    startedAt: new Date(now()),
    flags,
    env: {},
    cwd: root,
    emit: (event: RunEvent) => void events.push(event),
    secrets: NO_SECRETS,
    signal: new AbortController().signal,
    now,
  }
  const loaded = await loadProject(invocation)
  return selectors.map((selector) => {
    events.length = 0
    let outcome: Outcome
    try {
      listCommand({ ...loaded, invocation: { ...invocation, flags: { ...flags, select: [selector] } } })
      outcome = events.flatMap((event) => (event.kind === 'print' ? [event.text] : [])).sort()
    } catch (error) {
      if (!(error instanceof QuernError)) throw error
      outcome = { error: error.code === 'contract_broken' ? 'ContractBreakingChangeError' : error.code }
    }
    const warnings = events.flatMap((event) =>
      event.kind === 'warning' && event.name !== 'NoNodesForSelectionCriteria' && event.name !== 'NoNodesSelected'
        ? [event.name]
        : [],
    )
    return warnings.length === 0 ? outcome : { warnings, selected: outcome }
  })
}
