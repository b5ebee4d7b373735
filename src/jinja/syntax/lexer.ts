import nunjucksLexer from 'nunjucks/src/lexer.js'
import type { SourceFile } from '../../errors/source-file.ts'
import { unescapeString } from './string-literal.ts'
import { quoteChar, syntaxError } from './syntax-error.ts'
import type { Token, TokenType } from './token.ts'

/** nunjucks exports only a function that makes one. */
const Tokenizer = nunjucksLexer.lex('').constructor as typeof import('nunjucks/src/lexer.js').Tokenizer

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const DOUBLE_OPERATORS = new Set(['//', '**', '==', '!=', '>=', '<='])
const SINGLE_OPERATORS = new Set('+-/*%~[](){}><=.:|,;')
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y
const INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y
const NAME = /[\p{ID_Continue}\p{N}]+/uy
const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u
const IN_ONE_LINE: ReadonlySet<TokenType> = new Set(['symbol', 'int', 'float', 'operator'])
const RAW_START = /\{%[-+]?\s*raw\s*(-?)%\}/y
const RAW_END = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g

/**
 * Cuts a template into tokens as Jinja2's lexer does: whitespace control is applied here, a closing brace inside open brackets is not
 * the end of the tag, `raw` and comments are one piece each. nunjucks' tokenizer gives the frame (cursor, line and column, code or data);
 * its rules differ from Jinja2's in numbers, strings, brackets and whitespace, so they stand here.
 */
export class Lexer extends Tokenizer {
  readonly file: SourceFile
  /** Offset of the first character of the current line. */
  #lineStart = 0
  #inVariable = false
  readonly #hasCarriageReturn: boolean
  readonly #open: string[] = []
  #queue: Token[] = []

  constructor(file: SourceFile) {
    super(file.text)
    this.file = file
    this.len = withoutLastLineBreak(file.text)
    this.#hasCarriageReturn = file.text.includes('\r')
  }

  /** The next token; after the last one `end`, again and again. Throws a QuernError with Jinja2's message. */
  override nextToken(): Token {
    const queued = this.#queue.shift()
    if (queued !== undefined) return queued
    if (this.index >= this.len) return this.#token('end', this.index, '')
    return this.in_code ? this.#codeToken() : this.#dataToken()
  }

