import { executeMacro, type RunServices } from '../../context/run-context.ts'
import type { DiffColumn, KeyedRowsDiff, RowExample, RowsDiff, UnidentifiedRows } from '../../events/diff-document.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { float, type PlainDict, type Value } from '../../jinja/runtime/value.ts'
import type { Relation } from '../../manifest/relation.ts'
import type { OpenSession } from '../database.ts'
import { type ColumnPair, pairColumns } from './compare-columns.ts'
import type { KeyCandidate } from './key-candidates.ts'

/** Characters of a value that examples show. */
const VALUE_WIDTH = 200
/** Columns whose values examples show. */
const MOST_COLUMNS = 100

export interface RowComparison {
  readonly services: RunServices
  readonly session: OpenSession
  readonly before: Relation
  readonly after: Relation
  readonly beforeColumns: readonly DiffColumn[]
  readonly afterColumns: readonly DiffColumn[]
  /** Best first. */
  readonly candidates: readonly KeyCandidate[]
  /** Of floating point numbers; null = exactly. */
  readonly tolerance: number | null
  /** Rows of each kind that are fetched to be shown. */
  readonly examples: number
}

/**
 * Compares the rows of two relations within the database: by the first key that identifies all rows of both, or the best one that was given, else as
 * whole rows. Only counts and the examples are fetched. Rejects with the database's error.
 */
export async function compareRows(comparison: RowComparison): Promise<RowsDiff> {
  const pairs = await withFamilies(comparison)
  const key = await chooseKey(comparison, pairs)
  return typeof key === 'string'
    ? await compareWholeRows(comparison, pairs, key)
    : await compareByKey(comparison, pairs, key)
}

/** A column with how the values of its types are compared. */
interface TypedPair extends ColumnPair {
  readonly beforeFamily: string
  readonly afterFamily: string
  readonly asText: boolean
}

/** The columns of both sides; the macros are asked once for each type. */
async function withFamilies({
  services,
  session,
  beforeColumns,
  afterColumns,
}: RowComparison): Promise<readonly TypedPair[]> {
  const families = new Map<string, string>()
  const texts = new Map<string, boolean>()
  const familyOf = async (type: string): Promise<string> => {
    const family =
      families.get(type) ??
      toText(await executeMacro(services, session, 'quern_diff_type_family', { data_type: type })).trim()
    families.set(type, family)
    return family
  }
  const typed: TypedPair[] = []
  for (const pair of pairColumns(beforeColumns, afterColumns)) {
    const [before, after] = [await familyOf(pair.before.type), await familyOf(pair.after.type)]
    const key = JSON.stringify([before, after])
    const asText =
      texts.get(key) ?? (await executeMacro(services, session, 'quern_diff_as_text', { before, after })) === true
    texts.set(key, asText)
    typed.push({ ...pair, beforeFamily: before, afterFamily: after, asText })
  }
  return typed
}

interface Key {
  readonly pairs: readonly TypedPair[]
  readonly from: string
  readonly before: KeyQuality
  readonly after: KeyQuality
}

interface KeyQuality {
  readonly rows: number
  readonly nullRows: number
  readonly duplicateKeys: number
  readonly duplicateRows: number
}

/** The key, or why there is none. */
async function chooseKey(comparison: RowComparison, pairs: readonly TypedPair[]): Promise<Key | string> {
  let best: Key | undefined
  let missing: KeyCandidate | undefined
  for (const candidate of comparison.candidates) {
    const columns = candidate.columns.map((name) => findPair(name, pairs))
    const known = columns.filter((column) => column !== undefined)
    if (known.length < columns.length) {
      missing ??= candidate
      continue
    }
    const [before, after] = [
      await keyQuality(comparison, comparison.before, known, 'before'),
      await keyQuality(comparison, comparison.after, known, 'after'),
    ]
    const key: Key = { pairs: known, from: candidate.from, before, after }
    best ??= key
    if (candidate.isGiven) return best
    if (identifiesAll(before) && identifiesAll(after)) return key
  }
  if (best !== undefined) return best
  if (missing === undefined)
    return 'no key is known: give --key, a config or meta primary_key, or a unique and a not_null test'
  return `the key of ${missing.from} (${missing.columns.join(', ')}) is not among the columns of both sides`
}

