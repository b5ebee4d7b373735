import { QuernError } from '../errors/quern-error.ts'
import type { Span } from '../errors/source-file.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { Template } from '../jinja/template.ts'
import type { ExposureNode, GraphNode, ManifestNode, ModelNode, OtherNode, RefArgs } from '../manifest/node.ts'
import {
  nearbyRef,
  nearbySource,
  type Resolved,
  resolveFunction,
  resolveMetric,
  resolveRef,
  resolveSource,
} from '../manifest/resolve-ref.ts'
import { behavior, callerOf, nodeLabel, type ParseSession } from './session.ts'
import { warn } from './warn.ts'

/** Anything that refers to others by name. */
type Referrer = (ManifestNode | ExposureNode | OtherNode) & {
  readonly refs?: readonly RefArgs[]
  readonly sources?: readonly [string, string][]
  readonly metrics?: readonly string[][]
  readonly functions?: readonly string[][]
  readonly depends_on: { nodes?: string[] }
}

interface Missing {
  readonly node: Referrer
  readonly kind: 'node' | 'source' | 'metric' | 'function'
  readonly name: string
  readonly packageName: string | null
  readonly version: string | number | null
  readonly disabled: GraphNode | undefined
  readonly at: Span | undefined
  readonly hint: string | undefined
}

/**
 * Fills `depends_on.nodes`: sources first, then refs, then functions, each in the order of the template. A test that refers to something missing or
 * disabled is switched off, with a warning when it is missing; for anything else all that is missing is reported in one error.
 */
export function resolveReferences(session: ParseSession): void {
  const { manifest } = session
  const missing: Missing[] = []
  for (const node of manifest.nodes.values()) resolveSources(session, node as Referrer, missing)
  for (const exposure of manifest.exposures.values()) resolveSources(session, exposure as Referrer, missing)
  for (const map of [
    manifest.nodes,
    manifest.exposures,
    manifest.metrics,
    manifest.semanticModels,
    manifest.functions,
  ]) {
    for (const node of map.values()) resolveRefs(session, node as Referrer, missing)
  }
  for (const semantic of manifest.semanticModels.values()) relateSemanticModel(session, semantic)
  for (const map of [manifest.nodes, manifest.functions]) {
    for (const node of map.values()) resolveFunctions(session, node as Referrer, missing)
  }
  throwMissing(missing)
}

function addDependency(node: Referrer, id: string): void {
  const nodes = (node.depends_on.nodes ??= [])
  if (!nodes.includes(id)) nodes.push(id)
}

function resolveSources(session: ParseSession, node: Referrer, missing: Missing[]): void {
  for (const [source, table] of node.sources ?? []) {
    const found = resolveSource(session.index, source, table, callerOf(session, node.package_name))
    if (found.kind === 'found') addDependency(node, found.node.unique_id)
    else
      unresolved(session, missing, {
        node,
        kind: 'source',
        name: `${source}.${table}`,
        packageName: null,
        version: null,
        disabled: disabledOf(found),
        at: callSpan(session, node, 'source', [source, table]),
        hint: found.kind === 'missing' ? nearbySource(session.index, source, table) : disabledHint(found),
      })
  }
}

function resolveRefs(session: ParseSession, node: Referrer, missing: Missing[]): void {
  for (const ref of node.refs ?? []) {
    const found = resolveRef(session.index, ref, callerOf(session, node.package_name))
    if (found.kind === 'ambiguous') throw ambiguous(session, node, ref, found)
    if (found.kind === 'found') {
      checkAllowed(session, node, found.node)
      warnOfRootProject(session, node, found.node, ref)
      addDependency(node, found.node.unique_id)
      continue
    }
    unresolved(session, missing, {
      node,
      kind: 'node',
      name: ref.name,
      packageName: ref.package,
      version: ref.version,
      disabled: disabledOf(found),
      at: callSpan(session, node, 'ref', ref.package === null ? [ref.name] : [ref.package, ref.name]),
      hint: found.kind === 'missing' ? nearbyRef(session.index, ref.name) : disabledHint(found),
    })
  }
}

