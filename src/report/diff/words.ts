import {
  type ColumnChange,
  type ColumnsDiff,
  columnsDiffer,
  type DiffDocument,
  type DiffNode,
  type DiffReason,
  type JsonValue,
  type RowsDiff,
  rowsDiffer,
  type ValueChange,
} from '../../events/diff-document.ts'

/*
 * What the text and the Markdown form of `quern diff` say alike: words without markup.
 */

/** Characters of a value in a line. */
const MOST_VALUE = 60

/** `1 200` */
export const amount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ')

/** `1 row`, `2 rows` */
export const counted = (count: number, word: string): string => `${amount(count)} ${word}${count === 1 ? '' : 's'}`

const TYPE_WORDS: Readonly<Record<string, string>> = {
  unit_test: 'unit test',
  semantic_model: 'semantic model',
  saved_query: 'saved query',
}
export const typeWord = (type: string): string => TYPE_WORDS[type] ?? type

const PLURALS: Readonly<Record<string, string>> = { analysis: 'analyses', saved_query: 'saved queries' }
export const typesWord = (type: string, count: number): string =>
  `${amount(count)} ${count === 1 ? typeWord(type) : pluralWord(type)}`
const pluralWord = (type: string): string => PLURALS[type] ?? `${typeWord(type)}s`

export function shownValue(value: JsonValue): string {
  const text = (value === null ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value)).replace(
    /\s+/g,
    ' ',
  )
  if (text === '') return "''"
  const characters = [...text]
  return characters.length > MOST_VALUE ? `${characters.slice(0, MOST_VALUE - 3).join('')}...` : text
}

export const valueChangeText = ({ key, before, after }: ValueChange): string =>
  `${key}: ${shownValue(before)} -> ${shownValue(after)}`

/** How many lines a unified diff adds and takes away. */
export function lineCounts(diff: string): { readonly added: number; readonly removed: number } {
  const lines = diff.split('\n')
  return {
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  }
}

/** What a reason is called, and what it is in a line. */
export function reasonText(reason: DiffReason): { readonly title: string; readonly lines: readonly string[] } {
  switch (reason.kind) {
    case 'code':
      return {
        title: 'code',
        lines: [reason.diff === null ? 'the content of the file changed' : linesText(reason.diff) || 'only line ends'],
      }
    case 'compiled_code':
      return {
        title: 'compiled code',
        lines: [reason.diff === '' ? 'the same as before' : linesText(reason.diff)],
      }
    case 'macros':
      return { title: 'macros', lines: [reason.macros.join(', ')] }
    case 'tests':
      return { title: 'tests', lines: testLines(reason) }
    default: {
      const title = reason.kind === 'relation' ? 'built as' : reason.kind
      return { title, lines: reason.changes.map(valueChangeText) }
    }
  }
}

function linesText(diff: string): string {
  const { added, removed } = lineCounts(diff)
  return [...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`-${removed}`] : [])].join(' ')
}

const testLines = ({ added, removed, modified }: Extract<DiffReason, { kind: 'tests' }>): string[] => [
  ...added.map((name) => `+ ${name}`),
  ...removed.map((name) => `- ${name}`),
  ...modified.map((name) => `~ ${name}`),
]

export function columnChangeText(change: ColumnChange): string {
  switch (change.change) {
    case 'added':
      return `+ ${change.name} ${change.type}`
    case 'removed':
      return `- ${change.name} ${change.type}`
    case 'type':
      return `~ ${change.name} ${change.before} -> ${change.after}`
    case 'case':
      return `~ ${change.before} -> ${change.after}`
  }
}

/** What to say of columns; nothing when they are the same. */
export function columnLines(columns: ColumnsDiff): string[] {
  if (columns.status === 'unknown') return [`unknown: ${columns.reason}`]
  if (!columnsDiffer(columns)) return []
  const from = columns.before_from === 'catalog' ? ['(before: as in the catalog.json of the state)'] : []
  const order = columns.order_changed
    ? [
        `order: ${columns.before.map(({ name }) => name).join(', ')} -> ${columns.after.map(({ name }) => name).join(', ')}`,
      ]
    : []
  return [...columns.changes.map(columnChangeText), ...order, ...from]
}

