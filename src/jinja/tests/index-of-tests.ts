import { binary } from '../runtime/arithmetic.ts'
import { type CompareOperator, compareOp, contains, equals } from '../runtime/compare.ts'
import type { FilterContext, Test } from '../runtime/filter.ts'
import { isIterable, iterate } from '../runtime/iterate.ts'
import { asText, Markup } from '../runtime/markup.ts'
import { isLower, isUpper } from '../runtime/str-checks.ts'
import { toText } from '../runtime/text.ts'
import { isFloat, isInt } from '../runtime/type-name.ts'
import { bindArguments, isDict, isPlainDict, PyDict, PyObject, Undefined, type Value } from '../runtime/value.ts'

/** A test with named parameters after the value. */
const test =
  (pythonName: string, parameters: readonly string[], run: (value: Value, ...args: Value[]) => boolean): Test =>
  (_context, value, args, kwargs) => {
    const [, ...bound] = bindArguments(pythonName, ['value', ...parameters], [value, ...args], kwargs)
    return run(value, ...bound)
  }

const compare = (name: string, op: CompareOperator): Test => test(name, ['b'], (a, b) => compareOp(op, a, b!))
const isEqual = test('eq', ['b'], (a, b) => equals(a, b!))
const isUnequal = test('ne', ['b'], (a, b) => !equals(a, b!))
const isGreater = compare('gt', '>')
const isLess = compare('lt', '<')
const isAtLeast = compare('ge', '>=')
const isAtMost = compare('le', '<=')

const isNumber = (value: Value): boolean =>
  typeof value === 'boolean' ||
  isInt(value) ||
  isFloat(value) ||
  (value instanceof PyObject && /(^|\.)Decimal$/.test(value.typeName))

const isMapping = (value: Value): boolean => isDict(value) || (value instanceof PyObject && value.pyItems !== undefined)

/** As Jinja2 does, iteration is begun: what refuses it with anything but a TypeError (a relation of dbt) fails the test itself. */
function answersIter(value: Value): boolean {
  if (!isIterable(value)) return false
  iterate(value)
  return true
}

/** Whatever goes wrong, Jinja2 takes it for a no. */
function answersLen(value: PyObject): boolean {
  try {
    return value.pyLen !== undefined && value.pyLen() >= 0
  } catch {
    return false
  }
}

/** Something with a length and items. */
const isSequence = (value: Value): boolean =>
  asText(value) !== undefined ||
  Array.isArray(value) ||
  value instanceof PyDict ||
  isPlainDict(value) ||
  value instanceof Undefined ||
  (value instanceof PyObject && value.getItem !== undefined && answersLen(value))

/** The same object: equal numbers, texts, booleans and None count as one. */
const isSame = (a: Value, b: Value): boolean => a === b || (isFloat(a) && isFloat(b) && equals(a, b))

const rest = (value: Value, divisor: Value): Value => binary('%', value, divisor)

const named =
  (pythonName: string, find: (context: FilterContext) => ReadonlyMap<string, unknown>): Test =>
  (context, value, args, kwargs) => {
    bindArguments(pythonName, ['value'], [value, ...args], kwargs)
    return find(context).has(toText(value))
  }

/** Every test: `value is name`. */
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['!=', isUnequal],
  ['<', isLess],
  ['<=', isAtMost],
  ['==', isEqual],
  ['>', isGreater],
  ['>=', isAtLeast],
  ['boolean', test('test_boolean', [], (value) => typeof value === 'boolean')],
  [
    'callable',
    test(
      'callable',
      [],
      (value) => value instanceof Undefined || (value instanceof PyObject && value.pyCall !== undefined),
    ),
  ],
  ['defined', test('test_defined', [], (value) => !(value instanceof Undefined))],
  ['divisibleby', test('test_divisibleby', ['num'], (value, num) => equals(rest(value, num!), 0))],
  ['eq', isEqual],
  ['equalto', isEqual],
  ['escaped', test('test_escaped', [], (value) => value instanceof Markup)],
  ['even', test('test_even', [], (value) => equals(rest(value, 2), 0))],
  ['false', test('test_false', [], (value) => value === false)],
  ['filter', named('test_filter', (context) => context.filters)],
  ['float', test('test_float', [], (value) => isFloat(value))],
  ['ge', isAtLeast],
  ['greaterthan', isGreater],
  ['gt', isGreater],
  ['in', test('test_in', ['seq'], (value, sequence) => contains(value, sequence!))],
  ['integer', test('test_integer', [], (value) => isInt(value))],
  ['iterable', test('test_iterable', [], answersIter)],
  ['le', isAtMost],
  ['lessthan', isLess],
  ['lower', test('test_lower', [], (value) => isLower(toText(value)))],
  ['lt', isLess],
  ['mapping', test('test_mapping', [], isMapping)],
  ['ne', isUnequal],
  ['none', test('test_none', [], (value) => value === null)],
  ['number', test('test_number', [], isNumber)],
  ['odd', test('test_odd', [], (value) => equals(rest(value, 2), 1))],
  ['sameas', test('test_sameas', ['other'], (value, other) => isSame(value, other!))],
  ['sequence', test('test_sequence', [], isSequence)],
  ['string', test('test_string', [], (value) => asText(value) !== undefined)],
  ['test', named('test_test', (context) => context.tests)],
  ['true', test('test_true', [], (value) => value === true)],
  ['undefined', test('test_undefined', [], (value) => value instanceof Undefined)],
  ['upper', test('test_upper', [], (value) => isUpper(toText(value)))],
])
