import { dropDigits, exactDecimal } from '../runtime/decimal-digits.ts'
import { formatExact, padded, parseFormatSpec } from '../runtime/format-spec.ts'
import { int } from '../runtime/integers.ts'
import { asciiDigits, stripSpace } from '../runtime/numbers.ts'
import { isFloat, isInt } from '../runtime/type-name.ts'
import {
  type BinaryOperator,
  bindArguments,
  float,
  PyFunction,
  PyObject,
  TemplateFault,
  tuple,
  type Value,
} from '../runtime/value.ts'

/** Significant digits of results: Python's default context. */
const PRECISION = 28
type Special = 'NaN' | 'Infinity'

const TEXT = /^([-+])?(?:(\d(?:_?\d)*)?(?:\.((?:\d(?:_?\d)*)?))?(?:e([-+]?\d+))?|(inf(?:inity)?)|(nan))$/i

/** decimal.Decimal: `coefficient * 10 ** exponent`, exact; results of arithmetic have at most 28 digits, rounded half to even. */
export class Decimal extends PyObject {
  readonly typeName = 'decimal.Decimal'
  readonly negative: boolean
  readonly coefficient: bigint
  readonly exponent: number
  readonly special: Special | undefined

  constructor(negative: boolean, coefficient: bigint, exponent: number, special?: Special) {
    super()
    this.negative = negative
    this.coefficient = coefficient
    this.exponent = exponent
    this.special = special
  }

  /** Reads `1.50`, `-2E+3`, `NaN`; undefined for other texts. */
  static parse(text: string): Decimal | undefined {
    const found = TEXT.exec(asciiDigits(stripSpace(text)))
    if (found === null) return undefined
    const [, sign, whole, fraction, exponent, infinite, nan] = found
    const negative = sign === '-'
    if (infinite !== undefined) return new Decimal(negative, 0n, 0, 'Infinity')
    if (nan !== undefined) return new Decimal(negative, 0n, 0, 'NaN')
    const digits = ((whole ?? '') + (fraction ?? '')).replaceAll('_', '')
    if (digits === '') return undefined
    return new Decimal(negative, BigInt(digits), Number(exponent ?? 0) - (fraction ?? '').replaceAll('_', '').length)
  }
  static ofInt(value: number | bigint): Decimal {
    const size = BigInt(value)
    return new Decimal(size < 0n, size < 0n ? -size : size, 0)
  }
  /** The exact value of a double. */
  static ofFloat(value: number): Decimal {
    if (Number.isNaN(value)) return new Decimal(false, 0n, 0, 'NaN')
    if (!Number.isFinite(value)) return new Decimal(value < 0, 0n, 0, 'Infinity')
    const { negative, digits, scale } = exactDecimal(value)
    return new Decimal(negative, digits, -scale)
  }

  get isZero(): boolean {
    return this.special === undefined && this.coefficient === 0n
  }
  /** The signed coefficient. */
  get signed(): bigint {
    return this.negative ? -this.coefficient : this.coefficient
  }
  /** The exponent of the first digit, as in scientific notation. */
  get adjusted(): number {
    return this.coefficient.toString().length - 1 + this.exponent
  }

  /** Cut to 28 digits. */
  rounded(): Decimal {
    const extra = this.coefficient.toString().length - PRECISION
    if (this.special !== undefined || extra <= 0) return this
    const kept = dropDigits(this.coefficient, extra)
    return kept.toString().length > PRECISION
      ? new Decimal(this.negative, kept / 10n, this.exponent + extra + 1)
      : new Decimal(this.negative, kept, this.exponent + extra)
  }

