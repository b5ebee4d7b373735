import { binary } from '../runtime/arithmetic.ts'
import type { Filter } from '../runtime/filter.ts'
import { characters, isIterable, iterate, textLength } from '../runtime/iterate.ts'
import { asText, escapeHtml, Markup } from '../runtime/markup.ts'
import { unescapeHtml } from '../runtime/markup-methods.ts'
import { checkTextLength } from '../runtime/size-limits.ts'
import { capitalize } from '../runtime/str-checks.ts'
import { intArgument, justified, replace, splitLines, strip } from '../runtime/str-methods.ts'
import { toText } from '../runtime/text.ts'
import { truthy } from '../runtime/truth.ts'
import { typeName } from '../runtime/type-name.ts'
import { dictEntries, isDict, PyDict, PyTuple, TemplateFault, Undefined, type Value } from '../runtime/value.ts'
import { filter, filterFault, likeText } from './arguments.ts'
import { wrapLine } from './wrap.ts'

/** Escapes a value; what is Markup already stays. */
export const escapeValue = (value: Value): Markup =>
  value instanceof Markup ? value : new Markup(escapeHtml(toText(value)))

const onText =
  (run: (text: string) => string) =>
  (value: Value): Value =>
    likeText(value, run(toText(value)))

const WORD_START = /([-\s({[<]+)/u

function title(text: string): string {
  return text
    .split(WORD_START)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const first = String.fromCodePoint(piece.codePointAt(0)!)
      return first.toUpperCase() + piece.slice(first.length).toLowerCase()
    })
    .join('')
}

function blanks(count: number): string {
  checkTextLength(count)
  return ' '.repeat(Math.max(0, count))
}

function indent(value: Value, width: Value, first: Value, blank: Value): Value {
  const text = asText(value)
  if (text === undefined) {
    if (value instanceof Undefined) throw value.fault()
    throw new TemplateFault('TypeError', `unsupported operand type(s) for +=: '${typeName(value)}' and 'str'`)
  }
  const indention = asText(width) ?? blanks(intArgument(width))
  const lines = splitLines(`${text}\n`, false)
  let out: string
  if (truthy(blank)) out = lines.join(`\n${indention}`)
  else {
    const [head, ...rest] = lines
    out = head!
    if (rest.length > 0) out += `\n${rest.map((line) => (line === '' ? line : indention + line)).join('\n')}`
  }
  return likeText(value, truthy(first) ? indention + out : out)
}

function truncate(value: Value, length: Value, killwords: Value, end: Value, leeway: Value): Value {
  const limit = intArgument(length)
  const suffix = toText(end)
  const slack = leeway === null ? 5 : intArgument(leeway)
  const text = asText(value)
  if (text === undefined) {
    throw new TemplateFault('TypeError', `object of type '${typeName(value)}' has no len()`)
  }
  const endLength = textLength(suffix)
  if (limit < endLength) throw new TemplateFault('AssertionError', `expected length >= ${endLength}, got ${limit}`)
  if (slack < 0) throw new TemplateFault('AssertionError', `expected leeway >= 0, got ${slack}`)
  const chars = characters(text)
  if (chars.length <= limit + slack) return value
  const head = chars.slice(0, limit - endLength).join('')
  if (truthy(killwords)) return likeText(value, head + suffix)
  const space = head.lastIndexOf(' ')
  return likeText(value, (space < 0 ? head : head.slice(0, space)) + suffix)
}

function wordwrap(value: Value, width: Value, breakLong: Value, wrapString: Value, breakHyphens: Value): Value {
  const text = asText(value)
  if (text === undefined)
    throw new TemplateFault('AttributeError', `'${typeName(value)}' object has no attribute 'splitlines'`)
  const newline = wrapString === null ? '\n' : toText(wrapString)
  const size = intArgument(width)
  return splitLines(text, false)
    .map((line) => wrapLine(line, size, truthy(breakLong), truthy(breakHyphens)).join(newline))
    .join(newline)
}

const UNITS = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']

/** `quote` keeps `/`; `quotePlus` writes spaces as `+`. */
function urlQuote(value: Value, forQuery: boolean): string {
  const quoted = encodeURIComponent(toText(value)).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return forQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/')
}

function urlencode(value: Value): Value {
  if (asText(value) !== undefined || !isIterable(value)) return urlQuote(value, false)
  const pairs = isDict(value) ? dictEntries(value) : pairItems(value)
  return Array.from(pairs, ([key, item]) => `${urlQuote(key, true)}=${urlQuote(item, true)}`).join('&')
}

function* pairItems(value: Value): Generator<readonly [Value, Value]> {
  for (const item of iterate(value)) {
    const [key, entry, ...more] = iterate(item)
    if (key === undefined || entry === undefined) {
      throw new TemplateFault(
        'ValueError',
        `not enough values to unpack (expected 2, got ${key === undefined ? 0 : 1})`,
      )
    }
    if (more.length > 0) throw new TemplateFault('ValueError', 'too many values to unpack (expected 2)')
    yield [key, entry]
  }
}

function xmlattr(value: Value, autospace: Value): Value {
  if (!isDict(value)) throw new TemplateFault('AttributeError', `'${typeName(value)}' object has no attribute 'items'`)
  const items: string[] = []
  for (const [key, item] of dictEntries(value)) {
    if (item === null || item instanceof Undefined) continue
    const name = toText(key)
    if (/[\s/>=]/.test(name)) throw new TemplateFault('ValueError', `Invalid character in attribute name: '${name}'`)
    items.push(`${escapeHtml(name)}="${escapeValue(item).text}"`)
  }
  const out = items.join(' ')
  return truthy(autospace) && out !== '' ? ` ${out}` : out
}

/** A text without what a pattern finds, which ends with `end`: behind the last of them nothing is looked for, which would take time without finding. */
function without(text: string, pattern: RegExp, end: string): string {
  const last = text.lastIndexOf(end)
  if (last === -1) return text
  const searched = last + end.length
  return text.slice(0, searched).replace(pattern, '') + text.slice(searched)
}

const stripTags = (text: string): string =>
  unescapeHtml(without(without(text, /<!--[\s\S]*?-->/g, '-->'), /<[^>]*>/g, '>'))
    .split(/\s+/)
    .filter(Boolean)
    .join(' ')

const format: Filter = (_context, value, args, kwargs) => {
  if (args.length > 0 && kwargs.size > 0) {
    throw filterFault("can't handle positional and keyword arguments at the same time")
  }
  const text = asText(value) === undefined ? toText(value) : value
  return binary('%', text, kwargs.size > 0 ? PyDict.from(kwargs) : PyTuple.fromItems(args))
}

/** The filters that make texts of texts. */
export const TEXT_FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['capitalize', filter('do_capitalize', [], onText(capitalize), 's')],
  [
    'center',
    filter('do_center', [['width', 80]], (value, width) =>
      likeText(value, justified(toText(value), intArgument(width!), ' ', 'center')),
    ),
  ],
  ['e', filter('escape', [], escapeValue, 's')],
  ['escape', filter('escape', [], escapeValue, 's')],
  ['forceescape', filter('do_forceescape', [], (value) => new Markup(escapeHtml(toText(value))))],
  ['format', format],
  [
    'indent',
    filter(
      'do_indent',
      [
        ['width', 4],
        ['first', false],
        ['blank', false],
      ],
      (value, ...args) => indent(value, args[0]!, args[1]!, args[2]!),
      's',
    ),
  ],
  [
    'lower',
    filter(
      'do_lower',
      [],
      onText((text) => text.toLowerCase()),
      's',
    ),
  ],
  [
    'replace',
    filter(
      'do_replace',
      ['old', 'new', ['count', null]],
      (value, old, fresh, count) =>
        replace(toText(value), toText(old!), toText(fresh!), count === null ? -1 : intArgument(count!)),
      's',
    ),
  ],
  ['safe', filter('do_mark_safe', [], (value) => new Markup(toText(value)))],
  ['string', filter('soft_str', [], (value) => (value instanceof Markup ? value : toText(value)), 's')],
  ['striptags', filter('do_striptags', [], (value) => stripTags(toText(value)))],
  ['title', filter('do_title', [], (value) => title(toText(value)), 's')],
  [
    'trim',
    filter('do_trim', [['chars', null]], (value, chars) =>
      likeText(value, strip(toText(value), chars === null ? undefined : toText(chars!), 'both')),
    ),
  ],
  [
    'truncate',
    filter(
      'do_truncate',
      [
        ['length', 255],
        ['killwords', false],
        ['end', '...'],
        ['leeway', null],
      ],
      (value, ...args) => truncate(value, args[0]!, args[1]!, args[2]!, args[3]!),
      's',
    ),
  ],
  [
    'upper',
    filter(
      'do_upper',
      [],
      onText((text) => text.toUpperCase()),
      's',
    ),
  ],
  ['urlencode', filter('do_urlencode', [], urlencode)],
  [
    'wordcount',
    filter('do_wordcount', [], (value) => toText(value).match(/[\p{L}\p{N}\p{Pc}\p{M}]+/gu)?.length ?? 0, 's'),
  ],
  [
    'wordwrap',
    filter(
      'do_wordwrap',
      [
        ['width', 79],
        ['break_long_words', true],
        ['wrapstring', null],
        ['break_on_hyphens', true],
      ],
      (value, ...args) => wordwrap(value, args[0]!, args[1]!, args[2]!, args[3]!),
      's',
    ),
  ],
  ['xmlattr', filter('do_xmlattr', [['autospace', true]], (value, autospace) => xmlattr(value, autospace!), 'd')],
])

/** `13000 | filesizeformat` */
export function fileSize(bytes: number, binarySize: boolean): string {
  const base = binarySize ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  for (const [index, unit] of UNITS.entries()) {
    const size = base ** (index + 2)
    if (bytes < size || index === UNITS.length - 1) {
      const name = binarySize ? `${unit.toUpperCase()}iB` : `${unit}B`
      return `${((base * bytes) / size).toFixed(1)} ${name}`
    }
  }
  return ''
}
