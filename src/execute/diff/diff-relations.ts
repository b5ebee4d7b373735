import { executeMacro, type RunServices } from '../../context/run-context.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { ColumnsDiff, DiffColumn, RowsDiff } from '../../events/diff-document.ts'
import { toText } from '../../jinja/runtime/text.ts'
import type { ManifestNode } from '../../manifest/node.ts'
import type { Relation } from '../../manifest/relation.ts'
import type { Database } from '../database.ts'
import { compareColumns } from './compare-columns.ts'
import { compareRows } from './compare-rows.ts'
import type { KeyCandidate } from './key-candidates.ts'
import { type KnownColumns, relationColumns } from './relation-columns.ts'

/** A relation as it is on either side. */
export interface RelationPair {
  readonly node: ManifestNode
  readonly before: Relation
  readonly after: Relation
  /** Its columns as the state's catalog.json has them, for when the database does not have the relation. */
  readonly catalog: readonly DiffColumn[] | undefined
  /** Were `before` a view, it would read other relations in this connection than where it was made. */
  readonly viewMisleads: boolean
}

export interface RelationDifference {
  readonly columns: ColumnsDiff
  readonly rows: RowsDiff | null
}

export interface DiffRequest {
  readonly services: RunServices
  readonly database: Database
  readonly pairs: readonly RelationPair[]
  /** Null: columns only. */
  readonly rows: {
    readonly candidates: (node: ManifestNode) => readonly KeyCandidate[]
    readonly tolerance: number | null
    readonly examples: number
  } | null
  /** Called with the columns, before rows are compared; what it throws ends the comparison. */
  readonly onColumns?: (columns: readonly ColumnsDiff[]) => void
  /** Relations whose rows are compared at a time. */
  readonly threads: number
}

/**
 * Compares relations: their columns by one look at the schemas of all, then their rows. What the database refuses for one relation is told there, and with
 * `--fail-fast` ends it; rejects when the database cannot be asked for columns, and when the run is cancelled.
 */
export async function diffRelations(request: DiffRequest): Promise<Map<string, RelationDifference>> {
  const { services, pairs } = request
  const found = new Map<string, RelationDifference>()
  if (pairs.length === 0) return found
  const { readable, known } = await look(request)
  const sides = (pair: RelationPair): SidesOf => sidesOf(pair, readable, known)
  for (const pair of pairs) found.set(pair.node.unique_id, { columns: columnsOf(sides(pair)), rows: null })
  request.onColumns?.([...found.values()].map(({ columns }) => columns))
  if (request.rows === null) return found
  const comparable = pairs.filter((pair) => {
    const side = sides(pair)
    return typeof side === 'object' && side.reason === undefined
  })
  if (comparable.length > 0) tell(services, `Comparing the rows of ${counted(comparable.length)}`)
  let done = 0
  await eachOf(pairs, request.threads, async (pair) => {
    const side = sides(pair)
    const { columns } = found.get(pair.node.unique_id) as RelationDifference
    const rows =
      typeof side === 'string' || side.reason !== undefined
        ? unknownRows(typeof side === 'string' ? side : (side.reason as string))
        : await rowsOfPair(request, pair, side, (seconds) => {
            done++
            tell(
              services,
              `${done} of ${counted(comparable.length)} compared: ${pair.node.name} [in ${seconds.toFixed(2)}s]`,
            )
          })
    found.set(pair.node.unique_id, { columns, rows })
  })
  return found
}

const counted = (count: number): string => `${count} relation${count === 1 ? '' : 's'}`

const tell = ({ invocation }: RunServices, text: string): void =>
  invocation.emit({ kind: 'message', level: 'info', name: 'Note', code: 'Z050', text })

/** The columns of either side; `reason`: why the rows of the state cannot be read although its columns are known. A text: why nothing is known. */
type SidesOf =
  | string
  | {
      readonly before: readonly DiffColumn[]
      readonly after: readonly DiffColumn[]
      readonly from: 'database' | 'catalog'
      readonly reason?: string
    }

function sidesOf(
  { before, after, catalog, viewMisleads }: RelationPair,
  readable: (relation: Relation) => boolean,
  known: KnownColumns,
): SidesOf {
  const now = known.of(after)
  if (now === undefined) return 'the relation does not exist in this target: it was not built here'
  const same = before.render() === after.render()
  const then = same ? undefined : known.of(before)
  if (then !== undefined && viewMisleads && known.isView(before)) {
    const reason =
      'a view of a database that has another name here than where the view was made: it would read other relations'
    return { before: then, after: now, from: 'database', reason }
  }
  if (then !== undefined) return { before: then, after: now, from: 'database' }
  const reason = same
    ? 'what is compared with is the same relation: what was in it before is not there any more'
    : readable(before)
      ? 'the relation does not exist in what is compared with'
      : `this target cannot read the database '${before.database}', where the relations of the state are: name their target with --against-target`
  if (catalog === undefined) return reason
  return { before: catalog, after: now, from: 'catalog', reason }
}

function columnsOf(sides: SidesOf): ColumnsDiff {
  if (typeof sides === 'string') return { status: 'unknown', reason: sides }
  return compareColumns(sides.before, sides.after, sides.from)
}

const unknownRows = (reason: string, error = false): RowsDiff => ({ status: 'unknown', reason, error })

/** Which databases can be read, and what is in the schemas of the relations there. */
async function look({ services, database, pairs }: DiffRequest): Promise<{
  readonly readable: (relation: Relation) => boolean
  readonly known: KnownColumns
}> {
  const session = database.session('diff_columns')
  try {
    const sql = await executeMacro(services, session, 'get_diff_databases_sql', {})
    const { rows } = await session.executeSql(toText(sql), { autoBegin: false, fetch: true })
    const databases = new Set(rows.map(([name]) => toText(name ?? null).toLowerCase()))
    const readable = ({ database: name }: Relation): boolean => name === null || databases.has(name.toLowerCase())
    const relations = pairs.flatMap(({ before, after }) => [before, after]).filter(readable)
    return { readable, known: await relationColumns(services, session, relations) }
  } finally {
    await session.release()
  }
}

async function rowsOfPair(
  { services, database, rows }: DiffRequest,
  { node, before, after }: RelationPair,
  columns: Exclude<SidesOf, string>,
  onDone: (seconds: number) => void,
): Promise<RowsDiff | null> {
  if (rows === null) return null
  const { now, signal, flags } = services.invocation
  const startedAt = now()
  const session = database.session(`diff_${node.name}`, { node })
  try {
    return await compareRows({
      services,
      session,
      before,
      after,
      beforeColumns: columns.before,
      afterColumns: columns.after,
      candidates: rows.candidates(node),
      tolerance: rows.tolerance,
      examples: rows.examples,
    })
  } catch (thrown) {
    if (signal.aborted || flags.failFast || !(thrown instanceof QuernError)) throw thrown
    return unknownRows(dbtText(thrown).trim(), true)
  } finally {
    await session.release()
    if (!signal.aborted) onDone((now() - startedAt) / 1000)
  }
}

/** Works on all items, so many at a time; rejects with the first error, after which no further item is begun. */
async function eachOf<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return
      try {
        await work(item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker))
}