  override pyStr(): string {
    const sign = this.negative ? '-' : ''
    if (this.special !== undefined) return sign + this.special
    const digits = this.coefficient.toString()
    const left = this.exponent + digits.length
    if (this.exponent <= 0 && left > -6) {
      if (this.exponent === 0) return sign + digits
      return left > 0
        ? `${sign}${digits.slice(0, left)}.${digits.slice(left)}`
        : `${sign}0.${'0'.repeat(-left)}${digits}`
    }
    const power = left - 1
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return `${sign}${mantissa}E${power < 0 ? '-' : '+'}${Math.abs(power)}`
  }
  override pyRepr(): string {
    return `Decimal('${this.pyStr()}')`
  }
  override pyBool(): boolean {
    return this.special !== undefined || this.coefficient !== 0n
  }
  override pyHash(): string {
    if (this.special !== undefined) return `decimal:${this.pyStr()}`
    const normal = this.normalized()
    if (normal.exponent >= 0 && normal.exponent < 400) return `=n${int(normal.signed * 10n ** BigInt(normal.exponent))}`
    const double = this.toDouble()
    return Decimal.ofFloat(double).pyEquals(this) ? `=n${double}` : `decimal:${normal.pyStr()}`
  }
  override pyEquals(other: Value): boolean {
    return this.pyCompare(other) === 0
  }
  override pyCompare(other: Value): number | undefined {
    const right = isFloat(other) ? Decimal.ofFloat(typeof other === 'number' ? other : other.value) : operand(other)
    if (right === undefined) return undefined
    if (this.special === 'NaN' || right.special === 'NaN') return Number.NaN
    if (this.special !== undefined || right.special !== undefined) return Math.sign(rank(this) - rank(right))
    const exponent = Math.min(this.exponent, right.exponent)
    const a = scaled(this, exponent)
    const b = scaled(right, exponent)
    return a < b ? -1 : a > b ? 1 : 0
  }
  override pyNegate(): Value {
    return this.isZero
      ? new Decimal(false, 0n, this.exponent)
      : new Decimal(!this.negative, this.coefficient, this.exponent, this.special).rounded()
  }
  override pyAbs(): Value {
    return new Decimal(false, this.coefficient, this.exponent, this.special).rounded()
  }
  override pyInt(): Value {
    if (this.special === 'NaN') throw new TemplateFault('ValueError', 'cannot convert NaN to integer')
    if (this.special !== undefined) throw new TemplateFault('OverflowError', 'cannot convert Infinity to integer')
    if (this.exponent >= 0) return int(this.signed * 10n ** BigInt(this.exponent))
    return int(this.signed / 10n ** BigInt(Math.min(-this.exponent, 100_000)))
  }
  toDouble(): number {
    if (this.special === 'NaN') return Number.NaN
    return Number(this.pyStr())
  }
  override pyFloat(): Value {
    return float(this.toDouble())
  }
  override pyRound(digits: number | undefined): Value {
    return digits === undefined ? this.quantized(0).pyInt() : this.quantized(-digits)
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    const right = operand(other)
    if (right === undefined) return undefined
    return reflected ? arithmetic(op, right, this) : arithmetic(op, this, right)
  }
  override pyFormat(text: string): string {
    if (text === '') return this.pyStr()
    const spec = parseFormatSpec(text)
    const sign = this.negative ? '-' : spec.sign === '-' ? '' : spec.sign
    if (this.special !== undefined) return padded(sign, this.special === 'NaN' ? 'NaN' : 'Infinity', spec, '>')
    const precision =
      spec.precision ?? (spec.type === '%' ? Math.max(0, -this.exponent - 2) : Math.max(0, -this.exponent))
    const exact = {
      negative: this.negative,
      digits: scaled(this, Math.min(0, this.exponent)),
      scale: Math.max(0, -this.exponent),
    }
    const magnitude = { ...exact, digits: exact.digits < 0n ? -exact.digits : exact.digits }
    if (spec.type === '' || spec.type === 'g' || spec.type === 'G' || spec.type === 'n') {
      const shown = spec.precision === undefined ? this : this.limited(Math.max(1, spec.precision))
      const body = (shown as Decimal).pyStr().replace(/^-/, '')
      return grouped(sign, spec.type === 'g' ? body.toLowerCase() : body, spec)
    }
    if (spec.type === 'e' || spec.type === 'E') {
      const digits = spec.precision ?? this.coefficient.toString().length - 1
      return formatExact(magnitude, spec.type, { ...spec, precision: digits })
        .replace(/^/, this.negative ? '-' : '')
        .replace(/([eE][+-])0(\d)$/, '$1$2')
    }
    return formatExact({ ...magnitude, negative: this.negative }, spec.type, { ...spec, precision })
  }
  /** At most `count` significant digits. */
  limited(count: number): Decimal {
    const extra = this.coefficient.toString().length - count
    return extra <= 0 ? this : new Decimal(this.negative, dropDigits(this.coefficient, extra), this.exponent + extra)
  }
  /** The same value with another exponent, rounded. */
  quantized(exponent: number, mode = 'ROUND_HALF_EVEN'): Decimal {
    const drop = exponent - this.exponent
    const coefficient =
      drop <= 0 ? this.coefficient * 10n ** BigInt(-drop) : roundBy(mode, this.coefficient, drop, this.negative)
    if (coefficient.toString().length > PRECISION) {
      throw new TemplateFault('InvalidOperation', "[<class 'decimal.InvalidOperation'>]")
    }
    return new Decimal(this.negative, coefficient, exponent)
  }
  normalized(): Decimal {
    if (this.special !== undefined) return this
    if (this.coefficient === 0n) return new Decimal(this.negative, 0n, 0)
    const digits = this.coefficient.toString()
    const kept = digits.replace(/0+$/, '')
    return new Decimal(this.negative, BigInt(kept), this.exponent + digits.length - kept.length)
  }
  override getAttr(name: string): Value | undefined {
    const plain = (run: () => Value): PyFunction => new PyFunction(name, run)
    switch (name) {
      case 'quantize':
        return new PyFunction(name, (args, kwargs) => {
          const [unit, rounding] = bindArguments('quantize', ['exp', ['rounding', null]], args, kwargs)
          const other = operand(unit!)
          if (other === undefined) throw new TemplateFault('TypeError', 'conversion to Decimal is not supported')
          return this.quantized(other.exponent, typeof rounding === 'string' ? rounding : undefined)
        })
      case 'normalize':
        return plain(() => this.normalized().rounded())
      case 'as_tuple':
        return plain(() =>
          tuple(this.negative ? 1 : 0, tuple(...Array.from(this.coefficient.toString(), Number)), this.exponent),
        )
      case 'adjusted':
        return plain(() => this.adjusted)
      case 'copy_abs':
        return plain(() => new Decimal(false, this.coefficient, this.exponent, this.special))
      case 'copy_negate':
        return plain(() => new Decimal(!this.negative, this.coefficient, this.exponent, this.special))
      case 'is_nan':
        return plain(() => this.special === 'NaN')
      case 'is_infinite':
        return plain(() => this.special === 'Infinity')
      case 'is_finite':
        return plain(() => this.special === undefined)
      case 'is_zero':
        return plain(() => this.isZero)
      case 'is_signed':
        return plain(() => this.negative)
      case 'sqrt':
        return plain(() => squareRoot(this))
      case 'to_integral_value':
      case 'to_integral':
      case 'to_integral_exact':
        return plain(() => (this.exponent >= 0 ? this : this.quantized(0)))
      case 'to_eng_string':
        return plain(() => this.pyStr())
      case 'compare':
        return new PyFunction(name, ([other]) => Decimal.ofInt(this.pyCompare(other ?? null) ?? 0))
      case 'real':
        return this
      case 'imag':
        return Decimal.ofInt(0)
    }
    return undefined
  }
}

