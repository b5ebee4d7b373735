import { NamedTuple } from './named-tuple.ts'
import { walkInto, walkOut } from './size-limits.ts'
import { floatRepr, isPlainDict, PyDict, PyObject, PySet, PyTuple, type Value } from './value.ts'

/** str(v), as `{{ v }}` prints it. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isInteger(value) ? intText(value) : floatRepr(value)
  if (value instanceof PyObject && !(value instanceof PyDict) && !(value instanceof PySet)) return value.pyStr()
  return repr(value)
}

const intText = (value: number): string => (value === 0 ? '0' : String(value))

/** Containers being printed, so that one that holds itself prints `[...]` and does not recurse for ever. */
const printing: unknown[] = []

/** repr(v): `'text'`, `[1, None]`, `{'a': True}`. */
export function repr(value: Value): string {
  if (value === null) return 'None'
  switch (typeof value) {
    case 'string':
      return stringRepr(value)
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
      return Number.isInteger(value) ? intText(value) : floatRepr(value)
    case 'bigint':
      return value.toString()
  }
  const isTuple = value instanceof PyTuple
  if (printing.includes(value)) return isTuple ? '(...)' : Array.isArray(value) ? '[...]' : '{...}'
  walkInto(Array.isArray(value) ? value.length : 1)
  printing.push(value)
  try {
    if (value instanceof NamedTuple) return value.printed(value.map(repr))
    if (isTuple) return value.length === 1 ? `(${repr(value[0]!)},)` : `(${value.map(repr).join(', ')})`
    if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`
    if (isPlainDict(value)) return entriesRepr(Object.entries(value))
    return reprOfObject(value)
  } finally {
    walkOut()
    printing.pop()
  }
}

function reprOfObject(value: PyObject): string {
  if (value instanceof PyDict) return entriesRepr(value.entries())
  if (value instanceof PySet) return value.size === 0 ? 'set()' : `{${Array.from(value.values(), repr).join(', ')}}`
  return value.pyRepr()
}

/** `{'a': 1}` */
export function entriesRepr(entries: Iterable<readonly [Value, Value]>): string {
  const parts: string[] = []
  for (const [key, item] of entries) parts.push(`${repr(key)}: ${repr(item)}`)
  return `{${parts.join(', ')}}`
}

const PLAIN_TEXT = /^[ !#-&(-[\]-~]*$/
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u
/** Printable ASCII but the backslash. */
const ASCII_TEXT = /^[ -[\]-~]*$/

/** repr() of a str: single quotes unless the text has some and no double ones; what cannot be printed is escaped. */
export function stringRepr(text: string): string {
  if (PLAIN_TEXT.test(text)) return `'${text}'`
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  if (ASCII_TEXT.test(text)) return quote + (quote === "'" ? text.replaceAll("'", "\\'") : text) + quote
  let out = quote
  for (const char of text) {
    if (char === quote || char === '\\') out += `\\${char}`
    else if (char === '\n') out += '\\n'
    else if (char === '\r') out += '\\r'
    else if (char === '\t') out += '\\t'
    else if (UNPRINTABLE.test(char)) out += escapeCode(char.codePointAt(0)!)
    else out += char
  }
  return out + quote
}

const escapeCode = (code: number): string => {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
