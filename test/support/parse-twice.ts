import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { InvokeResult, QuernError, RunEvent } from '../../src/index.ts'
import { REPOSITORY } from './quern.ts'

/** What a parse came to: nothing in it may depend on whether an earlier parse was kept. */
export interface ParseOutcome {
  /** manifest.json and semantic_manifest.json, without times and ids of the invocation. */
  readonly manifest: string
  /** Warnings as they are shown, and the error. */
  readonly told: readonly string[]
  /** Whether nothing had to be parsed; undefined when nothing was kept. */
  readonly skipped: boolean | undefined
  /** Why nothing of what was kept could be used. */
  readonly reasons: readonly string[]
}

type Invoke = (
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; onEvent: (event: RunEvent) => void },
) => Promise<InvokeResult>

let library: Promise<{ invoke: Invoke }> | undefined
/** The built library: its macros are prepared, so that a parse takes little. */
const built = (): Promise<{ invoke: Invoke }> => (library ??= import(join(REPOSITORY, 'dist', 'index.mjs')))

/** Parses a project as it stands, with what is kept in `target` or, `cold`, without. Artifacts go to a folder of each. */
export async function parseOnce(
  folder: string,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>>; cold?: boolean; target?: string },
): Promise<ParseOutcome> {
  const { invoke } = await built()
  const target = join(folder, options.target ?? (options.cold ? 'target-cold' : 'target'))
  const manifest = join(target, 'manifest.json')
  rmSync(manifest, { force: true })
  let skipped: boolean | undefined
  const reasons: string[] = []
  // dbt-core 1.11: templates speak when they are read, and not when nothing has to be read
  const spoken = new Set<string>()
  const cold = options.cold ? ['--no-partial-parse'] : []
  const place = ['--target-path', target, '--profiles-dir', folder, '--log-path', join(folder, 'logs')]
  const result = await invoke(['parse', ...place, ...cold, '--show-all-deprecations', ...(options.args ?? [])], {
    cwd: folder,
    env: { TZ: 'UTC', ...options.env },
    onEvent: (event) => {
      if (event.kind === 'jinja-log' || event.kind === 'print') spoken.add(event.text)
      if (event.kind === 'partial-parsed') skipped = event.skipped
      if (event.kind === 'partial-parse-unavailable') reasons.push(event.reason)
      if (event.kind === 'message' && event.name === 'ParsedFileLoadFailed') reasons.push(event.text)
    },
  })
  const shown = result.output
    .split('\n')
    .map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''))
    .filter(
      (line) =>
        !spoken.has(line) && !/^(Unable to do partial parsing|Performance info|Running with|Registered)/.test(line),
    )
  const { error } = result
  if (error !== undefined && (error as { name?: string }).name !== undefined && !('code' in (error as object)))
    throw error
  return {
    manifest: existsSync(manifest)
      ? ['manifest.json', 'semantic_manifest.json']
          .map((name) => withoutTimes(readFileSync(join(target, name), 'utf8')))
          .join('\n')
      : '',
    told: [...shown, error === undefined ? '' : (error as QuernError).render()],
    skipped,
    reasons,
  }
}

const withoutTimes = (text: string): string =>
  text.replace(
    /"(created_at|generated_at|invocation_id|invocation_started_at|run_started_at)": ?("[^"]*"|[\d.e+]+)/g,
    '"$1":0',
  )
