import { callNow } from '../../runtime/collection-methods.ts'
import { hasAstral, PyIterator, textLength } from '../../runtime/iterate.ts'
import { asText } from '../../runtime/markup.ts'
import { intArgument } from '../../runtime/str-methods.ts'
import { repr, stringRepr, toText } from '../../runtime/text.ts'
import { typeName } from '../../runtime/type-name.ts'
import {
  hostFunction,
  PyDict,
  PyFunction,
  PyObject,
  PyTuple,
  TemplateFault,
  tuple,
  type Value,
} from '../../runtime/value.ts'
import { type Cost, costOf, limited } from './time-limit.ts'
import { type TranslatedPattern, translate } from './translate.ts'

const fault = (type: string, message: string): TemplateFault => new TemplateFault(type, message)

/** The text argument of a search. */
export function subjectText(value: Value): string {
  const text = asText(value)
  if (text === undefined) throw fault('TypeError', `expected string or bytes-like object, got '${typeName(value)}'`)
  return text
}

const compiled = new Map<string, Pattern>()

/** A pattern, compiled once. */
export function patternOf(source: Value, flags: number): Pattern {
  if (source instanceof Pattern) {
    if (flags !== 0) throw fault('ValueError', 'cannot process flags argument with a compiled pattern')
    return source
  }
  const text = asText(source)
  if (text === undefined) throw fault('TypeError', 'first argument must be string or compiled pattern')
  const key = `${flags}:${text}`
  let pattern = compiled.get(key)
  if (pattern === undefined) {
    pattern = new Pattern(text, translate(text, flags))
    if (compiled.size > 500) compiled.clear()
    compiled.set(key, pattern)
  }
  return pattern
}

