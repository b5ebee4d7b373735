import { Decimal } from '../jinja/python/decimal.ts'
import { dropDigits } from '../jinja/runtime/decimal-digits.ts'
import { characters, textLength } from '../jinja/runtime/iterate.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import type { DataType } from './agate-data-types.ts'

export interface TableTextOptions {
  readonly maxRows: number
  readonly maxColumns: number
  readonly maxColumnWidth: number
  /** Digits after the point that are shown. */
  readonly maxPrecision: number
}

const ELLIPSIS = '...'

/** A table as Markdown, as agate's print_table lays it out: texts to the left, all else to the right; what is too long is cut. */
export function tableText(
  names: readonly string[],
  types: readonly DataType[],
  rows: readonly (readonly Value[])[],
  options: TableTextOptions,
): string {
  const cut = (text: string): string =>
    textLength(text) > options.maxColumnWidth
      ? characters(text)
          .slice(0, options.maxColumnWidth - ELLIPSIS.length)
          .join('') + ELLIPSIS
      : text
  const isCutWide = options.maxColumns < names.length
  const header = names.slice(0, options.maxColumns).map(cut)
  if (isCutWide) header.push(ELLIPSIS)
  const shown = rows.slice(0, options.maxRows)
  const places = types.map((type, column) =>
    type.typeName === 'Number' ? decimalPlaces(shown, column, options.maxPrecision) : undefined,
  )
  const cells = shown.map((row) => {
    const out = row.slice(0, options.maxColumns).map((value, column) => cut(cellText(value, places[column])))
    if (isCutWide) out.push(ELLIPSIS)
    return out
  })
  const widths = header.map((name, column) =>
    Math.max(textLength(name), ...cells.map((row) => textLength(row[column]!))),
  )
  const line = (row: readonly string[]): string =>
    `|${row.map((text, column) => ` ${pad(text, widths[column]!, types[column]?.typeName === 'Text')} `).join('|')}|\n`
  const divider = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`
  const tail = options.maxRows < rows.length ? line(header.map(() => ELLIPSIS)) : ''
  return line(header) + divider + cells.map(line).join('') + tail
}

const pad = (text: string, width: number, left: boolean): string => {
  const fill = ' '.repeat(Math.max(0, width - textLength(text)))
  return left ? text + fill : fill + text
}

interface Places {
  readonly count: number
  readonly isCut: boolean
}

function decimalPlaces(rows: readonly (readonly Value[])[], column: number, most: number): Places {
  let count = 0
  for (const row of rows) {
    const value = row[column]
    if (value instanceof Decimal && value.special === undefined) count = Math.max(count, -value.normalized().exponent)
  }
  return { count: Math.min(count, most), isCut: count > most }
}

function cellText(value: Value, places: Places | undefined): string {
  if (value === null) return ''
  if (places === undefined || !(value instanceof Decimal) || value.special !== undefined) return toText(value)
  const digits = dropDigits(value.coefficient, -places.count - value.exponent)
    .toString()
    .padStart(places.count + 1, '0')
  const whole = digits.slice(0, digits.length - places.count).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = places.count === 0 ? '' : `.${digits.slice(-places.count)}`
  return `${value.negative ? '-' : ''}${whole}${fraction}${places.isCut ? '…' : ''}`
}
