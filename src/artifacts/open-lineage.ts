import type { PlainDict } from '../jinja/runtime/value.ts'
import { Way } from '../lineage/origins.ts'
import type { ColumnSource, LineageColumn, NodeLineage, NodeUse } from '../lineage/project/project-lineage.ts'
import type { Use } from '../lineage/statement-lineage.ts'

/** A relation as OpenLineage names it. */
export interface Dataset {
  /** The database: `postgres://host:5432`. */
  readonly namespace: string
  /** `database.schema.table`. */
  readonly name: string
}

/** What events say besides the lineage. */
export interface EventContext {
  /** A URI of the program. */
  readonly producer: string
  /** Milliseconds since the epoch. */
  readonly time: number
  /** The project. */
  readonly jobNamespace: string
  /** The dataset of a node, or of the name of a relation that no node stands for. */
  readonly dataset: (node: string) => Dataset
}

const EVENT_SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent'
const FACET_SCHEMA =
  'https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet'

/**
 * A node as an event of OpenLineage (2-0-2): a job without a run, which reads datasets and writes one with the facet `columnLineage` (1-2-0).
 * What decides about all its rows stands under `dataset` of the facet.
 */
export function jobEvent(node: NodeLineage, context: EventContext): PlainDict {
  const parents = new Set([
    ...node.columns.flatMap(({ sources, windows }) => [...sources, ...windows].map((one) => one.node)),
    ...node.used.map((use) => use.node),
  ])
  return {
    eventTime: new Date(context.time).toISOString(),
    producer: context.producer,
    schemaURL: EVENT_SCHEMA,
    job: { namespace: context.jobNamespace, name: node.id },
    inputs: [...parents].map((parent) => ({ ...context.dataset(parent) })),
    outputs: [
      {
        ...context.dataset(node.id),
        facets: {
          columnLineage: {
            _producer: context.producer,
            _schemaURL: FACET_SCHEMA,
            fields: Object.fromEntries(node.columns.map((column) => [column.name, field(column, context)])),
            dataset: datasetFields(node.used, context),
          },
        },
      },
    ],
  }
}

const field = ({ sources, windows }: LineageColumn, context: EventContext): PlainDict => {
  const placed = windows.filter(
    (one) => !sources.some(({ node, column }) => node === one.node && column === one.column),
  )
  const inputs = [
    ...sources.map((source) => inputField(source, directAndIndirect(source, windows), context)),
    ...placed.map((one) => inputField(one, [indirect('WINDOW')], context)),
  ]
  return { inputFields: inputs }
}

function inputField(
  { node, column }: { readonly node: string; readonly column: string },
  transformations: readonly PlainDict[],
  context: EventContext,
): PlainDict {
  return { ...context.dataset(node), field: column, transformations: [...transformations] }
}

const direct = (subtype: string): PlainDict => ({ type: 'DIRECT', subtype, description: '', masking: false })
const indirect = (subtype: string): PlainDict => ({ type: 'INDIRECT', subtype, description: '', masking: false })

function directAndIndirect({ node, column, ways }: ColumnSource, windows: LineageColumn['windows']): PlainDict[] {
  const inWindow = windows.some((one) => one.node === node && one.column === column)
  return [
    ...(ways & Way.same ? [direct('IDENTITY')] : []),
    ...(ways & Way.computed ? [direct('TRANSFORMATION')] : []),
    ...(ways & Way.aggregated ? [direct('AGGREGATION')] : []),
    ...(ways & (Way.condition | Way.aggregatedCondition) ? [indirect('CONDITIONAL')] : []),
    ...(inWindow ? [indirect('WINDOW')] : []),
  ]
}

const SUBTYPES: Readonly<Record<Use, string>> = {
  filter: 'FILTER',
  join: 'JOIN',
  group: 'GROUP_BY',
  order: 'SORT',
  window: 'WINDOW',
}

function datasetFields(used: readonly NodeUse[], context: EventContext): PlainDict[] {
  const byColumn = new Map<string, { readonly use: NodeUse; readonly hows: Use[] }>()
  for (const use of used) {
    const key = `${use.node}\0${use.column}`
    const known = byColumn.get(key)
    if (known === undefined) byColumn.set(key, { use, hows: [use.how] })
    else if (!known.hows.includes(use.how)) known.hows.push(use.how)
  }
  return [...byColumn.values()].map(({ use, hows }) =>
    inputField(
      use,
      hows.map((how) => indirect(SUBTYPES[how])),
      context,
    ),
  )
}
