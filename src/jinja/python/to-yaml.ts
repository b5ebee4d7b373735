import { compareText } from '../runtime/compare.ts'
import { walkInto, walkOut } from '../runtime/size-limits.ts'
import { toText } from '../runtime/text.ts'
import { isFloat, typeName } from '../runtime/type-name.ts'
import {
  dictEntries,
  floatRepr,
  isDict,
  PyFloat,
  PyObject,
  PySet,
  TemplateFault,
  type Value,
} from '../runtime/value.ts'
import { resolvePlain } from './yaml-scalars.ts'

const WIDTH = 80
const INDENT = 2
const LONGEST_KEY = 125

interface Layout {
  readonly sortKeys: boolean
  /** Lists below a key stand two columns further in than it. */
  readonly indentLists?: boolean
}

/**
 * yaml.safe_dump(value, sort_keys=...) of PyYAML: block style, lists not indented below their key, `{}` and `[]` for empty ones,
 * long texts folded at 80 columns, everything outside ASCII escaped. Throws a YAMLError for values that YAML cannot hold.
 * A list or dict that occurs twice is written twice, where PyYAML would use an anchor.
 */
export function toYaml(value: Value, layout: Layout): string {
  if (isCollection(value) && !isEmpty(value)) return `${block(value, 0, layout, []).join('\n')}\n`
  const text = scalar(value, 0, false, INDENT)
  // A plain scalar at the top is closed by an end-of-document mark.
  return text === value || !/^['"{[]/.test(text) ? `${text}\n...\n` : `${text}\n`
}

const isCollection = (value: Value): boolean => Array.isArray(value) || isDict(value) || value instanceof PySet
const isEmpty = (value: Value): boolean => [...itemsOf(value)].length === 0

function itemsOf(value: Value): Iterable<unknown> {
  if (Array.isArray(value)) return value
  if (isDict(value)) return dictEntries(value)
  return value instanceof PySet ? value.values() : []
}

/** The lines of a collection that is not empty, at an indentation. */
function block(value: Value, indent: number, layout: Layout, above: readonly Value[]): string[] {
  if (above.includes(value)) throw new TemplateFault('RecursionError', 'maximum recursion depth exceeded')
  walkInto(Array.isArray(value) ? 4 * value.length : 4)
  try {
    return lines(value, indent, layout, [...above, value])
  } finally {
    walkOut()
  }
}

function lines(value: Value, indent: number, layout: Layout, path: readonly Value[]): string[] {
  const pad = ' '.repeat(indent)
  if (value instanceof PySet)
    return [`${pad}!!set`, ...Array.from(value.values(), (item) => `${pad}? ${scalar(item, indent + 2, true)}`)]
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!isCollection(item) || isEmpty(item)) return [`${pad}- ${scalar(item, indent + 2, false)}`]
      const inner = block(item, indent + INDENT, layout, path)
      return [`${pad}- ${inner[0]!.slice(indent + INDENT)}`, ...inner.slice(1)]
    })
  }
  const entries = [...dictEntries(value as never)] as [Value, Value][]
  if (layout.sortKeys) entries.sort(([a], [b]) => compareText(toText(a), toText(b)))
  return entries.flatMap(([key, item]) => {
    const name = scalar(key, indent, true)
    // Keys that are too long for one line are marked with `?`.
    const long = name.length > LONGEST_KEY
    const head = long ? [`${pad}? ${scalar(key, indent + 2, false, indent + INDENT)}`] : []
    const colon = long ? `${pad}:` : `${pad}${name}:`
    if (!isCollection(item) || isEmpty(item))
      return [...head, `${colon} ${scalar(item, colon.length + 1, false, indent + INDENT)}`]
    return [
      ...head,
      colon,
      ...block(item, Array.isArray(item) && layout.indentLists !== true ? indent : indent + INDENT, layout, path),
    ]
  })
}

/** A value on its line; `column` is where it begins, `indent` where its further lines do. */
function scalar(value: Value, column: number, isKey: boolean, indent = column): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return text(value, column, isKey, indent)
  if (isFloat(value)) return floatText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (isCollection(value) && isEmpty(value))
    return Array.isArray(value) ? '[]' : value instanceof PySet ? '!!set {}' : '{}'
  if (value instanceof PyObject && /^datetime\.(date|datetime)$/.test(value.typeName)) return value.pyStr()
  throw new TemplateFault('YAMLError', `cannot represent an object: ${typeName(value)}`)
}

function floatText(value: number | PyFloat): string {
  const number = value instanceof PyFloat ? value.value : value
  if (Number.isNaN(number)) return '.nan'
  if (!Number.isFinite(number)) return number > 0 ? '.inf' : '-.inf'
  const shown = floatRepr(number)
  return !shown.includes('.') && shown.includes('e') ? shown.replace('e', '.0e') : shown
}

const PRINTABLE = /^[\x20-\x7e\n]*$/
const FIRST_INDICATORS = /^[#,[\]{}&*!|>'"%@`]/

/** A text in the style that PyYAML's emitter picks: plain, else single quoted, else double quoted. */
function text(value: string, column: number, isKey: boolean, indent: number): string {
  if (!PRINTABLE.test(value)) return doubleQuoted(value, column, isKey, indent)
  if (value !== '' && isPlain(value)) return folded(value, column, isKey, indent, (part) => part)
  if (/ \n|\n /.test(value) || (isKey && value.includes('\n'))) return doubleQuoted(value, column, isKey, indent)
  return `'${folded(value, column + 1, isKey, indent, (part) => part.replaceAll("'", "''"))}'`
}

function isPlain(value: string): boolean {
  if (resolvePlain(value) !== value || value === '=' || value === '<<') return false
  if (value.includes('\n') || /^[ ]|[ ]$/.test(value) || /^(---|\.\.\.)/.test(value)) return false
  if (FIRST_INDICATORS.test(value) || /^[-?:]([\s]|$)/.test(value)) return false
  return !/:(\s|$)|\s#/.test(value)
}

/** Breaks a text at single blanks once it has passed the width; a line break of the text becomes an empty line. */
function folded(
  value: string,
  column: number,
  isKey: boolean,
  indent: number,
  write: (part: string) => string,
): string {
  const pad = ' '.repeat(indent)
  let out = ''
  let at = column
  for (const piece of value.match(/ +|\n+|[^ \n]+/g) ?? []) {
    if (piece[0] === '\n') {
      out += `${'\n'.repeat(piece.length + 1)}${pad}`
      at = indent
    } else if (piece === ' ' && !isKey && at > WIDTH && out !== '' && out.length + 1 < value.length) {
      out += `\n${pad}`
      at = indent
    } else {
      const written = write(piece)
      out += written
      at += written.length
    }
  }
  return out
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function doubleQuoted(value: string, column: number, isKey: boolean, indent: number): string {
  let out = '"'
  let at = column + 1
  const characters = [...value]
  for (const [index, char] of characters.entries()) {
    const code = char.codePointAt(0)!
    const written = ESCAPES[char] ?? (code >= 0x20 && code <= 0x7e ? char : escapeCode(code))
    if (char === ' ' && !isKey && at > WIDTH && index > 0 && index < characters.length - 1) {
      out += `\\\n${' '.repeat(indent)}`
      at = indent
      out += '\\'
    }
    out += written
    at += written.length
  }
  return `${out}"`
}

const escapeCode = (code: number): string =>
  code <= 0xff
    ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
    : code <= 0xffff
      ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
      : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
