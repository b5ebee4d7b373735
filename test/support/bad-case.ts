import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import { quern, REPOSITORY } from './quern.ts'

type Content =
  | Bytes
  | null
  | { readonly dir: true }
  | { readonly link: string }
  | { readonly fifo: true }
  | { readonly copies: number; readonly of: string }
/** The README beside the cases describes them. */
type Bytes =
  | string
  | { readonly base64: string }
  | { readonly utf8: string; readonly mark: true }
  | { readonly utf16: string }
  | { readonly latin1: string }
  | { readonly repeat: string; readonly times: number }
  | { readonly numbered: string; readonly times: number; readonly between?: string }
  | { readonly join: readonly Bytes[] }
type Files = Readonly<Record<string, Content>>

/** One case of `test/bad-inputs/cases.yml`; the README beside it describes the fields. */
export interface BadCase {
  readonly name: string
  readonly files?: Files
  readonly args?: readonly string[]
  readonly then?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly exit?: number | 'any' | 'fails'
  readonly on_postgres?: number | 'any' | 'fails'
  readonly says?: readonly string[]
  readonly says_not?: readonly string[]
  readonly at?: string | undefined
  readonly seconds?: number
  readonly modes?: Readonly<Record<string, string>>
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

const FOLDER = join(REPOSITORY, 'test', 'bad-inputs')

/** The cases of all files; `cases.yml` has the base. */
export function readBadCases(): CaseFile {
  const read = (file: string): CaseFile => load(readFileSync(join(FOLDER, file), 'utf8')) as CaseFile
  const { base, cases } = read('cases.yml')
  const others = readdirSync(FOLDER).filter((file) => file.endsWith('.yml') && file !== 'cases.yml')
  return { base, cases: [...cases, ...others.sort().flatMap((file) => read(file).cases)] }
}

/** Commands that reach the database. */
const REACHES: readonly string[] = ['run', 'seed', 'build', 'test', 'snapshot', 'run-operation', 'show']

/** The cases that may end in another way on another database, as they are on Postgres. */
export const onPostgres = (cases: readonly BadCase[]): BadCase[] =>
  cases
    .filter(({ args, files, modes }) => REACHES.includes(args?.[0] ?? '') && !files?.['profiles.yml'] && !modes)
    .map((bad) => ({
      ...bad,
      exit: bad.on_postgres ?? bad.exit ?? 2,
      // where the end is another one, so is what is said
      ...(bad.on_postgres === undefined ? {} : { says: [], at: undefined }),
    }))

/** Lays a case over the base in a folder of its own, runs it, removes the folder. */
export async function runBadCase(base: Files, bad: BadCase): Promise<BadCaseResult> {
  const home = mkdtempSync(join(tmpdir(), 'quern-bad-'))
  const project = join(home, 'project')
  try {
    mkdirSync(project)
    layOut(project, base)
    layOut(project, bad.files ?? {})
    const nobody = bad.modes !== undefined && process.getuid?.() === 0 ? NOBODY : undefined
    if (bad.modes !== undefined) restrict(home, project, bad.modes, nobody)
    const env = { HOME: home, NO_COLOR: '1', DBT_USE_COLORS: '0', NODE_OPTIONS: MEMORY, ...bad.env }
    const seconds = bad.seconds ?? 60
    let output = ''
    let exit: number | null = 0
    for (const args of bad.then === undefined ? [bad.args ?? ['parse']] : [bad.args ?? ['parse'], bad.then]) {
      const ended = await quern(args, { cwd: project, env, seconds, uid: nobody })
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
    else if ('link' in content) symlinkSync(content.link, file)
    else if ('dir' in content) mkdirSync(file)
    else if ('fifo' in content) execFileSync('mkfifo', [file])
    else if ('copies' in content)
      for (let n = 1; n <= content.copies; n++)
        writeFileSync(file.replaceAll('#', String(n)), content.of.replaceAll('#', String(n)))
    else writeFileSync(file, bytesOf(content))
  }
}

function bytesOf(content: Bytes): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  if ('base64' in content) return Buffer.from(content.base64, 'base64')
  if ('utf8' in content) return Buffer.from(`\ufeff${content.utf8}`)
  if ('utf16' in content) return Buffer.from(`\ufeff${content.utf16}`, 'utf16le')
  if ('latin1' in content) return Buffer.from(content.latin1, 'latin1')
  if ('repeat' in content) return Buffer.from(content.repeat.repeat(content.times))
  if ('join' in content) return Buffer.concat(content.join.map(bytesOf))
  const each = Array.from({ length: content.times }, (_, index) => content.numbered.replaceAll('#', String(index + 1)))
  return Buffer.from(each.join(content.between ?? ''))
}

/** Gives everything to a user who is not root, whom permissions do not bind, and then sets the permissions. */
function restrict(
  home: string,
  project: string,
  modes: Readonly<Record<string, string>>,
  owner: number | undefined,
): void {
  if (owner !== undefined) {
    for (const path of ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
      lchownSync(join(home, path), owner, owner)
  }
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(project, path), Number.parseInt(mode, 8))
}

/** The user `nobody`. */
const NOBODY = 65534

/** What a case may take, in megabytes of JavaScript's heap: bad input is no reason to need more than a project does. */
const MEMORY = '--max-old-space-size=1024'

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
