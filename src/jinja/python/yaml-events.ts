import {
  type EVENT_SCALAR,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  YAMLException,
} from 'js-yaml'

export type YamlEvent = ReturnType<typeof parseEvents>[number]
export type ScalarEvent = Extract<YamlEvent, { readonly type: typeof EVENT_SCALAR }>

/** The events of a text, and the text that their offsets count in: as given, but with some lines indented more. */
export interface YamlEvents {
  readonly events: readonly YamlEvent[]
  readonly text: string
  /** The offset in the text as given that an offset in `text` means. */
  readonly given: (offset: number) => number
}

/** What js-yaml says of a text, at an offset in it. */
export interface YamlRefusal {
  readonly reason: string
  readonly offset: number
}

/** js-yaml's own limit of 100 is below what PyYAML reads (some thousand); what works with values later has a limit of 500. */
const MAX_DEPTH = 480

/**
 * Reads a text as YAML. As PyYAML, and unlike js-yaml, lets lines of `[...]`, `{...}` and quoted texts begin further left than what they are
 * part of: such lines are indented until js-yaml agrees, which changes no value, because blanks in front of them have no meaning.
 */
export function yamlEvents(text: string): YamlEvents | YamlRefusal {
  const lines = text.split('\n')
  const pads = new Map<number, number>()
  const given = (offset: number): number => {
    let before = 0
    let start = 0
    for (const [number, line] of lines.entries()) {
      const pad = pads.get(number) ?? 0
      const end = start + pad + line.length
      if (offset <= end) return offset - before - Math.min(pad, offset - start)
      before += pad
      start = end + 1
    }
    return offset - before
  }
  let shown = text
  for (;;) {
    try {
      return { events: parseEvents(shown, { maxDepth: MAX_DEPTH }), text: shown, given }
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error
      const offset = given(error.mark?.position ?? 0)
      if (error.reason !== 'deficient indentation') return { reason: error.reason, offset }
      const line = text.slice(0, offset).split('\n').length - 1
      if (pads.has(line)) return { reason: error.reason, offset }
      const width = deepest(lines)
      if (pads.size === 0) for (const closing of closingLines(lines)) pads.set(closing, width)
      pads.set(line, width)
      shown = lines.map((one, number) => ' '.repeat(pads.get(number) ?? 0) + one).join('\n')
    }
  }
}

/** The text of a scalar. PyYAML ends a block with a line break only when the text does. */
export function scalarText(text: string, event: ScalarEvent): string {
  const source = getScalarValue(text, event)
  const isBlock = event.style === SCALAR_STYLE_LITERAL_BLOCK || event.style === SCALAR_STYLE_FOLDED_BLOCK
  const isCut = isBlock && event.valueEnd >= text.length && source.endsWith('\n') && !/[\r\n]$/.test(text)
  return isCut ? source.slice(0, -1) : source
}

/** More blanks than any block of these lines is indented by. */
const deepest = (lines: readonly string[]): number =>
  1 + lines.reduce((most, line) => Math.max(most, /^[ \-?]*/.exec(line)?.[0].length ?? 0), 0)

/** Lines that begin with a closing bracket, all at once, so that a long file is not read once for each; never lines of a block of text (`|`). */
function closingLines(lines: readonly string[]): number[] {
  const found: number[] = []
  let block: number | undefined
  for (const [number, line] of lines.entries()) {
    const indent = line.search(/[^ ]/)
    if (indent === -1) continue
    if (block !== undefined && indent > block) continue
    block = /(^|\s)[|>][-+\d]*\s*(#.*)?$/.test(line) ? indent : undefined
    if (/^\s*[\]}]/.test(line)) found.push(number)
  }
  return found
}
