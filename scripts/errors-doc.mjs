// Writes docs/errors.md: every error code of the sources, with its kind and its message as it stands there.
//
//     node scripts/errors-doc.mjs [--check]
//
// --check writes nothing and ends with exit code 1 when the file is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const CONSTRUCTION = /new QuernError\(\s*'([A-Z]\w+)',\s*'([a-z]\w*)',\s*/g

/** One argument from `start`: up to the comma or bracket that ends it. */
function argument(text, start) {
  const open = []
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    const inside = open.at(-1)
    if (inside === "'" || inside === '"' || inside === '`') {
      if (char === '\\') at++
      else if (char === inside) open.pop()
      else if (inside === '`' && char === '$' && text[at + 1] === '{') open.push(text[++at])
    } else if ('\'"`([{'.includes(char)) open.push(char)
    else if (')]}'.includes(char)) {
      if (open.length === 0) return text.slice(start, at)
      open.pop()
    } else if (char === ',' && open.length === 0) return text.slice(start, at)
  }
  return text.slice(start)
}

/** A message for a reader: the texts of the expression with `…` for what is filled in; undefined when it has none. */
function shown(expression) {
  const source = expression.trim()
  const quote = source[0]
  if (quote === undefined || !'\'"`'.includes(quote)) return undefined
  let text = ''
  let depth = 0
  for (let at = 1; at < source.length; at++) {
    const char = source[at]
    if (depth > 0) {
      if (char === '{') depth++
      if (char === '}') depth--
    } else if (char === '\\') {
      const next = source[++at]
      text += next === 'n' ? ' ' : next
    } else if (quote === '`' && char === '$' && source[at + 1] === '{') {
      text += '…'
      depth = 1
      at++
    } else if (char === quote) return at === source.length - 1 ? text : `${text}…`
    else text += char
  }
  return text
}

const files = ['src', 'adapters']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`))
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .sort()

/** code -> {kinds, messages, files} */
const codes = new Map()
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8')
  for (const match of text.matchAll(CONSTRUCTION)) {
    const [whole, kind, code] = match
    const entry = codes.get(code) ?? { kinds: new Set(), messages: new Set(), files: new Set() }
    codes.set(code, entry)
    entry.kinds.add(kind)
    entry.files.add(file)
    const message = shown(argument(text, match.index + whole.length))
    if (message !== undefined) entry.messages.add(message.replace(/\s+/g, ' ').trim())
  }
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_')
const rows = [...codes]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([code, { kinds, messages, files: places }]) =>
      `| \`${code}\` | ${[...kinds].sort().join(', ')} | ${[...messages].map(cell).join('<br>')} | ${[...places].map((place) => `\`${place}\``).join('<br>')} |`,
  )
const page = `# Errors

Made by \`node scripts/errors-doc.mjs\` from the sources; do not edit.

Each error has a code that stays the same when its words change. \`QuernError.code\` holds it for users of the library; what is printed has no code.
The kind is the word before "Error" in the heading. \`…\` stands for what is filled in; a message that is put together elsewhere is left empty here.
Errors whose code is computed (a few that pass on what a database or a template said) are not in the table.

| code | kind | message | file |
|---|---|---|---|
${rows.join('\n')}
`

const path = join(root, 'docs/errors.md')
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== page) {
    console.error('docs/errors.md is out of date: node scripts/errors-doc.mjs')
    process.exit(1)
  }
} else writeFileSync(path, page)
