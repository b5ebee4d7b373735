import { PyBytes } from './bytes.ts'
import { characters, hasAstral, iterate, textLength } from './iterate.ts'
import { asText } from './markup.ts'
import { checkTextLength } from './size-limits.ts'
import { capitalize, caseFold, SPACE, STR_CHECKS, swapCase, titleCase } from './str-checks.ts'
import { toText } from './text.ts'
import { typeName } from './type-name.ts'
import {
  bindArguments,
  dictGet,
  isDict,
  type Kwargs,
  type Parameter,
  PyDict,
  PyTuple,
  TemplateFault,
  tuple,
  type Value,
} from './value.ts'

/** A method of a built-in type: what stands before the dot, and the arguments. */
export type Method<T> = (self: T, args: readonly Value[], kwargs: Kwargs) => Value

const typeError = (message: string): TemplateFault => new TemplateFault('TypeError', message)
const valueError = (message: string): TemplateFault => new TemplateFault('ValueError', message)

/** A method without keyword arguments. */
const plain =
  (name: string, least: number, most: number, run: (text: string, args: readonly Value[]) => Value): Method<string> =>
  (text, args, kwargs) => {
    if (kwargs.size > 0) throw typeError(`str.${name}() takes no keyword arguments`)
    checkCount(name, least, most, args.length)
    return run(text, args)
  }

/** Python's messages about the number of arguments of a method written in C. */
export function checkCount(name: string, least: number, most: number, given: number, owner = 'str.'): void {
  if (given >= least && given <= most) return
  if (most === 0) throw typeError(`${owner}${name}() takes no arguments (${given} given)`)
  if (least === most) {
    if (most === 1) throw typeError(`${owner}${name}() takes exactly one argument (${given} given)`)
    throw typeError(`${name} expected ${most} arguments, got ${given}`)
  }
  const word = given < least ? 'at least' : 'at most'
  const count = given < least ? least : most
  if (SEARCHES.has(name) && owner === 'str.') {
    throw typeError(`${name}() takes ${word} ${count} argument${count === 1 ? '' : 's'} (${given} given)`)
  }
  throw typeError(`${name} expected ${word} ${count} argument${count === 1 ? '' : 's'}, got ${given}`)
}

const withNames =
  (name: string, parameters: readonly Parameter[], run: (text: string, ...values: Value[]) => Value): Method<string> =>
  (text, args, kwargs) => {
    const known = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : parameter[0]))
    for (const key of kwargs.keys()) {
      if (!known.includes(key)) throw typeError(`'${key}' is an invalid keyword argument for ${name}()`)
    }
    return run(text, ...bindArguments(name, parameters, args, kwargs))
  }

/** Methods that CPython words its own way. */
const SEARCHES = new Set(['count', 'find', 'rfind', 'index', 'rindex'])

/** An argument that must be a str. */
function textArgument(name: string, position: number, value: Value | undefined): string {
  const text = value === undefined ? undefined : asText(value)
  if (text !== undefined) return text
  if (SEARCHES.has(name)) throw typeError(`must be str, not ${typeName(value ?? null)}`)
  const where = position === 0 ? 'argument' : `argument ${position}`
  throw typeError(`${name}() ${where} must be str, not ${typeName(value ?? null)}`)
}

export function intArgument(value: Value): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'bigint') return value < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
}

/** start and end of find(), count() ..., clipped to the length. */
export function bounds(length: number, start: Value | undefined, end: Value | undefined): [number, number] {
  const clip = (value: Value | undefined, fallback: number): number => {
    if (value === undefined || value === null) return fallback
    const index = intArgument(value)
    return index < 0 ? Math.max(0, index + length) : Math.min(index, length)
  }
  const first = start === undefined || start === null ? 0 : intArgument(start)
  return [first < 0 ? Math.max(0, first + length) : first, clip(end, length)]
}

function find(name: string, last: boolean, missing: 'error' | -1): Method<string> {
  return plain(name, 1, 3, (text, args) => {
    const needle = textArgument(name, 1, args[0])
    const chars = hasAstral(text) ? Array.from(text) : undefined
    const [start, end] = bounds(chars?.length ?? text.length, args[1], args[2])
    let at = -1
    if (start <= end) {
      const part = chars === undefined ? text.slice(start, end) : chars.slice(start, end).join('')
      const unit = last ? part.lastIndexOf(needle) : part.indexOf(needle)
      if (unit >= 0) at = start + (chars === undefined ? unit : textLength(part.slice(0, unit)))
    }
    if (at < 0 && missing === 'error') throw valueError('substring not found')
    return at
  })
}

