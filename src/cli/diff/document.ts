import { QUERN_VERSION } from '../../config/version.ts'
import {
  columnsDiffer,
  type DiffDocument,
  type DiffNode,
  type DiffSummary,
  isBreaking,
  rowsDiffer,
} from '../../events/diff-document.ts'
import type { RelationDifference } from '../../execute/diff/diff-relations.ts'
import type { NodeDifference } from '../../graph/state/diff-nodes.ts'
import { graphNode } from '../../manifest/manifest.ts'
import type { NodeOutline } from '../../manifest/node-map.ts'
import type { StateNode } from '../../manifest/previous-state.ts'
import { searchName } from '../../manifest/resolve-ref.ts'
import { asUniqueId } from '../../manifest/unique-id.ts'
import type { Loaded } from '../load-manifest.ts'

/** A resource of the document: what differs of its code, and what was found of its relation. */
export interface Found {
  readonly id: string
  /** Undefined: it did not change, or its code was not compared. */
  readonly difference: NodeDifference | undefined
  readonly relation: DiffNode['relation']
  readonly data: RelationDifference | undefined
}

/** Puts together what was found, in the order of the resources' ids within their types. */
export function diffDocument(loaded: Loaded, found: readonly Found[], notes: readonly string[]): DiffDocument {
  const { invocation, config } = loaded
  const { diff } = invocation.flags
  const { state } = loaded.states()
  const nodes = found.map((one) => diffNode(loaded, one, state !== undefined)).sort(byTypeAndId)
  return {
    metadata: {
      diff_schema_version: 1,
      quern_version: QUERN_VERSION,
      generated_at: new Date(invocation.now()).toISOString(),
      invocation_id: invocation.id,
    },
    before: {
      state: state?.folder ?? null,
      target: diff?.againstTarget ?? null,
      schema: diff?.againstSchema ?? null,
    },
    after: { target: config.target.name, schema: config.target.schema },
    summary: summaryOf(nodes),
    nodes,
    notes,
  }
}

function diffNode({ manifest }: Loaded, { id, difference, relation, data }: Found, compared: boolean): DiffNode {
  const node = (graphNode(manifest, asUniqueId(id)) ?? difference?.old) as unknown as StateNode
  return {
    unique_id: id,
    resource_type: node.resource_type,
    name: searchName(node as unknown as NodeOutline),
    path: String(node['original_file_path']),
    change: difference?.change ?? (compared ? 'unchanged' : null),
    attached_node: attachedNode(node),
    renamed_from: difference?.renamedFrom ?? null,
    reasons: difference?.reasons ?? [],
    because_of: difference?.becauseOf ?? [],
    relation,
    columns: data?.columns ?? null,
    rows: data?.rows ?? null,
  }
}

/** Of a generic test the node that it is attached to, of a unit test its model. */
export function attachedNode(node: StateNode): string | null {
  if (typeof node['attached_node'] === 'string') return node['attached_node']
  if (node.resource_type !== 'unit_test') return null
  return (node['depends_on'] as { readonly nodes?: readonly string[] } | undefined)?.nodes?.[0] ?? null
}

function summaryOf(nodes: readonly DiffNode[]): DiffSummary {
  const count = (matches: (node: DiffNode) => boolean): number => nodes.filter(matches).length
  const changed = (change: DiffNode['change']): number => count((node) => node.change === change)
  return {
    nodes: {
      added: changed('added'),
      removed: changed('removed'),
      renamed: changed('renamed'),
      modified: changed('modified'),
      upstream: changed('upstream'),
    },
    columns: {
      changed: count(({ columns }) => columns !== null && columnsDiffer(columns)),
      breaking: count(({ columns }) => columns !== null && isBreaking(columns)),
      unknown: count(({ columns }) => columns?.status === 'unknown'),
    },
    rows: {
      compared: count(({ rows }) => rows?.status === 'compared'),
      changed: count(({ rows }) => rows !== null && rowsDiffer(rows)),
      unknown: count(({ rows }) => rows?.status === 'unknown'),
    },
  }
}

const TYPES = ['model', 'seed', 'snapshot', 'source', 'function', 'exposure']

function byTypeAndId(a: DiffNode, b: DiffNode): number {
  const rank = ({ resource_type: type }: DiffNode): number => (TYPES.indexOf(type) + TYPES.length) % TYPES.length
  const [left, right] = [TYPES.includes(a.resource_type), TYPES.includes(b.resource_type)]
  if (left !== right) return left ? -1 : 1
  if (left && rank(a) !== rank(b)) return rank(a) - rank(b)
  return a.unique_id < b.unique_id ? -1 : a.unique_id > b.unique_id ? 1 : 0
}
