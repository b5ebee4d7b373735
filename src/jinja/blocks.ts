import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import { isSpace, tagStart } from './syntax/lexer.ts'

/** A block at the top level of a file, found by its tags alone. */
export interface Block {
  readonly kind: string
  /** The word after the kind, where there is one. */
  readonly name: string | undefined
  /** From the opening tag to the closing one, with the space that `{%-` and `-%}` take away. */
  readonly span: Span
  readonly bodySpan: Span
  /** The text of the body. */
  readonly text: string
}

interface Tag {
  readonly kind: string
  readonly name: string | undefined
  readonly start: number
  readonly end: number
}

const OPENING = /\{%[-+]?\s*([A-Za-z_]\w*)(?:\s+([A-Za-z_]\w*))?/y
const RAW_END = /\{%[-+]?\s*endraw\s*(?:[-+]?%\})/g
const ENDS: Readonly<Record<string, string>> = { if: 'endif', for: 'endfor' }
const BEGINNINGS: Readonly<Record<string, string>> = { endif: 'if', endfor: 'for' }

/**
 * The blocks of the given kinds, by a scan of the tags: bodies are not parsed, so they may hold anything, but comments, `raw` and strings
 * are respected. `onOther` is told of every other tag between the blocks. The rules and messages are those by which dbt-core 1.11 cuts snapshots, docs and macros out of their files. Throws a
 * QuernError for a block that is not closed, stands inside another or inside `if` and `for`, and for unbalanced `if` and `for`.
 */
export function topLevelBlocks(
  file: SourceFile,
  kinds: readonly string[],
  onOther?: (kind: string, at: Span) => void,
): Block[] {
  const wanted = new Set(kinds)
  const blocks: Block[] = []
  const control: string[] = []
  let current: Tag | undefined
  for (const tag of tags(file)) {
    checkControlFlow(file, control, tag)
    if (wanted.has(tag.kind)) {
      if (control.length > 0) {
        throw problem(
          file,
          tag,
          `Got a block definition inside control flow at ${place(file, tag.start)}. All dbt block definitions must be at the top level`,
        )
      }
      if (current !== undefined) throw nested(file, current, tag)
      current = tag
    } else if (current !== undefined && tag.kind === `end${current.kind}`) {
      blocks.push(blockOf(file, current, tag))
      current = undefined
    } else if (current === undefined) {
      onOther?.(tag.kind, { file, start: tag.start, end: tag.end })
    }
  }
  if (current !== undefined) {
    const { line } = file.position(current.end)
    throw problem(
      file,
      current,
      `Reached EOF without finding a close tag for ${current.kind} (searched from line ${line})`,
    )
  }
  return blocks
}

const blockOf = (file: SourceFile, open: Tag, close: Tag): Block => ({
  kind: open.kind,
  name: open.name,
  span: { file, start: open.start, end: close.end },
  bodySpan: { file, start: open.end, end: close.start },
  text: file.text.slice(open.end, close.start),
})

function checkControlFlow(file: SourceFile, open: string[], tag: Tag): void {
  if (Object.hasOwn(ENDS, tag.kind)) {
    open.push(tag.kind)
  } else if (Object.hasOwn(BEGINNINGS, tag.kind)) {
    const last = open.pop()
    const at = place(file, tag.start)
    if (last === undefined) {
      const expected = BEGINNINGS[tag.kind]
      throw problem(
        file,
        tag,
        `Got an unexpected control flow end tag, got ${tag.kind} but never saw a preceeding ${expected} (@ ${at})`,
      )
    }
    if (ENDS[last] !== tag.kind) {
      throw problem(
        file,
        tag,
        `Got an unexpected control flow end tag, got ${tag.kind} but expected ${ENDS[last]} next (@ ${at})`,
      )
    }
  }
}

const nested = (file: SourceFile, outer: Tag, inner: Tag): QuernError =>
  new QuernError(
    'Compilation',
    'template_block',
    `Got nested tags: ${outer.kind} (started at ${outer.start}) did not have a matching {{% end${outer.kind} %}} before a ` +
      `subsequent ${inner.kind} was found (started at ${inner.start})`,
    {
      at: { file, start: inner.start, end: inner.end },
      notes: [{ text: `the ${outer.kind} begins here`, at: { file, start: outer.start, end: outer.end } }],
    },
  )

const problem = (file: SourceFile, at: { start: number; end: number }, message: string): QuernError =>
  new QuernError('Compilation', 'template_block', message, { at: { file, start: at.start, end: at.end } })

/** Line from 1 and column from 0, as dbt prints them. */
function place(file: SourceFile, offset: number): string {
  const { line, column } = file.position(offset)
  return `${line}:${column - 1}`
}

/** Every statement tag of a text, in order; `raw` blocks count as one tag. */
function* tags(file: SourceFile): Generator<Tag> {
  const { text } = file
  let at = 0
  for (;;) {
    at = text.indexOf('{', at)
    if (at === -1) return
    switch (text[at + 1]) {
      case '#': {
        const end = text.indexOf('#}', at + 2)
        if (end === -1) throw unexpectedEnd(file, '#}', at + 2)
        at = end + 2
        break
      }
      case '{':
        at = closing(file, afterSpace(text, at + 2), '}}', '}}')
        break
      case '%': {
        OPENING.lastIndex = at
        const match = OPENING.exec(text)
        if (match === null) {
          at += 2
          break
        }
        const kind = match[1]!
        const start = tagStart(text, at)
        const close = closing(file, OPENING.lastIndex, '%}', 'tag close ("%}")')
        const end = kind === 'raw' ? endOfRaw(file, at, close) : afterClose(text, close)
        yield { kind, name: match[2], start, end }
        at = end
        break
      }
      default:
        at++
    }
  }
}

/** The offset behind `close`, where quoted texts hide it. */
function closing(file: SourceFile, from: number, close: string, name: string): number {
  const { text } = file
  /** Where dbt has got to, which its message quotes from. */
  let seen = from
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === close[0] && text[at + 1] === close[1]) return at + 2
    if (char !== "'" && char !== '"') continue
    const start = at
    for (at++; at < text.length && text[at] !== char; at++) if (text[at] === '\\') at++
    if (at >= text.length) throw unexpectedEnd(file, 'string', close === '}}' ? seen : start)
    seen = at + 1
  }
  throw unexpectedEnd(file, name, seen)
}

function endOfRaw(file: SourceFile, start: number, from: number): number {
  RAW_END.lastIndex = from
  if (RAW_END.exec(file.text) === null) throw unexpectedEnd(file, '{% raw %}...{% endraw %}', start)
  return afterClose(file.text, RAW_END.lastIndex)
}

const unexpectedEnd = (file: SourceFile, expected: string, from: number): QuernError =>
  problem(
    file,
    { start: from, end: Math.min(from + 2, file.text.length) },
    `unexpected EOF, expected ${expected}, got "${file.text.slice(from)}"`,
  )

/** `-%}` takes the space behind it. */
function afterClose(text: string, end: number): number {
  return text[end - 3] === '-' ? afterSpace(text, end) : end
}

function afterSpace(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}
