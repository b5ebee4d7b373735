import type { Table } from '../adapter/table.ts'
import { compareOp, equals } from '../jinja/runtime/compare.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'

/** The marks of rows: which side a row of a unit test's result is from. */
const SIDE = 'actual_or_expected'

const GREEN = '\u001b[32m'
const RED = '\u001b[31m'
const RESET = '\u001b[0m'
const COLOURS = /\u001b(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])/g

/**
 * Compares the two sides of a unit test's result: rows in any order, each as often as it comes, nulls equal, values by their text (`1.50` is not
 * `1.5`). Gives undefined when they are the same, else dbt-core 1.11's message: the difference as the table that daff draws.
 */
export async function unitTestDiff(result: Table, useColors: boolean): Promise<string | undefined> {
  const names = result.columnNames.map((name) => name.toLowerCase())
  const side = names.indexOf(SIDE)
  const header = names.filter((_, at) => at !== side)
  const rows = [...result.rowTuples()]
  const sideOf = (wanted: string): (string | null)[][] =>
    rows
      .filter((row) => row[side] === wanted)
      .map((row) => row.filter((_, at) => at !== side))
      .sort(byValues)
      .map((row) => row.map((value) => (value === null ? null : toText(value))))
  const { default: daff } = await import('daff')
  const flags = new daff.CompareFlags()
  flags.ordered = false
  const expected = new daff.TableView([header, ...sideOf('expected')])
  const actual = new daff.TableView([header, ...sideOf('actual')])
  const diff = new daff.TableDiff(daff.Coopy.compareTables(expected, actual, flags).align(), flags)
  const drawn = new daff.TableView([])
  diff.hilite(drawn)
  if (!diff.hasDifference()) return undefined
  const table = new daff.TerminalDiffRender().render(drawn)
  const text = `\n\n${GREEN}actual${RESET} differs from ${RED}expected${RESET}:\n\n${table}\n`
  return useColors ? text : text.replace(COLOURS, '')
}

/** By the first value that differs; nulls come last. */
function byValues(a: readonly Value[], b: readonly Value[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] as Value
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1
    } else if (!equals(left, right)) return compareOp('<', left, right) ? -1 : 1
  }
  return 0
}