function resolveFunctions(session: ParseSession, node: Referrer, missing: Missing[]): void {
  for (const args of node.functions ?? []) {
    const name = args.at(-1)!
    const packageName = args.length === 2 ? args[0]! : null
    const found = resolveFunction(session.index, name, packageName, callerOf(session, node.package_name))
    if (found.kind === 'found') addDependency(node, found.node.unique_id)
    else
      unresolved(session, missing, {
        node,
        kind: 'function',
        name,
        packageName,
        version: null,
        disabled: disabledOf(found),
        at: callSpan(session, node, 'function', args),
        hint: disabledHint(found),
      })
  }
}

const disabledOf = (found: Resolved<unknown>): GraphNode | undefined =>
  found.kind === 'disabled' ? (found.node as GraphNode) : undefined

function disabledHint(found: Resolved<unknown>): string | undefined {
  const node = disabledOf(found)
  return node === undefined
    ? undefined
    : `it is in ${node.original_file_path}: set enabled: true there, or remove the reference`
}

/** Where a node's template, else its property file, makes a call with these literal arguments. */
function callSpan(session: ParseSession, node: Referrer, name: string, args: readonly Value[]): Span | undefined {
  const template: Template | undefined = session.drafts.get(node as ManifestNode)?.template
  if (template === undefined) return callInProperties(session, node, name, args)
  return template
    .calledNames()
    .find(
      (call) =>
        call.path.length === 1 && call.path[0] === name && args.every((arg, index) => call.args?.[index] === arg),
    )?.span
}

function callInProperties(
  session: ParseSession,
  node: Referrer,
  name: string,
  args: readonly Value[],
): Span | undefined {
  const file = session.propertyTexts.get(`${node.package_name}://${node.original_file_path}`)
  const literal = (arg: Value): string => `["'\\\\]+${String(arg).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}["'\\\\]+`
  const found = file && new RegExp(`\\b${name}\\s*\\(\\s*${args.map(literal).join('\\s*,\\s*')}`).exec(file.text)
  return file && found ? { file, start: found.index, end: found.index + found[0].length } : undefined
}

function unresolved(session: ParseSession, missing: Missing[], what: Missing): void {
  const { node } = what
  ;(node.config as { enabled: boolean }).enabled = false
  if (node.resource_type !== 'test') {
    missing.push(what)
    return
  }
  if (what.disabled !== undefined) return
  const { kind, name } = what
  const text = `Test '${node.unique_id}' (${node.original_file_path}) depends on a ${kind} named '${name}' in package '${what.packageName ?? ''}' which was not found`
  warn(session, 'NodeNotFoundOrDisabled', text, {
    data: {
      original_file_path: node.original_file_path,
      unique_id: node.unique_id,
      resource_type_title: 'Test',
      target_name: name,
      target_kind: kind,
      target_package: what.packageName ?? '',
      disabled: 'False',
    },
    hint: what.hint,
  })
}

const title = (type: string): string =>
  type
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('_')

function missingText({ node, kind, name, packageName, version, disabled }: Missing): string {
  const ofVersion = version === null ? '' : `with version '${version}' `
  const inPackage = packageName === null ? '' : `in package or project '${packageName}' `
  const reason = disabled === undefined ? 'was not found' : 'is disabled'
  return `${title(node.resource_type)} '${node.unique_id}' (${node.original_file_path}) depends on a ${kind} named '${name}' ${ofVersion}${inPackage}which ${reason}`
}

/** One error for all: dbt's sentence for the first, the others as notes. */
function throwMissing(missing: readonly Missing[]): void {
  const [first, ...others] = missing
  if (first === undefined) return
  const error = new QuernError(
    'Compilation',
    first.disabled === undefined ? `${first.kind}_not_found` : `${first.kind}_disabled`,
    missingText(first),
    {
      at: first.at,
      hint: first.hint,
      notes: others.map((one) => ({
        text: missingText(one) + (one.hint === undefined ? '' : `\nhint: ${one.hint}`),
        isProblem: true,
        ...(one.at === undefined ? {} : { at: one.at }),
      })),
    },
  )
  error.node = nodeLabel(first.node)
  throw error
}