/** The first line of what became of rows. */
export function rowsHeadline(rows: RowsDiff): string {
  if (rows.status === 'unknown') return `${rows.error ? 'could not be compared' : 'not compared'}: ${rows.reason}`
  const counts = [
    ...(rows.by === 'key' && rows.changed > 0 ? [`${amount(rows.changed)} changed`] : []),
    ...(rows.added > 0 ? [`${amount(rows.added)} added`] : []),
    ...(rows.removed > 0 ? [`${amount(rows.removed)} removed`] : []),
  ]
  const total =
    rows.rows_before === rows.rows_after
      ? counted(rows.rows_after, 'row')
      : `${amount(rows.rows_before)} -> ${counted(rows.rows_after, 'row')}`
  const same = isPartial(rows) ? 'no difference among the rows that were compared' : 'the same'
  return `${counts.length === 0 ? (rowsDiffer(rows) ? 'differ in number' : same) : counts.join(', ')} (${total})`
}

const isPartial = (rows: RowsDiff): boolean =>
  rows.status === 'compared' &&
  rows.by === 'key' &&
  rows.not_identified.before.left_out_rows + rows.not_identified.after.left_out_rows > 0

/** What else is to be known of how rows were compared. */
export function rowsNotes(rows: RowsDiff): string[] {
  if (rows.status === 'unknown') return []
  const notes: string[] = []
  if (rows.by === 'key') {
    notes.push(`by ${rows.key.join(', ')} (${rows.key_from})`)
    for (const side of ['before', 'after'] as const) {
      const left = rows.not_identified[side]
      const why = [
        ...(left.null_rows > 0 ? [`${counted(left.null_rows, 'row')} with null in the key`] : []),
        ...(left.duplicate_keys > 0
          ? [`${counted(left.duplicate_keys, 'key')} in more than one row (${counted(left.duplicate_rows, 'row')})`]
          : []),
      ]
      const ambiguous = left.left_out_rows - left.null_rows - left.duplicate_rows
      if (ambiguous > 0) why.push(`${counted(ambiguous, 'row')} whose key the other side has more than once`)
      if (left.left_out_rows > 0) notes.push(`left out ${side}: ${why.join(', ')}`)
    }
  } else notes.push(`as whole rows, since ${rows.why}`)
  const gone = rows.left_out_columns.filter(({ side }) => side === 'before').map(({ name }) => name)
  const here = rows.left_out_columns.filter(({ side }) => side === 'after').map(({ name }) => name)
  if (gone.length > 0) notes.push(`not compared, only there before: ${gone.join(', ')}`)
  if (here.length > 0) notes.push(`not compared, only there after: ${here.join(', ')}`)
  if (rows.compared_as_text.length > 0) notes.push(`compared as text: ${rows.compared_as_text.join(', ')}`)
  if (rows.float_tolerance !== null) notes.push(`floating point numbers within ${rows.float_tolerance}`)
  return notes
}

/** Names that a line tells. */
const MOST_NAMES = 12

/** Why something is not known of several relations alike, and of which: told once, not at each of them. */
export function commonReasons({ nodes }: DiffDocument): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>()
  for (const { columns, rows, name } of nodes) {
    const reasons = new Set([columns, rows].flatMap((one) => (one?.status === 'unknown' ? [one.reason] : [])))
    for (const reason of reasons) names.set(reason, [...(names.get(reason) ?? []), name])
  }
  const shared = [...names].filter(([, members]) => members.length > 1)
  return new Map(shared.map(([reason, members]) => [reason, `${reason} (${nameList(members)})`]))
}

