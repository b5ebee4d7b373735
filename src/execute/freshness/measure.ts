import { Table } from '../../adapter/table.ts'
import { executeMacro, type RunServices, sourceContext } from '../../context/run-context.ts'
import { AdapterResponse } from '../../context/statement-results.ts'
import { explainUndefined } from '../../context/undefined-name.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { makeDeprecation } from '../../events/warnings.ts'
import { PyDateTime } from '../../jinja/python/datetime/datetime.ts'
import { UTC } from '../../jinja/python/datetime/tzinfo.ts'
import { getItem } from '../../jinja/runtime/access.ts'
import { trueDivide } from '../../jinja/runtime/integers.ts'
import { repr } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
import type { PlainDict, Value } from '../../jinja/runtime/value.ts'
import { Template } from '../../jinja/template.ts'
import type { SourceNode } from '../../manifest/node.ts'
import type { Freshness } from '../../manifest/node-result.ts'
import { relationOfNode } from '../../manifest/relation-class.ts'
import type { OpenSession } from '../database.ts'

/** What a source's question came to. */
export interface Measured extends Freshness {
  readonly adapterResponse: PlainDict
}

/**
 * Asks when a source last got rows: by its `loaded_at_query`, else by the newest `loaded_at_field` among the rows that its filter leaves.
 * No rows at all count as loaded in the year 1 (dbt-adapters 1.24). Throws for a source with neither: no adapter here knows from its
 * database's notes when a table changed.
 */
export async function measureFreshness(
  services: RunServices,
  session: OpenSession,
  source: SourceNode,
): Promise<Measured> {
  await session.clearTransaction()
  const relation = relationOfNode(source, services.relations)
  if (source.loaded_at_query !== null) {
    const query = await render(services, session, source, source.loaded_at_query)
    return await ask(services, session, 'collect_freshness_custom_sql', { source: relation, loaded_at_query: query })
  }
  if (source.loaded_at_field !== null) {
    const { loaded_at_field } = source
    const filter = source.freshness?.filter ?? null
    return await ask(services, session, 'collect_freshness', { source: relation, loaded_at_field, filter })
  }
  throw new QuernError(
    'Runtime',
    'freshness_without_field',
    `Could not compute freshness for source ${source.name}: no 'loaded_at_field' provided and ${services.adapter.type} adapter does not support metadata-based freshness checks.`,
    { hint: 'give the source a loaded_at_field or a loaded_at_query, or take its rule away: freshness: null' },
  )
}

async function render(services: RunServices, session: OpenSession, source: SourceNode, query: string): Promise<string> {
  const { context } = sourceContext(services, session, source)
  try {
    return await Template.parse(new SourceFile('<loaded_at_query>', query)).render(context.forNode)
  } catch (error) {
    throw explainUndefined(error, () => context.names())
  }
}

async function ask(
  services: RunServices,
  session: OpenSession,
  macro: string,
  kwargs: Record<string, Value>,
): Promise<Measured> {
  const answer = await executeMacro(services, session, macro, kwargs)
  if (answer instanceof Table) services.invocation.emit(oldSignature())
  const table = answer instanceof Table ? answer : getItem(answer, 'table')
  const response = answer instanceof Table ? null : getItem(answer, 'response')
  const rows = table instanceof Table ? [...table.rowTuples()].map((row) => [...row]) : []
  const [row] = rows
  if (rows.length !== 1 || row?.length !== 2) throw invalidResult(macro, table, rows)
  const [loaded, snapshotted] = row as [Value, Value]
  const maxLoadedAt = loaded === null ? new PyDateTime(1, 1, 1, MIDNIGHT, UTC) : inUtc(loaded, 'last_modified')
  const snapshottedAt = inUtc(snapshotted, 'snapshotted_at')
  return {
    maxLoadedAt,
    snapshottedAt,
    age: trueDivide(snapshottedAt.utcMicros() - maxLoadedAt.utcMicros(), 1_000_000n),
    adapterResponse: response instanceof AdapterResponse ? response.asDict() : {},
  }
}

const MIDNIGHT = { hour: 0, minute: 0, second: 0, microsecond: 0 }

/** A time without a zone is taken for UTC. Texts, dates and numbers are refused: their order need not be that of time. */
function inUtc(value: Value, field: string): PyDateTime {
  if (value instanceof PyDateTime) {
    const offset = value.utcOffset() ?? 0n
    return PyDateTime.fromWall(value.wallMicros - offset, UTC)
  }
  const type = value === null ? 'null' : (typeName(value).split('.').at(-1) as string)
  throw new QuernError(
    'Database',
    'freshness_not_a_timestamp',
    `Expected a timestamp value when querying field '${field}' of table None but received value of type '${type}' instead`,
    { hint: 'cast it: loaded_at_field: "cast(loaded_at as timestamp)"' },
  )
}

const invalidResult = (macro: string, table: Value, rows: readonly (readonly Value[])[]): QuernError =>
  new QuernError(
    'Compilation',
    'macro_result',
    `Got an invalid result from "${macro}" macro: ${table instanceof Table ? `[${rows.map((row) => `(${row.map(repr).join(', ')})`).join(', ')}]` : repr(table)}`,
    { hint: 'one row of two values is needed: when the newest row came, and the time now' },
  )

const oldSignature = () =>
  makeDeprecation(
    'CollectFreshnessReturnSignature',
    'D012',
    "Deprecated functionality\n\nThe 'collect_freshness' macro signature has changed: it returns the whole result of its query, not only the table of values. End a macro of your own with `{{ return(load_result('collect_freshness')) }}`.",
    { named: false, data: {} },
  )
