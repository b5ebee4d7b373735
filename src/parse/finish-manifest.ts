import { treeOf, unusedConfigPaths } from '../config/config-tree.ts'
import type { ConfigTreeName } from '../config/project-config.ts'
import { warning } from '../events/warnings.ts'
import type { GraphNode, ManifestNode } from '../manifest/node.ts'
import { checkManifest } from './check-manifest.ts'
import { inferPrimaryKeys } from './primary-key.ts'
import { renderDescriptions } from './render-descriptions.ts'
import { resolveMetrics, resolveReferences } from './resolve-references.ts'
import { addDisabled, addNode, type ParseSession, reindex } from './session.ts'
import { makeSources } from './source.ts'
import { settleNames } from './sql-node.ts'
import { resolveUnitTests } from './unit-test-model.ts'

/** What needs all files: enabled and disabled nodes sorted, names, sources, references, descriptions, checks. Order as in dbt. */
export function finishManifest(session: ParseSession): void {
  const { manifest } = session
  sortDisabled(session)
  for (const { node } of session.drafts.values()) settleNames(session, node)
  makeSources(session)
  reindex(session)
  resolveReferences(session)
  resolveUnitTests(session)
  renderDescriptions(session, manifest.macros.values())
  resolveMetrics(session)
  inferPrimaryKeys(manifest)
  checkManifest(session)
  warnUnusedConfig(session)
}

/** The same for a few nodes that are made again among others that stay: no sources, macros or resources of the semantic layer are among them. */
export function finishNodes(session: ParseSession): void {
  for (const { node } of session.drafts.values()) settleNames(session, node)
  resolveReferences(session)
  renderDescriptions(session, [])
  resolveMetrics(session)
  inferPrimaryKeys(session.manifest)
  checkManifest(session)
}

/** Property files may have disabled nodes, or enabled disabled ones. dbt-core 1.11: a function that they disabled stays among the functions. */
function sortDisabled(session: ParseSession): void {
  const { manifest } = session
  const off = [...manifest.nodes.values()].filter((node) => !node.config.enabled)
  for (const node of off) {
    manifest.nodes.delete(node.unique_id)
    addDisabled(session, node)
  }
  for (const [id, nodes] of [...manifest.disabled]) {
    const on = nodes.filter(
      (node) => !('given' in node) && (node.config as { enabled?: unknown }).enabled === true,
    ) as ManifestNode[]
    if (on.length === 0) continue
    const rest = nodes.filter((node) => !on.includes(node as ManifestNode))
    if (rest.length === 0) manifest.disabled.delete(id)
    else manifest.disabled.set(id, rest)
    for (const node of on) addNode(session, node)
  }
  reindex(session)
}

function warnUnusedConfig(session: ParseSession): void {
  const { manifest, config } = session
  const fqns = new Map<ConfigTreeName, string[][]>()
  const all: GraphNode[] = [
    ...manifest.exposures.values(),
    ...manifest.functions.values(),
    ...manifest.nodes.values(),
    ...manifest.sources.values(),
    ...manifest.metrics.values(),
    ...manifest.semanticModels.values(),
    ...manifest.savedQueries.values(),
    ...manifest.unitTests.values(),
  ]
  for (const node of all) {
    const tree = treeOf(node.resource_type)
    const list = fqns.get(tree)
    if (list === undefined) fqns.set(tree, [node.fqn])
    else list.push(node.fqn)
  }
  const disabled = [...manifest.disabled.values()].flat().map((node) => node.fqn)
  const unused = unusedConfigPaths(config.project.configTrees, fqns, disabled)
  if (unused.length > 0) session.invocation.emit(warning.unusedConfigPaths(unused))
}
