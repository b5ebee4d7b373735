import { unescapeString } from '../syntax/string-literal.ts'
import { negate, positive } from './arithmetic.ts'
import { PyBytes } from './bytes.ts'
import { int } from './integers.ts'
import { float, PyDict, PySet, PyTuple, TemplateFault, type Value } from './value.ts'

/**
 * Python's `ast.literal_eval`: strings (with prefixes and adjacent ones joined), numbers, tuples, lists, dicts, sets, booleans
 * and None. Throws a SyntaxError or ValueError fault for anything else.
 */
export function literalEval(text: string): Value {
  const reader = new LiteralReader(text.replace(/^[ \t]+/, ''))
  return reader.document()
}

const TOKEN =
  /(?<space>[ \t\f]+|\\\r?\n|#[^\n]*)|(?<newline>\r?\n|\r)|(?<string>[rRuUbB]{0,2}(?:"""[\s\S]*?(?<!\\)(?:\\\\)*"""|'''[\s\S]*?(?<!\\)(?:\\\\)*'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'))|(?<number>0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?=\.?\d)(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?<=[\d.])(?:[eE][-+]?\d(?:_?\d)*)?)|(?<name>[\p{XID_Start}_]\p{XID_Continue}*)|(?<op>[\s\S])/uy

interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'op' | 'end'
  readonly text: string
}

class LiteralReader {
  readonly #tokens: Token[] = []
  #at = 0
  #depth = 0
  constructor(text: string) {
    let depth = 0
    let at = 0
    let ended = false
    while (at < text.length) {
      TOKEN.lastIndex = at
      const found = TOKEN.exec(text)
      if (found === null || found[0] === '') throw malformed('invalid syntax')
      at += found[0].length
      const groups = found.groups!
      if (groups['space'] !== undefined) continue
      if (groups['newline'] !== undefined) {
        if (depth === 0 && this.#tokens.length > 0) ended = true
        continue
      }
      if (ended) throw malformed('invalid syntax')
      const kind = (['string', 'number', 'name', 'op'] as const).find((name) => groups[name] !== undefined)!
      if ('([{'.includes(found[0])) depth++
      if (')]}'.includes(found[0])) depth--
      this.#tokens.push({ kind, text: found[0] })
    }
    this.#tokens.push({ kind: 'end', text: '' })
  }
  document(): Value {
    const value = this.#tuple('end')
    if (this.#peek().kind !== 'end') throw malformed('invalid syntax')
    return value
  }
  #peek(): Token {
    return this.#tokens[this.#at]!
  }
  #isOp(op: string): boolean {
    const token = this.#peek()
    return token.kind === 'op' && token.text === op
  }
  #take(op: string): boolean {
    if (!this.#isOp(op)) return false
    this.#at++
    return true
  }
  #expect(op: string): void {
    if (!this.#take(op)) throw malformed('invalid syntax')
  }
  /** One value, or several with commas between them: a tuple. */
  #tuple(end: string): Value {
    const first = this.#value()
    if (!this.#isOp(',')) return first
    const items = [first]
    while (this.#take(',')) {
      if (this.#peek().kind === 'end' || this.#isOp(end)) break
      items.push(this.#value())
    }
    return PyTuple.fromItems(items)
  }
  #value(): Value {
    if (++this.#depth > 100) throw new TemplateFault('MemoryError', 'too many nested parentheses')
    try {
      const value = this.#operand()
      // a + b is allowed for complex numbers only, which templates do not have
      if (this.#isOp('+') || this.#isOp('-')) throw new TemplateFault('ValueError', 'malformed node or string')
      return value
    } finally {
      this.#depth--
    }
  }
  #operand(): Value {
    if (this.#take('-')) return negate(this.#number())
    if (this.#take('+')) return positive(this.#number())
    const token = this.#peek()
    if (token.kind === 'number') return this.#number()
    if (token.kind === 'string') return this.#strings()
    this.#at++
    if (token.kind === 'name') {
      if (token.text === 'None') return null
      if (token.text === 'True') return true
      if (token.text === 'False') return false
      if (token.text === 'set' && this.#take('(')) {
        this.#expect(')')
        return new PySet()
      }
      throw new TemplateFault('ValueError', 'malformed node or string')
    }
    switch (token.text) {
      case '(': {
        if (this.#take(')')) return new PyTuple()
        const value = this.#tuple(')')
        this.#expect(')')
        return value
      }
      case '[':
        return this.#items(']')
      case '{':
        return this.#braces()
    }
    throw malformed('invalid syntax')
  }
  #number(): Value {
    if (this.#take('-')) return negate(this.#number())
    if (this.#take('+')) return positive(this.#number())
    const token = this.#peek()
    if (token.kind !== 'number') throw new TemplateFault('ValueError', 'malformed node or string')
    this.#at++
    const plain = token.text.replaceAll('_', '')
    if (/^0[xob]/i.test(plain)) return int(BigInt(plain))
    if (/[.eE]/.test(plain)) return float(Number(plain))
    if (/^0\d*[1-9]/.test(plain)) throw malformed('leading zeros in decimal integer literals are not permitted')
    return int(BigInt(plain))
  }
  #items(end: string): Value[] {
    const items: Value[] = []
    while (!this.#take(end)) {
      items.push(this.#value())
      if (!this.#take(',')) {
        this.#expect(end)
        break
      }
    }
    return items
  }
  #braces(): Value {
    if (this.#take('}')) return new PyDict()
    const first = this.#value()
    if (!this.#take(':')) {
      const set = PySet.from([first])
      if (this.#take(',')) for (const item of this.#items('}')) set.add(item)
      else this.#expect('}')
      return set
    }
    const dict = PyDict.from([[first, this.#value()]])
    while (this.#take(',')) {
      if (this.#isOp('}')) break
      const key = this.#value()
      this.#expect(':')
      dict.set(key, this.#value())
    }
    this.#expect('}')
    return dict
  }
  #strings(): Value {
    let text = ''
    let bytes = false
    while (this.#peek().kind === 'string') {
      const literal = this.#peek().text
      this.#at++
      const prefix = /^[a-zA-Z]*/.exec(literal)![0].toLowerCase()
      bytes ||= prefix.includes('b')
      const quoted = literal.slice(prefix.length)
      const size = /^("""|''')/.test(quoted) ? 3 : 1
      const body = quoted.slice(size, -size)
      text += prefix.includes('r') ? body : unescaped(body)
    }
    return bytes ? PyBytes.encode(text, 'latin-1', 'strict') : text
  }
}

const malformed = (message: string): TemplateFault => new TemplateFault('SyntaxError', message)

function unescaped(body: string): string {
  const result = unescapeString(body.replace(/\r\n?/g, '\n'))
  if ('error' in result) throw malformed(`(unicode error) 'unicodeescape' codec can't decode bytes: ${result.error}`)
  return result.text
}
