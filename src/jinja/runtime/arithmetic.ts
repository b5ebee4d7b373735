import { numeric } from './compare.ts'
import * as integers from './integers.ts'
import { asText, escapeHtml, Markup } from './markup.ts'
import { printfFormat } from './printf.ts'
import { checkItems, MAX_ITEMS, MAX_TEXT } from './size-limits.ts'
import { toText } from './text.ts'
import { isFloat, typeName } from './type-name.ts'
import {
  type BinaryOperator,
  float,
  PyFloat,
  PyObject,
  PySet,
  PyTuple,
  TemplateFault,
  Undefined,
  type Value,
} from './value.ts'

const zeroDivision = (message: string): TemplateFault => new TemplateFault('ZeroDivisionError', message)

/** a op b for `+ - * / // % **`. Throws Python's TypeError, ZeroDivisionError ... */
export function binary(op: BinaryOperator, a: Value, b: Value): Value {
  const left = numeric(a)
  if (left !== undefined) {
    const right = numeric(b)
    if (right !== undefined) {
      return isFloat(a) || isFloat(b) ? floats(op, left, right) : ints(op, left, right)
    }
  } else if (typeof a === 'string') {
    if (op === '+' && typeof b === 'string') return a + b
    if (op === '%') return printfFormat(a, b)
  }
  if (a instanceof Undefined) throw a.fault()
  if (b instanceof Undefined && !(a instanceof Markup)) throw b.fault()
  return (
    markups(op, a, b) ??
    (a instanceof PyObject ? a.pyBinary?.(op, b, false) : undefined) ??
    (b instanceof PyObject ? b.pyBinary?.(op, a, true) : undefined) ??
    sequences(op, a, b) ??
    unsupported(op, a, b)
  )
}

function unsupported(op: BinaryOperator, a: Value, b: Value): never {
  if (op === '+') {
    if (typeof a === 'string' || a instanceof Markup) {
      throw new TemplateFault('TypeError', `can only concatenate str (not "${typeName(b)}") to str`)
    }
    if (Array.isArray(a)) {
      const kind = a instanceof PyTuple ? 'tuple' : 'list'
      throw new TemplateFault('TypeError', `can only concatenate ${kind} (not "${typeName(b)}") to ${kind}`)
    }
  }
  if (op === '*' && (isSequence(a) || isSequence(b))) {
    const other = isSequence(a) ? b : a
    throw new TemplateFault('TypeError', `can't multiply sequence by non-int of type '${typeName(other)}'`)
  }
  const name = op === '**' ? '** or pow()' : op
  throw new TemplateFault('TypeError', `unsupported operand type(s) for ${name}: '${typeName(a)}' and '${typeName(b)}'`)
}

const isSequence = (value: Value): value is string | Value[] => typeof value === 'string' || Array.isArray(value)

function ints(op: BinaryOperator, a: number | bigint, b: number | bigint): Value {
  switch (op) {
    case '+':
      return integers.add(a, b)
    case '-':
      return integers.subtract(a, b)
    case '*':
      return integers.multiply(a, b)
    case '/':
      if (Number(b) === 0) throw zeroDivision('division by zero')
      return float(integers.trueDivide(a, b))
    case '//':
      if (Number(b) === 0) throw zeroDivision('integer division or modulo by zero')
      return integers.floorDivide(a, b)
    case '%':
      if (Number(b) === 0) throw zeroDivision('integer modulo by zero')
      return integers.modulo(a, b)
    case '**':
      return integers.power(a, b)
  }
}

function floats(op: BinaryOperator, left: number | bigint, right: number | bigint): Value {
  const a = integers.intToDouble(left)
  const b = integers.intToDouble(right)
  switch (op) {
    case '+':
      return float(a + b)
    case '-':
      return float(a - b)
    case '*':
      return float(a * b)
    case '/':
      if (b === 0) throw zeroDivision('float division by zero')
      return float(a / b)
    case '//':
      if (b === 0) throw zeroDivision('float floor division by zero')
      return float(floatDivmod(a, b)[0])
    case '%':
      if (b === 0) throw zeroDivision('float modulo')
      return float(floatDivmod(a, b)[1])
    case '**':
      return floatPower(a, b)
  }
}

/** CPython's float divmod: the rest has the sign of b, the quotient is rounded down. */
function floatDivmod(a: number, b: number): [number, number] {
  let rest = a % b
  let quotient = (a - rest) / b
  if (rest !== 0) {
    if (b < 0 !== rest < 0) {
      rest += b
      quotient -= 1
    }
  } else {
    rest = b < 0 ? -0 : 0
  }
  if (quotient === 0) return [a / b < 0 ? -0 : 0, rest]
  const floor = Math.floor(quotient)
  return [quotient - floor > 0.5 ? floor + 1 : floor, rest]
}