const part = (text: string, start: Value | undefined, end: Value | undefined): string | undefined => {
  if (start === undefined && end === undefined) return text
  const chars = characters(text)
  const [from, to] = bounds(chars.length, start, end)
  return from > to ? undefined : chars.slice(from, to).join('')
}

function count(text: string, args: readonly Value[]): Value {
  const needle = textArgument('count', 1, args[0])
  const searched = part(text, args[1], args[2])
  if (searched === undefined) return 0
  return needle === '' ? textLength(searched) + 1 : searched.split(needle).length - 1
}

function affix(name: 'startswith' | 'endswith'): Method<string> {
  return plain(name, 1, 3, (text, args) => {
    const wanted = args[0]!
    const candidates = wanted instanceof PyTuple ? [...wanted] : [wanted]
    const searched = part(text, args[1], args[2])
    for (const candidate of candidates) {
      const affixText = asText(candidate)
      if (affixText === undefined) {
        throw wanted instanceof PyTuple
          ? typeError(`tuple for ${name} must only contain str, not ${typeName(candidate)}`)
          : typeError(`${name} first arg must be str or a tuple of str, not ${typeName(candidate)}`)
      }
      if (
        searched !== undefined &&
        (name === 'startswith' ? searched.startsWith(affixText) : searched.endsWith(affixText))
      ) {
        return true
      }
    }
    return false
  })
}

/** str.strip(chars) and its halves. */
export function strip(text: string, chars: string | undefined, side: 'both' | 'left' | 'right'): string {
  if (chars === undefined) {
    let out = text
    if (side !== 'right') out = out.replace(LEFT_SPACE, '')
    return side === 'left' ? out : out.replace(RIGHT_SPACE, '')
  }
  const set = new Set(chars)
  const items = characters(text)
  let start = 0
  let end = items.length
  if (side !== 'right') while (start < end && set.has(items[start]!)) start++
  if (side !== 'left') while (end > start && set.has(items[end - 1]!)) end--
  return items.slice(start, end).join('')
}
const LEFT_SPACE = new RegExp(`^[${SPACE}]+`)
const RIGHT_SPACE = new RegExp(`(?<![${SPACE}])[${SPACE}]+$`)

const stripMethod = (name: string, side: 'both' | 'left' | 'right'): Method<string> =>
  plain(name, 0, 1, (text, [chars]) => {
    if (chars === undefined || chars === null) return strip(text, undefined, side)
    const set = asText(chars)
    if (set === undefined) throw typeError(`${name} arg must be None or str`)
    return strip(text, set, side)
  })

const SPACES = new RegExp(`[${SPACE}]+`)
const LAST_SPACES = new RegExp(`[${SPACE}]+(?=[^${SPACE}]*$)`)

/** str.split() */
export function split(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === '') throw valueError('empty separator')
  if (separator !== undefined) {
    const parts = text.split(separator)
    if (limit < 0 || parts.length <= limit + 1) return parts
    return [...parts.slice(0, limit), parts.slice(limit).join(separator)]
  }
  let rest = strip(text, undefined, 'left')
  const parts: string[] = []
  while (rest !== '') {
    const found = limit >= 0 && parts.length >= limit ? null : SPACES.exec(rest)
    if (found === null) {
      parts.push(rest)
      break
    }
    parts.push(rest.slice(0, found.index))
    rest = rest.slice(found.index + found[0].length)
  }
  return parts
}

function splitRight(text: string, separator: string | undefined, limit: number): string[] {
  if (limit < 0) return split(text, separator, -1)
  if (separator === '') throw valueError('empty separator')
  if (separator !== undefined) {
    const parts = text.split(separator)
    if (parts.length <= limit + 1) return parts
    const kept = parts.length - limit
    return [parts.slice(0, kept).join(separator), ...parts.slice(kept)]
  }
  let rest = strip(text, undefined, 'right')
  const parts: string[] = []
  while (rest !== '') {
    const found = parts.length >= limit ? null : LAST_SPACES.exec(rest)
    if (found === null) {
      parts.unshift(rest)
      break
    }
    parts.unshift(rest.slice(found.index + found[0].length))
    rest = rest.slice(0, found.index)
  }
  return parts
}

