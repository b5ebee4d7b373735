import { appendFileSync } from 'node:fs'
import { type Ended, type Engine, QUERN } from '../support/child.ts'

const path = process.env['FAULTS_REFERENCE']

/** dbt, where its path is given, and quern. */
export const ENGINES: readonly Engine[] = [
  ...(path === undefined || path === '' ? [] : [{ name: 'dbt-core', command: [path] }]),
  QUERN,
]

/** How often random moments are tried. */
export const REPEATS = Number(process.env['FAULTS_REPEATS'] ?? 6)

/** A line of the table: what was done, by whom, what was seen. */
export function seen(what: string, engine: Engine, facts: Readonly<Record<string, unknown>>): void {
  const text = Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('; ')
  const line = `| ${what} | ${engine.name} | ${text.replaceAll('\n', ' ')} |`
  process.stdout.write(`${line}\n`)
  const output = process.env['FAULTS_REFERENCE_OUTPUT']
  if (output !== undefined) appendFileSync(output, `${line}\n`)
}

/** How a process ended, in words. */
export const endOf = ({ exit, signal }: Ended): string => (signal === null ? `exit ${exit}` : `died of ${signal}`)

/** Whether a person had to read a stack trace. */
export const hasTrace = ({ output }: Ended): boolean =>
  /^\s+at .+:\d+:\d+\)?$/m.test(output) || /Traceback \(most recent call last\)|^\s+File ".+", line \d+/m.test(output)

/** The lines of an output that say what went wrong, without times. */
export function complaint({ output }: Ended, lines = 2): string {
  return output
    .split('\n')
    .map((line) => line.replace(/^\S*\d\d:\d\d:\d\d\S*\s*/, '').trim())
    .filter((line) =>
      /error|full|space|permission|read-only|denied|could not|failed|refused|terminat|not found|killed|nothing to do/i.test(
        line,
      ),
    )
    .filter((line) => !/^(Done|Finished|Completed)|START|OK (created|loaded)/.test(line))
    .slice(0, lines)
    .join(' / ')
    .slice(0, 300)
}
