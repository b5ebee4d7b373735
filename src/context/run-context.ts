import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { toText } from '../jinja/runtime/text.ts'
import { type Awaitable, hostFunction, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { BatchResults } from '../manifest/batch.ts'
import type { Macro } from '../manifest/manifest.ts'
import {
  asDict,
  type MacroNode,
  type ManifestNode,
  type ModelNode,
  type SourceNode,
  type UnitTestNode,
} from '../manifest/node.ts'
import type { Relation } from '../manifest/relation.ts'
import { relationOfNode } from '../manifest/relation-class.ts'
import type { ManifestIndex } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { AdapterRuntime } from './adapter/adapter-runtime.ts'
import { getRelation } from './adapter/relation-methods.ts'
import { makeRuntimeAdapter } from './adapter/runtime-adapter.ts'
import { compilationError } from './compilation-error.ts'
import { RuntimeConfig } from './config.ts'
import { DbtContext, type Members } from './dbt-context.ts'
import type { Deferral } from './deferral.ts'
import { dispatch } from './dispatch.ts'
import { runtimeFunction, runtimeMetric } from './metric.ts'
import { graphDict, hookDicts, modelDict } from './model.ts'
import { apiOf, attribute, renderText } from './parse-context.ts'
import { type RefUser, RuntimeRef } from './ref.ts'
import { RenderedHooks } from './rendered-hooks.ts'
import type { ContextServices } from './services.ts'
import type { Session } from './session.ts'
import { renderMember, sharedMembers, warnFromTemplate } from './shared-members.ts'
import { RuntimeSource } from './source.ts'
import { adapterWarning, spokenMembers, tellNewerVersion } from './spoken.ts'
import { StatementResults } from './statement-results.ts'
import { overrideMacros, unitTestMembers, unitTestServices } from './unit-test.ts'
import { Var } from './var.ts'

/** What running needs besides what parsing needed. */
export interface RunServices extends ContextServices {
  readonly index: ManifestIndex
  readonly selectedResources: () => readonly UniqueId[]
  readonly isSelected: (id: UniqueId) => boolean
  /** `write(text)`: puts what was sent to the database into target/run; sets the node's build_path. */
  readonly writeRun: (node: ManifestNode, text: string) => Promise<void>
  /** The run that this one takes up again (`retry`). */
  readonly retried?: RetriedRun | undefined
  /** The file that a node is from as it stands on the disk, or undefined when it cannot be read any more. */
  readonly sourceOf: (node: Pick<ManifestNode, 'package_name' | 'original_file_path'>) => SourceFile | undefined
  /** `load_agate_table()` of a seed. */
  readonly loadSeed: (node: ManifestNode) => Awaitable<Value>
}

/** What is taken over from a run that is tried again. */
export interface RetriedRun {
  /** When that run began, in milliseconds since the epoch: batches are counted from then on. */
  readonly startedAt: number
  /** Microbatch models of which only the failed batches are to be built. */
  readonly batches: ReadonlyMap<UniqueId, BatchResults>
}

/** A context for one node's execution, with the results that its statements stored. */
export interface NodeContext {
  readonly context: DbtContext
  readonly results: StatementResults
}

/**
 * The context in which a node's code, hooks and materialization run. `onEphemeral` hears of ephemeral models that the node refers to;
 * `packageName` chooses whose macros come first (the node's, unless given).
 */
export function nodeContext(
  services: RunServices,
  session: Session,
  node: ManifestNode,
  options: {
    readonly onEphemeral?: (node: ModelNode) => void
    readonly compiledCode?: string | undefined
    /** Names in place of the usual ones. */
    readonly members?: Members
    /** Hears of macros that the template calls itself. */
    readonly onDirectCall?: (macro: Macro) => void
  } = {},
): NodeContext & { readonly hooks: RenderedHooks } {
  const results = new StatementResults()
  const hooks = new RenderedHooks(node, () => services.sourceOf(node))
  const hasHooks = node.resource_type !== 'test' && node.resource_type !== 'unit_test'
  const user = refUser(node)
  const relation = (): Value => (node.resource_type === 'operation' ? null : relationOfNode(node, services.relations))
  const compiled = (): Value =>
    options.compiledCode ??
    cloneSql(services, node) ??
    ('compiled_code' in node && node.extra_ctes_injected === true ? (node.compiled_code ?? null) : null)
  const members: Members = new Map<string, (context: DbtContext) => Value>([
    ...runtimeMembers(services, session, user, node.package_name, results, asDict(node)),
    [
      'ref',
      (context) =>
        new RuntimeRef(
          services,
          services.index,
          user,
          options.onEphemeral ?? (() => undefined),
          undefined,
          deferralOf(services, session, context),
          (ref, found) => tellNewerVersion(services, session, ref, found),
        ),
    ],
    ['config', () => new RuntimeConfig(asDict(node.config), node.unique_id, () => modelDict(node))],
    ['model', () => modelDict(node)],
    ['this', relation],
    ['database', () => node.database],
    ['schema', () => node.schema],
    ['render', renderMember((text) => hooks.fileOf(text))],
    ['pre_hooks', () => (hasHooks ? hookDicts(node.config['pre-hook']) : [])],
    ['post_hooks', () => (hasHooks ? hookDicts(node.config['post-hook']) : [])],
    ['compiled_code', compiled],
    ['sql', compiled],
    ['defer_relation', () => deferRelation(services, node)],
    [
      'write',
      () =>
        hostFunction('write', ['payload'], async (payload) => {
          await services.writeRun(node, toText(payload as Value))
          return ''
        }),
    ],
    [
      'load_agate_table',
      () =>
        hostFunction('load_agate_table', [], () => {
          if (node.resource_type !== 'seed')
            throw compilationError('not_a_seed', `can only load_agate_table for seeds (got a ${node.resource_type})`)
          return services.loadSeed(node)
        }),
    ],
    ...(options.members ?? []),
  ])
  const context = new DbtContext({
    services,
    packageName: node.package_name,
    members,
    flavour: 'async',
    undefinedMode: 'lenient',
    ...(options.onDirectCall !== undefined && { onDirectCall: options.onDirectCall }),
  })
  return { context, results, hooks }
}

/** Undefined without `--defer`. */
function deferralOf(services: RunServices, session: Session, context: DbtContext): Deferral | undefined {
  const { flags } = services.invocation
  if (!flags.defer) return undefined
  return {
    favorState: flags.favorState,
    isSelected: services.isSelected,
    exists: async (node) => {
      const runtime = adapterRuntime(services, session, context, null)
      return (await getRelation(runtime, node.database, node.schema, node.alias ?? null)) !== null
    },
  }
}

/** `ref` outside of nodes, where ephemeral models cannot be read. */
const operationRef = (services: RunServices, session: Session, user: RefUser, context: DbtContext): RuntimeRef =>
  new RuntimeRef(services, services.index, user, undefined, undefined, deferralOf(services, session, context))

/** The node's relation in the state of `--defer` or `clone`. */
const deferRelation = (services: RunServices, node: ManifestNode): Relation | null =>
  node.defer_relation === undefined ? null : relationOfNode(node.defer_relation, services.relations)

/** What a clone is made from: all of the other relation. */
function cloneSql(services: RunServices, node: ManifestNode): string | undefined {
  if (services.invocation.flags.which !== 'clone' || node.defer_relation === undefined) return undefined
  return `select * from ${node.defer_relation.relation_name ?? deferRelation(services, node)?.render() ?? ''}`
}

const refUser = (node: ManifestNode): RefUser => {
  const dependsOn = 'refs' in node ? node.depends_on.nodes : []
  return { ...node, dependsOn: node.resource_type === 'sql_operation' ? null : dependsOn }
}

/** The context in which a unit test's SQL is rendered: its inputs are fixtures, its overrides count. */
export function unitTestContext(
  services: RunServices,
  session: Session,
  test: UnitTestNode,
  onEphemeral: (node: ModelNode) => void,
): NodeContext {
  const own = unitTestServices(services, test)
  const members = unitTestMembers(own, own.index, test, refUser(test), onEphemeral)
  const made = nodeContext(own, session, test, { onEphemeral, members })
  overrideMacros(made.context, test.overrides?.macros ?? {})
  return made
}

/** The context of macros that run on their own: `run-operation`, and what adapter methods call. `packageName`: whose macros come first, the macro's own package unless given (dbt-core 1.11: MacroContext). */
export function macroContext(
  services: RunServices,
  session: Session,
  macro: Macro,
  packageName: string | null = null,
): NodeContext {
  const results = new StatementResults()
  const node: MacroNode = macro.node
  const user: RefUser = { ...node, dependsOn: null, group: null }
  const members: Members = new Map<string, (context: DbtContext) => Value>([
    ...runtimeMembers(services, session, user, node.package_name, results, asDict(node)),
    ['ref', (context) => operationRef(services, session, user, context)],
    ['config', () => new RuntimeConfig(asDict(node.config), node.unique_id)],
    ['model', () => modelDict(node)],
    [
      'write',
      () =>
        hostFunction('write', ['payload'], () => {
          throw compilationError('not_writeable', 'cannot "write" macros or sources')
        }),
    ],
    [
      'load_agate_table',
      () =>
        hostFunction('load_agate_table', [], () => {
          throw compilationError('not_a_seed', 'can only load_agate_table for seeds (got a macro)')
        }),
    ],
  ])
  const context = new DbtContext({
    services,
    packageName: packageName ?? macro.node.package_name,
    members,
    flavour: 'async',
    undefinedMode: 'lenient',
  })
  return { context, results }
}

/** The context of a source's freshness queries. */
export function sourceContext(services: RunServices, session: Session, source: SourceNode): NodeContext {
  const results = new StatementResults()
  const user: RefUser = { ...source, dependsOn: null, group: null }
  const members: Members = new Map<string, (context: DbtContext) => Value>([
    ...runtimeMembers(services, session, user, source.package_name, results, asDict(source)),
    ['ref', (context) => operationRef(services, session, user, context)],
    ['config', () => new RuntimeConfig(source.config, source.unique_id)],
    ['model', () => modelDict(source)],
    ['this', () => relationOfNode(source, { ...services.relations, quoting: {} })],
    ['source_node', () => asDict(source)],
  ])
  const context = new DbtContext({
    services,
    packageName: source.package_name,
    members,
    flavour: 'async',
    undefinedMode: 'lenient',
  })
  return { context, results }
}

/** What every context of running has. */
function runtimeMembers(
  services: RunServices,
  session: Session,
  user: RefUser,
  packageName: string,
  results: StatementResults,
  node: PlainDict | null,
): [string, (context: DbtContext) => Value][] {
  return [
    ...sharedMembers(services, session.thread),
    ...spokenMembers(services, session),
    ['graph', () => graphDict(services.manifest)],
    ...results.members(),
    ['execute', () => true],
    ['thread_id', () => session.thread ?? 'MainThread'],
    ['source', () => new RuntimeSource(services, services.index, user)],
    ['metric', () => runtimeMetric(services, services.index, user)],
    ['function', (context) => runtimeFunction(services, services.index, user, deferralOf(services, session, context))],
    [
      'var',
      (context) =>
        new Var({
          services,
          packageName,
          nodeName: user.name,
          missingIsNone: false,
          render: (text) => renderText(text, context.forMacros),
        }),
    ],
    ['adapter', (context) => makeRuntimeAdapter(adapterRuntime(services, session, context, node))],
    ['api', (context) => apiOf(context)],
    ['column', (context) => attribute(apiOf(context), 'Column')],
    ['selected_resources', () => [...services.selectedResources()]],
    [
      'submit_python_job',
      () =>
        hostFunction('submit_python_job', ['parsed_model', 'compiled_code'], () => {
          throw pythonModel()
        }),
    ],
  ]
}

const pythonModel = () =>
  compilationError(
    'python_model',
    'Python models cannot run here: quern has no Python',
    'write the model in SQL, or run this model with dbt and exclude it here',
  )

/** What `adapter` of a template works with; `node` is null outside of nodes. */
export function adapterRuntime(
  services: RunServices,
  session: Session,
  context: DbtContext,
  node: PlainDict | null,
): AdapterRuntime {
  return {
    adapter: services.adapter,
    relations: services.relations,
    target: services.config.target.shown,
    projectRoot: services.config.project.root,
    projectName: services.config.project.name,
    behavior: services.invocation.flags.behavior,
    fields: services.config.target.fields,
    baseDir: services.invocation.cwd,
    node,
    warn: (message) => warnFromTemplate(services, message, session.thread),
    warnAsAdapter: (message) => services.invocation.emit(adapterWarning(services, session, message)),
    debug: (name, code, text) => services.invocation.emit({ kind: 'message', level: 'debug', name, code, text }),
    cache: session.cache,
    connection: () => session.connection(),
    executeSql: (sql, options) => session.executeSql(sql, options),
    commit: () => session.commit(),
    executeMacro: (name, kwargs, options) => {
      const asking = name === 'list_relations_without_caching' ? (session.listing?.() ?? session) : session
      return executeMacro(services, asking, name, kwargs, options?.package ?? null)
    },
    dispatch: (name, namespace) => dispatch(context, name, namespace),
  }
}

/**
 * Calls a macro by name in a context of its own, as dbt's adapters do. `packageName`: whose macros are searched first. Throws when there is none.
 */
export async function executeMacro(
  services: RunServices,
  session: Session,
  name: string,
  kwargs: Readonly<Record<string, Value>>,
  packageName: string | null = null,
): Promise<Value> {
  const macro = findMacro(services, name, packageName)
  if (macro === undefined) throw macroNotFound(name, packageName)
  const { context } = macroContext(services, session, macro, packageName)
  return await context.bind(macro).pyCall([], new Map(Object.entries(kwargs)))
}

/** dbt's error for a macro that is called by name from outside of templates. */
export const macroNotFound = (name: string, packageName: string | null): QuernError =>
  new QuernError(
    'Runtime',
    'macro_not_found',
    `dbt could not find a macro with the name "${name}" in ${packageName === null ? 'any package' : `the "${packageName}" package`}`,
  )

/** dbt-core 1.11, find_macro_by_name: the given package's; else the root project's, then those of packages, then built-in ones. */
export function findMacro(services: ContextServices, name: string, packageName: string | null): Macro | undefined {
  const { macros } = services
  if (packageName !== null) {
    return packageName === 'dbt' || macros.internals.has(packageName)
      ? macros.internal.get(name)
      : macros.packages.get(packageName)?.get(name)
  }
  return macros.anywhere.get(name)
}
