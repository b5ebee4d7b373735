import type { DiffDocument, DiffNode, RowExample, RowsDiff } from '../../events/diff-document.ts'
import { visible } from '../ci/plain-text.ts'
import type { Paint } from '../colours.ts'
import {
  amount,
  columnLines,
  commonReasons,
  comparedWith,
  nameList,
  newsOf,
  nodesSummary,
  reasonText,
  relationsSummary,
  rowsHeadline,
  rowsNotes,
  shownValue,
  silentDownstream,
  typesWord,
  typeWord,
  withoutReasons,
} from './words.ts'

/** Lines of one diff of code. */
const MOST_CODE_LINES = 40

const MARKS: Readonly<Record<string, string>> = {
  removed: '-', renamed: '>', modified: '~', added: '+', upstream: '.', unchanged: ' ',
} // biome-ignore format: one list

/** The text form of `quern diff`, without a line break at the end: what it comes to first, then each resource that differs, then what is downstream. */
export function diffText(whole: DiffDocument, paint: Paint): string {
  const common = commonReasons(whole)
  const document = visibleTexts(withoutReasons(whole, common))
  const lines = [
    `Compared with ${comparedWith(document)} (this is target ${document.after.target})`,
    ...nodesSummary(document).map((line) => `  ${line}`),
    ...relationsSummary(whole).map((line) => `  ${line}`),
    ...[...common.values(), ...document.notes].map((note) => `  note: ${visible(note)}`),
  ]
  for (const node of newsOf(document)) lines.push('', ...nodeLines(node, paint))
  const silent = silentDownstream(document)
  if (silent.length > 0) lines.push('', 'Downstream of what changed')
  for (const [type, members] of silent)
    lines.push(`  ${typesWord(type, members.length)}: ${nameList(members.map(({ name }) => name))}`)
  return lines.join('\n')
}

/** The same with control characters as they are written in code, so that no name or value colours the terminal or moves its cursor. */
function visibleTexts<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T
  if (Array.isArray(value)) return value.map(visibleTexts) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visible(key), visibleTexts(item)])) as T
}

function nodeLines(node: DiffNode, paint: Paint): string[] {
  const { change, resource_type: type, name, path, renamed_from: from } = node
  const mark = MARKS[change ?? 'unchanged'] ?? ' '
  const colour =
    change === 'removed'
      ? paint.red
      : change === 'added'
        ? paint.green
        : change === 'modified' || change === 'renamed'
          ? paint.yellow
          : plain
  const word = change === 'upstream' ? 'downstream' : (change ?? 'code not compared')
  const lines = [
    `${colour(`${mark} ${typeWord(type)} ${name}`)}  ${word}${from === null ? '' : ` from ${from}`}  ${path}`,
  ]
  const hasRaw = node.reasons.some((reason) => reason.kind === 'code' && reason.diff !== null)
  for (const reason of node.reasons) {
    if (reason.kind === 'compiled_code' && hasRaw) continue
    const { title, lines: told } = reasonText(reason)
    lines.push(...field(title, told))
    if ((reason.kind === 'code' || reason.kind === 'compiled_code') && reason.diff)
      lines.push(...codeLines(reason.diff, paint))
  }
  if (change === 'upstream') lines.push(...field('because of', [node.because_of.map(shortId).join(', ')]))
  if (node.columns !== null) lines.push(...field('columns', columnLines(node.columns)))
  if (node.rows !== null) lines.push(...rowLines(node.rows))
  return lines
}

const plain = (text: string): string => text
const shortId = (id: string): string => id.split('.').slice(2).join('.') || id

/** A title with its lines behind and below it. */
function field(title: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => `    ${(at === 0 ? title : '').padEnd(14)} ${line}`)
}

function codeLines(diff: string, paint: Paint): string[] {
  const all = diff.split('\n')
  const shown = all
    .slice(0, MOST_CODE_LINES)
    .map((line) => (line.startsWith('+') ? paint.green(line) : line.startsWith('-') ? paint.red(line) : line))
  const more = all.length - shown.length
  return [...shown, ...(more > 0 ? [`... ${amount(more)} more lines`] : [])].map((line) => `        ${line}`)
}

function rowLines(rows: RowsDiff): string[] {
  const lines = field('rows', [rowsHeadline(rows), ...rowsNotes(rows)])
  if (rows.status === 'unknown') return lines
  if (rows.by === 'key') {
    const byColumn = Object.entries(rows.changed_by_column).sort(([, a], [, b]) => b - a)
    lines.push(
      ...field(
        'changed',
        byColumn.map(([name, count]) => `${name} in ${amount(count)}`),
      ),
    )
  }
  lines.push(...field('examples', rows.examples.map(exampleText)))
  return lines
}

function exampleText({ change, key, values, times }: RowExample): string {
  const keyText = Object.entries(key).map(([name, value]) => `${name}=${cellText(value)}`)
  const cells = Object.entries(values).map(([name, value]) =>
    change === 'changed'
      ? `${name}: ${cellText(value.before)} -> ${cellText(value.after)}`
      : `${name}=${cellText(change === 'added' ? value.after : value.before)}`,
  )
  const mark = change === 'added' ? '+' : change === 'removed' ? '-' : '~'
  const often = times === undefined || times === 1 ? [] : [`(${amount(times)} times)`]
  return [mark, ...keyText, ...cells.slice(0, 6), ...(cells.length > 6 ? ['...'] : []), ...often].join('  ')
}

const cellText = (value: string | null | undefined): string =>
  value === null || value === undefined ? 'NULL' : shownValue(value)