function grouped(sign: string, body: string, spec: ReturnType<typeof parseFormatSpec>): string {
  if (spec.grouping === '') return padded(sign, body, spec, '>')
  const [whole, rest] = [/^\d+/.exec(body)?.[0] ?? '', body.replace(/^\d+/, '')]
  return padded(sign, whole.replace(/\B(?=(\d{3})+$)/g, spec.grouping) + rest, spec, '>')
}

const rank = (value: Decimal): number => (value.special === undefined ? 0 : value.negative ? -1 : 1)

/** The signed coefficient at a lower exponent. */
const scaled = (value: Decimal, exponent: number): bigint =>
  value.signed * 10n ** BigInt(Math.min(value.exponent - exponent, 100_000))

function operand(value: Value): Decimal | undefined {
  if (value instanceof Decimal) return value
  if (typeof value === 'boolean') return Decimal.ofInt(value ? 1 : 0)
  return isInt(value) ? Decimal.ofInt(value) : undefined
}

function roundBy(mode: string, digits: bigint, drop: number, negative: boolean): bigint {
  const unit = 10n ** BigInt(drop)
  const floor = digits / unit
  const rest = digits % unit
  const twice = rest * 2n
  switch (mode) {
    case 'ROUND_DOWN':
      return floor
    case 'ROUND_UP':
      return rest > 0n ? floor + 1n : floor
    case 'ROUND_CEILING':
      return rest > 0n && !negative ? floor + 1n : floor
    case 'ROUND_FLOOR':
      return rest > 0n && negative ? floor + 1n : floor
    case 'ROUND_HALF_UP':
      return twice >= unit ? floor + 1n : floor
    case 'ROUND_HALF_DOWN':
      return twice > unit ? floor + 1n : floor
    case 'ROUND_05UP':
      return rest > 0n && floor % 5n === 0n ? floor + 1n : floor
    case 'ROUND_HALF_EVEN':
      return dropDigits(digits, drop)
    default:
      throw new TemplateFault(
        'TypeError',
        'valid values for rounding are: [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]',
      )
  }
}

const invalid = (): TemplateFault => new TemplateFault('InvalidOperation', "[<class 'decimal.InvalidOperation'>]")
const fromSigned = (value: bigint, exponent: number, zeroNegative = false): Decimal =>
  new Decimal(value < 0n || (value === 0n && zeroNegative), value < 0n ? -value : value, exponent)

