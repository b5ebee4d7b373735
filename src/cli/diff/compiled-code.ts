import { Compiler } from '../../compile/compile-node.ts'
import { isQuernError } from '../../errors/quern-error.ts'
import type { DiffReason } from '../../events/diff-document.ts'
import type { NodeDifference } from '../../graph/state/diff-nodes.ts'
import { lineDiff } from '../../graph/state/line-diff.ts'
import { graphNode } from '../../manifest/manifest.ts'
import type { SqlNode } from '../../manifest/node.ts'
import type { StateManifest, StateNode } from '../../manifest/previous-state.ts'
import { asUniqueId } from '../../manifest/unique-id.ts'
import type { Runtime } from '../run-services.ts'

const COMPILED: ReadonlySet<string> = new Set(['model', 'snapshot', 'test', 'analysis'])

/**
 * Adds to modified nodes what they compile to, before and after, where the state has it; nothing is written. Names of relations in this environment count
 * as those of the state. Left out: incremental models that ask `is_incremental()`, whose code depends on what is built, Python models, and what
 * cannot be compiled, of which `onFailure` hears.
 */
export async function withCompiledCode(
  runtime: Runtime,
  differences: readonly NodeDifference[],
  state: StateManifest,
  onFailure: (id: string, message: string) => void,
): Promise<NodeDifference[]> {
  const { services, database } = runtime
  const { manifest } = services
  const compiler = new Compiler(services, async () => undefined, services.sourceOf)
  const changed: NodeDifference[] = []
  for (const difference of differences) {
    const node = manifest.nodes.get(asUniqueId(difference.id))
    const before = difference.old?.['compiled_code']
    const isWanted =
      (difference.change === 'modified' || difference.change === 'renamed') &&
      node !== undefined &&
      COMPILED.has(node.resource_type) &&
      difference.reasons.some(({ rule }) => rule !== null) &&
      !(node as SqlNode).raw_code.includes('is_incremental') &&
      (node as SqlNode).language !== 'python'
    if (!isWanted || typeof before !== 'string' || services.invocation.signal.aborted) {
      changed.push(difference)
      continue
    }
    const session = database.session(`diff_${node.name}`, { node })
    try {
      const copy = { ...node } as SqlNode
      await compiler.compile(copy, session)
      const diff = lineDiff(before.trim(), withNamesOf(state, runtime, copy, difference.old as StateNode).trim())
      const reason: DiffReason = { kind: 'compiled_code', rule: null, diff }
      changed.push({ ...difference, reasons: [...difference.reasons, reason] })
    } catch (error) {
      if (!isQuernError(error) || services.invocation.signal.aborted) throw error
      onFailure(difference.id, error.message)
      changed.push(difference)
    } finally {
      await session.release()
    }
  }
  return changed
}

/** The compiled code with the state's names for the relations that it reads, directly or through ephemeral models, and for its own. */
function withNamesOf(state: StateManifest, { services }: Runtime, node: SqlNode, old: StateNode): string {
  let code = node.compiled_code ?? ''
  const seen = new Set<string>([node.unique_id])
  const names = new Map<string, string>()
  const note = (mine: unknown, theirs: unknown): void => {
    if (typeof mine === 'string' && typeof theirs === 'string' && mine !== theirs) names.set(mine, theirs)
  }
  note(node.relation_name, old['relation_name'])
  const waiting = [...node.depends_on.nodes]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const parent = graphNode(services.manifest, asUniqueId(id))
    const then = state.nodes.get(id) ?? state.others.get(id) ?? state.functions.get(id)
    if (parent === undefined) continue
    note((parent as { relation_name?: unknown }).relation_name, then?.['relation_name'])
    if ((parent.config as { materialized?: unknown } | undefined)?.materialized === 'ephemeral')
      waiting.push(...((parent as { depends_on?: { nodes: string[] } }).depends_on?.nodes ?? []))
  }
  // longest first: a name may be the beginning of another
  const mine = [...names.keys()].sort((a, b) => b.length - a.length)
  if (mine.length === 0) return code
  const pattern = new RegExp(mine.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
  code = code.replace(pattern, (name) => names.get(name) ?? name)
  return code
}