function floatPower(a: number, b: number): Value {
  if (a === 0 && b < 0) throw zeroDivision('0.0 cannot be raised to a negative power')
  if (a === 1 || b === 0) return new PyFloat(1)
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return new PyFloat(1)
  if (a < 0 && !Number.isInteger(b) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new TemplateFault('ValueError', 'a negative number to a fractional power is complex, which is not supported')
  }
  const result = a ** b
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new TemplateFault('OverflowError', "(34, 'Numerical result out of range')")
  }
  return float(result)
}

function markups(op: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (!(a instanceof Markup) && !(b instanceof Markup)) return undefined
  if (op === '+') {
    const left = a instanceof Markup ? a.text : typeof a === 'string' ? escapeHtml(a) : undefined
    const right = b instanceof Markup ? b.text : typeof b === 'string' ? escapeHtml(b) : undefined
    return left === undefined || right === undefined ? undefined : new Markup(left + right)
  }
  if (op === '%' && a instanceof Markup) return new Markup(printfFormat(a.text, escapedArguments(b)))
  if (op === '*') {
    const count = repeatCount(a instanceof Markup ? b : a)
    const text = asText(a) ?? asText(b)
    return count === undefined || text === undefined ? undefined : new Markup(repeatText(text, count))
  }
  return undefined
}

/** The arguments of `Markup % args`: texts among them are escaped. */
function escapedArguments(value: Value): Value {
  if (value instanceof PyTuple) return PyTuple.fromItems(value.map(escapedArguments))
  if (typeof value === 'string') return escapeHtml(value)
  return value instanceof Markup ? value.text : value
}

function sequences(op: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (op === '+' && Array.isArray(a) && Array.isArray(b)) {
    checkItems(a.length + b.length)
    if (a instanceof PyTuple !== b instanceof PyTuple) return undefined
    return a instanceof PyTuple ? PyTuple.fromItems([...a, ...b]) : [...a, ...b]
  }
  if (op === '-' && a instanceof PySet && b instanceof PySet) {
    return PySet.from([...a.values()].filter((item) => !b.has(item)))
  }
  if (op !== '*') return undefined
  const sequence = isSequence(a) ? a : isSequence(b) ? b : undefined
  const count = repeatCount(isSequence(a) ? b : a)
  if (sequence === undefined || count === undefined) return undefined
  if (typeof sequence === 'string') return repeatText(sequence, count)
  if (sequence.length * count > MAX_ITEMS) throw new TemplateFault('MemoryError', 'the result of * is too large')
  const items: Value[] = sequence instanceof PyTuple ? new PyTuple() : []
  for (let i = 0; i < count; i++) for (let j = 0; j < sequence.length; j++) items.push(sequence[j]!)
  return items
}

function repeatCount(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') {
    if (value < 0n) return 0
    throw new TemplateFault('OverflowError', "cannot fit 'int' into an index-sized integer")
  }
  return typeof value === 'number' && Number.isInteger(value) ? Math.max(0, value) : undefined
}

function repeatText(text: string, count: number): string {
  if (text.length * count > MAX_TEXT) throw new TemplateFault('MemoryError', 'the result of * is too large')
  return text.repeat(count)
}

/** a ~ b: both as text. */
export const concat = (a: Value, b: Value): string => toText(a) + toText(b)

/** -v */
export function negate(value: Value): Value {
  const number = numeric(value)
  if (number !== undefined) {
    if (isFloat(value)) return float(-number as number)
    return integers.int(-number as number | bigint)
  }
  if (value instanceof Undefined) throw value.fault()
  const negated = value instanceof PyObject ? value.pyNegate?.() : undefined
  if (negated !== undefined) return negated
  throw new TemplateFault('TypeError', `bad operand type for unary -: '${typeName(value)}'`)
}

/** +v */
export function positive(value: Value): Value {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (numeric(value) !== undefined) return value
  if (value instanceof Undefined) throw value.fault()
  if (value instanceof PyObject && value.pyNegate !== undefined) return value
  throw new TemplateFault('TypeError', `bad operand type for unary +: '${typeName(value)}'`)
}

/** abs(v) */
export function absolute(value: Value): Value {
  const number = numeric(value)
  if (number !== undefined) {
    if (isFloat(value)) return float(Math.abs(number as number))
    return number < 0 ? integers.int(-number as number | bigint) : integers.int(number)
  }
  const made = value instanceof PyObject ? value.pyAbs?.() : undefined
  if (made !== undefined) return made
  throw new TemplateFault('TypeError', `bad operand type for abs(): '${typeName(value)}'`)
}