function arithmetic(op: BinaryOperator, a: Decimal, b: Decimal): Value {
  if (a.special !== undefined || b.special !== undefined) return withSpecial(op, a, b)
  switch (op) {
    case '+':
    case '-': {
      const exponent = Math.min(a.exponent, b.exponent)
      const right = scaled(b, exponent)
      return fromSigned(scaled(a, exponent) + (op === '+' ? right : -right), exponent).rounded()
    }
    case '*':
      return new Decimal(a.negative !== b.negative, a.coefficient * b.coefficient, a.exponent + b.exponent).rounded()
    case '/':
      return divide(a, b)
    case '//':
    case '%': {
      if (b.isZero) {
        if (op === '//' && !a.isZero) throw new TemplateFault('DivisionByZero', "[<class 'decimal.DivisionByZero'>]")
        throw a.isZero && op === '//'
          ? new TemplateFault('InvalidOperation', "[<class 'decimal.DivisionUndefined'>]")
          : invalid()
      }
      const exponent = Math.min(a.exponent, b.exponent)
      const [top, bottom] = [scaled(a, exponent), scaled(b, exponent)]
      if (op === '//') return new Decimal(a.negative !== b.negative, abs(top / bottom), 0)
      return fromSigned(top % bottom, exponent, a.negative).rounded()
    }
    case '**':
      return power(a, b)
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

function withSpecial(op: BinaryOperator, a: Decimal, b: Decimal): Value {
  if (a.special === 'NaN' || b.special === 'NaN') return new Decimal(false, 0n, 0, 'NaN')
  const both = a.special !== undefined && b.special !== undefined
  if ((op === '+' && both && a.negative !== b.negative) || (op === '-' && both && a.negative === b.negative))
    throw invalid()
  if (op === '+' || op === '-') {
    if (a.special !== undefined) return a
    return op === '+' ? b : new Decimal(!b.negative, 0n, 0, 'Infinity')
  }
  if (op === '*' && !a.isZero && !b.isZero) return new Decimal(a.negative !== b.negative, 0n, 0, 'Infinity')
  if (op === '/' && a.special === undefined) return new Decimal(a.negative !== b.negative, 0n, 0)
  if (op === '/' && b.special === undefined) return new Decimal(a.negative !== b.negative, 0n, 0, 'Infinity')
  throw invalid()
}

function divide(a: Decimal, b: Decimal): Decimal {
  if (b.isZero) {
    if (a.isZero) throw new TemplateFault('InvalidOperation', "[<class 'decimal.DivisionUndefined'>]")
    throw new TemplateFault('DivisionByZero', "[<class 'decimal.DivisionByZero'>]")
  }
  const negative = a.negative !== b.negative
  const ideal = a.exponent - b.exponent
  if (a.isZero) return new Decimal(negative, 0n, ideal)
  const shift = Math.max(0, b.coefficient.toString().length - a.coefficient.toString().length + PRECISION + 1)
  const top = a.coefficient * 10n ** BigInt(shift)
  let coefficient = top / b.coefficient
  let exponent = ideal - shift
  if (coefficient * b.coefficient !== top) {
    if (coefficient % 5n === 0n) coefficient += 1n
  } else {
    while (exponent < ideal && coefficient % 10n === 0n) {
      coefficient /= 10n
      exponent++
    }
  }
  return new Decimal(negative, coefficient, exponent).rounded()
}

function power(a: Decimal, b: Decimal): Decimal {
  if (b.exponent >= 0 || b.normalized().exponent >= 0) {
    const count = Number(b.pyInt())
    if (a.isZero && count === 0) throw invalid()
    if (Math.abs(count) > 100_000) throw new TemplateFault('Overflow', "[<class 'decimal.Overflow'>]")
    const raised = new Decimal(
      a.negative && count % 2 !== 0,
      a.coefficient ** BigInt(Math.abs(count)),
      a.exponent * Math.abs(count),
    )
    return count < 0 ? divide(Decimal.ofInt(1), raised) : raised.rounded()
  }
  if (a.negative) throw invalid()
  const half = b.normalized()
  if (half.coefficient === 5n && half.exponent === -1 && !half.negative) return squareRoot(a)
  const result = Decimal.parse((a.toDouble() ** b.toDouble()).toPrecision(17))
  if (result === undefined) throw invalid()
  return result
}

function squareRoot(value: Decimal): Decimal {
  if (value.isZero) return new Decimal(value.negative, 0n, Math.floor(value.exponent / 2))
  if (value.negative || value.special !== undefined) throw invalid()
  let shift = 2 * PRECISION + 2
  if ((value.exponent - shift) % 2 !== 0) shift++
  const scaledUp = value.coefficient * 10n ** BigInt(shift)
  let root = BigInt(Math.floor(Math.sqrt(Number(scaledUp))))
  for (;;) {
    const next = (root + scaledUp / root) / 2n
    if (abs(next - root) <= 1n) {
      root = next * next > scaledUp ? next - 1n : next
      break
    }
    root = next
  }
  const exponent = (value.exponent - shift) / 2
  const result = new Decimal(false, root, exponent)
  if (root * root !== scaledUp) return result.rounded()
  const ideal = Math.floor(value.exponent / 2)
  const normal = result.normalized()
  return normal.exponent > ideal ? normal.quantized(ideal) : normal
}
