import { escapeHtml, Markup } from './markup.ts'
import { type Method, STR_METHODS } from './str-methods.ts'
import { PyTuple, type Value } from './value.ts'

/** The same methods of Markup: texts among the arguments are escaped, resulting texts are Markup. */
export function markupMethod(name: string): Method<Markup> | undefined {
  const method = STR_METHODS.get(name)
  if (method === undefined) {
    if (name === 'unescape') return (self) => unescapeHtml(self.text)
    if (name === 'striptags')
      return (self) =>
        unescapeHtml(self.text.replace(/<!--[\s\S]*?-->|<[^>]*>/g, ''))
          .split(/\s+/)
          .filter(Boolean)
          .join(' ')
    return undefined
  }
  return (self, args, kwargs) => {
    const escaped = args.map((arg, index) =>
      name === 'join' || (name === 'replace' && index === 1) ? escapedItem(arg) : arg,
    )
    return marked(method(self.text, escaped, kwargs))
  }
}

const escapedItem = (value: Value): Value => {
  if (typeof value === 'string') return escapeHtml(value)
  if (value instanceof Markup) return value.text
  return Array.isArray(value) ? value.map(escapedItem) : value
}

function marked(value: Value): Value {
  if (typeof value === 'string') return new Markup(value)
  if (value instanceof PyTuple) return PyTuple.fromItems(value.map(marked))
  return Array.isArray(value) ? value.map(marked) : value
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\xa0' }

/** html.unescape() for the entities that occur: numeric ones and the basic names. */
export const unescapeHtml = (text: string): string =>
  text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Math.min(Number(decimal), 0x10ffff))
    if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff))
    return Object.hasOwn(NAMED, name) ? NAMED[name]! : whole
  })
