import { formatValue } from './format-spec.ts'
import { characters } from './iterate.ts'
import { asText } from './markup.ts'
import { toFloat, truncated } from './numbers.ts'
import { checkTextLength } from './size-limits.ts'
import { repr, toText } from './text.ts'
import { isFloat, isInt, typeName } from './type-name.ts'
import { dictGet, isDict, PyObject, PyTuple, TemplateFault, type Value } from './value.ts'

const DIRECTIVE = /%(?:\(((?:[^()]|\([^()]*\))*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?([\s\S]?)/gu
const typeError = (message: string): TemplateFault => new TemplateFault('TypeError', message)
const valueError = (message: string): TemplateFault => new TemplateFault('ValueError', message)

/** `text % values`: values is a tuple for several directives, a dict for `%(name)s`, or the one value. */
export function printfFormat(text: string, values: Value): string {
  const list = values instanceof PyTuple ? values : undefined
  const named = !(values instanceof PyTuple) && asText(values) === undefined && isMapping(values)
  let used = 0
  const single = (): Value => {
    if (list !== undefined) {
      if (used >= list.length) throw typeError('not enough arguments for format string')
      return list[used++]!
    }
    if (used++ > 0) throw typeError('not enough arguments for format string')
    return values
  }
  const out = text.replace(DIRECTIVE, (_match, name: string | undefined, flags: string, width, precision, code, at) => {
    if (code === '') throw valueError('incomplete format')
    if (code === '%' && name === undefined) return '%'
    let wide = width === undefined ? 0 : width === '*' ? starred(single()) : Number(width)
    let marks = flags
    if (wide < 0) {
      wide = -wide
      marks += '-'
    }
    const places = precision === undefined ? undefined : precision === '*' ? starred(single()) : Number(precision)
    if (name !== undefined && !named) throw typeError('format requires a mapping')
    if (code === '%') return '%'
    const index = (at as number) + _match.length - code.length
    const value = name === undefined ? single() : lookUp(values, name)
    return directive(code, value, marks, wide, places === undefined ? undefined : Math.max(0, places), index)
  })
  if (!named && (list === undefined ? used === 0 : used < list.length)) {
    throw typeError('not all arguments converted during string formatting')
  }
  return out
}

const isMapping = (value: Value): boolean =>
  isDict(value) ||
  (Array.isArray(value) && !(value instanceof PyTuple)) ||
  (value instanceof PyObject && value.getItem !== undefined)

function lookUp(values: Value, name: string): Value {
  const found = isDict(values) ? dictGet(values, name) : values instanceof PyObject ? values.getItem?.(name) : undefined
  if (found !== undefined) return found
  if (Array.isArray(values)) throw typeError('list indices must be integers or slices, not str')
  throw new TemplateFault('KeyError', repr(name))
}

function starred(value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw typeError('* wants int')
}

function directive(
  code: string,
  value: Value,
  flags: string,
  width: number,
  places: number | undefined,
  at: number,
): string {
  switch (code) {
    case 's':
      return pad(cut(toText(value), places), flags, width)
    case 'r':
      return pad(cut(repr(value), places), flags, width)
    case 'a':
      return pad(cut(ascii(repr(value)), places), flags, width)
    case 'c':
      return pad(character(value), flags, width)
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      return integer(code, value, flags, width, places)
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const number = real(value)
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
      const align = flags.includes('-') ? '<' : flags.includes('0') ? '0=' : '>'
      return formatValue(number, `${align}${sign}${flags.includes('#') ? '#' : ''}${width || ''}.${places ?? 6}${code}`)
    }
    default: {
      const point = code.codePointAt(0)!
      throw valueError(`unsupported format character '${code}' (0x${point.toString(16)}) at index ${at}`)
    }
  }
}

const cut = (text: string, places: number | undefined): string =>
  places === undefined ? text : characters(text).slice(0, places).join('')

const ascii = (text: string): string =>
  text.replace(/[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0)!
    const hex = code.toString(16)
    return code < 0x100 ? `\\x${hex}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
  })

function pad(text: string, flags: string, width: number): string {
  checkTextLength(width)
  const missing = ' '.repeat(Math.max(0, width - characters(text).length))
  return flags.includes('-') ? text + missing : missing + text
}

function character(value: Value): string {
  const text = asText(value)
  if (text !== undefined) {
    if (characters(text).length === 1) return text
    throw typeError('%c requires int or char')
  }
  if (!isInt(value)) throw typeError('%c requires int or char')
  if (value < 0 || value >= 0x110000) throw new TemplateFault('OverflowError', '%c arg not in range(0x110000)')
  return String.fromCodePoint(Number(value))
}

function integer(code: string, value: Value, flags: string, width: number, places: number | undefined): string {
  const decimal = code === 'd' || code === 'i' || code === 'u'
  const number = wholeNumber(code, value, decimal)
  const base = decimal ? 10 : code === 'o' ? 8 : 16
  let digits = (number < 0 ? -number : number).toString(base)
  if (code === 'X') digits = digits.toUpperCase()
  checkTextLength(Math.max(width, places ?? 0))
  if (places !== undefined) digits = digits.padStart(places, '0')
  const prefix = flags.includes('#') && !decimal ? (code === 'o' ? '0o' : `0${code}`) : ''
  const sign = (number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + prefix
  if (flags.includes('-')) return (sign + digits).padEnd(width)
  return flags.includes('0') ? sign + digits.padStart(width - sign.length, '0') : (sign + digits).padStart(width)
}

function wholeNumber(code: string, value: Value, decimal: boolean): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isInt(value)) return value
  if (decimal) {
    if (isFloat(value)) return truncated(value)
    const made = value instanceof PyObject ? value.pyInt?.() : undefined
    if (made !== undefined && isInt(made)) return made
    throw typeError(`%${code} format: a real number is required, not ${typeName(value)}`)
  }
  throw typeError(`%${code} format: an integer is required, not ${typeName(value)}`)
}

function real(value: Value): Value {
  if (typeof value === 'boolean' || isInt(value)) return toFloat(value)
  if (isFloat(value)) return value
  const made = value instanceof PyObject ? value.pyFloat?.() : undefined
  if (made !== undefined) return made
  throw typeError(`must be real number, not ${typeName(value)}`)
}
