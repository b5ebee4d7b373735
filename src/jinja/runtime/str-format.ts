import { formatValue } from './format-spec.ts'
import { repr, stringRepr, toText } from './text.ts'
import { TemplateFault, type Value } from './value.ts'

/** How a replacement field finds its value; attributes and items follow the sandbox's rules. */
export interface FieldLookup {
  readonly positional: (index: number) => Value
  readonly named: (name: string) => Value
  readonly attribute: (value: Value, name: string) => Value
  readonly item: (value: Value, key: Value) => Value
}

const valueError = (message: string): TemplateFault => new TemplateFault('ValueError', message)

/** str.format(): `{}`, `{0}`, `{name.attribute[key]!r:>10}`, with fields inside the format spec. */
export function formatTemplate(template: string, lookup: FieldLookup): string {
  return expand(template, lookup, { automatic: undefined, next: 0 }, 2)
}

interface Numbering {
  automatic: boolean | undefined
  next: number
}

function expand(template: string, lookup: FieldLookup, numbering: Numbering, depth: number): string {
  if (depth < 0) throw valueError('Max string recursion exceeded')
  let out = ''
  let at = 0
  while (at < template.length) {
    const char = template[at]!
    if (char === '}') {
      if (template[at + 1] !== '}') throw valueError("Single '}' encountered in format string")
      out += '}'
      at += 2
    } else if (char !== '{') {
      const next = template.slice(at).search(/[{}]/)
      const end = next < 0 ? template.length : at + next
      out += template.slice(at, end)
      at = end
    } else if (template[at + 1] === '{') {
      out += '{'
      at += 2
    } else {
      if (at + 1 >= template.length) throw valueError("Single '{' encountered in format string")
      const end = fieldEnd(template, at)
      out += field(template.slice(at + 1, end), lookup, numbering, depth)
      at = end + 1
    }
  }
  return out
}

function fieldEnd(template: string, start: number): number {
  let open = 0
  for (let i = start; i < template.length; i++) {
    if (template[i] === '[' && open === 1) {
      const close = template.indexOf(']', i)
      if (close >= 0 && !template.slice(start, i).includes(':')) i = close
      continue
    }
    if (template[i] === '{') open++
    else if (template[i] === '}' && --open === 0) return i
  }
  throw valueError("expected '}' before end of string")
}

const FIELD = /^((?:[^[\]!:{}]|\[[^\]]*\])*)(?:!(.?))?(?::([\s\S]*))?$/

function field(text: string, lookup: FieldLookup, numbering: Numbering, depth: number): string {
  const found = FIELD.exec(text)
  if (found === null) {
    throw valueError(text.includes('{') ? "unexpected '{' in field name" : "expected ':' after conversion specifier")
  }
  const [, name, conversion, spec] = found
  const value = converted(resolve(name!, lookup, numbering), conversion)
  return formatValue(value, spec === undefined ? '' : expand(spec, lookup, numbering, depth - 1))
}

function resolve(name: string, lookup: FieldLookup, numbering: Numbering): Value {
  const head = /^[^.[]*/.exec(name)![0]
  let value: Value
  if (head === '' || /^\d+$/.test(head)) {
    const automatic = head === ''
    if (numbering.automatic !== undefined && numbering.automatic !== automatic) {
      throw valueError('cannot switch from manual field specification to automatic field numbering')
    }
    numbering.automatic = automatic
    value = lookup.positional(automatic ? numbering.next++ : Number(head))
  } else value = lookup.named(head)
  const rest = name.slice(head.length)
  const steps = rest.match(/\.[^.[]*|\[[^\]]*\]/g) ?? []
  if (steps.join('') !== rest) throw valueError("Only '.' or '[' may follow ']' in format field specifier")
  for (const step of steps) {
    if (step.startsWith('.')) {
      if (step === '.') throw valueError('Empty attribute in format string')
      value = lookup.attribute(value, step.slice(1))
    } else {
      const key = step.slice(1, -1)
      if (key === '') throw valueError('Empty attribute in format string')
      value = lookup.item(value, /^\d+$/.test(key) ? Number(key) : key)
    }
  }
  return value
}

function converted(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value
    case 's':
      return toText(value)
    case 'r':
      return repr(value)
    case 'a':
      return repr(value).replace(/[^\0-\x7f]/gu, (char) => asciiEscape(char.codePointAt(0)!))
    case '':
      throw valueError('end of string while looking for conversion specifier')
    default:
      throw valueError(`Unknown conversion specifier ${stringRepr(conversion).slice(1, -1)}`)
  }
}

const asciiEscape = (code: number): string => {
  const hex = code.toString(16)
  return code < 0x100
    ? `\\x${hex.padStart(2, '0')}`
    : code < 0x10000
      ? `\\u${hex.padStart(4, '0')}`
      : `\\U${hex.padStart(8, '0')}`
}
