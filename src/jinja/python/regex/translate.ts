import { TemplateFault } from '../../runtime/value.ts'

/** Python's flags by their number. */
export const FLAGS = {
  TEMPLATE: 1,
  IGNORECASE: 2,
  LOCALE: 4,
  MULTILINE: 8,
  DOTALL: 16,
  UNICODE: 32,
  VERBOSE: 64,
  ASCII: 256,
} as const

export interface TranslatedPattern {
  readonly source: string
  readonly flags: string
  /** Python's flags, those in the pattern included. */
  readonly flagNumber: number
  readonly groupCount: number
  /** Name to number. */
  readonly groupNames: ReadonlyMap<string, number>
}

const regexError = (message: string, position: number): TemplateFault =>
  new TemplateFault('error', `${message} at position ${position}`)

const LETTERS: Readonly<Record<string, number>> = {
  i: FLAGS.IGNORECASE,
  L: FLAGS.LOCALE,
  m: FLAGS.MULTILINE,
  s: FLAGS.DOTALL,
  u: FLAGS.UNICODE,
  x: FLAGS.VERBOSE,
  a: FLAGS.ASCII,
}

/**
 * Turns a Python pattern into a JavaScript one (with the `v` flag; group n is named `gn`): `(?P<name>)`, `(?P=name)`, `\A`, `\Z`, inline flags, verbose mode,
 * Unicode `\w \d \s \b`, `$` before a last line break, possessive quantifiers and atomic groups. Throws Python's `re.error`.
 */
export function translate(pattern: string, flagNumber: number): TranslatedPattern {
  return new Translation(pattern, flagNumber).run()
}

const WORD = '\\p{L}\\p{N}_'
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly verbose: boolean
  readonly ascii: boolean
}

class Translation {
  readonly #pattern: string
  #at = 0
  #flagNumber: number
  #groups = 0
  #atomic = 0
  readonly #names = new Map<string, number>()
  /** Case is ignored by writing both cases out, since only a part of the pattern wants it. */
  readonly #spelled: boolean

