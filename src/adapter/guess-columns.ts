import { PyDate } from '../jinja/python/datetime/date.ts'
import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { Decimal } from '../jinja/python/decimal.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { CellForm, type CsvBlock, type CsvBlocks } from '../util/csv-blocks.ts'
import { CANDIDATES, type DataType, type DataTypeName, TEXT_WITH_NULLS } from './agate-data-types.ts'
import { booleanKind, dateKind, datetimeKind, isoDatetimeKind, numberKind } from './csv-cells.ts'
import { numberedNames } from './table.ts'

/** What is known of a column whose values were looked at and not kept. */
export interface GuessedColumn {
  readonly type: DataType
  /** A value of each kind (`valueKind`) that the column has; none of a text column, where all values are of one kind. */
  readonly examples: readonly Value[]
}

const QUICK_KINDS: Readonly<Partial<Record<DataTypeName, (bytes: Uint8Array, start: number, end: number) => number>>> =
  { Number: numberKind, Date: dateKind, DateTime: datetimeKind, ISODateTime: isoDatetimeKind, Boolean: booleanKind }

/** A type that the values seen so far can be, with an example of each kind that they become. */
interface Candidate {
  readonly type: DataType
  readonly examples: Map<string, Value>
}

/** Guesses the type of a seed's column, block by block: the same as `inferTypes` finds in all values at once. */
class ColumnGuess {
  #candidates: readonly Candidate[]
  /** Of the only candidate that is left: the quick kinds of which there are examples. */
  #seen = 0
  /** Whether the empty text is None for all candidates: for Integer it is not. */
  #takesEmpty = false

  constructor(isText: boolean) {
    this.#candidates = isText ? [] : CANDIDATES.map((type) => ({ type, examples: new Map() }))
  }

  /** Looks at the values of a column. */
  take(block: CsvBlock, columns: number, column: number): void {
    const { bytes, starts, ends, forms } = block
    const cells = block.rows * columns
    let quick = this.#quick()
    for (let cell = column; cell < cells && this.#candidates.length > 0; cell += columns) {
      if (forms[cell] === CellForm.missing) continue
      const start = starts[cell] as number
      const end = ends[cell] as number
      if (start === end && this.#takesEmpty) continue
      const kind = forms[cell] === CellForm.plain && quick !== undefined ? quick(bytes, start, end) : 0
      if ((kind & this.#seen) !== 0) continue
      this.#consider(block.text(cell))
      quick = this.#quick()
      this.#seen |= kind
      this.#takesEmpty ||= start === end
    }
  }

  end(): GuessedColumn {
    const [first] = this.#candidates
    return first === undefined
      ? { type: TEXT_WITH_NULLS, examples: [] }
      : { type: first.type, examples: [...first.examples.values()] }
  }

  #quick(): ((bytes: Uint8Array, start: number, end: number) => number) | undefined {
    const [only] = this.#candidates
    return this.#candidates.length === 1 ? QUICK_KINDS[only!.type.typeName] : undefined
  }

  #consider(text: string): void {
    this.#candidates = this.#candidates.filter(({ type, examples }) => {
      const value = type.cast(text)
      if (value === undefined) return false
      const kind = valueKind(value)
      if (kind !== undefined && !examples.has(kind)) examples.set(kind, value)
      return true
    })
  }
}

/** Looks through all rows of a file. Columns named in `textColumns` are texts. */
export async function guessColumns(
  blocks: CsvBlocks,
  textColumns: Iterable<string>,
): Promise<{ readonly names: readonly string[]; readonly columns: readonly GuessedColumn[]; readonly count: number }> {
  const names = numberedNames(await blocks.header())
  const texts = new Set(textColumns)
  const guesses = names.map((name) => new ColumnGuess(texts.has(name)))
  let count = 0
  for (let block = await blocks.next(); block !== undefined; block = await blocks.next()) {
    for (const [column, guess] of guesses.entries()) guess.take(block, guesses.length, column)
    count += block.rows
  }
  return { names, columns: guesses.map((guess) => guess.end()), count }
}

/**
 * What there is to know of a value besides its type, to choose a column for it and to write it there: two values of one kind can be written into the same types of
 * columns. Undefined for None.
 */
export function valueKind(value: Value): string | undefined {
  if (value === null) return undefined
  if (value instanceof Decimal) return decimalKind(value)
  if (value instanceof PyDateTime) return value.zone === null ? 'moment' : 'zoned moment'
  return value instanceof PyDate ? 'date' : typeof value
}

function decimalKind(number: Decimal): string {
  if (number.special !== undefined) return number.special
  const decimals = hasDecimals(number) ? 'decimals' : 'no decimals'
  return `${decimals}, ${wholeKind(number)}`
}

function wholeKind({ coefficient, exponent, signed }: Decimal): string {
  if (exponent > 19) return 'huge'
  if (coefficient === 0n) return 'in 32 bits'
  // fewer digits than places after the point
  if (coefficient.toString().length < -exponent) return 'broken'
  const unit = 10n ** BigInt(Math.abs(exponent))
  if (exponent < 0 && signed % unit !== 0n) return 'broken'
  const whole = exponent < 0 ? signed / unit : signed * unit
  for (const bits of [32, 64]) if (BigInt.asIntN(bits, whole) === whole) return `in ${bits} bits`
  return 'large'
}

/** Whether a number shows digits other than 0 after the point. */
export function hasDecimals(value: Value): boolean {
  const digits = /\.(\d+)/.exec(toText(value))?.[1]
  return digits !== undefined && digits.replace(/0+$/, '') !== ''
}
