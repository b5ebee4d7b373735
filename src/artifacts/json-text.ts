/**
 * JSON as dbt writes artifacts: one line, a blank after `,` and `:`, non-ASCII text escaped as Python's `json` does by default.
 * Python-like values are written by their plain form; values that JSON does not know by their text; `undefined` members are left out.
 */
export function toJson(value: unknown): string {
  return write(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function write(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(String(value))
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
  if (typeof special.toPlain === 'function') return write(special.toPlain())
  if (typeof special.pyItems === 'function') {
    return `{${[...special.pyItems()].map(([key, item]) => `${JSON.stringify(String(key))}: ${write(item)}`).join(', ')}}`
  }
  if (typeof special.pyStr === 'function') return JSON.stringify(special.pyStr())
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}: ${write(item)}`).join(', ')}}`
}