  constructor(pattern: string, flagNumber: number) {
    this.#pattern = pattern
    this.#flagNumber = flagNumber
    this.#readGlobalFlags()
    if ((this.#flagNumber & FLAGS.ASCII) === 0) this.#flagNumber |= FLAGS.UNICODE
    this.#spelled = /\(\?[aLmsux]*i[aiLmsux]*(?:-[imsx]+)?:|\(\?[aLmsux]*-[msx]*i[imsx]*:/.test(pattern)
  }

  /** `(?i)(?s)` and the like; before and between them only comments may stand, and in verbose mode white space. */
  #readGlobalFlags(): void {
    for (;;) {
      if ((this.#flagNumber & FLAGS.VERBOSE) !== 0) this.#skipVerbose()
      const found = /^\(\?(?:([aiLmsux]+)|#[^)]*)\)/.exec(this.#pattern.slice(this.#at))
      if (found === null) return
      for (const letter of found[1] ?? '') this.#flagNumber |= LETTERS[letter]!
      this.#at += found[0].length
    }
  }

  run(): TranslatedPattern {
    const has = (flag: number): boolean => (this.#flagNumber & flag) !== 0
    const flags: Flags = {
      ignoreCase: has(FLAGS.IGNORECASE),
      multiline: has(FLAGS.MULTILINE),
      dotAll: has(FLAGS.DOTALL),
      verbose: has(FLAGS.VERBOSE),
      ascii: has(FLAGS.ASCII),
    }
    const source = this.#alternatives(flags)
    if (this.#at < this.#pattern.length) throw regexError('unbalanced parenthesis', this.#at)
    return {
      source,
      flags: `dv${flags.ignoreCase && !this.#spelled ? 'i' : ''}`,
      flagNumber: this.#flagNumber,
      groupCount: this.#groups,
      groupNames: this.#names,
    }
  }

  /** Up to the end or a closing parenthesis. */
  #alternatives(flags: Flags): string {
    let out = ''
    while (this.#at < this.#pattern.length) {
      const char = this.#pattern[this.#at]!
      if (char === ')') break
      if (char === '|') {
        out += '|'
        this.#at++
        continue
      }
      const atom = this.#atom(flags)
      out += atom === '' ? '' : this.#quantified(atom, flags)
    }
    return out
  }

  #quantified(atom: string, flags: Flags): string {
    if (flags.verbose) this.#skipVerbose()
    const start = this.#at
    const found = /^(?:[*+?]|\{\d*,?\d*\})/.exec(this.#pattern.slice(this.#at))
    if (found === null || found[0] === '{}' || found[0] === '{,}') return atom
    if (/^(?:\^|\(\?[=!<]|\$)/.test(atom) && !atom.endsWith(')')) {
      // a quantified anchor: JavaScript wants a group around it
      atom = `(?:${atom})`
    } else if (/^\(\?(?:[=!]|<[=!])/.test(atom)) atom = `(?:${atom})`
    this.#at += found[0].length
    let quantifier = found[0]
    if (quantifier.startsWith('{')) {
      const range = /^\{(\d*)(,?)(\d*)\}$/.exec(quantifier)!
      quantifier = range[2] === '' ? `{${range[1]}}` : `{${range[1] || '0'},${range[3]}}`
      if (range[1] !== '' && range[3] !== '' && Number(range[1]) > Number(range[3])) {
        throw regexError('min repeat greater than max repeat', start)
      }
    }
    const next = this.#pattern[this.#at]
    if (next === '?') {
      this.#at++
      return `${atom}${quantifier}?`
    }
    if (next === '+') {
      this.#at++
      return this.#makeAtomic(`${atom}${quantifier}`)
    }
    if (next === '*' || (next === '{' && /^\{\d+,?\d*\}/.test(this.#pattern.slice(this.#at))))
      throw regexError('multiple repeat', this.#at)
    return atom + quantifier
  }

  /** What cannot give back: a lookahead that captures, and the capture again. */
  #makeAtomic(body: string): string {
    const name = `atomic${++this.#atomic}`
    return `(?=(?<${name}>${body}))\\k<${name}>`
  }

  #skipVerbose(): void {
    for (;;) {
      const found = /^(?:[ \t\n\r\f\v]+|#[^\n]*)/.exec(this.#pattern.slice(this.#at))
      if (found === null) return
      this.#at += found[0].length
    }
  }

  #atom(flags: Flags): string {
    if (flags.verbose) {
      const before = this.#at
      this.#skipVerbose()
      if (this.#at > before) return ''
    }
    const start = this.#at
    const char = String.fromCodePoint(this.#pattern.codePointAt(start)!)
    this.#at += char.length
    switch (char) {
      case '.':
        // not [^]: V8 of Node 20 matches it once under the v flag, whatever its quantifier says
        return flags.dotAll ? '[\\s\\S]' : '[^\\n]'
      case '^':
        return flags.multiline ? '(?<![^\\n])' : '(?<![^])'
      case '$':
        return flags.multiline ? '(?=\\n|(?![^]))' : '(?=\\n?(?![^]))'
      case '[':
        return this.#characterClass(flags, start)
      case '(':
        return this.#group(flags, start)
      case '\\':
        return this.#escape(flags, start, false)
      case '*':
      case '+':
      case '?':
        throw regexError('nothing to repeat', start)
      default:
        return this.#letter(char, flags)
    }
  }

  #group(flags: Flags, start: number): string {
    const rest = this.#pattern.slice(this.#at)
    const close = (): void => {
      if (this.#pattern[this.#at] !== ')') throw regexError('missing ), unterminated subpattern', start)
      this.#at++
    }
    const inside = (open: string, inner = flags): string => {
      const body = this.#alternatives(inner)
      close()
      return `${open}${body})`
    }
    if (!rest.startsWith('?')) {
      this.#openGroup()
      return inside(`(?<g${this.#groups}>`)
    }
    const simple = /^\?(?::|=|!|<=|<!)/.exec(rest)
    if (simple !== null) {
      this.#at += simple[0].length
      return inside(`(${simple[0]}`)
    }
    const named = /^\?P<([^>]*)>/.exec(rest)
    if (named !== null) {
      const name = named[1]!
      if (!/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) {
        throw name === ''
          ? regexError('missing group name', start + 4)
          : regexError(`bad character in group name '${name}'`, start + 4)
      }
      if (this.#names.has(name)) {
        throw regexError(
          `redefinition of group name '${name}' as group ${this.#groups + 1}; was group ${this.#names.get(name)}`,
          start + 4,
        )
      }
      this.#openGroup()
      this.#names.set(name, this.#groups)
      this.#at += named[0].length
      return inside(`(?<g${this.#groups}>`)
    }
    const back = /^\?P=([^)]*)\)/.exec(rest)
    if (back !== null) {
      const number = this.#names.get(back[1]!)
      if (number === undefined) throw regexError(`unknown group name '${back[1]}'`, start + 4)
      this.#at += back[0].length
      return this.#reference(number)
    }
    const comment = /^\?#[^)]*\)/.exec(rest)
    if (comment !== null) {
      this.#at += comment[0].length
      return ''
    }
    if (rest.startsWith('?>')) {
      this.#at += 2
      const body = this.#alternatives(flags)
      close()
      return this.#makeAtomic(body)
    }
    const scoped = /^\?([aiLmsux]*)(?:-([imsx]+))?:/.exec(rest)
    if (scoped !== null) {
      this.#at += scoped[0].length
      return inside('(?:', changed(flags, scoped[1]!, scoped[2] ?? ''))
    }
    if (/^\?[aiLmsux]+\)/.test(rest)) throw regexError('global flags not at the start of the expression', start)
    if (rest.startsWith('?P')) throw regexError(`unknown extension ?P${rest[2] ?? ''}`, start + 1)
    throw regexError(`unknown extension ?${rest[1] ?? ''}`, start + 1)
  }

  #openGroup(): void {
    this.#groups++
  }

  /** A back reference; to a group that took no part it must fail, where JavaScript lets it match. */
  #reference(number: number): string {
    return `\\k<g${number}>`
  }

  #escape(flags: Flags, start: number, inClass: boolean): string {
    const char = this.#pattern[this.#at]
    if (char === undefined) throw regexError('bad escape (end of pattern)', start)
    this.#at++
    const shorthand = classShorthand(char, flags.ascii, inClass)
    if (shorthand !== undefined) return shorthand
    if (!inClass) {
      switch (char) {
        case 'A':
          return '(?<![^])'
        case 'Z':
          return '(?![^])'
        case 'b':
          return boundary(flags.ascii, false)
        case 'B':
          return boundary(flags.ascii, true)
      }
      const reference = /^[1-9]\d?/.exec(this.#pattern.slice(this.#at - 1))
      if (reference !== null && !/^[0-3][0-7]{2}/.test(this.#pattern.slice(this.#at - 1))) {
        const number = Number(reference[0])
        if (number > this.#groups) throw regexError(`invalid group reference ${number}`, start + 1)
        this.#at += reference[0].length - 1
        return this.#reference(number)
      }
    } else if (char === 'b') return '\\x08'
    return this.#characterEscape(char, start, flags, inClass)
  }

  #characterEscape(char: string, start: number, flags: Flags, inClass: boolean): string {
    const rest = this.#pattern.slice(this.#at)
    const hex = { x: /^[\da-fA-F]{2}/, u: /^[\da-fA-F]{4}/, U: /^[\da-fA-F]{8}/ }[char]
    if (hex !== undefined) {
      const digits = hex.exec(rest)?.[0]
      if (digits === undefined) throw regexError(`incomplete escape \\${char}`, start)
      this.#at += digits.length
      const code = Number.parseInt(digits, 16)
      if (code > 0x10ffff) throw regexError(`bad escape \\${char}${digits}`, start)
      return inClass ? literal(String.fromCodePoint(code)) : this.#letter(String.fromCodePoint(code), flags)
    }
    const octal = /^[0-7]{1,3}/.exec(char + rest)
    if (octal !== null) {
      this.#at += octal[0].length - 1
      return `\\u{${Number.parseInt(octal[0], 8).toString(16)}}`
    }
    if ('abfnrtv'.includes(char)) return char === 'a' ? '\\x07' : char === 'b' ? '\\x08' : `\\${char}`
    if (/[a-zA-Z0-9]/.test(char)) throw regexError(`bad escape \\${char}`, start)
    return literal(char)
  }

  /** A character outside of classes; in both cases where that has to be spelled out. */
  #letter(char: string, flags: Flags): string {
    if (!this.#spelled || !flags.ignoreCase) return literal(char)
    const cases = new Set(
      [char, char.toLowerCase(), char.toUpperCase()].filter((other) => Array.from(other).length === 1),
    )
    return cases.size === 1 ? literal(char) : `[${[...cases].map(literal).join('')}]`
  }

  #characterClass(flags: Flags, start: number): string {
    let out = '['
    if (this.#pattern[this.#at] === '^') {
      out += '^'
      this.#at++
    }
    const body = this.#at
    while (this.#pattern[this.#at] !== ']' || this.#at === body) {
      const from = this.#at
      const low = this.#member(flags, start)
      const isRange =
        this.#pattern[this.#at] === '-' &&
        this.#pattern[this.#at + 1] !== ']' &&
        this.#pattern[this.#at + 1] !== undefined
      if (!isRange) {
        out += low.source
        if (this.#spelled && flags.ignoreCase && low.char !== undefined) out += bothCases(low.char, low.char)
        continue
      }
      this.#at++
      const high = this.#member(flags, start)
      if (low.char === undefined || high.char === undefined || low.char.codePointAt(0)! > high.char.codePointAt(0)!) {
        throw regexError(`bad character range ${this.#pattern.slice(from, this.#at)}`, from)
      }
      out += `${low.source}-${high.source}`
      if (this.#spelled && flags.ignoreCase) out += bothCases(low.char, high.char)
    }
    this.#at++
    return out === '[' ? '(?!)' : `${out}]`
  }

  /** One member of a class: a character, or a shorthand such as `\d`. */
  #member(flags: Flags, start: number): { readonly source: string; readonly char: string | undefined } {
    const at = this.#at
    const code = this.#pattern.codePointAt(at)
    if (code === undefined) throw regexError('unterminated character set', start)
    const char = String.fromCodePoint(code)
    this.#at += char.length
    if (char !== '\\') return { source: literal(char), char }
    const source = this.#escape(flags, at, true)
    return { source, char: memberCharacter(source) }
  }
}

const CONTROLS: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\t': '\t',
  '\\r': '\r',
  '\\f': '\f',
  '\\v': '\v',
  '\\x07': '\x07',
  '\\x08': '\b',
}

function memberCharacter(source: string): string | undefined {
  const code = /^\\u\{([\da-f]+)\}$/.exec(source)
  if (code !== null) return String.fromCodePoint(Number.parseInt(code[1]!, 16))
  if (Object.hasOwn(CONTROLS, source)) return CONTROLS[source]
  return Array.from(source).length === 1 ? source : undefined
}

/** The other case of the letters of a range. */
function bothCases(low: string, high: string): string {
  let out = ''
  for (const [from, to] of [
    ['a', 'z'],
    ['A', 'Z'],
  ] as const) {
    const first = low > from ? low : from
    const last = high < to ? high : to
    if (first > last || Array.from(first).length > 1) continue
    const swap = (char: string): string => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())
    out += first === last ? swap(first) : `${swap(first)}-${swap(last)}`
  }
  if (low === high && !/^[a-zA-Z]$/.test(low)) {
    for (const other of [low.toLowerCase(), low.toUpperCase()])
      if (other !== low && Array.from(other).length === 1) out += other
  }
  return out
}

/** A character as itself in and outside of classes. */
const literal = (char: string): string =>
  /^[a-zA-Z0-9_]$|[^\0-\x7f]/.test(char) ? char : `\\u{${char.codePointAt(0)!.toString(16)}}`

function changed(flags: Flags, on: string, off: string): Flags {
  const value = (letter: string, current: boolean): boolean =>
    on.includes(letter) ? true : off.includes(letter) ? false : current
  return {
    ignoreCase: value('i', flags.ignoreCase),
    multiline: value('m', flags.multiline),
    dotAll: value('s', flags.dotAll),
    verbose: value('x', flags.verbose),
    ascii: on.includes('a') ? true : on.includes('u') ? false : flags.ascii,
  }
}

function classShorthand(char: string, ascii: boolean, inClass: boolean): string | undefined {
  const sets: Readonly<Record<string, string>> = ascii
    ? { w: 'a-zA-Z0-9_', d: '0-9', s: ' \\t\\n\\r\\f\\v' }
    : { w: WORD, d: '\\p{Nd}', s: SPACE }
  const set = Object.hasOwn(sets, char.toLowerCase()) && 'wdsWDS'.includes(char) ? sets[char.toLowerCase()]! : undefined
  if (set === undefined) return undefined
  const negative = char !== char.toLowerCase()
  return inClass && !negative ? set : `[${negative ? '^' : ''}${set}]`
}

function boundary(ascii: boolean, negative: boolean): string {
  const word = ascii ? '[a-zA-Z0-9_]' : `[${WORD}]`
  const edge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
  return negative ? `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))` : edge
}
