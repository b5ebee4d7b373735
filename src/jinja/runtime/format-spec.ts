import { type ExactDecimal, exactDecimal, fixedText, significantDigits } from './decimal-digits.ts'
import { intToDouble } from './integers.ts'
import { characters, textLength } from './iterate.ts'
import { asText } from './markup.ts'
import { toText } from './text.ts'
import { isFloat, isInt, typeName } from './type-name.ts'
import { floatRepr, PyObject, TemplateFault, type Value } from './value.ts'

/** `[[fill]align][sign][z][#][0][width][grouping][.precision][type]` */
export interface FormatSpec {
  readonly fill: string
  readonly align: '' | '<' | '>' | '=' | '^'
  readonly sign: '' | '+' | '-' | ' '
  readonly noNegativeZero: boolean
  readonly alternate: boolean
  readonly width: number
  readonly grouping: '' | ',' | '_'
  readonly precision: number | undefined
  readonly type: string
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.?)$/su
const valueError = (message: string): TemplateFault => new TemplateFault('ValueError', message)

/** Reads a format spec. Throws Python's ValueError for one that is malformed. */
export function parseFormatSpec(spec: string, type = 'Decimal'): FormatSpec {
  const found = SPEC.exec(spec)
  if (found === null) {
    if (/\.(?!\d)/.test(spec)) throw valueError('Format specifier missing precision')
    throw valueError(`Invalid format specifier '${spec}' for object of type '${type}'`)
  }
  const [, fill, align, sign, z, alternate, zero, width, grouping, precision, code] = found
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: (align ?? (zero !== undefined ? '=' : '')) as FormatSpec['align'],
    sign: (sign ?? '') as FormatSpec['sign'],
    noNegativeZero: z !== undefined,
    alternate: alternate !== undefined,
    width: width === undefined ? 0 : checkedWidth(Number(width)),
    grouping: (grouping ?? '') as FormatSpec['grouping'],
    precision: precision === undefined ? undefined : checkedWidth(Number(precision)),
    type: code ?? '',
  }
}

const checkedWidth = (width: number): number => {
  if (width > 10_000_000) throw valueError('Too many decimal digits in format string')
  return width
}

/** format(value, spec) */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return toText(value)
  const text = asText(value)
  if (text !== undefined) return formatText(text, parseFormatSpec(spec, 'str'))
  if (typeof value === 'boolean') return formatInt(value ? 1 : 0, parseFormatSpec(spec, 'bool'), 'bool')
  if (isInt(value)) return formatInt(value, parseFormatSpec(spec, 'int'), 'int')
  if (isFloat(value))
    return formatFloat(typeof value === 'number' ? value : value.value, parseFormatSpec(spec, 'float'))
  if (value instanceof PyObject && value.pyFormat !== undefined) return value.pyFormat(spec)
  throw new TemplateFault('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`)
}

function formatText(text: string, spec: FormatSpec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec.type, 'str')
  if (spec.sign !== '') throw valueError('Sign not allowed in string format specifier')
  if (spec.noNegativeZero) throw valueError('Negative zero coercion (z) not allowed in string format specifier')
  if (spec.alternate) throw valueError('Alternate form (#) not allowed in string format specifier')
  if (spec.grouping !== '') throw valueError(`Cannot specify '${spec.grouping}' with 's'.`)
  if (spec.align === '=' && spec.fill !== '0') throw valueError("'=' alignment not allowed in string format specifier")
  const cut = spec.precision === undefined ? text : characters(text).slice(0, spec.precision).join('')
  return padded('', cut, spec, '<')
}

const unknownCode = (code: string, type: string): TemplateFault =>
  valueError(`Unknown format code '${code}' for object of type '${type}'`)

/** Sign and digits, filled up to the width. */
export function padded(sign: string, body: string, spec: FormatSpec, usual: '<' | '>'): string {
  const missing = spec.width - textLength(sign) - textLength(body)
  if (missing <= 0) return sign + body
  const align = spec.align === '' || (spec.align === '=' && usual === '<') ? usual : spec.align
  const fill = (count: number): string => spec.fill.repeat(count)
  switch (align) {
    case '<':
      return sign + body + fill(missing)
    case '>':
      return fill(missing) + sign + body
    case '^':
      return fill(Math.floor(missing / 2)) + sign + body + fill(Math.ceil(missing / 2))
    case '=':
      return sign + fill(missing) + body
  }
}

const signText = (negative: boolean, spec: FormatSpec): string =>
  negative ? '-' : spec.sign === '+' || spec.sign === ' ' ? spec.sign : ''

const BASES: Readonly<Record<string, readonly [number, string]>> = {
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
}