/** re.Pattern */
export class Pattern extends PyObject {
  readonly typeName = 're.Pattern'
  readonly source: string
  readonly translated: TranslatedPattern
  readonly #global: RegExp
  readonly #sticky: RegExp
  readonly #cost: Cost
  #full: RegExp | undefined
  constructor(source: string, translated: TranslatedPattern) {
    super()
    this.source = source
    this.translated = translated
    this.#cost = costOf(translated.source)
    this.#global = regExp(translated.source, `${translated.flags}g`, source)
    this.#sticky = regExp(translated.source, `${translated.flags}y`, source)
  }
  /** The first match from an offset on (`search`), just there (`match`), or of all that is left (`fullmatch`). */
  find(text: string, mode: 'search' | 'match' | 'fullmatch', from = 0): Match | null {
    let expression = mode === 'search' ? this.#global : this.#sticky
    if (mode === 'fullmatch') {
      this.#full ??= regExp(`(?:${this.translated.source})(?![^])`, `${this.translated.flags}y`, this.source)
      expression = this.#full
    }
    expression.lastIndex = from
    const found = limited(() => expression.exec(text), text.length - from, this.#cost, this.source)
    return found === null ? null : new Match(this, text, found)
  }
  *all(text: string, from = 0): Generator<Match> {
    this.#global.lastIndex = 0
    const matches = text.matchAll(this.#global)
    for (;;) {
      const next = limited(() => matches.next(), text.length, this.#cost, this.source)
      if (next.done === true) return
      if (next.value.index >= from) yield new Match(this, text, next.value)
    }
  }
  substitute(replacement: Value, text: string, limit: number): [string, number] {
    const expand = replacer(replacement, this)
    let out = ''
    let at = 0
    let count = 0
    for (const match of this.all(text)) {
      if (limit > 0 && count === limit) break
      out += text.slice(at, match.start) + expand(match)
      at = match.start + match.text.length
      count++
    }
    return [out + text.slice(at), count]
  }
  split(text: string, limit: number): Value[] {
    const out: Value[] = []
    let at = 0
    let count = 0
    for (const match of this.all(text)) {
      if (limit > 0 && count === limit) break
      out.push(text.slice(at, match.start))
      for (let n = 1; n <= this.translated.groupCount; n++) out.push(match.group(n))
      at = match.start + match.text.length
      count++
    }
    out.push(text.slice(at))
    return out
  }
  findAll(text: string): Value[] {
    const count = this.translated.groupCount
    return Array.from(this.all(text), (match) => {
      const groups = Array.from({ length: count }, (_, index) => match.group(index + 1) ?? '')
      return count === 0 ? match.text : count === 1 ? groups[0]! : PyTuple.fromItems(groups)
    })
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'pattern':
        return this.source
      case 'flags':
        return this.translated.flagNumber
      case 'groups':
        return this.translated.groupCount
      case 'groupindex':
        return PyDict.from(this.translated.groupNames)
      case 'search':
      case 'match':
      case 'fullmatch':
        return hostFunction(name, ['string', ['pos', 0], ['endpos', null]], (text, pos, end) => {
          const subject = subjectText(text!)
          return this.find(
            end === null ? subject : subject.slice(0, intArgument(end!)),
            name,
            Math.max(0, intArgument(pos!)),
          )
        })
      case 'findall':
        return hostFunction(name, ['string', ['pos', 0]], (text, pos) =>
          this.findAll(subjectText(text!).slice(intArgument(pos!))),
        )
      case 'finditer':
        return hostFunction(
          name,
          ['string', ['pos', 0]],
          (text, pos) => new PyIterator('callable_iterator', this.all(subjectText(text!), intArgument(pos!))),
        )
      case 'split':
        return hostFunction(name, ['string', ['maxsplit', 0]], (text, limit) =>
          this.split(subjectText(text!), intArgument(limit!)),
        )
      case 'sub':
        return hostFunction(
          name,
          ['repl', 'string', ['count', 0]],
          (by, text, limit) => this.substitute(by!, subjectText(text!), intArgument(limit!))[0],
        )
      case 'subn':
        return hostFunction(name, ['repl', 'string', ['count', 0]], (by, text, limit) =>
          tuple(...this.substitute(by!, subjectText(text!), intArgument(limit!))),
        )
    }
    return undefined
  }
  override pyRepr(): string {
    return `re.compile(${stringRepr(this.source)})`
  }
  override pyEquals(other: Value): boolean {
    return (
      other instanceof Pattern &&
      other.source === this.source &&
      other.translated.flagNumber === this.translated.flagNumber
    )
  }
  override pyHash(): string {
    return `re:${this.translated.flagNumber}:${this.source}`
  }
}

function regExp(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    throw fault('error', `the pattern ${stringRepr(pattern)} has a form that is not supported`)
  }
}

/** re.Match */
export class Match extends PyObject {
  readonly typeName = 're.Match'
  readonly #pattern: Pattern
  readonly #subject: string
  readonly #found: RegExpExecArray
  constructor(pattern: Pattern, subject: string, found: RegExpExecArray) {
    super()
    this.#pattern = pattern
    this.#subject = subject
    this.#found = found
  }
  get text(): string {
    return this.#found[0]
  }
  get start(): number {
    return this.#found.index
  }
  /** A group by number; None when it took no part. */
  group(number: number): Value {
    return number === 0 ? this.#found[0] : (this.#found.groups?.[`g${number}`] ?? null)
  }
  /** The number of a group that is named by number or name. Throws Python's IndexError. */
  number(key: Value): number {
    const { groupCount, groupNames } = this.#pattern.translated
    const found =
      typeof key === 'string'
        ? groupNames.get(key)
        : typeof key === 'number'
          ? key
          : typeof key === 'boolean'
            ? Number(key)
            : undefined
    if (found === undefined || found < 0 || found > groupCount) throw fault('IndexError', 'no such group')
    return found
  }
  #span(number: number): [number, number] {
    const units = number === 0 ? this.#found.indices?.[0] : this.#found.indices?.groups?.[`g${number}`]
    if (units === undefined) return [-1, -1]
    if (!hasAstral(this.#subject)) return [units[0], units[1]]
    return [textLength(this.#subject.slice(0, units[0])), textLength(this.#subject.slice(0, units[1]))]
  }
  #groups(fallback: Value): PyTuple {
    const count = this.#pattern.translated.groupCount
    return PyTuple.fromItems(Array.from({ length: count }, (_, index) => this.group(index + 1) ?? fallback))
  }
  #last(): number | undefined {
    let last: number | undefined
    let end = -1
    for (let n = 1; n <= this.#pattern.translated.groupCount; n++) {
      const span = this.#span(n)
      if (span[0] >= 0 && span[1] > end) {
        last = n
        end = span[1]
      }
    }
    return last
  }
  override getItem(key: Value): Value | undefined {
    return this.group(this.number(key))
  }
  override getAttr(name: string): Value | undefined {
    const at = (index: 0 | 1): PyFunction =>
      hostFunction(name, [['group', 0]], (key) => this.#span(this.number(key!))[index])
    switch (name) {
      case 'group':
        return new PyFunction(name, (keys) => {
          if (keys.length <= 1) return this.group(this.number(keys[0] ?? 0))
          return PyTuple.fromItems(keys.map((key) => this.group(this.number(key))))
        })
      case 'groups':
        return hostFunction(name, [['default', null]], (fallback) => this.#groups(fallback!))
      case 'groupdict':
        return hostFunction(name, [['default', null]], (fallback) =>
          PyDict.from(
            Array.from(
              this.#pattern.translated.groupNames,
              ([key, number]) => [key, this.group(number) ?? fallback!] as const,
            ),
          ),
        )
      case 'start':
        return at(0)
      case 'end':
        return at(1)
      case 'span':
        return hostFunction(name, [['group', 0]], (key) => tuple(...this.#span(this.number(key!))))
      case 'expand':
        return hostFunction(name, ['template'], (template) => replacer(template!, this.#pattern)(this))
      case 'string':
        return this.#subject
      case 're':
        return this.#pattern
      case 'pos':
        return 0
      case 'endpos':
        return textLength(this.#subject)
      case 'lastindex':
        return this.#last() ?? null
      case 'lastgroup': {
        const last = this.#last()
        return [...this.#pattern.translated.groupNames].find(([, number]) => number === last)?.[0] ?? null
      }
    }
    return undefined
  }
  override pyRepr(): string {
    const [start, end] = this.#span(0)
    return `<re.Match object; span=(${start}, ${end}), match=${repr(this.text)}>`
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** What sub() puts in for a match: the result of a function, or a template with `\1`, `\g<name>` and escapes. */
function replacer(replacement: Value, pattern: Pattern): (match: Match) => string {
  const template = asText(replacement)
  if (template === undefined) return (match) => toText(callNow(replacement, [match]))
  if (!template.includes('\\')) return () => template
  const parts: (string | number)[] = []
  let at = 0
  for (const found of template.matchAll(/\\(?:g(<[^>]*>)?|(0[0-7]{0,2}|[1-3][0-7]{2}|[1-9]\d?)|([\s\S]|$))/g)) {
    parts.push(template.slice(at, found.index))
    at = found.index + found[0].length
    parts.push(templatePart(found, pattern))
  }
  parts.push(template.slice(at))
  return (match) => parts.map((part) => (typeof part === 'string' ? part : (match.group(part) ?? ''))).join('')
}

function templatePart(found: RegExpExecArray, pattern: Pattern): string | number {
  const position = ` at position ${found.index}`
  const { groupCount, groupNames } = pattern.translated
  const [whole, named, digits, char] = found
  if (whole.startsWith('\\g')) {
    if (named === undefined) throw fault('error', `missing <${position.replace(/\d+/, String(found.index + 2))}`)
    const name = named.slice(1, -1)
    const number = /^\d+$/.test(name) ? Number(name) : groupNames.get(name)
    if (number === undefined) throw fault('IndexError', `unknown group name ${stringRepr(name)}`)
    if (number > groupCount) throw fault('error', `invalid group reference ${number} at position ${found.index + 3}`)
    return number
  }
  if (digits !== undefined) {
    if (digits.startsWith('0') || digits.length === 3) return String.fromCodePoint(Number.parseInt(digits, 8))
    const number = Number(digits)
    if (number <= groupCount) return number
    throw fault('error', `invalid group reference ${number} at position ${found.index + 1}`)
  }
  if (char === undefined || char === '') throw fault('error', `bad escape (end of pattern)${position}`)
  if (Object.hasOwn(ESCAPES, char)) return ESCAPES[char]!
  if (/[a-zA-Z]/.test(char)) throw fault('error', `bad escape \\${char}${position}`)
  return whole
}
