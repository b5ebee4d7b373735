/**
 * JSON as dbt writes artifacts: one line, a blank after `,` and `:`, non-ASCII text escaped as Python's `json` does by default.
 * Python-like values are written by their plain form; values that JSON does not know by their text; `undefined` members are left out.
 */
export function toJson(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return quoted(String(value))
  if (isPlain(value)) return spaced(escaped(JSON.stringify(value)))
  if (Array.isArray(value)) return `[${value.map(toJson).join(', ')}]`
  const special = value as {
    toPlain?: () => unknown
    pyItems?: () => Iterable<readonly [unknown, unknown]>
    pyStr?: () => string
    value?: unknown
    typeName?: string
  }
  if (special.typeName === 'float' && typeof special.value === 'number') {
    return Number.isInteger(special.value) ? `${special.value}.0` : String(special.value)
  }
  if (typeof special.toPlain === 'function') return toJson(special.toPlain())
  if (typeof special.pyItems === 'function') {
    return `{${[...special.pyItems()].map(([key, item]) => `${quoted(String(key))}: ${toJson(item)}`).join(', ')}}`
  }
  if (typeof special.pyStr === 'function') return quoted(special.pyStr())
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${members.map(([key, item]) => `${quoted(key)}: ${toJson(item)}`).join(', ')}}`
}

const quoted = (text: string): string => escaped(JSON.stringify(text))

const NOT_ASCII = /[\u007f-\uffff]/
const escaped = (json: string): string =>
  NOT_ASCII.test(json)
    ? json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json

/** Whether JSON.stringify writes a value just as Python would, blanks apart: it is several times faster than anything written here. */
function isPlain(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return typeof value !== 'bigint' && typeof value !== 'function'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Array.prototype) return (value as unknown[]).every(isPlain)
  if (prototype !== Object.prototype) return false
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key])) return false
  return true
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const COLON = 58
const BLANK = 32

/** Puts a blank behind every `,` and `:` of an ASCII JSON text that stands in no string. */
function spaced(json: string): string {
  const from = Buffer.from(json, 'latin1')
  const to = Buffer.allocUnsafe(from.length * 2)
  let length = 0
  for (let at = 0; at < from.length; at++) {
    const byte = from[at]!
    to[length++] = byte
    if (byte === COMMA || byte === COLON) {
      to[length++] = BLANK
    } else if (byte === QUOTE) {
      for (;;) {
        const inside = from[++at]!
        to[length++] = inside
        if (inside === QUOTE) break
        if (inside === BACKSLASH) to[length++] = from[++at]!
      }
    }
  }
  return to.toString('latin1', 0, length)
}