const identifiesAll = ({ nullRows, duplicateKeys }: KeyQuality): boolean => nullRows + duplicateKeys === 0

/** The column that a name means: exactly, else without regard to case. */
export function findPair<P extends ColumnPair>(name: string, pairs: readonly P[]): P | undefined {
  const exact = pairs.find(({ before, after }) => after.name === name || before.name === name)
  if (exact !== undefined) return exact
  const near = pairs.filter(({ after }) => after.name.toLowerCase() === name.toLowerCase())
  return near.length === 1 ? near[0] : undefined
}

async function keyQuality(
  { services, session }: RowComparison,
  relation: Relation,
  keys: readonly TypedPair[],
  side: 'before' | 'after',
): Promise<KeyQuality> {
  const arguments_ = { relation, keys: keys.map(asDict), side }
  const [row] = await rowsOf(services, session, 'get_diff_key_sql', arguments_)
  const [rows, nullRows, duplicateKeys, duplicateRows] = (row ?? []).map(asNumber)
  return {
    rows: rows ?? 0,
    nullRows: nullRows ?? 0,
    duplicateKeys: duplicateKeys ?? 0,
    duplicateRows: duplicateRows ?? 0,
  }
}

async function compareByKey(comparison: RowComparison, pairs: readonly TypedPair[], key: Key): Promise<RowsDiff> {
  const { services, session, before, after, tolerance } = comparison
  const columns = pairs.filter((pair) => !key.pairs.includes(pair))
  const common: PlainDict = {
    before,
    after,
    keys: key.pairs.map(asDict),
    columns: columns.map(asDict),
    has_duplicates: key.before.duplicateKeys + key.after.duplicateKeys > 0,
    tolerance: tolerance === null ? null : float(tolerance),
  }
  const [row] = await rowsOf(services, session, 'get_diff_rows_sql', common)
  const [added = 0, removed = 0, changed = 0, unchanged = 0, ...byColumn] = (row ?? []).map(asNumber)
  const changedColumns = columns.filter((_, at) => (byColumn[at] ?? 0) > 0)
  const examples: RowExample[] = []
  for (const [kind, count] of [
    ['changed', changed],
    ['added', added],
    ['removed', removed],
  ] as const) {
    if (count === 0 || comparison.examples === 0) continue
    const shown = (kind === 'changed' ? changedColumns : columns).slice(0, MOST_COLUMNS)
    const rows = await rowsOf(services, session, 'get_diff_examples_sql', {
      ...common,
      kind,
      columns: shown.map(asDict),
      limit: comparison.examples,
      width: VALUE_WIDTH + 1,
    })
    examples.push(...rows.map((values) => keyedExample(kind, key.pairs, shown, values)))
  }
  return {
    status: 'compared',
    by: 'key',
    key: key.pairs.map((pair) => pair.after.name),
    key_from: key.from,
    rows_before: key.before.rows,
    rows_after: key.after.rows,
    added,
    removed,
    changed,
    unchanged,
    changed_by_column: Object.fromEntries(
      columns.flatMap((pair, at) => ((byColumn[at] ?? 0) > 0 ? [[pair.after.name, byColumn[at] as number]] : [])),
    ),
    not_identified: {
      before: unidentified(key.before, removed + changed + unchanged),
      after: unidentified(key.after, added + changed + unchanged),
    },
    ...aboutColumns(comparison, pairs, columns),
    float_tolerance: tolerance,
    examples,
  } satisfies KeyedRowsDiff
}

const unidentified = (quality: KeyQuality, counted: number): UnidentifiedRows => ({
  null_rows: quality.nullRows,
  duplicate_keys: quality.duplicateKeys,
  duplicate_rows: quality.duplicateRows,
  left_out_rows: quality.rows - counted,
})

