import { codePointOf } from './unicode-names.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

export type Unescaped = { readonly text: string } | { readonly error: string }

/**
 * The value of a string literal (without its quotes, line breaks normalised): Python's escapes, where an unknown escape keeps its
 * backslash. A broken `\x`, `\u`, `\U` or `\N{...}` gives Python's message.
 */
export function unescapeString(body: string): Unescaped {
  if (!body.includes('\\')) return { text: body }
  let text = ''
  let from = 0
  for (let at = body.indexOf('\\'); at !== -1; at = body.indexOf('\\', from)) {
    text += body.slice(from, at)
    const char = body[at + 1] ?? ''
    from = at + 2
    const simple = SIMPLE[char]
    const hexLength = HEX_LENGTH[char]
    if (simple !== undefined) text += simple
    else if (hexLength !== undefined) {
      const digits = body.slice(from, from + hexLength)
      if (digits.length < hexLength || !/^[0-9a-fA-F]+$/.test(digits)) {
        return { error: `truncated \\${char}${'X'.repeat(hexLength)} escape` }
      }
      const code = Number.parseInt(digits, 16)
      if (code > 0x10ffff) return { error: 'illegal Unicode character' }
      text += String.fromCodePoint(code)
      from += hexLength
    } else if (char >= '0' && char <= '7') {
      const octal = /^[0-7]{1,3}/.exec(body.slice(at + 1, at + 4))![0]
      text += String.fromCharCode(Number.parseInt(octal, 8))
      from = at + 1 + octal.length
    } else if (char === 'N') {
      const name = /^\{([^{}]+)\}/.exec(body.slice(from))
      if (name === null) return { error: 'malformed \\N character escape' }
      const code = codePointOf(name[1] as string)
      if (code === undefined) return { error: 'unknown Unicode character name' }
      text += String.fromCodePoint(code)
      from += name[0].length
    } else {
      text += `\\${char}`
    }
  }
  return { text: text + body.slice(from) }
}
