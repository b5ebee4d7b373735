import {
  CHOMPING_CLIP,
  CHOMPING_KEEP,
  CHOMPING_STRIP,
  EVENT_SCALAR,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
} from 'js-yaml'
import { type PlainDict, TemplateFault, type Value } from '../runtime/value.ts'
import { type ScalarEvent, scalarText } from './yaml-events.ts'
import { resolvePlain } from './yaml-scalars.ts'

/** The text is not of the usual kind. */
const UNUSUAL = new Error('unusual YAML')

/** Control characters, tabs and other line ends; what is no character. */
const ODD_CHARACTER =
  /[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const KEY = /([A-Za-z_+][\w+./-]*):(?=[ \n]|$)/y
/** Begins what is no plain scalar, or one that needs a second look. */
const INDICATORS = new Set(',[]{}#&*!|>\'"%@`:?')
/** In brackets. A colon or a hash inside would need a second look. */
const FLOW_PLAIN = /[\w.+/$(~][^,[\]{}:#\n]*/y
const ESCAPE = /[nrt"\\/]/
const MAX_DEPTH = 80

/**
 * The value of a text that is written as property files usually are: blocks of `key: value` and `- item`, scalars of all styles, lists and dicts in
 * brackets on one line, comments. Undefined for everything else, mistakes too: anchors, tags, merge keys, keys that are no words or are there twice,
 * tabs ... That is left to js-yaml, which reads all of YAML at several times the cost; a test holds one against the other.
 */
export function readUsualYaml(text: string): Value | undefined {
  if (ODD_CHARACTER.test(text)) return undefined
  try {
    return new UsualYaml(text).document()
  } catch (error) {
    if (error === UNUSUAL || error instanceof TemplateFault) return undefined
    throw error
  }
}

const unusual = (): never => {
  throw UNUSUAL
}

class UsualYaml {
  readonly #text: string
  /** Where the next thing to be read begins: between values the first character of a line that is neither blank nor a comment. */
  #at = 0
  /** Its column; -1 at the end of the text. */
  #indent = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Value {
    this.#toLine(0)
    if (this.#indent === 0 && /---[ ]*\n/y.test(this.#text) && this.#at === 0) this.#toLine(this.#lineEnd(0) + 1)
    if (this.#indent < 0) unusual()
    const value = this.#block()
    return this.#indent < 0 ? value : unusual()
  }

  /** Goes to the next line with content, from the start of a line. */
  #toLine(start: number): void {
    const text = this.#text
    let line = start
    while (line < text.length) {
      let at = line
      while (text.charCodeAt(at) === SPACE) at++
      const code = text.charCodeAt(at)
      if (code !== NEWLINE && code !== HASH && at < text.length) {
        this.#at = at
        this.#indent = at - line
        return
      }
      line = code === HASH ? this.#lineEnd(at) + 1 : at + 1
    }
    this.#at = text.length
    this.#indent = -1
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from)
    return end < 0 ? this.#text.length : end
  }

  /** Goes on to the next line with content, when nothing but blanks and a comment is left of this one. */
  #endLine(): void {
    const text = this.#text
    let at = this.#at
    while (text.charCodeAt(at) === SPACE) at++
    if (text.charCodeAt(at) === HASH && at > this.#at) at = this.#lineEnd(at)
    if (at < text.length && text.charCodeAt(at) !== NEWLINE) unusual()
    this.#toLine(at + 1)
  }

  #isDash(): boolean {
    const { length } = this.#text
    if (this.#text.charCodeAt(this.#at) !== DASH) return false
    const next = this.#text.charCodeAt(this.#at + 1)
    return next === SPACE || next === NEWLINE || this.#at + 1 === length
  }

  /** The block that begins at this line. */
  #block(): Value {
    return this.#isDash() ? this.#sequence(this.#indent) : this.#mapping(this.#indent, this.#key() ?? unusual())
  }

  #sequence(column: number): Value[] {
    if (++this.#depth > MAX_DEPTH) unusual()
    const items: Value[] = []
    while (this.#indent === column && this.#isDash()) {
      this.#at++
      items.push(this.#item(column))
      if (this.#indent > column) unusual()
    }
    this.#depth--
    return items
  }

  /** What follows a dash. */
  #item(column: number): Value {
    const text = this.#text
    const dash = this.#at
    while (text.charCodeAt(this.#at) === SPACE) this.#at++
    const code = text.charCodeAt(this.#at)
    if (this.#at === text.length || code === NEWLINE || code === HASH) {
      this.#endLine()
      return this.#indent > column ? this.#block() : null
    }
    const inner = column + 1 + this.#at - dash
    if (this.#isDash()) {
      this.#indent = inner
      return this.#sequence(inner)
    }
    const key = this.#key()
    if (key === undefined) return this.#scalar(column)
    this.#indent = inner
    return this.#mapping(inner, key)
  }

  /** The key that stands here, with its colon behind it; undefined when there is none of the usual kind. */
  #key(): string | undefined {
    KEY.lastIndex = this.#at
    const found = KEY.exec(this.#text)?.[1]
    if (found === undefined) return undefined
    this.#at = KEY.lastIndex
    return typeof resolvePlain(found) === 'string' && found !== '__proto__' ? found : unusual()
  }

  /** A mapping whose first key has been read. */
  #mapping(column: number, first: string): PlainDict {
    if (++this.#depth > MAX_DEPTH) unusual()
    const dict: PlainDict = {}
    let key: string | undefined = first
    while (key !== undefined) {
      if (Object.hasOwn(dict, key)) unusual()
      dict[key] = this.#valueOf(column)
      if (this.#indent > column) unusual()
      key = this.#indent < column ? undefined : (this.#key() ?? unusual())
    }
    this.#depth--
    return dict
  }

  /** What follows a colon. */
  #valueOf(column: number): Value {
    const text = this.#text
    const colon = this.#at
    while (text.charCodeAt(this.#at) === SPACE) this.#at++
    const code = text.charCodeAt(this.#at)
    if (this.#at < text.length && code !== NEWLINE && code !== HASH) return this.#scalar(column)
    this.#at = colon
    this.#endLine()
    if (this.#indent > column) return this.#block()
    return this.#indent === column && this.#isDash() ? this.#sequence(column) : null
  }

  /** A scalar, or a list or dict in brackets, of a block at this column; then on to the next line. */
  #scalar(column: number): Value {
    switch (this.#text.charCodeAt(this.#at)) {
      case DOUBLE_QUOTE:
      case SINGLE_QUOTE: {
        const value = this.#quoted(column)
        this.#endLine()
        return value
      }
      case PIPE:
      case GREATER:
        return this.#blockScalar(column)
      case OPEN_BRACKET:
      case OPEN_BRACE: {
        const value = this.#flow()
        this.#endLine()
        return value
      }
      default:
        return this.#plain(column)
    }
  }

  #plain(column: number): Value {
    const text = this.#text
    const start = this.#at
    if (INDICATORS.has(text[start]!) || this.#isDash()) unusual()
    let lineEnd = this.#lineEnd(start)
    const comment = text.slice(start, lineEnd).indexOf(' #')
    let end = this.#plainEnd(start, comment < 0 ? lineEnd : start + comment)
    if (comment >= 0) {
      this.#toLine(lineEnd + 1)
      return resolvePlain(text.slice(start, end))
    }
    const firstEnd = end
    for (;;) {
      let line = lineEnd + 1
      let at = line
      while (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === NEWLINE) {
        if (text.charCodeAt(at) === NEWLINE) line = at + 1
        at++
      }
      if (at >= text.length || at - line <= column || text.charCodeAt(at) === HASH) break
      lineEnd = this.#lineEnd(at)
      if (text.slice(at, lineEnd).includes(' #')) unusual()
      end = this.#plainEnd(at, lineEnd)
    }
    this.#toLine(lineEnd + 1)
    if (end === firstEnd) return resolvePlain(text.slice(start, end))
    return resolvePlain(this.#source(start, end, SCALAR_STYLE_PLAIN))
  }

  /** Where a line of a plain scalar ends, without blanks. A colon in it would make a key of it. */
  #plainEnd(start: number, limit: number): number {
    const text = this.#text
    let end = limit
    while (text.charCodeAt(end - 1) === SPACE) end--
    if (text.charCodeAt(end - 1) === COLON) unusual()
    return text.slice(start, end).includes(': ') ? unusual() : end
  }

  /** A text in quotes; `#at` is moved behind them. On several lines only in a block, at whose column it stands. */
  #quoted(column: number | undefined): string {
    const text = this.#text
    const quote = text.charCodeAt(this.#at)
    const start = this.#at + 1
    let isPlain = true
    let at = start
    for (; ; at++) {
      const code = text.charCodeAt(at)
      if (at >= text.length) unusual()
      if (code === quote) {
        if (quote === DOUBLE_QUOTE || text.charCodeAt(at + 1) !== quote) break
        isPlain = false
        at++
      } else if (code === BACKSLASH && quote === DOUBLE_QUOTE) {
        isPlain = false
        at++
        if (!ESCAPE.test(text[at] ?? '')) unusual()
      } else if (code === NEWLINE) {
        if (column === undefined) unusual()
        isPlain = false
        let line = at + 1
        while (text.charCodeAt(at + 1) === SPACE || text.charCodeAt(at + 1) === NEWLINE) {
          at++
          if (text.charCodeAt(at) === NEWLINE) line = at + 1
        }
        if (at + 1 - line <= column!) unusual()
      }
    }
    this.#at = at + 1
    if (isPlain) return text.slice(start, at)
    return this.#source(start, at, quote === DOUBLE_QUOTE ? SCALAR_STYLE_DOUBLE_QUOTED : SCALAR_STYLE_SINGLE_QUOTED)
  }

  #blockScalar(column: number): string {
    const text = this.#text
    const style = text.charCodeAt(this.#at) === PIPE ? SCALAR_STYLE_LITERAL_BLOCK : SCALAR_STYLE_FOLDED_BLOCK
    let at = this.#at + 1
    const mark = text[at]
    const chomping = mark === '+' ? CHOMPING_KEEP : mark === '-' ? CHOMPING_STRIP : CHOMPING_CLIP
    if (chomping !== CHOMPING_CLIP) at++
    if (text.charCodeAt(at) !== NEWLINE) unusual()
    const start = at + 1
    let indent = -1
    let blanks = 0
    let line = start
    while (line < text.length) {
      let content = line
      while (text.charCodeAt(content) === SPACE) content++
      if (content === text.length) unusual()
      const width = content - line
      if (text.charCodeAt(content) === NEWLINE) {
        if (indent < 0) blanks = Math.max(blanks, width)
        line = content + 1
        continue
      }
      if (indent < 0 && width > column) indent = width
      if (indent < 0 || width < indent) break
      line = this.#lineEnd(content) + 1
    }
    if (indent < 0 || blanks > indent) unusual()
    this.#toLine(line)
    return this.#source(start, Math.min(line, text.length), style, indent, chomping)
  }

  #source(
    valueStart: number,
    valueEnd: number,
    style: ScalarEvent['style'],
    indent = -1,
    chomping: ScalarEvent['chomping'] = CHOMPING_CLIP,
  ): string {
    const none = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 }
    return scalarText(this.#text, {
      type: EVENT_SCALAR,
      valueStart,
      valueEnd,
      ...none,
      style,
      chomping,
      indent,
      fast: false,
    })
  }

  /** A list or dict in brackets; `#at` is moved behind it. */
  #flow(): Value {
    if (++this.#depth > MAX_DEPTH) unusual()
    const text = this.#text
    const isList = text.charCodeAt(this.#at) === OPEN_BRACKET
    const close = isList ? CLOSE_BRACKET : CLOSE_BRACE
    const items: Value[] = []
    const dict: PlainDict = {}
    this.#at++
    for (;;) {
      this.#skipBlanks()
      if (text.charCodeAt(this.#at) === close) break
      if (isList) items.push(this.#flowValue())
      else {
        const key = this.#key()
        if (key === undefined || Object.hasOwn(dict, key)) return unusual()
        this.#skipBlanks()
        dict[key] = this.#flowValue()
      }
      this.#skipBlanks()
      if (text.charCodeAt(this.#at) === COMMA) this.#at++
      else if (text.charCodeAt(this.#at) !== close) unusual()
    }
    this.#at++
    this.#depth--
    return isList ? items : dict
  }

  #flowValue(): Value {
    const code = this.#text.charCodeAt(this.#at)
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) return this.#quoted(undefined)
    if (code === OPEN_BRACKET || code === OPEN_BRACE) return this.#flow()
    FLOW_PLAIN.lastIndex = this.#at
    const found = FLOW_PLAIN.exec(this.#text)?.[0] ?? unusual()
    this.#at = FLOW_PLAIN.lastIndex
    return resolvePlain(found.trimEnd())
  }

  #skipBlanks(): void {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++
  }
}

const NEWLINE = 0x0a
const SPACE = 0x20
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const SINGLE_QUOTE = 0x27
const COMMA = 0x2c
const DASH = 0x2d
const COLON = 0x3a
const GREATER = 0x3e
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const PIPE = 0x7c
const CLOSE_BRACE = 0x7d
