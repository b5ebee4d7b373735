import { recoverRunResults } from '../artifacts/run-journal.ts'
import type { Invocation } from '../config/invocation.ts'
import { say } from './say.ts'

/** Where the last run of a folder was killed: puts its run_results.json together, and says so. Throws a `QuernError` when it cannot be written. */
export function recoverResults({ emit }: Pick<Invocation, 'emit'>, targetDir: string): void {
  const recovered = recoverRunResults(targetDir)
  if (recovered === undefined) return
  const { command, startedAt, done, selected } = recovered
  const began = new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')
  say(
    emit,
    'Note',
    'Z050',
    `The ${command} of ${began} UTC was killed: run_results.json is made of its journal (${done} of ${selected} were done; \`quern retry\` does the rest)`,
  )
}