function formatInt(value: number | bigint, spec: FormatSpec, type: string): string {
  const code = spec.type
  if (code !== '' && 'eEfFgG%'.includes(code)) return formatFloat(intToDouble(value), spec)
  if (code === 's' || !'bcdnoxX'.includes(code)) throw unknownCode(code, type === 'bool' ? 'bool' : 'int')
  if (spec.noNegativeZero) throw valueError('Negative zero coercion (z) not allowed in integer format specifier')
  if (spec.precision !== undefined) throw valueError('Precision not allowed in integer format specifier')
  if (code === 'c') {
    if (spec.sign !== '') throw valueError("Sign not allowed with integer format specifier 'c'")
    return padded('', String.fromCodePoint(Number(value)), spec, '<')
  }
  if (code === 'n' && spec.grouping !== '') throw valueError(`Cannot specify '${spec.grouping}' with 'n'.`)
  const base = BASES[code]
  if (base !== undefined && spec.grouping === ',') throw valueError(`Cannot specify ',' with '${code}'.`)
  const negative = value < 0
  const digits = (negative ? -value : value).toString(base?.[0] ?? 10)
  const prefix = base !== undefined && spec.alternate ? base[1] : ''
  const sign = signText(negative, spec) + prefix
  return finishNumber(sign, code === 'X' ? digits.toUpperCase() : digits, '', spec, base === undefined ? 3 : 4)
}

/** Groups the digits of the integer part, also those that zero-filling adds, and pads. */
function finishNumber(sign: string, digits: string, rest: string, spec: FormatSpec, size = 3): string {
  if (spec.grouping === '') return padded(sign, digits + rest, spec, '>')
  let whole = digits
  if (spec.fill === '0' && spec.align === '=') {
    const room = spec.width - sign.length - rest.length
    while (grouped(whole, spec.grouping, size).length < room) whole = `0${whole}`
  }
  return padded(sign, grouped(whole, spec.grouping, size) + rest, spec, '>')
}

function grouped(digits: string, separator: string, size: number): string {
  let out = ''
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % size === 0) out += separator
    out += digits[i]
  }
  return out
}

function formatFloat(value: number, spec: FormatSpec): string {
  const code = spec.type
  if (code !== '' && !'eEfFgGn%'.includes(code)) throw unknownCode(code, 'float')
  const upper = code === 'E' || code === 'F' || code === 'G'
  if (!Number.isFinite(value)) {
    const body = Number.isNaN(value) ? 'nan' : 'inf'
    const text = (upper ? body.toUpperCase() : body) + (code === '%' ? '%' : '')
    const filled = spec.fill === '0' && spec.align === '=' ? { ...spec, grouping: '' as const } : spec
    return padded(signText(value < 0, spec), text, filled, '>')
  }
  if (code === '' && spec.precision === undefined) {
    const text = floatRepr(Math.abs(value))
    return withSign(value < 0 || Object.is(value, -0), text, spec)
  }
  const exact = exactDecimal(value)
  return formatExact(exact, code === '' ? 'repr' : code, spec)
}

function withSign(negative: boolean, text: string, spec: FormatSpec): string {
  const point = text.search(/[.e%E]/)
  const digits = point < 0 ? text : text.slice(0, point)
  const rest = point < 0 ? '' : text.slice(point)
  const minus = negative && !(spec.noNegativeZero && /^[0.]*(e[+-]?\d+)?%?$/i.test(text))
  return finishNumber(signText(minus, spec), digits, rest, spec)
}

/** Formats an exact number by one of the codes `e E f F g G n %`; `repr` is `g` that keeps one digit after the point. */
export function formatExact(exact: ExactDecimal, code: string, spec: FormatSpec): string {
  const precision = spec.precision ?? 6
  const keepZeros = spec.alternate
  switch (code) {
    case 'f':
    case 'F':
      return withSign(exact.negative, fixedText(exact, precision) + (keepZeros && precision === 0 ? '.' : ''), spec)
    case '%':
      return withSign(exact.negative, `${fixedText({ ...exact, scale: exact.scale - 2 }, precision)}%`, spec)
    case 'e':
    case 'E':
      return withSign(exact.negative, upperIf(code === 'E', exponential(exact, precision, keepZeros)), spec)
    default:
      return withSign(
        exact.negative,
        upperIf(code === 'G', general(exact, precision, keepZeros, code === 'repr')),
        spec,
      )
  }
}

const upperIf = (upper: boolean, text: string): string => (upper ? text.toUpperCase() : text)

const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`

function exponential(exact: ExactDecimal, precision: number, keepPoint: boolean): string {
  const { text, exponent } = significantDigits(exact, precision + 1)
  const fraction = text.slice(1)
  return text.charAt(0) + (fraction === '' ? (keepPoint ? '.' : '') : `.${fraction}`) + exponentText(exponent)
}

function general(exact: ExactDecimal, precision: number, keepZeros: boolean, asRepr: boolean): string {
  const digits = Math.max(1, precision)
  const { text, exponent } = significantDigits(exact, digits)
  const trim = (body: string): string => (keepZeros || !body.includes('.') ? body : body.replace(/\.?0+$/, ''))
  if (exponent < -4 || exponent >= (asRepr ? digits - 1 : digits)) {
    return trim(text.charAt(0) + (text.length > 1 ? `.${text.slice(1)}` : '')) + exponentText(exponent)
  }
  const body =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${text}`
      : text.length > exponent + 1
        ? `${text.slice(0, exponent + 1)}.${text.slice(exponent + 1)}`
        : text
  const trimmed = trim(body)
  return asRepr && !trimmed.includes('.') ? `${trimmed}.0` : trimmed
}