/** The first names, and how many more there are. */
export function nameList(names: readonly string[], most = MOST_NAMES): string {
  const more = names.length - most
  return more <= 0 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${amount(more)} more`
}

/** A document without what `commonReasons` tells: then nothing is known of those columns and rows. */
export function withoutReasons(document: DiffDocument, told: ReadonlyMap<string, string>): DiffDocument {
  const known = <T extends ColumnsDiff | RowsDiff | null>(one: T): T | null =>
    one?.status === 'unknown' && told.has(one.reason) ? null : one
  const nodes = document.nodes.map((node) => ({ ...node, columns: known(node.columns), rows: known(node.rows) }))
  return { ...document, nodes }
}

/** Whether a resource has something of its own to tell, besides being downstream. */
export const hasNews = ({ change, columns, rows }: DiffNode): boolean =>
  (change !== 'upstream' && change !== 'unchanged' && change !== null) ||
  (columns !== null && (columns.status === 'unknown' || columnsDiffer(columns))) ||
  (rows !== null && (rows.status === 'unknown' || rowsDiffer(rows) || isPartial(rows)))

const ORDER = ['removed', 'renamed', 'modified', 'added', 'upstream', 'unchanged', null]

/** Those with news, what may break others first; tests that their node tells of are left out. */
export function newsOf({ nodes }: DiffDocument): DiffNode[] {
  const told = new Set(
    nodes.flatMap(({ unique_id: id, change, reasons }) =>
      change === 'added' || change === 'removed' || change === 'renamed' || reasons.some(({ kind }) => kind === 'tests')
        ? [id]
        : [],
    ),
  )
  const isTold = ({ attached_node: at, change, renamed_from: from }: DiffNode): boolean =>
    at !== null && (told.has(at) || (change === 'renamed' && from !== null))
  return nodes
    .filter((node) => hasNews(node) && !isTold(node))
    .sort((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change))
}

/** Those downstream without anything of their own to tell, by resource type. */
export function silentDownstream({ nodes }: DiffDocument): [type: string, members: DiffNode[]][] {
  const byType = new Map<string, DiffNode[]>()
  for (const node of nodes) {
    if (node.change !== 'upstream' || hasNews(node)) continue
    byType.set(node.resource_type, [...(byType.get(node.resource_type) ?? []), node])
  }
  return [...byType]
}

/** Lines such as `models: 1 removed, 2 modified; tests: 1 added` and `downstream: 3 models, 1 exposure`. */
export function nodesSummary({ nodes, before }: DiffDocument): string[] {
  if (before.state === null) return ['code was not compared (no --state)']
  const changed = new Map<string, Map<string, number>>()
  const below = new Map<string, number>()
  for (const { change, resource_type: type } of nodes) {
    if (change === 'upstream') below.set(type, (below.get(type) ?? 0) + 1)
    if (change === null || change === 'upstream' || change === 'unchanged') continue
    const counts = changed.get(type) ?? new Map<string, number>()
    changed.set(type, counts.set(change, (counts.get(change) ?? 0) + 1))
  }
  const parts = [...changed].map(([type, counts]) => {
    const words = ORDER.flatMap((change) => {
      const count = change === null ? undefined : counts.get(change)
      return count === undefined ? [] : [`${amount(count)} ${change}`]
    })
    return `${pluralWord(type)}: ${words.join(', ')}`
  })
  const downstream = [...below].map(([type, count]) => typesWord(type, count))
  return [
    parts.length === 0 ? 'no resource differs' : parts.join('; '),
    ...(downstream.length === 0 ? [] : [`downstream: ${downstream.join(', ')}`]),
  ]
}

/** One line each of what was found in the database. */
export function relationsSummary({ nodes, summary }: DiffDocument): string[] {
  const lines: string[] = []
  const { columns, rows } = summary
  const looked = nodes.filter((node) => node.columns?.status === 'compared').length
  if (looked + columns.unknown > 0) {
    const breaking = columns.breaking === 0 ? '' : ` (${amount(columns.breaking)} breaking)`
    const unknown = columns.unknown === 0 ? '' : `; unknown of ${amount(columns.unknown)}`
    lines.push(
      looked === 0
        ? `columns: unknown of ${counted(columns.unknown, 'relation')}`
        : columns.changed === 0
          ? `columns: the same in ${counted(looked, 'relation')}${unknown}`
          : `columns: differ in ${amount(columns.changed)} of ${counted(looked, 'relation')}${breaking}${unknown}`,
    )
  }
  if (rows.compared + rows.unknown > 0) {
    const unknown = rows.unknown === 0 ? '' : `; not compared in ${amount(rows.unknown)}`
    lines.push(
      rows.compared === 0
        ? `rows: not compared in ${counted(rows.unknown, 'relation')}`
        : rows.changed === 0
          ? `rows: the same in ${counted(rows.compared, 'relation')}${unknown}`
          : `rows: differ in ${amount(rows.changed)} of ${counted(rows.compared, 'relation')}${unknown}`,
    )
  }
  return lines
}

/** `the state in prod-artifacts and the relations of target prod` */
export function comparedWith({ before }: DiffDocument): string {
  const { state, target, schema } = before
  const relations =
    target === null && schema === null
      ? []
      : [
          `the relations ${[...(target === null ? [] : [`of target ${target}`]), ...(schema === null ? [] : [`in schema ${schema}`])].join(' ')}`,
        ]
  return [...(state === null ? [] : [`the state in ${state}`]), ...relations].join(' and ')
}