function ambiguous(
  session: ParseSession,
  node: Referrer,
  ref: RefArgs,
  found: { key: string; ids: readonly string[] },
): QuernError {
  const packages = found.ids.map((id) => id.split('.')[1]!)
  const error = new QuernError(
    'Compilation',
    'ambiguous_ref',
    `When referencing '${found.key}', dbt found nodes in multiple packages: '${found.ids.join("', '")}'\nTo fix this, use two-argument 'ref', with the package name first: '${packages.join("' or '")}'`,
    { at: callSpan(session, node, 'ref', [ref.name]), hint: `write ref('${packages[0]}', '${ref.name}')` },
  )
  error.node = nodeLabel(node)
  return error
}

/** Private models are for their group, protected ones for their project where its `restrict-access` says so. */
function checkAllowed(session: ParseSession, node: Referrer, target: ManifestNode): void {
  if (target.resource_type !== 'model' || node.resource_type === 'sql_operation') return
  const { access, group } = target as ModelNode
  const elsewhere = node.package_name !== target.package_name
  const restricted = elsewhere && session.config.packages.get(target.package_name)?.restrictAccess === true
  const ownGroup = (node as { group?: string | null }).group ?? null
  const isPrivate = access === 'private' && (ownGroup === null || ownGroup !== group || restricted)
  const isProtected = access === 'protected' && restricted
  if (!isPrivate && !isProtected) return
  const scope = isPrivate
    ? `private to the '${group ?? ''}' group`
    : `protected to the '${target.package_name}' package`
  const error = new QuernError(
    'Parsing',
    'reference_not_allowed',
    `Node ${node.unique_id} attempted to reference node ${target.unique_id}, which is not allowed because the referenced node is ${scope}.`,
    { at: callSpan(session, node, 'ref', [target.name]) },
  )
  error.node = nodeLabel(node)
  throw error
}

function warnOfRootProject(session: ParseSession, node: Referrer, target: ManifestNode, ref: RefArgs): void {
  const root = session.config.project.name
  if (behavior(session, 'require_ref_searches_node_package_before_root')) return
  if (node.package_name === root || target.package_name !== root || ref.package === root) return
  warn(
    session,
    'PackageNodeDependsOnRootProjectNode',
    `The node '${node.name}'in package '${node.package_name}' depends on the root project node '${target.unique_id}'. Set the flag 'require_ref_searches_node_package_before_root' to look into the package first.`,
    { data: { node_name: node.name, package_name: node.package_name, root_project_unique_id: target.unique_id } },
  )
}

function relateSemanticModel(session: ParseSession, semantic: OtherNode): void {
  const target = session.manifest.nodes.get(semantic.depends_on.nodes[0] as never)
  if (target === undefined) return
  semantic['node_relation'] = {
    alias: target.alias,
    schema_name: target.schema,
    database: target.database,
    relation_name: target.relation_name,
  }
}

/** Resolves the inputs of metrics, and the metrics that nodes, exposures and saved queries use. */
export function resolveMetrics(session: ParseSession): void {
  const { manifest } = session
  const done = new Set<OtherNode>()
  for (const metric of manifest.metrics.values()) resolveMetricInputs(session, metric, done, [])
  const missing: Missing[] = []
  const use = (node: Referrer, uses: readonly (readonly string[])[]): void => {
    for (const args of uses) {
      const name = args.at(-1)!
      const packageName = args.length === 2 ? args[0]! : null
      const found = resolveMetric(session.index, name, packageName, callerOf(session, node.package_name))
      if (found.kind === 'found') addDependency(node, found.node.unique_id)
      else
        unresolved(session, missing, {
          node,
          kind: 'metric',
          name,
          packageName,
          version: null,
          disabled: disabledOf(found),
          at: undefined,
          hint: disabledHint(found),
        })
    }
  }
  for (const map of [manifest.metrics, manifest.nodes, manifest.exposures]) {
    for (const node of map.values()) use(node as Referrer, (node as Referrer).metrics ?? [])
  }
  for (const query of manifest.savedQueries.values()) {
    const { metrics } = query['query_params'] as { metrics: string[] }
    use(
      query as Referrer,
      metrics.map((name) => [name]),
    )
  }
  throwMissing(missing)
}

