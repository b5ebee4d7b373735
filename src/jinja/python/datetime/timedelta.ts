import { exactDecimal } from '../../runtime/decimal-digits.ts'
import { int, trueDivide } from '../../runtime/integers.ts'
import { roundValue } from '../../runtime/numbers.ts'
import { PyClass } from '../../runtime/py-class.ts'
import { isFloat, isInt, typeName } from '../../runtime/type-name.ts'
import {
  type BinaryOperator,
  bindArguments,
  float,
  PyFunction,
  PyObject,
  TemplateFault,
  type Value,
} from '../../runtime/value.ts'

const SECOND = 1_000_000n
const DAY = 86_400n * SECOND
const LIMIT = 999_999_999n

/** A span of time, exact to the microsecond. */
export class Timedelta extends PyObject {
  readonly typeName = 'datetime.timedelta'
  /** The whole span in microseconds. */
  readonly micros: bigint
  constructor(micros: bigint) {
    super()
    const days = floorDiv(micros, DAY)
    if (days > LIMIT || days < -LIMIT) {
      throw new TemplateFault('OverflowError', `days=${days}; must have magnitude <= 999999999`)
    }
    this.micros = micros
  }
  get days(): number {
    return Number(floorDiv(this.micros, DAY))
  }
  get seconds(): number {
    return Number(floorMod(this.micros, DAY) / SECOND)
  }
  get microseconds(): number {
    return Number(floorMod(this.micros, SECOND))
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'days':
        return this.days
      case 'seconds':
        return this.seconds
      case 'microseconds':
        return this.microseconds
      case 'total_seconds':
        return new PyFunction('total_seconds', () => float(trueDivide(this.micros, SECOND)))
    }
    return TIMEDELTA_CONSTANTS().get(name)
  }
  override pyStr(): string {
    const time = this.seconds
    const parts = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60]
    const clock = `${parts[0]}:${two(parts[1]!)}:${two(parts[2]!)}`
    const fraction = this.microseconds === 0 ? '' : `.${String(this.microseconds).padStart(6, '0')}`
    const days = this.days
    return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${clock}${fraction}`
  }
  override pyRepr(): string {
    const parts: string[] = []
    if (this.days !== 0) parts.push(`days=${this.days}`)
    if (this.seconds !== 0) parts.push(`seconds=${this.seconds}`)
    if (this.microseconds !== 0) parts.push(`microseconds=${this.microseconds}`)
    return `datetime.timedelta(${parts.length === 0 ? '0' : parts.join(', ')})`
  }
  override pyBool(): boolean {
    return this.micros !== 0n
  }
  override pyEquals(other: Value): boolean {
    return other instanceof Timedelta && other.micros === this.micros
  }
  override pyHash(): string {
    return `timedelta:${this.micros}`
  }
  override pyCompare(other: Value): number | undefined {
    if (!(other instanceof Timedelta)) return undefined
    return this.micros < other.micros ? -1 : this.micros > other.micros ? 1 : 0
  }
  override pyNegate(): Value {
    return new Timedelta(-this.micros)
  }
  override pyAbs(): Value {
    return new Timedelta(this.micros < 0n ? -this.micros : this.micros)
  }
  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof Timedelta) return reflected ? other.pyBinary(op, this, false) : this.#withSpan(op, other)
    if (op === '*') return this.#times(other)
    return reflected ? undefined : this.#dividedBy(op, other)
  }
  #withSpan(op: BinaryOperator, other: Timedelta): Value | undefined {
    switch (op) {
      case '+':
        return new Timedelta(this.micros + other.micros)
      case '-':
        return new Timedelta(this.micros - other.micros)
      case '/':
      case '//':
      case '%': {
        if (other.micros === 0n)
          throw new TemplateFault(
            'ZeroDivisionError',
            op === '/' ? 'division by zero' : 'integer division or modulo by zero',
          )
        if (op === '/') return float(trueDivide(this.micros, other.micros))
        return op === '//'
          ? int(floorDiv(this.micros, other.micros))
          : new Timedelta(floorMod(this.micros, other.micros))
      }
    }
    return undefined
  }
  #times(other: Value): Value | undefined {
    if (isInt(other)) return new Timedelta(this.micros * BigInt(other))
    if (typeof other === 'boolean') return new Timedelta(other ? this.micros : 0n)
    if (!isFloat(other)) return undefined
    const [top, bottom] = fraction(other)
    return new Timedelta(roundedDiv(this.micros * top, bottom))
  }
  #dividedBy(op: BinaryOperator, other: Value): Value | undefined {
    if (op !== '/' && op !== '//') return undefined
    if (isInt(other)) {
      if (Number(other) === 0) throw new TemplateFault('ZeroDivisionError', 'integer division or modulo by zero')
      return new Timedelta(op === '//' ? floorDiv(this.micros, BigInt(other)) : roundedDiv(this.micros, BigInt(other)))
    }
    if (op !== '/' || !isFloat(other)) return undefined
    const [top, bottom] = fraction(other)
    if (top === 0n) throw new TemplateFault('ZeroDivisionError', 'division by zero')
    return new Timedelta(roundedDiv(this.micros * bottom, top))
  }
  override toPlain(): Value {
    return this.pyStr()
  }
}

export const two = (value: number): string => String(value).padStart(2, '0')

export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return quotient * b !== a && a < 0n !== b < 0n ? quotient - 1n : quotient
}
export const floorMod = (a: bigint, b: bigint): bigint => a - floorDiv(a, b) * b

/** a / b rounded half to even. */
function roundedDiv(a: bigint, b: bigint): bigint {
  const floor = floorDiv(a, b)
  const twice = (a - floor * b) * 2n
  const size = b < 0n ? -b : b
  const rest = twice < 0n ? -twice : twice
  return rest > size || (rest === size && (floor & 1n) === 1n) ? floor + 1n : floor
}

function fraction(value: Value): [bigint, bigint] {
  const number = typeof value === 'number' ? value : (value as { value: number }).value
  if (!Number.isFinite(number))
    throw new TemplateFault('ValueError', 'cannot convert NaN or infinity to a span of time')
  const { negative, digits, scale } = exactDecimal(number)
  return [negative ? -digits : digits, 10n ** BigInt(scale)]
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ['days', DAY],
  ['seconds', SECOND],
  ['microseconds', 1n],
  ['milliseconds', 1000n],
  ['minutes', 60n * SECOND],
  ['hours', 3600n * SECOND],
  ['weeks', 7n * DAY],
]

/** timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0) */
function construct(args: readonly Value[], kwargs: ReadonlyMap<string, Value>): Timedelta {
  const values = bindArguments(
    'timedelta',
    UNITS.map(([name]) => [name, 0] as const),
    args,
    kwargs,
  )
  let whole = 0n
  let part = 0
  for (const [index, [name, unit]] of UNITS.entries()) {
    const value = values[index]!
    if (isInt(value) || typeof value === 'boolean') whole += BigInt(value) * unit
    else if (isFloat(value)) {
      const [top, bottom] = fraction(value)
      const micros = top * unit
      const trunc = micros / bottom
      whole += trunc
      part += trueDivide(micros - trunc * bottom, bottom)
    } else throw new TemplateFault('TypeError', `unsupported type for timedelta ${name} component: ${typeName(value)}`)
  }
  return new Timedelta(whole + BigInt(roundValue(part, undefined) as number))
}

const TIMEDELTA_CONSTANTS = (): ReadonlyMap<string, Value> =>
  new Map([
    ['min', new Timedelta(-LIMIT * DAY)],
    ['max', new Timedelta((LIMIT + 1n) * DAY - 1n)],
    ['resolution', new Timedelta(1n)],
  ])

/** The class `datetime.timedelta`. */
export const timedeltaClass = (): PyClass => new PyClass('datetime.timedelta', construct, TIMEDELTA_CONSTANTS())
