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
import { renderFunction, SHARED_MEMBERS, warnFromTemplate } from './shared-members.ts'
import { RuntimeSource } from './source.ts'
import { adapterWarning, spokenLog, spokenPrint, tellNewerVersion } from './spoken.ts'
import { RESULT_MEMBERS, StatementResults } from './statement-results.ts'
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

/** What the members of a context that runs are made from. `resource`: what runs, as templates see it. */
interface Running {
  readonly services: RunServices
  readonly session: Session
  readonly user: RefUser
  readonly resource: PlainDict
}

/**
 * The names of something that runs. A node has several of these, one for each macro that its adapter calls by itself, so the members
 * are tables, the same for all, and not made for each.
 */
class RunningContext<R extends Running = Running> extends DbtContext {
  readonly run: R
  readonly results = new StatementResults()

  constructor(run: R, packageName: string, members: Members, onDirectCall?: (macro: Macro) => void) {
    super({
      services: run.services,
      packageName,
      members,
      flavour: 'async',
      undefinedMode: 'lenient',
      thread: run.session.thread,
      ...(onDirectCall !== undefined && { onDirectCall }),
    })
    this.run = run
  }
}

type MemberOf<R extends Running> = readonly [string, (run: R, context: RunningContext<R>) => Value]

const membersOf = <R extends Running>(members: readonly MemberOf<R>[]): [string, (context: DbtContext) => Value][] =>
  members.map(([name, make]) => [
    name,
    (context) => make((context as RunningContext<R>).run, context as RunningContext<R>),
  ])

/** What every context of running has. */
const RUNNING_MEMBERS: readonly (readonly [string, (context: DbtContext) => Value])[] = [
  ...SHARED_MEMBERS,
  ...membersOf<Running>([
    ['log', ({ services, session }) => spokenLog(services, session)],
    ['print', ({ services, session }) => spokenPrint(services, session)],
    ['graph', ({ services }) => graphDict(services.manifest)],
    ...RESULT_MEMBERS.map(([name, make]): MemberOf<Running> => [name, (_, { results }) => make(results)]),
    ['execute', () => true],
    ['thread_id', ({ session }) => session.thread ?? 'MainThread'],
    ['source', ({ services, user }) => new RuntimeSource(services, services.index, user)],
    ['metric', ({ services, user }) => runtimeMetric(services, services.index, user)],
    [
      'function',
      (run, context) => runtimeFunction(run.services, run.services.index, run.user, deferralOf(run, context)),
    ],
    [
      'var',
      ({ services, user }, context) =>
        new Var({
          services,
          packageName: user.package_name,
          nodeName: user.name,
          missingIsNone: false,
          render: (text) => renderText(text, context.forMacros),
        }),
    ],
    [
      'adapter',
      ({ services, session, resource }, context) =>
        makeRuntimeAdapter(adapterRuntime(services, session, context, resource)),
    ],
    ['api', (_, context) => apiOf(context)],
    ['column', (_, context) => attribute(apiOf(context), 'Column')],
    ['selected_resources', ({ services }) => [...services.selectedResources()]],
    [
      'submit_python_job',
      () =>
        hostFunction('submit_python_job', ['parsed_model', 'compiled_code'], () => {
          throw pythonModel()
        }),
    ],
  ]),
]

const pythonModel = () =>
  compilationError(
    'python_model',
    'Python models cannot run here: quern has no Python',
    'write the model in SQL, or run this model with dbt and exclude it here',
  )

interface NodeContextOptions {
  /** Hears of ephemeral models that the node refers to. */
  readonly onEphemeral?: (node: ModelNode) => void
  readonly compiledCode?: string | undefined
  /** Names in place of the usual ones. */
  readonly members?: Members
  /** Hears of macros that the template calls itself. */
  readonly onDirectCall?: (macro: Macro) => void
}

interface RunningNode extends Running {
  readonly node: ManifestNode
  readonly hooks: RenderedHooks
  readonly options: NodeContextOptions
}

const hasHooks = ({ resource_type: type }: ManifestNode): boolean => type !== 'test' && type !== 'unit_test'

const compiledCode = ({ services, node, options }: RunningNode): Value =>
  options.compiledCode ??
  cloneSql(services, node) ??
  ('compiled_code' in node && node.extra_ctes_injected === true ? (node.compiled_code ?? null) : null)

