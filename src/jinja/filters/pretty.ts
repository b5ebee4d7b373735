import { order } from '../runtime/compare.ts'
import { splitLines } from '../runtime/str-methods.ts'
import { repr } from '../runtime/text.ts'
import { typeName } from '../runtime/type-name.ts'
import { dictEntries, isDict, PySet, PyTuple, TemplateFault, type Value } from '../runtime/value.ts'

const WIDTH = 80

/** pprint.pformat(value): what fits stands on one line, dicts with sorted keys, long texts in pieces. */
export const prettyText = (value: Value): string => format(value, 0, 0, 1)

function format(value: Value, indent: number, allowance: number, level: number): string {
  const flat = safeRepr(value)
  if (flat.length <= WIDTH - indent - allowance) return flat
  if (isDict(value)) return dictText(value, indent, allowance, level)
  if (Array.isArray(value)) {
    const isTuple = value instanceof PyTuple
    const end = isTuple ? (value.length === 1 ? ',)' : ')') : ']'
    return `${isTuple ? '(' : '['}${itemsText(value, indent + 1, allowance + end.length, level)}${end}`
  }
  if (value instanceof PySet)
    return `{${itemsText(sortedSafely([...value.values()]), indent + 1, allowance + 1, level)}}`
  return typeof value === 'string' ? longText(value, indent, allowance, level) : flat
}

function itemsText(items: readonly Value[], indent: number, allowance: number, level: number): string {
  return items
    .map((item, index) => format(item, indent, index === items.length - 1 ? allowance : 1, level + 1))
    .join(`,\n${' '.repeat(indent)}`)
}

function dictText(value: Value, indent: number, allowance: number, level: number): string {
  const entries = sortedEntries(value)
  const parts = entries.map(([key, item], index) => {
    const label = safeRepr(key)
    const after = index === entries.length - 1 ? allowance + 1 : 1
    return `${label}: ${format(item, indent + label.length + 3, after, level + 1)}`
  })
  return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`
}

/** A text too long for its line: pieces in quotes below each other, in parentheses when it stands alone. */
function longText(text: string, indent: number, allowance: number, level: number): string {
  const lines = splitLines(text, true)
  const alone = level === 1
  const start = alone ? indent + 1 : indent
  const room = alone ? allowance + 1 : allowance
  const width = WIDTH - start
  const chunks: string[] = []
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1
    const max = isLast ? width - room : width
    if (repr(line).length <= max) {
      chunks.push(repr(line))
      continue
    }
    const words = line.match(/\S*\s*/g)!.filter((word) => word !== '')
    let current = ''
    for (const [position, word] of words.entries()) {
      const limit = position === words.length - 1 && isLast ? width - room : width
      if (repr(current + word).length > limit) {
        if (current !== '') chunks.push(repr(current))
        current = word
      } else current += word
    }
    if (current !== '') chunks.push(repr(current))
  }
  if (chunks.length <= 1) return repr(text)
  const body = chunks.join(`\n${' '.repeat(start)}`)
  return alone ? `(${body})` : body
}

/** repr() with the keys of dicts in order. */
function safeRepr(value: Value): string {
  if (isDict(value)) {
    return `{${sortedEntries(value)
      .map(([key, item]) => `${safeRepr(key)}: ${safeRepr(item)}`)
      .join(', ')}}`
  }
  if (Array.isArray(value)) {
    const items = value.map(safeRepr).join(', ')
    if (value instanceof PyTuple) return value.length === 1 ? `(${items},)` : `(${items})`
    return `[${items}]`
  }
  return repr(value)
}

const sortedEntries = (value: Value): (readonly [Value, Value])[] =>
  isDict(value) ? [...dictEntries(value)].sort(([a], [b]) => safeOrder(a, b)) : []

const sortedSafely = (items: Value[]): Value[] => items.sort(safeOrder)

/** Order that never fails: values of different types are ordered by the names of their types. */
function safeOrder(a: Value, b: Value): number {
  try {
    return order(a, b)
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    const left = typeName(a)
    const right = typeName(b)
    return left < right ? -1 : left > right ? 1 : 0
  }
}
