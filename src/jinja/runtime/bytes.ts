import { PyFunction, PyObject, TemplateFault, type Value } from './value.ts'

/** bytes: what `str.encode` gives. Enough to decode, print, index and hash it. */
export class PyBytes extends PyObject {
  readonly typeName = 'bytes'
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    super()
    this.bytes = bytes
  }
  static encode(text: string, encoding: string, errors: string): PyBytes {
    const name = encoding.toLowerCase().replaceAll('_', '-')
    if (name === 'utf-8' || name === 'utf8') return new PyBytes(new TextEncoder().encode(text))
    const limit =
      name === 'ascii' || name === 'us-ascii' ? 0x80 : name === 'latin-1' || name === 'iso-8859-1' ? 0x100 : 0
    if (limit === 0) throw new TemplateFault('LookupError', `unknown encoding: ${encoding}`)
    const codec = limit === 0x80 ? 'ascii' : 'latin-1'
    const out: number[] = []
    for (const [index, char] of Array.from(text).entries()) {
      const code = char.codePointAt(0)!
      if (code < limit) out.push(code)
      else if (errors === 'replace') out.push(0x3f)
      else if (errors !== 'ignore') {
        const hex = code < 0x100 ? `\\x${code.toString(16)}` : `\\u${code.toString(16).padStart(4, '0')}`
        throw new TemplateFault(
          'UnicodeEncodeError',
          `'${codec}' codec can't encode character '${hex}' in position ${index}: ordinal not in range(${limit})`,
        )
      }
    }
    return new PyBytes(Uint8Array.from(out))
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'decode') {
      return new PyFunction('decode', ([encoding]) => {
        const label = typeof encoding === 'string' ? encoding : 'utf-8'
        return new TextDecoder(label, { ignoreBOM: true }).decode(this.bytes)
      })
    }
    if (name === 'hex') {
      return new PyFunction('hex', () => Array.from(this.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''))
    }
    return undefined
  }
  override getItem(key: Value): Value | undefined {
    if (typeof key !== 'number') return undefined
    return this.bytes[key < 0 ? key + this.bytes.length : key]
  }
  override pyLen(): number {
    return this.bytes.length
  }
  override pyIter(): Iterable<Value> {
    return [...this.bytes]
  }
  override pyRepr(): string {
    let quote = "'"
    if (this.bytes.includes(0x27) && !this.bytes.includes(0x22)) quote = '"'
    let out = `b${quote}`
    for (const byte of this.bytes) {
      const char = String.fromCharCode(byte)
      if (char === quote || char === '\\') out += `\\${char}`
      else if (char === '\n') out += '\\n'
      else if (char === '\r') out += '\\r'
      else if (char === '\t') out += '\\t'
      else if (byte < 0x20 || byte > 0x7e) out += `\\x${byte.toString(16).padStart(2, '0')}`
      else out += char
    }
    return out + quote
  }
  override pyEquals(other: Value): boolean {
    return other instanceof PyBytes && other.pyRepr() === this.pyRepr()
  }
  override pyHash(): string {
    return `bytes:${this.pyRepr()}`
  }
}