  #dataToken(): Token {
    const start = this.index
    const { str, len } = this
    let at = start
    for (;;) {
      at = str.indexOf('{', at)
      if (at === -1 || at + 1 >= len) return this.#token('data', len, this.#normalise(str.slice(start, len)))
      const next = str.charCodeAt(at + 1)
      if (next === 0x7b || next === 0x25 || next === 0x23) break
      at++
    }
    if (at > start) {
      const data = str.slice(start, at)
      return this.#token('data', at, this.#normalise(str[at + 2] === '-' && at + 2 < len ? trimEnd(data) : data))
    }
    switch (str.charCodeAt(at + 1)) {
      case 0x23:
        return this.#comment()
      case 0x25: {
        RAW_START.lastIndex = at
        const raw = RAW_START.exec(str)
        if (raw === null || RAW_START.lastIndex > len) return this.#begin('block-start')
        return this.#raw(raw[1] === '-' ? this.#afterSpace(RAW_START.lastIndex) : RAW_START.lastIndex)
      }
      default:
        return this.#begin('variable-start')
    }
  }

  #begin(type: TokenType): Token {
    this.in_code = true
    this.#inVariable = type === 'variable-start'
    const sign = this.index + 2 < this.len ? this.str[this.index + 2] : ''
    const end = this.index + (sign === '-' || sign === '+' ? 3 : 2)
    return this.#token(type, end, this.str.slice(this.index, end))
  }

  #comment(): Token {
    const { str, len, index } = this
    const sign = index + 2 < len ? str[index + 2] : ''
    const from = index + (sign === '-' || sign === '+' ? 3 : 2)
    if (from >= len) return this.#token('comment', len, '')
    const close = str.indexOf('#}', from)
    if (close === -1 || close + 2 > len) {
      throw syntaxError(this.file, 'Missing end of comment tag', { start: index, end: from })
    }
    const end = close > from && str[close - 1] === '-' ? this.#afterSpace(close + 2) : close + 2
    return this.#token('comment', end, '')
  }

  #raw(bodyStart: number): Token {
    const start = this.index
    const begin = this.#token('raw', bodyStart, '')
    if (bodyStart >= this.len) return begin
    RAW_END.lastIndex = bodyStart
    const close = RAW_END.exec(this.str)
    if (close === null || RAW_END.lastIndex > this.len) {
      throw syntaxError(this.file, 'Missing end of raw directive', { start, end: bodyStart })
    }
    const end = close[2] === '-' ? this.#afterSpace(RAW_END.lastIndex) : RAW_END.lastIndex
    if (close.index > bodyStart) {
      const body = this.str.slice(bodyStart, close.index)
      this.#queue.push(this.#token('data', close.index, this.#normalise(close[1] === '-' ? trimEnd(body) : body)))
    }
    this.#queue.push(this.#token('raw', end, ''))
    return begin
  }

  #codeToken(): Token {
    const { str, index } = this
    const code = str.charCodeAt(index)
    if (isSpace(code)) {
      const end = this.#afterSpace(index)
      return this.#token('whitespace', end, '')
    }
    if (this.#open.length === 0) {
      const end = this.#tagEnd()
      if (end !== -1) {
        this.in_code = false
        return this.#token(this.#inVariable ? 'variable-end' : 'block-end', end, '')
      }
    }
    if (code >= 0x30 && code <= 0x39) return this.#number()
    if (isNameCode(code)) {
      let end = index + 1
      while (end < this.len && isNameCode(str.charCodeAt(end))) end++
      return end < this.len && str.charCodeAt(end) > 127
        ? this.#unicodeName()
        : this.#token('symbol', end, str.slice(index, end))
    }
    if (code === 0x27 || code === 0x22) return this.#string(str[index]!)
    if (code > 127) return this.#unicodeName()
    return this.#operator()
  }

  /** Where the tag ends when it ends here, else -1. */
  #tagEnd(): number {
    const { str, index, len } = this
    const close = this.#inVariable ? '}}' : '%}'
    const end = (at: number): number => (str.startsWith(close, at) && at + 2 <= len ? at + 2 : -1)
    const first = str[index]
    if (first === '-') {
      const after = end(index + 1)
      return after === -1 ? -1 : this.#afterSpace(after)
    }
    return first === '+' && !this.#inVariable ? end(index + 1) : end(index)
  }

  #number(): Token {
    const { str, index } = this
    if (str[index - 1] !== '.') {
      FLOAT.lastIndex = index
      if (FLOAT.test(str)) return this.#token('float', FLOAT.lastIndex, str.slice(index, FLOAT.lastIndex))
    }
    INTEGER.lastIndex = index
    INTEGER.test(str)
    return this.#token('int', INTEGER.lastIndex, str.slice(index, INTEGER.lastIndex))
  }

  #unicodeName(): Token {
    NAME.lastIndex = this.index
    const name = NAME.exec(this.str)?.[0]
    if (name === undefined) this.#unexpected()
    const end = this.index + name!.length
    if (!IDENTIFIER.test(name!)) {
      throw syntaxError(this.file, 'Invalid character in identifier', { start: this.index, end })
    }
    return this.#token('symbol', end, name!)
  }

  #string(quote: string): Token {
    const { str, index, len } = this
    let at = index + 1
    while (at < len && str[at] !== quote) at += str[at] === '\\' ? 2 : 1
    if (at >= len) this.#unexpected()
    const result = unescapeString(this.#normalise(str.slice(index + 1, at)))
    if ('error' in result) throw syntaxError(this.file, result.error, { start: index, end: at + 1 })
    return this.#token('string', at + 1, result.text)
  }

  #operator(): Token {
    const { str, index } = this
    const pair = str.slice(index, Math.min(index + 2, this.len))
    if (DOUBLE_OPERATORS.has(pair)) return this.#token('operator', index + 2, pair)
    const char = pair[0]!
    if (!SINGLE_OPERATORS.has(char)) this.#unexpected()
    const closer = CLOSERS[char]
    if (closer !== undefined) this.#open.push(closer)
    else if (char === ')' || char === ']' || char === '}') {
      const expected = this.#open.pop()
      if (expected !== char) {
        const tail = expected === undefined ? '' : `, expected '${expected}'`
        throw syntaxError(this.file, `unexpected '${char}'${tail}`, { start: index, end: index + 1 })
      }
    }
    return this.#token('operator', index + 1, char)
  }

  #unexpected(): never {
    const char = String.fromCodePoint(this.str.codePointAt(this.index)!)
    const at = this.#normalise(this.str.slice(0, this.index)).length
    throw syntaxError(this.file, `unexpected char ${quoteChar(char)} at ${at}`, {
      start: this.index,
      end: this.index + char.length,
    })
  }

  #afterSpace(at: number): number {
    while (at < this.len && isSpace(this.str.charCodeAt(at))) at++
    return at
  }

  #normalise(text: string): string {
    return this.#hasCarriageReturn ? text.replace(/\r\n?/g, '\n') : text
  }

  /** Makes the token from the cursor to `end` and moves the cursor there. */
  #token(type: TokenType, end: number, value: string): Token {
    const start = this.index
    const token: Token = { type, value, lineno: this.lineno, colno: start - this.#lineStart, start, end }
    if (!IN_ONE_LINE.has(type)) {
      for (let at = this.str.indexOf('\n', start); at !== -1 && at < end; at = this.str.indexOf('\n', at + 1)) {
        this.lineno++
        this.#lineStart = at + 1
      }
    }
    this.index = end
    return token
  }
}

/** Python's idea of whitespace (`str.isspace`, `\s`), which differs from JavaScript's in a few controls. */
export function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31)
  if (code < 0x85) return false
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}

/** Where the tag at `start` begins for dbt: `{%-` takes the space before it, unless a `-%}` there has taken it already. */
export function tagStart(text: string, start: number): number {
  if (text[start + 2] !== '-') return start
  let at = start
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--
  return text.endsWith('-%}', at) ? start : at
}

/** Where the tag that is closed before `end` ends for dbt: `-%}` takes the space behind it, at the end of the file too. */
export function tagEnd(text: string, end: number): number {
  let at = end
  if (trimEnd(text.slice(Math.max(0, end - 200), end)).endsWith('-%}'))
    while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

const isNameCode = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x30 && code <= 0x39)

/** The length of a text without the one line break at its end. */
function withoutLastLineBreak(text: string): number {
  if (text.endsWith('\r\n')) return text.length - 2
  return text.endsWith('\n') || text.endsWith('\r') ? text.length - 1 : text.length
}
