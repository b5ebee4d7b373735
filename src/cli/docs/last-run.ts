import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import { NO_SECRETS } from '../../util/secrets.ts'
import { PAGE_ARTIFACTS } from './page-files.ts'

/** Commands whose results say something of data. */
const BUILDING: ReadonlySet<unknown> = new Set(['build', 'run', 'test', 'seed', 'snapshot', 'retry', 'clone'])

/**
 * Keeps the results of the last build or test as last_run_results.json: `docs generate` overwrites run_results.json with results of compiling, as
 * dbt does, and the page shall tell how the data is. A file that cannot be read is left alone.
 */
export function keepLastRun(targetDir: string): void {
  const from = resolve(targetDir, PAGE_ARTIFACTS.runResults)
  if (!existsSync(from)) return
  const text = readFileSync(from, 'utf8')
  let which: unknown
  try {
    which = (JSON.parse(text) as { args?: { which?: unknown } }).args?.which
  } catch {
    return
  }
  if (BUILDING.has(which))
    writeFileAtomically(resolve(targetDir, PAGE_ARTIFACTS.lastRun), text, { secrets: NO_SECRETS })
}