function resolveMetricInputs(
  session: ParseSession,
  metric: OtherNode,
  done: Set<OtherNode>,
  path: readonly OtherNode[],
): void {
  if (done.has(metric)) return
  const invalid = (message: string): QuernError => {
    const error = new QuernError('Parsing', 'invalid_metric', message)
    error.node = nodeLabel(metric)
    return error
  }
  if (path.includes(metric))
    throw invalid(`Found a cycle: ${[...path, metric].map((one) => one.unique_id).join(' --> ')}`)
  const params = metric['type_params'] as PlainDict & { input_measures: PlainDict[] }
  const type = metric['type'] as string
  const addMeasure = (measure: PlainDict): void => {
    if (!params.input_measures.some((other) => JSON.stringify(other) === JSON.stringify(measure)))
      params.input_measures.push(measure)
  }
  if (type === 'simple' || type === 'cumulative') {
    if (params['measure'] === null)
      throw invalid(`Metric ${metric.name} should have a measure defined, but it does not.`)
    addMeasure(params['measure'] as PlainDict)
    dependOnMeasures(session, metric, params.input_measures, invalid)
  } else if (type === 'conversion') {
    const conversion = params['conversion_type_params'] as PlainDict | null
    if (conversion === null)
      throw invalid(`${metric.name} is a conversion metric and must have conversion_type_params defined.`)
    addMeasure(conversion['base_measure'] as PlainDict)
    addMeasure(conversion['conversion_measure'] as PlainDict)
    dependOnMeasures(session, metric, params.input_measures, invalid)
  } else {
    const ratio = type === 'ratio'
    if (ratio && (params['numerator'] === null || params['denominator'] === null)) {
      throw invalid('Invalid ratio metric. Both a numerator and denominator must be specified')
    }
    const inputs = (ratio ? [params['numerator'], params['denominator']] : params['metrics']) as PlainDict[]
    for (const input of inputs) {
      const name = input['name'] as string
      const found = resolveMetric(session.index, name, null, callerOf(session, metric.package_name))
      if (found.kind === 'disabled') throw invalid(`The metric \`${name}\` is disabled and thus cannot be referenced.`)
      if (found.kind !== 'found')
        throw invalid(`The metric \`${name}\` does not exist but was referenced by metric \`${metric.name}\`.`)
      resolveMetricInputs(session, found.node, done, [...path, metric])
      for (const measure of (found.node['type_params'] as { input_measures: PlainDict[] }).input_measures)
        addMeasure(measure)
      addDependency(metric as Referrer, found.node.unique_id)
    }
  }
  done.add(metric)
}

function dependOnMeasures(
  session: ParseSession,
  metric: OtherNode,
  measures: readonly PlainDict[],
  invalid: (message: string) => QuernError,
): void {
  for (const measure of measures) {
    const name = measure['name'] as string
    const has = (node: GraphNode): boolean =>
      node.resource_type === 'semantic_model' &&
      ((node as OtherNode)['measures'] as PlainDict[]).some((one) => one['name'] === name)
    const semantic = [...session.manifest.semanticModels.values()].find(has)
    if (semantic !== undefined) {
      addDependency(metric as Referrer, semantic.unique_id)
      continue
    }
    const disabled = [...session.manifest.disabled.values()].flat().find(has)
    throw invalid(
      disabled === undefined
        ? `A semantic model having a measure \`${name}\` does not exist but was referenced.`
        : `The measure \`${name}\` is referenced on disabled semantic model \`${disabled.name}\`.`,
    )
  }
}