async function compareWholeRows(
  comparison: RowComparison,
  pairs: readonly TypedPair[],
  why: string,
): Promise<RowsDiff> {
  const { services, session, before, after } = comparison
  const common: PlainDict = { before, after, columns: pairs.map(asDict) }
  const [row] = await rowsOf(services, session, 'get_diff_whole_rows_sql', common)
  const [rowsBefore = 0, rowsAfter = 0, removed = 0, added = 0] = (row ?? []).map(asNumber)
  const examples: RowExample[] = []
  const shown = pairs.slice(0, MOST_COLUMNS)
  for (const [change, count, side] of [
    ['added', added, 'after'],
    ['removed', removed, 'before'],
  ] as const) {
    if (count === 0 || comparison.examples === 0 || pairs.length === 0) continue
    const rows = await rowsOf(services, session, 'get_diff_whole_row_examples_sql', {
      ...common,
      kind: change,
      most_columns: MOST_COLUMNS,
      limit: comparison.examples,
      width: VALUE_WIDTH + 1,
    })
    for (const [times, ...values] of rows) {
      const cells = shown.map((pair, at) => [pair[side].name, { [side]: shownText(values[at] ?? null) }])
      examples.push({ change, key: {}, values: Object.fromEntries(cells), times: asNumber(times ?? 0) })
    }
  }
  return {
    status: 'compared',
    by: 'whole rows',
    why,
    rows_before: rowsBefore,
    rows_after: rowsAfter,
    added,
    removed,
    ...aboutColumns(comparison, pairs, pairs),
    float_tolerance: null,
    examples,
  }
}

/** What was compared, how, and what was not. */
function aboutColumns(
  { beforeColumns, afterColumns }: RowComparison,
  pairs: readonly TypedPair[],
  compared: readonly TypedPair[],
): Pick<KeyedRowsDiff, 'compared_columns' | 'left_out_columns' | 'compared_as_text'> {
  const known = new Set(pairs.flatMap(({ before, after }) => [before, after]))
  const alone = (columns: readonly DiffColumn[], side: 'before' | 'after') =>
    columns.filter((column) => !known.has(column)).map(({ name }) => ({ name, side }))
  return {
    compared_columns: compared.map(({ after }) => after.name),
    left_out_columns: [...alone(beforeColumns, 'before'), ...alone(afterColumns, 'after')],
    compared_as_text: pairs.filter(({ asText }) => asText).map(({ after }) => after.name),
  }
}

/** Of a changed row only what changed; of others, the values that they have. */
function keyedExample(
  change: RowExample['change'],
  keys: readonly TypedPair[],
  columns: readonly TypedPair[],
  row: readonly Value[],
): RowExample {
  const key = Object.fromEntries(keys.map((pair, at) => [pair.after.name, shownText(row[at] ?? null)]))
  const values: Record<string, { before?: string | null; after?: string | null }> = {}
  for (const [at, pair] of columns.entries()) {
    const [before = null, after = null, differs = 0] = row.slice(keys.length + 3 * at)
    if (change === 'changed' && asNumber(differs) === 0) continue
    values[pair.after.name] = {
      ...(change === 'added' ? {} : { before: shownText(before) }),
      ...(change === 'removed' ? {} : { after: shownText(after) }),
    }
  }
  return { change, key, values }
}

function shownText(value: Value): string | null {
  if (value === null) return null
  const text = toText(value)
  const characters = [...text]
  return characters.length > VALUE_WIDTH ? `${characters.slice(0, VALUE_WIDTH).join('')}...` : text
}

const asDict = ({ before, after, beforeFamily, afterFamily, asText }: TypedPair): PlainDict => ({
  before: before.name,
  after: after.name,
  before_type: before.type,
  after_type: after.type,
  before_family: beforeFamily,
  after_family: afterFamily,
  as_text: asText,
})

const asNumber = (value: Value): number => Number(toText(value))

/** The rows of the statement that a macro writes. */
async function rowsOf(
  services: RunServices,
  session: OpenSession,
  macro: string,
  kwargs: PlainDict,
): Promise<readonly (readonly Value[])[]> {
  const sql = await executeMacro(services, session, macro, kwargs)
  return (await session.executeSql(toText(sql), { autoBegin: false, fetch: true })).rows
}
