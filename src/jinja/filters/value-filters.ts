import { toJson } from '../python/json.ts'
import { binary } from '../runtime/arithmetic.ts'
import { numeric } from '../runtime/compare.ts'
import type { Filter } from '../runtime/filter.ts'
import { iterate } from '../runtime/iterate.ts'
import { asText, Markup } from '../runtime/markup.ts'
import { parseInteger, roundValue, toFloat, toInt } from '../runtime/numbers.ts'
import { intArgument } from '../runtime/str-methods.ts'
import { toText } from '../runtime/text.ts'
import { truthy } from '../runtime/truth.ts'
import { PyFloat, PyTuple, TemplateFault, Undefined, type Value } from '../runtime/value.ts'
import { filter, filterFault } from './arguments.ts'
import { prettyText } from './pretty.ts'
import { fileSize } from './text-filters.ts'
import { urlize } from './urlize.ts'

const isValueFault = (error: unknown, ...more: string[]): boolean =>
  error instanceof TemplateFault && ['TypeError', 'ValueError', ...more].includes(error.pythonType)

function toIntOr(value: Value, fallback: Value, base: Value): Value {
  try {
    const text = asText(value)
    if (text === undefined) return toInt(value)
    const parsed = parseInteger(text, intArgument(base))
    if (parsed !== undefined) return parsed
  } catch (error) {
    if (!isValueFault(error)) throw error
  }
  try {
    return toInt(toFloat(value))
  } catch (error) {
    if (isValueFault(error, 'OverflowError')) return fallback
    throw error
  }
}

function toFloatOr(value: Value, fallback: Value): Value {
  try {
    return toFloat(value)
  } catch (error) {
    if (isValueFault(error)) return fallback
    throw error
  }
}

function round(value: Value, precision: Value, method: Value): Value {
  const name = toText(method)
  if (name !== 'common' && name !== 'ceil' && name !== 'floor')
    throw filterFault('method must be common, ceil or floor')
  if (name === 'common') return roundValue(value, precision === null ? undefined : intArgument(precision))
  const factor = binary('**', 10, precision)
  const product = binary('*', value, factor)
  if (asText(product) !== undefined) throw new TemplateFault('TypeError', 'must be real number, not str')
  const scaled = toFloat(product)
  const number = numeric(scaled) as number
  return binary('/', toInt(new PyFloat(name === 'ceil' ? Math.ceil(number) : Math.floor(number))), factor)
}

function htmlSafeJson(value: Value, indent: Value): Markup {
  const text = toJson(value, {
    strict: true,
    sortKeys: true,
    indent: indent === null ? undefined : intArgument(indent),
  })
  const codes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' }
  return new Markup(text.replace(/[<>&']/g, (char) => codes[char]!))
}

function links(value: Value, limit: Value, nofollow: Value, target: Value, rel: Value, schemes: Value): Value {
  const relParts = new Set(rel === null ? [] : toText(rel).split(/\s+/).filter(Boolean))
  if (truthy(nofollow)) relParts.add('nofollow')
  relParts.add('noopener')
  const list = schemes === null ? [] : Array.from(iterate(schemes), toText)
  for (const scheme of list) {
    if (!/^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme))
      throw filterFault(`'${scheme}' is not a valid URI scheme prefix.`)
  }
  return urlize(toText(value), {
    limit: limit === null ? undefined : intArgument(limit),
    rel: [...relParts].sort().join(' '),
    target: target === null ? undefined : toText(target),
    schemes: list,
  })
}

const fallbackOf = (value: Value, fallback: Value, forFalse: Value): Value =>
  value instanceof Undefined || (truthy(forFalse) && !truthy(value)) ? fallback : value

const sizeOf = (value: Value, binarySize: Value): Value => {
  const size = toFloat(value)
  return fileSize(numeric(size) as number, truthy(binarySize))
}

const defaultFilter = filter(
  'do_default',
  [
    ['default_value', ''],
    ['boolean', false],
  ],
  (value, fallback, forFalse) => fallbackOf(value, fallback!, forFalse!),
)

/** The filters that convert values. */
export const VALUE_FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['d', defaultFilter],
  ['default', defaultFilter],
  [
    'filesizeformat',
    filter('do_filesizeformat', [['binary', false]], (value, binarySize) => sizeOf(value, binarySize!)),
  ],
  ['float', filter('do_float', [['default', new PyFloat(0)]], (value, fallback) => toFloatOr(value, fallback!))],
  [
    'int',
    filter(
      'do_int',
      [
        ['default', 0],
        ['base', 10],
      ],
      (value, fallback, base) => toIntOr(value, fallback!, base!),
    ),
  ],
  ['is_list', filter('is_list', [], (value) => Array.isArray(value) && !(value instanceof PyTuple))],
  ['pprint', filter('do_pprint', [], (value) => prettyText(value))],
  [
    'round',
    filter(
      'do_round',
      [
        ['precision', 0],
        ['method', 'common'],
      ],
      (value, precision, method) => round(value, precision!, method!),
    ),
  ],
  ['tojson', filter('do_tojson', [['indent', null]], (value, indent) => htmlSafeJson(value, indent!))],
  [
    'urlize',
    filter(
      'do_urlize',
      [
        ['trim_url_limit', null],
        ['nofollow', false],
        ['target', null],
        ['rel', null],
        ['extra_schemes', null],
      ],
      (value, ...args) => links(value, args[0]!, args[1]!, args[2]!, args[3]!, args[4]!),
    ),
  ],
])
