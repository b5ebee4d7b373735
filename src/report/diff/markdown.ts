import type { DiffDocument, DiffNode, DiffReason, RowExample, RowsDiff } from '../../events/diff-document.ts'
import { code, fence, folded } from '../ci/markdown-text.ts'
import {
  amount,
  columnLines,
  commonReasons,
  nameList,
  newsOf,
  nodesSummary,
  reasonText,
  relationsSummary,
  rowsHeadline,
  rowsNotes,
  silentDownstream,
  typesWord,
  typeWord,
  withoutReasons,
} from './words.ts'

/** Comments of GitHub hold 65 536 characters; some are left to whoever puts a line around it. */
export const COMMENT_LIMIT = 65_000

/** Characters of one diff of code. */
const MOST_CODE = 6000
const MOST_NAMES = 40
/** Columns of examples in a table. */
const MOST_CELLS = 8

const MARKS: Readonly<Record<string, string>> = {
  removed: '🗑️', renamed: '🏷️', modified: '✏️', added: '🆕', upstream: '⤵️', unchanged: '➖',
} // biome-ignore format: one list

/**
 * The Markdown form of `quern diff` for a comment at a pull request, of at most `limit` characters: what it comes to, a table of all that differs, each
 * of these unfolded by a click, and what is downstream. Details that do not fit are left out from the end, then rows of the table; a note says so.
 */
export function diffMarkdown(whole: DiffDocument, limit = COMMENT_LIMIT): string {
  const common = commonReasons(whole)
  const document = withoutReasons(whole, common)
  const news = newsOf(document)
  const head = headText(whole, common)
  const foot = downstreamText(document)
  const rows = news.map(tableRow)
  const details = news.map(detailsOf)
  let left = limit - head.length - foot.length - 600
  const fitting = (items: readonly string[]): string[] => {
    const kept: string[] = []
    for (const item of items) {
      if (item.length + 2 > left) break
      left -= item.length + 2
      kept.push(item)
    }
    return kept
  }
  const shownRows = fitting(rows)
  const shownDetails = fitting(details.filter((text) => text !== ''))
  const missing = [
    ...(shownRows.length < rows.length
      ? [`${amount(rows.length - shownRows.length)} of ${amount(rows.length)} resources`]
      : []),
    ...(shownDetails.length < details.filter((text) => text !== '').length
      ? [`the details of ${amount(details.filter((text) => text !== '').length - shownDetails.length)}`]
      : []),
  ]
  return [
    head,
    ...(rows.length === 0
      ? []
      : [`| | Resource | What | Columns | Rows |\n|---|---|---|---|---|\n${shownRows.join('\n')}`]),
    ...shownDetails,
    ...(missing.length === 0
      ? []
      : [`*Left out: ${missing.join(' and ')}. A comment holds no more; \`--format json\` has everything.*`]),
    ...(foot === '' ? [] : [foot]),
  ]
    .join('\n\n')
    .concat('\n')
}

function headText(document: DiffDocument, common: ReadonlyMap<string, string>): string {
  const lines = [...nodesSummary(document), ...relationsSummary(document)]
  const { state, target, schema } = document.before
  const facts = [
    `Compared with: ${[
      ...(state === null ? [] : [`state ${code(state)}`]),
      ...(target === null ? [] : [`target ${code(target)}`]),
      ...(schema === null ? [] : [`schema ${code(schema)}`]),
    ].join(', ')}`,
    `this is target ${code(document.after.target)}`,
  ]
  return [
    `### quern diff`,
    lines.map((line) => `- ${line}`).join('\n'),
    `${facts.join('; ')}.`,
    ...[...common.values(), ...document.notes].slice(0, 10).map((note) => `> ${code(note)}`),
  ].join('\n\n')
}

const label = ({ change, resource_type: type, name, renamed_from: from }: DiffNode): string =>
  `${typeWord(type)} ${code(name, 'cell')}${change === 'renamed' && from !== null ? ` (was ${code(from, 'cell')})` : ''}`

function tableRow(node: DiffNode): string {
  const mark = MARKS[node.change ?? 'unchanged'] ?? ''
  return `| ${mark} | ${label(node)} | ${whatText(node)} | ${columnsCell(node)} | ${rowsCell(node)} |`
}

/** What changed, in some words. */
function whatText({ change, reasons, because_of: because }: DiffNode): string {
  if (change === 'upstream') {
    const shown = because.slice(0, 3).map((id) => code(id.split('.').slice(2).join('.'), 'cell'))
    return `downstream of ${shown.join(', ')}${because.length > 3 ? ` and ${because.length - 3} more` : ''}`
  }
  const kinds = reasons.flatMap((reason) => (reason.kind === 'compiled_code' ? [] : [reasonText(reason).title]))
  const word = change ?? 'code not compared'
  return kinds.length === 0 ? word : `${word}: ${kinds.join(', ')}`
}

