import { QuernError } from '../../../errors/quern-error.ts'
import { graphNode, type Manifest } from '../../../manifest/manifest.ts'
import type { GraphNode } from '../../../manifest/node.ts'
import type { StateManifest, StateNode } from '../../../manifest/previous-state.ts'
import type { UniqueId } from '../../../manifest/unique-id.ts'
import type { Comparing } from '../../state/comparison.ts'
import { sameContract, tellRemovedContract } from '../../state/contract-change.ts'
import { macroChanges } from '../../state/macro-changes.ts'
import { sameConfig } from '../../state/same-config.ts'
import { hasBody, sameBody, sameContents, samePersistedDescription, sameRelation } from '../../state/same-contents.ts'
import { type Method, textValue } from './method.ts'

/** `state:modified.body` and its like: what changed since the run whose artifacts `--state` names (dbt-core 1.11). */
export const state: Method = ({ manifest, criterion, comparison, emit }) => {
  const earlier = comparison?.state.manifest
  if (comparison === undefined || earlier === undefined) {
    throw new QuernError(
      'Runtime',
      'no_comparison_manifest',
      'Got a state selector method, but no comparison manifest',
      {
        hint:
          comparison === undefined
            ? 'give the folder with the manifest.json to compare with: --state DIRECTORY'
            : `there is no manifest.json in '${comparison.state.folder}' (--state; relative to the project)`,
      },
    )
  }
  const checks = checksOf({ ...comparison, manifest, emit }, earlier)
  const value = textValue(criterion)
  const check = Object.hasOwn(checks, value) ? checks[value] : undefined
  if (check === undefined) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Got an invalid selector "${value}", expected one of "[${Object.keys(checks)
        .map((name) => `'${name}'`)
        .join(', ')}]"`,
    )
  }
  return ({ unique_id: id }) => check(graphNode(manifest, id) as Compared, oldOf(earlier, id))
}

type Compared = GraphNode & Readonly<Record<string, unknown>>
type Check = (node: Compared, old: StateNode | undefined) => boolean

const oldOf = (earlier: StateManifest, id: string): StateNode | undefined =>
  earlier.nodes.get(id) ?? earlier.others.get(id) ?? earlier.functions.get(id)

/** Resources whose config is compared on its own. */
const hasConfig = (node: GraphNode): boolean => node.resource_type !== 'unit_test'

function checksOf(comparing: Comparing, earlier: StateManifest): Readonly<Record<string, Check>> {
  let macros: ((node: object) => boolean) | undefined
  const macrosChanged = (node: object): boolean => {
    macros ??= macroChanges(comparing.manifest, earlier, comparing.builtinPackages)
    return macros(node)
  }
  const told = new Set<string>()
  /** Each warning once, however many comparisons come upon it. */
  const once: Comparing = {
    ...comparing,
    emit: (event) => {
      const key = event.kind === 'warning' ? event.text : ''
      if (key !== '' && told.has(key)) return
      told.add(key)
      comparing.emit(event)
    },
  }
  let removedTold = false
  const tellRemoved = (): void => {
    if (removedTold) return
    removedTold = true
    tellRemovedContracts(once, earlier)
  }
  const modified: Check = (node, old) => {
    tellRemoved()
    return !sameContents(node, old, once) || macrosChanged(node)
  }
  /** New, or not the same; never for resources without that aspect. */
  const aspect =
    (has: (node: GraphNode) => boolean, same: (node: Compared, old: StateNode) => boolean): Check =>
    (node, old) =>
      has(node) && (old === undefined || !same(node, old))
  return {
    new: (_, old) => old === undefined,
    old: (_, old) => old !== undefined,
    modified,
    unmodified: (node, old) => !modified(node, old),
    'modified.body': aspect(hasBody, (node, old) => sameBody(node, old, once)),
    'modified.configs': aspect(hasConfig, sameConfig),
    'modified.persisted_descriptions': aspect(hasBody, samePersistedDescription),
    'modified.relation': aspect(
      (node) => hasBody(node) || node.resource_type === 'source',
      (node, old) => sameRelation(node, old, once),
    ),
    'modified.macros': macrosChanged,
    'modified.contract': (node, old) => {
      tellRemoved()
      if (!hasBody(node)) return false
      if (old === undefined) return true
      return node.resource_type === 'model' && !sameContract(node, old, once)
    },
  }
}

/** Contracted models that are gone: not selected, but told. */
function tellRemovedContracts(comparing: Comparing, earlier: StateManifest): void {
  const { manifest } = comparing
  for (const [id, old] of earlier.nodes) {
    if (old.resource_type !== 'model') continue
    const [disabled] = manifest.disabled.get(id as UniqueId) ?? []
    const gone = disabled ?? (isThere(manifest, id) ? undefined : old)
    if (gone !== undefined) tellRemovedContract(gone as unknown as StateNode, comparing)
  }
}

const isThere = (manifest: Manifest, id: string): boolean => manifest.nodes.has(id as UniqueId)
