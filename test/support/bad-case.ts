import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import { quern, REPOSITORY } from './quern.ts'

type Content =
  | string
  | null
  | { readonly base64: string }
  | { readonly repeat: string; readonly times: number }
  | { readonly dir: true }
  | { readonly link: string }
type Files = Readonly<Record<string, Content>>

/** One case of `test/bad-inputs/cases.yml`; the README beside it describes the fields. */
export interface BadCase {
  readonly name: string
  readonly files?: Files
  readonly args?: readonly string[]
  readonly then?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly exit?: number | 'any' | 'fails'
  readonly says?: readonly string[]
  readonly says_not?: readonly string[]
  readonly at?: string
  readonly seconds?: number
  readonly reference?: 'accepts' | 'crash' | 'hangs'
  readonly note?: string
}

interface CaseFile {
  readonly base: Files
  readonly cases: readonly BadCase[]
}

export interface BadCaseResult {
  readonly exit: number | null
  /** Standard output and error, the case's folder masked as `{project}`. */
  readonly output: string
  /** What is wrong, one sentence each; empty when the case passes. */
  readonly complaints: readonly string[]
}

export const readBadCases = (): CaseFile =>
  load(readFileSync(join(REPOSITORY, 'test', 'bad-inputs', 'cases.yml'), 'utf8')) as CaseFile

/** Lays a case over the base in a folder of its own, runs it, removes the folder. */
export async function runBadCase(base: Files, bad: BadCase): Promise<BadCaseResult> {
  const home = mkdtempSync(join(tmpdir(), 'quern-bad-'))
  const project = join(home, 'project')
  try {
    mkdirSync(project)
    layOut(project, base)
    layOut(project, bad.files ?? {})
    const env = { HOME: home, NO_COLOR: '1', DBT_USE_COLORS: '0', ...bad.env }
    const seconds = bad.seconds ?? 60
    let output = ''
    let exit: number | null = 0
    for (const args of bad.then === undefined ? [bad.args ?? ['parse']] : [bad.args ?? ['parse'], bad.then]) {
      const ended = await quern(args, { cwd: project, env, seconds })
      output += ended.stdout + ended.stderr
      exit = ended.exit
    }
    output = output.replaceAll(project, '{project}')
    return { exit, output, complaints: complaintsAbout(bad, exit, output) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function layOut(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    rmSync(file, { recursive: true, force: true })
    if (content === null) continue
    if (typeof content === 'string') writeFileSync(file, content)
    else if ('base64' in content) writeFileSync(file, Buffer.from(content.base64, 'base64'))
    else if ('repeat' in content) writeFileSync(file, content.repeat.repeat(content.times))
    else if ('link' in content) symlinkSync(content.link, file)
    else mkdirSync(file)
  }
}

/** Signs of a bug in quern, in any output: a stack trace, JavaScript's own errors, a value that was not turned into text. */
const NEVER: readonly (readonly [string, RegExp])[] = [
  ['a stack trace', /^\s+at .+(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/m],
  [
    'an error of JavaScript',
    /\b(TypeError|RangeError|ReferenceError|ERR_[A-Z_]+)\b|is not a function|Cannot read propert/,
  ],
  ['[object Object]', /\[object \w+\]/],
  ['undefined in the place of a value', /(?<!\b(?:is|be|found) )\bundefined\b/],
  ['a bug report', /please report|unexpected error/i],
]

function complaintsAbout(bad: BadCase, exit: number | null, output: string): string[] {
  const complaints: string[] = []
  const wanted = bad.exit ?? 2
  const allowed = wanted === 'any' ? [0, 1, 2] : wanted === 'fails' ? [1, 2] : [wanted]
  if (exit === null) complaints.push(`was stopped after ${bad.seconds ?? 60} s`)
  else if (!allowed.includes(exit)) complaints.push(`ended with ${exit} instead of ${wanted}`)
  // A warning of a run that succeeds must name the culprit only where a note asks for it.
  if (exit !== 0 || bad.note !== undefined) {
    for (const part of bad.says ?? []) if (!output.includes(part)) complaints.push(`does not say ${part}`)
    if (
      bad.at !== undefined &&
      !`${output}\n`
        .split(bad.at)
        .slice(1)
        .some((after) => !/^\d/.test(after))
    )
      complaints.push(`does not name the place ${bad.at}`)
  }
  for (const part of bad.says_not ?? []) if (output.includes(part)) complaints.push(`says ${part}`)
  for (const [what, sign] of NEVER) {
    const found = sign.exec(output)
    if (found !== null) complaints.push(`shows ${what}: ${found[0].trim()}`)
  }
  return complaints
}
