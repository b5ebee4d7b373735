import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src/cli/run-cli.ts'
import { runCommand } from '../../src/cli/wire.ts'
import { REPOSITORY } from './quern.ts'

export const CORPUS = join(REPOSITORY, 'test', 'jinja-corpus')

interface OkCase {
  readonly kind: 'ok'
  readonly area: string
  readonly sql: string
}
export interface ErrorCase {
  readonly kind: 'error'
  /** Whether the diagnosis names the model. */
  readonly names_case: boolean
  readonly exit: number
  readonly line: number | null
  readonly message: string
}
export interface YamlCase {
  readonly kind: 'yaml'
  readonly nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
interface Expected {
  readonly env: Readonly<Record<string, string>>
  readonly cases: Readonly<Record<string, OkCase | ErrorCase | YamlCase>>
}

const expected = JSON.parse(readFileSync(join(CORPUS, 'expected.json'), 'utf8')) as Expected

/** The cases of a kind by id, as `test/jinja-corpus/README.md` describes them. */
export const corpusCases = <K extends 'ok' | 'error' | 'yaml'>(kind: K) =>
  Object.entries(expected.cases).filter(([, one]) => one.kind === kind) as [
    string,
    Extract<Expected['cases'][string], { kind: K }>,
  ][]

/** A copy of the corpus' base project in a folder of its own. */
export function corpusProject(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'quern-corpus-')))
  cpSync(join(CORPUS, 'base'), root, { recursive: true })
  return root
}

/** Puts a template case into a project: the model into `models/<area>`, its macros, if any, into `macros`. */
export function addTemplate(project: string, from: string, area: string, id: string): void {
  mkdirSync(join(project, 'models', area), { recursive: true })
  cpSync(join(from, `${id}.sql`), join(project, 'models', area, `${id}.sql`))
  const macros = join(from, `${id}.macros.sql`)
  if (existsSync(macros)) cpSync(macros, join(project, 'macros', `${id}.macros.sql`))
}

/** Puts the YAML cases into a project, with what `project.yml` says of a case's folder. */
export function addYamlCases(project: string, ids: readonly string[]): void {
  const configs: string[] = []
  for (const id of ids) {
    const from = join(CORPUS, 'yaml', id)
    cpSync(from, join(project, 'models', 'yaml', id), {
      recursive: true,
      filter: (path) => !path.endsWith('project.yml'),
    })
    const config = join(from, 'project.yml')
    if (existsSync(config))
      configs.push(`      ${id}:\n${readFileSync(config, 'utf8').replaceAll(/^(?=.)/gm, '        ')}`)
  }
  const file = join(project, 'dbt_project.yml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(/^ {2}jc:\n/m, (line) => `${line}    yaml:\n${configs.join('')}`),
  )
}

/** Runs quern in this process, with the corpus' environment. */
export async function runCorpus(project: string, args: readonly string[]): Promise<{ exit: number; output: string }> {
  let output = ''
  const stream = {
    write: (text: string) => {
      output += text
      return true
    },
  }
  const exit = await runCli(
    {
      argv: [...args, '--project-dir', project, '--profiles-dir', project],
      env: { ...expected.env, TZ: 'UTC', DBT_USE_COLORS: '0', DBT_LOG_LEVEL_FILE: 'none' },
      cwd: project,
      home: project,
      stdout: stream,
      stderr: stream,
      interactive: false,
      signal: new AbortController().signal,
      now: () => performance.timeOrigin + performance.now(),
      earlyEvents: [],
    },
    async () => runCommand,
  )
  return { exit, output }
}

/**
 * What an error's text must have in common with the reference's: the heading (`Compilation Error in model ...`; of several nested ones,
 * the innermost) and every line of the diagnosis, whatever its indentation, because people search their logs for them. Not compared:
 * the excerpt of the template (`line N` and the text below: ours is a code frame, whose line number is compared), the database's excerpt
 * of a statement (`LINE N:`: the layout of statements is our own), the general advice on undefined names, warnings that happen to follow,
 * and `(<template>, line N)`, a line of generated Python.
 */
export function importantLines(message: string): string[] {
  const lines = message.split('\n').map((line) => line.trim())
  const warnings = lines.findIndex((line) => line.startsWith('[WARNING]'))
  const told = warnings === -1 ? lines : lines.slice(0, warnings)
  const excerpt = told.findIndex((line) => /^line \d+$|^LINE \d+:/.test(line))
  const important = (excerpt === -1 ? told : told.slice(0, excerpt)).filter((line) => line !== 'Encountered an error:')
  while (/^\w+ Error( in |$)/.test(important[1] ?? '')) important.shift()
  return important.map((line) => line.replace(/ \(<template>, line \d+\)$|\. This can happen when .*/, ''))
}