const NODE_MEMBERS: Members = new Map([
  ...RUNNING_MEMBERS,
  ...membersOf<RunningNode>([
    [
      'ref',
      (run, context) =>
        new RuntimeRef(
          run.services,
          run.services.index,
          run.user,
          run.options.onEphemeral ?? (() => undefined),
          undefined,
          deferralOf(run, context),
          (ref, found) => tellNewerVersion(run.services, run.session, ref, found),
        ),
    ],
    ['config', ({ node }) => new RuntimeConfig(asDict(node.config), node.unique_id, () => modelDict(node))],
    ['model', ({ node }) => modelDict(node)],
    [
      'this',
      ({ services, node }) => (node.resource_type === 'operation' ? null : relationOfNode(node, services.relations)),
    ],
    ['database', ({ node }) => node.database],
    ['schema', ({ node }) => node.schema],
    ['render', ({ hooks }, context) => renderFunction(context, (text) => hooks.fileOf(text))],
    ['pre_hooks', ({ node }) => (hasHooks(node) ? hookDicts(node.config['pre-hook']) : [])],
    ['post_hooks', ({ node }) => (hasHooks(node) ? hookDicts(node.config['post-hook']) : [])],
    ['compiled_code', compiledCode],
    ['sql', compiledCode],
    ['defer_relation', ({ services, node }) => deferRelation(services, node)],
    [
      'write',
      ({ services, node }) =>
        hostFunction('write', ['payload'], async (payload) => {
          await services.writeRun(node, toText(payload as Value))
          return ''
        }),
    ],
    [
      'load_agate_table',
      ({ services, node }) =>
        hostFunction('load_agate_table', [], () => {
          if (node.resource_type !== 'seed') throw notASeed(node.resource_type)
          return services.loadSeed(node)
        }),
    ],
  ]),
])

const notASeed = (what: string): QuernError =>
  compilationError('not_a_seed', `can only load_agate_table for seeds (got a ${what})`)

/** The context in which a node's code, hooks and materialization run; its own package's macros come first. */
export function nodeContext(
  services: RunServices,
  session: Session,
  node: ManifestNode,
  options: NodeContextOptions = {},
): NodeContext & { readonly hooks: RenderedHooks } {
  const hooks = new RenderedHooks(node, () => services.sourceOf(node))
  const run = { services, session, user: refUser(node), resource: asDict(node), node, hooks, options }
  const members = options.members === undefined ? NODE_MEMBERS : new Map([...NODE_MEMBERS, ...options.members])
  const context = new RunningContext(run, node.package_name, members, options.onDirectCall)
  return { context, results: context.results, hooks }
}

/** Undefined without `--defer`. */
function deferralOf({ services, session }: Running, context: DbtContext): Deferral | undefined {
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
const operationRef = (run: Running, context: DbtContext): RuntimeRef =>
  new RuntimeRef(run.services, run.services.index, run.user, undefined, undefined, deferralOf(run, context))

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

interface RunningMacro extends Running {
  readonly node: MacroNode
}

const MACRO_MEMBERS: Members = new Map([
  ...RUNNING_MEMBERS,
  ...membersOf<RunningMacro>([
    ['ref', operationRef],
    ['config', ({ node }) => new RuntimeConfig(asDict(node.config), node.unique_id)],
    ['model', ({ node }) => modelDict(node)],
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
          throw notASeed('macro')
        }),
    ],
  ]),
])

/** The context of macros that run on their own: `run-operation`, and what adapter methods call. `packageName`: whose macros come first, the macro's own package unless given (dbt-core 1.11: MacroContext). */
export function macroContext(
  services: RunServices,
  session: Session,
  { node }: Macro,
  packageName: string | null = null,
): NodeContext {
  const user = { ...node, dependsOn: null, group: null }
  const run = { services, session, user, resource: asDict(node), node }
  const context = new RunningContext(run, packageName ?? node.package_name, MACRO_MEMBERS)
  return { context, results: context.results }
}

interface RunningSource extends Running {
  readonly source: SourceNode
}

const SOURCE_MEMBERS: Members = new Map([
  ...RUNNING_MEMBERS,
  ...membersOf<RunningSource>([
    ['ref', operationRef],
    ['config', ({ source }) => new RuntimeConfig(source.config, source.unique_id)],
    ['model', ({ source }) => modelDict(source)],
    ['this', ({ services, source }) => relationOfNode(source, { ...services.relations, quoting: {} })],
    ['source_node', ({ source }) => asDict(source)],
  ]),
])

/** The context of a source's freshness queries. */
export function sourceContext(services: RunServices, session: Session, source: SourceNode): NodeContext {
  const user = { ...source, dependsOn: null, group: null }
  const run = { services, session, user, resource: asDict(source), source }
  const context = new RunningContext(run, source.package_name, SOURCE_MEMBERS)
  return { context, results: context.results }
}

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
