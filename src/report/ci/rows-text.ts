import { visible } from './plain-text.ts'
import type { Sample } from './run-report.ts'

const MOST_COLUMNS = 12
const MOST_WIDTH = 60

/** Some rows as a table of text, without a line break at the end: nulls are NULL, long values are cut, one line for each row. */
export function rowsText({ columns, rows }: Sample): string {
  const wide = columns.length > MOST_COLUMNS
  const line = (cells: readonly (string | null)[]): string[] => [
    ...cells.slice(0, MOST_COLUMNS).map((value) => cellText(value)),
    ...(wide ? ['...'] : []),
  ]
  const table = [line(columns), ...rows.map(line)]
  const widths = (table[0] as string[]).map((_, at) => Math.max(...table.map((cells) => width(cells[at] ?? ''))))
  const drawn = table.map((cells) =>
    `| ${cells.map((text, at) => text + ' '.repeat((widths[at] as number) - width(text))).join(' | ')} |`.trimEnd(),
  )
  const rule = `| ${widths.map((size) => '-'.repeat(size)).join(' | ')} |`
  return [drawn[0], rule, ...drawn.slice(1)].join('\n')
}

const width = (text: string): number => [...text].length

function cellText(value: string | null): string {
  if (value === null) return 'NULL'
  const escaped = visible(value).replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\|/g, '\\|')
  const characters = [...escaped]
  return characters.length > MOST_WIDTH ? `${characters.slice(0, MOST_WIDTH - 3).join('')}...` : escaped
}

/** `3 rows`, `the first 5 rows`: what a sample shows. */
export const sampleTitle = ({ rows }: Sample, most: number): string =>
  rows.length < most ? `Failing rows` : `${most} of the failing rows`
