import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { quern, type RunEvent } from '../../src/index.ts'
import { newFolder } from './library-project.ts'

/** An entry of run_results.json, as far as tests of faults look at it. */
export interface FaultyResult {
  readonly unique_id: string
  readonly status: string
  readonly message: string | null
  readonly adapter_response: {
    readonly attempts?: readonly { readonly attempt: number; readonly message: string | null }[]
  }
}

export interface FaultyRun {
  readonly folder: string
  readonly exitCode: number
  /** What went wrong before there were results. */
  readonly error: string | undefined
  /** By the node's name. */
  readonly results: Readonly<Record<string, FaultyResult>>
  /** Texts of quern's own lines. */
  readonly notes: readonly string[]
}

/** A project `p` on one output. */
export const faultyProject = (output: object, files: Readonly<Record<string, string>>): string =>
  newFolder({
    'dbt_project.yml': 'name: p\nprofile: p\nflags: {send_anonymous_usage_stats: false}\n',
    'profiles.yml': JSON.stringify({ p: { target: 'dev', outputs: { dev: output } } }),
    ...files,
  })

/** Runs a command on a project in this process; `onEvent` is where the test breaks things. */
export async function faultyRun(
  folder: string,
  argv: readonly string[],
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<FaultyRun> {
  const notes: string[] = []
  const end = await quern.invoke(argv, {
    cwd: folder,
    env: { HOME: folder },
    onEvent: (event) => {
      if (event.kind === 'message' && event.code === 'Z050') notes.push(event.text)
      onEvent(event)
    },
  })
  const results: Record<string, FaultyResult> = {}
  if (end.error === undefined) {
    const written = JSON.parse(readFileSync(join(folder, 'target/run_results.json'), 'utf8')) as {
      results: FaultyResult[]
    }
    for (const result of written.results) results[result.unique_id.split('.')[2] as string] = result
  }
  return { folder, exitCode: end.exitCode, error: end.error?.message, results, notes }
}

/** The messages of a node's attempts; undefined when there was only one. */
export const attemptsOf = (run: FaultyRun, name: string): (string | null)[] | undefined =>
  run.results[name]?.adapter_response.attempts?.map(({ message }) => message)

/** Calls `act` once, when a statement that holds a text is about to be sent. */
export function once(text: string, act: () => void): (event: RunEvent) => void {
  let done = false
  return (event) => {
    if (done || event.kind !== 'sql-query' || !event.sql.includes(text)) return
    done = true
    act()
  }
}