const splitMethod = (name: string, run: typeof split): Method<string> =>
  withNames(
    name,
    [
      ['sep', null],
      ['maxsplit', -1],
    ],
    (text, sep, limit) => {
      if (sep === null) return run(text, undefined, intArgument(limit!))
      const separator = asText(sep!)
      if (separator === undefined) throw typeError(`must be str or None, not ${typeName(sep!)}`)
      return run(text, separator, intArgument(limit!))
    },
  )

function partition(name: string, last: boolean): Method<string> {
  return plain(name, 1, 1, (text, [value]) => {
    const separator = asText(value!)
    if (separator === undefined) throw typeError(`must be str, not ${typeName(value!)}`)
    if (separator === '') throw valueError('empty separator')
    const at = last ? text.lastIndexOf(separator) : text.indexOf(separator)
    if (at < 0) return last ? tuple('', '', text) : tuple(text, '', '')
    return tuple(text.slice(0, at), separator, text.slice(at + separator.length))
  })
}

/** The length of the text in which every `old` is replaced; never less than it will be. */
const replacedLength = (text: string, old: string, fresh: string): number =>
  old === ''
    ? (text.length + 1) * (fresh.length + 1)
    : text.length + (text.length > 100_000 || fresh.length > 100_000 ? countIn(text, old) : 0) * fresh.length

function countIn(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++
  return count
}

/** str.replace(old, new, count) */
export function replace(text: string, old: string, fresh: string, limit: number): string {
  if (fresh.length > old.length) checkTextLength(replacedLength(text, old, fresh))
  if (limit < 0)
    return old === ''
      ? [...['', ...characters(text)].map((char) => char + fresh)].join('')
      : text.split(old).join(fresh)
  let left = limit
  if (old === '') {
    const chars = ['', ...characters(text)]
    return chars.map((char) => (left-- > 0 ? char + fresh : char)).join('')
  }
  let out = ''
  let from = 0
  while (left-- > 0) {
    const at = text.indexOf(old, from)
    if (at < 0) break
    out += text.slice(from, at) + fresh
    from = at + old.length
  }
  return out + text.slice(from)
}

