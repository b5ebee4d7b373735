import { noteCall } from '../../compile/compile-node.ts'
import { adapterHost } from '../../context/adapter/runtime-adapter.ts'
import { compilationError } from '../../context/compilation-error.ts'
import { missingMaterialization } from '../../context/exceptions.ts'
import { adapterRuntime, type NodeContext, nodeContext } from '../../context/run-context.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Deprecation } from '../../events/run-event.ts'
import { makeDeprecation } from '../../events/warnings.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { typeName } from '../../jinja/runtime/type-name.ts'
import { dictGet, isDict, NO_KWARGS, type Value } from '../../jinja/runtime/value.ts'
import type { Macro } from '../../manifest/manifest.ts'
import { asDict, type ManifestNode } from '../../manifest/node.ts'
import { Relation } from '../../manifest/relation.ts'
import { findMaterialization, type MacroIndex } from '../../manifest/resolve-macro.ts'
import type { NodeRun } from '../node-run.ts'

/**
 * Calls the materialization macro of a node; `names` stand in for what its context has under them; `materialization` when it is not the node's own.
 * Gives what the macro returned and the results of its statements. Throws when there is no such
 * materialization, when it does not support the node's language, and what its statements throw.
 */
export async function materialize(
  node: ManifestNode,
  run: NodeRun,
  names?: ReadonlyMap<string, Value>,
  materialization = node.config.materialized,
): Promise<{ returned: Value; context: NodeContext }> {
  const macro = materializationOf(node, materialization, run)
  const isTest = node.resource_type === 'test'
  const context = nodeContext(
    run.services,
    run.session,
    node,
    isTest ? { onDirectCall: (called) => noteCall(node, called) } : {},
  )
  for (const [name, value] of names ?? []) context.context.define(name, value)
  const runtime = adapterRuntime(run.services, run.session, context.context, asDict(node))
  const after = await run.services.adapter.beforeNode?.(adapterHost(runtime))
  try {
    const bound = context.context.bind(macro)
    // dbt-core 1.11: what the materialization of tests calls is a dependency of the test
    const returned = await (isTest ? bound.callOffStack([], NO_KWARGS) : bound.pyCall([], NO_KWARGS))
    return { returned, context }
  } catch (error) {
    throw context.hooks.placed(error)
  } finally {
    await after?.()
  }
}

/** `view`, `table` ...: what there is a materialization of. */
const materializations = (macros: MacroIndex): Iterable<string> =>
  [...macros.byName.keys()].flatMap((name) => /^materialization_(.+)_[a-z0-9]+$/.exec(name)?.[1] ?? [])

function materializationOf(node: ManifestNode, name: string, { services, thread }: NodeRun): Macro {
  const { adapter, macros, invocation } = services
  const strict = invocation.flags.behavior['require_explicit_package_overrides_for_builtin_materializations'] ?? true
  const found = findMaterialization(macros, name, adapter.dispatchPrefixes, !strict)
  if (found === undefined) throw missingMaterialization(name, adapter.type, materializations(macros))
  if (found.overriddenBy !== undefined) invocation.emit({ ...packageOverride(name, found.overriddenBy), thread })
  const languages = found.macro.node.supported_languages ?? ['sql']
  const language = 'language' in node ? node.language : 'sql'
  if (name === node.config.materialized && node.resource_type !== 'seed' && !languages.includes(language)) {
    throw new QuernError(
      'Runtime',
      'materialization_language',
      `Materialization "${found.macro.node.name}" only supports languages [${languages.map((name) => `'${name}'`).join(', ')}]; got "${language}"`,
    )
  }
  return found.macro
}

/** dbt-core 1.11's deprecation of packages that replace `table`, `view` ... without the project's consent. */
const packageOverride = (materialization: string, packageName: string): Deprecation =>
  makeDeprecation(
    'PackageMaterializationOverrideDeprecation',
    'D016',
    `Installed package '${packageName}' is overriding the built-in materialization '${materialization}'. In future versions packages will not replace materializations of dbt by themselves: wrap the package's in one of the project, which returns ${packageName}.materialization_${materialization}_default().`,
    { data: { package_name: packageName, materialization_name: materialization }, named: false },
  )

/** The relations that a materialization says it made. Throws dbt's errors when it says nothing usable. */
export function returnedRelations(returned: Value, node: ManifestNode): Relation[] {
  if (typeof returned === 'string') {
    throw compilationError(
      'materialization_returns_text',
      `The materialization ("${node.config.materialized}") did not explicitly return a list of relations to add to the cache.`,
      "end it with {{ return({'relations': [target_relation]}) }}",
    )
  }
  if (!isDict(returned)) {
    throw compilationError(
      'materialization_returns_other',
      `Invalid return value from materialization, expected a dict with key "relations", got: ${toText(returned)}`,
    )
  }
  const relations = dictGet(returned, 'relations')
  if (relations === undefined) {
    throw compilationError(
      'materialization_returns_other',
      `Invalid return value from materialization, "relations" not found, but dict is required to have it: ${toText(returned)}`,
    )
  }
  if (!Array.isArray(relations)) {
    throw compilationError(
      'materialization_returns_other',
      `Invalid return value from materialization, "relations" not a list, got: ${toText(relations)}`,
    )
  }
  return relations.map((item) => {
    if (item instanceof Relation) return item
    throw compilationError(
      'materialization_returns_other',
      `Invalid return value from materialization, "relations" contains a value that is not a relation: ${typeName(item)}`,
    )
  })
}