function columnsCell({ columns }: DiffNode): string {
  if (columns === null) return ''
  if (columns.status === 'unknown') return 'unknown'
  const count = (kind: string): number => columns.changes.filter(({ change }) => change === kind).length
  const parts = [
    ...(count('removed') > 0 ? [`⚠️ ${count('removed')} removed`] : []),
    ...(count('type') > 0 ? [`⚠️ ${count('type')} retyped`] : []),
    ...(count('case') > 0 ? [`⚠️ ${count('case')} recased`] : []),
    ...(count('added') > 0 ? [`${count('added')} added`] : []),
    ...(columns.order_changed ? ['reordered'] : []),
  ]
  return parts.length === 0 ? 'same' : parts.join(', ')
}

const rowsCell = ({ rows }: DiffNode): string =>
  rows === null ? '' : rows.status === 'unknown' ? (rows.error ? '❌ error' : 'not compared') : rowsHeadline(rows)

/** What unfolds; '' when there is no more than the table says. */
function detailsOf(node: DiffNode): string {
  const parts = [
    ...node.reasons.flatMap(reasonParts),
    ...(node.columns === null ? [] : listPart('columns', columnLines(node.columns))),
    ...(node.rows === null ? [] : rowParts(node.rows)),
  ]
  if (parts.length === 0) return ''
  const title = `${MARKS[node.change ?? 'unchanged'] ?? ''} ${typeWord(node.resource_type)} <code>${escapeHtml(node.name)}</code> <sub>${escapeHtml(node.path)}</sub>`
  return folded(title, parts.join('\n\n'))
}

function reasonParts(reason: DiffReason): string[] {
  const { title, lines } = reasonText(reason)
  if (reason.kind !== 'code' && reason.kind !== 'compiled_code') return listPart(title, lines, reason.rule)
  if (!reason.diff) return listPart(title, lines, reason.rule)
  return [`${heading(title, reason.rule)}\n\n${fence(cutLines(reason.diff, MOST_CODE), 'diff')}`]
}

const heading = (title: string, rule: string | null = null): string =>
  `**${title}**${rule === null ? '' : ` (${code(rule)})`}`

const listPart = (title: string, lines: readonly string[], rule: string | null = null): string[] =>
  lines.length === 0 ? [] : [`${heading(title, rule)}\n\n${lines.map((line) => `- ${code(line)}`).join('\n')}`]

function rowParts(rows: RowsDiff): string[] {
  const parts = listPart('rows', [rowsHeadline(rows), ...rowsNotes(rows)])
  if (rows.status === 'unknown') return parts
  if (rows.by === 'key') {
    const byColumn = Object.entries(rows.changed_by_column).sort(([, a], [, b]) => b - a)
    if (byColumn.length > 0) {
      const lines = byColumn.map(([name, count]) => `| ${code(name, 'cell')} | ${amount(count)} |`)
      parts.push(`| Column | Rows changed |\n|---|---:|\n${lines.join('\n')}`)
    }
  }
  if (rows.examples.length > 0) parts.push(examplesTable(rows.examples))
  return parts
}

function examplesTable(examples: readonly RowExample[]): string {
  const lines = examples.map((example) => {
    const key = Object.entries(example.key).map(([name, value]) => code(`${name}=${cell(value)}`, 'cell'))
    const cells = Object.entries(example.values).map(([name, value]) =>
      code(
        example.change === 'changed'
          ? `${name}: ${cell(value.before)} -> ${cell(value.after)}`
          : `${name}=${cell(example.change === 'added' ? value.after : value.before)}`,
        'cell',
      ),
    )
    const more = cells.length > MOST_CELLS ? [`and ${cells.length - MOST_CELLS} more columns`] : []
    const often = example.times === undefined || example.times === 1 ? [] : [`${amount(example.times)} times`]
    return `| ${example.change} | ${key.join(' ')} | ${[...cells.slice(0, MOST_CELLS), ...more, ...often].join(' ')} |`
  })
  return `| Example | Key | Values |\n|---|---|---|\n${lines.join('\n')}`
}

const cell = (value: string | null | undefined): string => (value === null || value === undefined ? 'NULL' : value)

function downstreamText(document: DiffDocument): string {
  const silent = silentDownstream(document)
  if (silent.length === 0) return ''
  const total = silent.map(([type, members]) => typesWord(type, members.length)).join(', ')
  const lists = silent.map(([type, members]) => {
    const names = members.map(({ name }) => code(name))
    return `- ${typesWord(type, members.length)}: ${nameList(names, MOST_NAMES)}`
  })
  return folded(`Downstream of what changed: ${total}`, lists.join('\n'))
}

/** Whole lines of a text, up to a number of characters. */
function cutLines(text: string, most: number): string {
  if (text.length <= most) return text
  const lines = text.split('\n')
  let length = 0
  const kept = lines.filter((line) => (length += line.length + 1) <= most)
  return `${kept.join('\n')}\n... ${amount(lines.length - kept.length)} more lines`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)