function join(text: string, value: Value): string {
  const parts: string[] = []
  let index = 0
  let items: Iterable<Value>
  try {
    items = iterate(value)
  } catch {
    throw typeError('can only join an iterable')
  }
  for (const item of items) {
    const piece = asText(item)
    if (piece === undefined) throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`)
    parts.push(piece)
    index++
  }
  return parts.join(text)
}

function justify(name: string, side: 'center' | 'left' | 'right'): Method<string> {
  return plain(name, 1, 2, (text, [width, fill]) => {
    const char = fill === undefined ? ' ' : asText(fill)
    if (char === undefined || characters(char).length !== 1) {
      throw char === undefined
        ? typeError(`The fill character must be a unicode character, not ${typeName(fill!)}`)
        : typeError('The fill character must be exactly one character long')
    }
    return justified(text, intArgument(width!), char, side)
  })
}

/** str.center(), ljust() and rjust(). */
export function justified(text: string, width: number, fill: string, side: 'center' | 'left' | 'right'): string {
  const missing = width - textLength(text)
  if (missing <= 0) return text
  checkTextLength(missing)
  if (side === 'left') return text + fill.repeat(missing)
  if (side === 'right') return fill.repeat(missing) + text
  const left = Math.floor(missing / 2) + (missing & width & 1)
  return fill.repeat(left) + text + fill.repeat(missing - left)
}

function zeroFill(text: string, width: number): string {
  const missing = width - textLength(text)
  if (missing <= 0) return text
  checkTextLength(missing)
  const sign = /^[+-]/.test(text) ? text.charAt(0) : ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}

const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

/** str.splitlines() */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = []
  let from = 0
  for (const found of text.matchAll(LINE_END)) {
    lines.push(text.slice(from, keepEnds ? found.index + found[0].length : found.index))
    from = found.index + found[0].length
  }
  if (from < text.length) lines.push(text.slice(from))
  return lines
}

function expandTabs(text: string, size: number): string {
  let column = 0
  let out = ''
  for (const char of text) {
    if (char === '\t') {
      const gap = size > 0 ? size - (column % size) : 0
      checkTextLength(out.length + gap)
      out += ' '.repeat(gap)
      column += gap
    } else {
      out += char
      column = char === '\n' || char === '\r' ? 0 : column + 1
    }
  }
  return out
}

function translate(text: string, table: Value): string {
  let out = ''
  for (const char of text) {
    const code = char.codePointAt(0)!
    let mapped: Value | undefined
    if (isDict(table)) mapped = dictGet(table, code)
    else if (Array.isArray(table)) mapped = table[code]
    else throw typeError(`'${typeName(table)}' object is not subscriptable`)
    if (mapped === undefined) out += char
    else if (typeof mapped === 'number') out += String.fromCodePoint(mapped)
    else if (mapped !== null) out += toText(mapped)
    checkTextLength(out.length)
  }
  return out
}

function makeTranslation(args: readonly Value[]): Value {
  const table = new PyDict()
  const [first, second, third] = args
  if (args.length === 1) {
    if (!isDict(first!)) throw typeError('if you give only one argument to maketrans it must be a dict')
    for (const [key, value] of first instanceof PyDict ? first.entries() : Object.entries(first)) {
      if (typeof key === 'string') {
        if (textLength(key) !== 1) throw valueError('string keys in translate table must be of length 1')
        table.set(key.codePointAt(0)!, value)
      } else table.set(key, value)
    }
    return table
  }
  const from = characters(textArgument('maketrans', 1, first))
  const to = characters(textArgument('maketrans', 2, second))
  if (from.length !== to.length) throw valueError('the first two maketrans arguments must have equal length')
  for (const [index, char] of from.entries()) table.set(char.codePointAt(0)!, to[index]!.codePointAt(0)!)
  if (third !== undefined) for (const char of textArgument('maketrans', 3, third)) table.set(char.codePointAt(0)!, null)
  return table
}

const noArguments = (name: string, run: (text: string) => Value): [string, Method<string>] => [
  name,
  plain(name, 0, 0, (text) => run(text)),
]

/** The methods of str except `format` and `format_map`, which look attributes up (see access.ts). */
export const STR_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ...[...STR_CHECKS].map(([name, check]) => noArguments(name, check)),
  noArguments('capitalize', capitalize),
  noArguments('casefold', caseFold),
  noArguments('lower', (text) => text.toLowerCase()),
  noArguments('upper', (text) => text.toUpperCase()),
  noArguments('swapcase', swapCase),
  noArguments('title', titleCase),
  ['center', justify('center', 'center')],
  ['ljust', justify('ljust', 'left')],
  ['rjust', justify('rjust', 'right')],
  ['count', plain('count', 1, 3, count)],
  [
    'encode',
    withNames(
      'encode',
      [
        ['encoding', 'utf-8'],
        ['errors', 'strict'],
      ],
      (text, encoding, errors) => PyBytes.encode(text, toText(encoding!), toText(errors!)),
    ),
  ],
  ['endswith', affix('endswith')],
  ['startswith', affix('startswith')],
  ['expandtabs', withNames('expandtabs', [['tabsize', 8]], (text, size) => expandTabs(text, intArgument(size!)))],
  ['find', find('find', false, -1)],
  ['rfind', find('rfind', true, -1)],
  ['index', find('index', false, 'error')],
  ['rindex', find('rindex', true, 'error')],
  ['join', plain('join', 1, 1, (text, [items]) => join(text, items!))],
  ['strip', stripMethod('strip', 'both')],
  ['lstrip', stripMethod('lstrip', 'left')],
  ['rstrip', stripMethod('rstrip', 'right')],
  ['maketrans', plain('maketrans', 1, 3, (_text, args) => makeTranslation(args))],
  ['translate', plain('translate', 1, 1, (text, [table]) => translate(text, table!))],
  ['partition', partition('partition', false)],
  ['rpartition', partition('rpartition', true)],
  [
    'removeprefix',
    plain('removeprefix', 1, 1, (text, [value]) => {
      const prefix = textArgument('removeprefix', 0, value)
      return text.startsWith(prefix) ? text.slice(prefix.length) : text
    }),
  ],
  [
    'removesuffix',
    plain('removesuffix', 1, 1, (text, [value]) => {
      const suffix = textArgument('removesuffix', 0, value)
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
    }),
  ],
  [
    'replace',
    plain('replace', 2, 3, (text, [old, fresh, limit]) =>
      replace(
        text,
        textArgument('replace', 1, old),
        textArgument('replace', 2, fresh),
        limit === undefined ? -1 : intArgument(limit),
      ),
    ),
  ],
  ['split', splitMethod('split', split)],
  ['rsplit', splitMethod('rsplit', splitRight)],
  [
    'splitlines',
    withNames('splitlines', [['keepends', false]], (text, keep) =>
      splitLines(text, keep !== false && keep !== 0 && keep !== null),
    ),
  ],
  ['zfill', plain('zfill', 1, 1, (text, [width]) => zeroFill(text, intArgument(width!)))],
])
