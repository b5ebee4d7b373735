import { QuernError } from '../errors/quern-error.ts'
import { SourceFile, type Span } from '../errors/source-file.ts'
import { uncaughtReturn } from '../jinja/macro-return.ts'
import { newLimits, type RenderContext } from '../jinja/names.ts'
import { toText } from '../jinja/runtime/text.ts'
import {
  type Awaitable,
  hostFunction,
  NO_KWARGS,
  type PlainDict,
  PyFunction,
  PyObject,
  type Value,
} from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { macrosBelow } from '../manifest/macros-below.ts'
import type { Macro } from '../manifest/manifest.ts'
import { asDict, isGenericTest, type ManifestNode, type RefArgs } from '../manifest/node.ts'
import type { Relation } from '../manifest/relation.ts'
import { relationOfNode } from '../manifest/relation-class.ts'
import { findGenerateName } from '../manifest/resolve-macro.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { makeParseAdapter } from './adapter/parse-adapter.ts'
import { compilationError } from './compilation-error.ts'
import { ParseConfig, RuntimeConfig } from './config.ts'
import { type ContextOptions, DbtContext, type Members } from './dbt-context.ts'
import { dispatch } from './dispatch.ts'
import { KnownNames, type NameKind } from './known-names.ts'
import { graphOf, hookDicts, modelDict } from './model.ts'
import { ParseRef, refArgs } from './ref.ts'
import type { ContextServices } from './services.ts'
import { SHARED_MEMBERS, warnFromTemplate } from './shared-members.ts'
import { ParseSource, sourceArgs } from './source.ts'
import { RESULT_MEMBERS, StatementResults } from './statement-results.ts'
import { parsedTestKwargs, TEST_KWARGS } from './test-kwargs.ts'
import { Var } from './var.ts'
import { YamlNames } from './yaml-names.ts'

/** What rendering a node while parsing found out. */
export interface Capture {
  readonly refs: RefArgs[]
  readonly sources: [string, string][]
  readonly metrics: string[][]
  readonly functions: string[][]
  readonly configCalls: PlainDict[]
  /** Macros that the node's template calls itself, in order, once each. */
  readonly macros: UniqueId[]
}

export const newCapture = (): Capture => ({
  refs: [],
  sources: [],
  metrics: [],
  functions: [],
  configCalls: [],
  macros: [],
})

/** The context of one node's templates. */
class NodeContext extends DbtContext {
  readonly node: ManifestNode
  readonly capture: Capture
  readonly results = new StatementResults()
  #own: Relation | undefined

  constructor(node: ManifestNode, capture: Capture, options: ContextOptions) {
    super(options)
    this.node = node
    this.capture = capture
  }

  /** The node's own relation, which stands for all others while parsing. */
  readonly own = (): Relation => {
    this.#own ??= relationOfNode(this.node, this.services.relations)
    return this.#own
  }
}

/** The contexts of parsing: nothing is executed (`execute` is false), dependencies and configs are recorded. */
export class ParseContexts {
  readonly #services: ContextServices
  readonly #yaml: YamlNames
  /** `generate_*_name` macros run in one context per package and macro. */
  readonly #nameContexts = new Map<string, { context: DbtContext; call: (custom: Value, node: Value) => Value }>()

  readonly #knownNames: KnownNames
  #members: Members | undefined
  /** The `generate_*_name` macros by kind and package. */
  readonly #nameMacros = new Map<string, Macro | undefined>()
  /** By the ids of the macros that tests start from. */
  readonly #testMacros = new Map<string, ReadonlyMap<string, Macro>>()

  constructor(services: ContextServices) {
    this.#services = services
    this.#yaml = new YamlNames(services)
    this.#knownNames = new KnownNames(services)
  }

  /**
   * Renders a node's template as dbt does while parsing. `extra` are names besides the usual ones (`_dbt_generic_test_kwargs`).
   * Throws the `QuernError` of the template.
   */
  renderNode(node: ManifestNode, template: Template, extra?: ReadonlyMap<string, Value>): Capture {
    const capture = newCapture()
    this.#members ??= this.#nodeMembers()
    const context = new NodeContext(node, capture, {
      services: this.#services,
      packageName: node.package_name,
      members: this.#members,
      flavour: 'sync',
      undefinedMode: 'silent',
      ...(isGenericTest(node) && {
        localMacros: this.#macrosOfTest(node.depends_on.macros),
        localRoots: node.depends_on.macros.join(),
      }),
      onDirectCall: (macro) => {
        if (!capture.macros.includes(macro.node.unique_id)) capture.macros.push(macro.node.unique_id)
      },
    })
    for (const [name, value] of extra ?? []) context.define(name, value)
    if (isGenericTest(node)) {
      const raw = extra?.get(TEST_KWARGS) ?? node.test_metadata.kwargs
      context.define(TEST_KWARGS, parsedTestKwargs(raw, context))
    }
    try {
      template.renderSync(context.forNode)
    } catch (error) {
      throw uncaughtReturn(error)
    }
    return capture
  }

  /** dbt-core 1.11 (TestContext): a generic test sees all macros that its own macro leads to by their bare names, those of other packages too. */
  #macrosOfTest(ids: readonly string[]): ReadonlyMap<string, Macro> {
    const key = ids.join()
    let macros = this.#testMacros.get(key)
    if (macros === undefined) {
      macros = new Map(macrosBelow(this.#services.manifest, ids).map((macro) => [macro.node.name, macro]))
      this.#testMacros.set(key, macros)
    }
    return macros
  }

  /** The names of a node's templates at parse time; the same functions for all nodes. */
  #nodeMembers(): Members {
    const services = this.#services
    const ofNode =
      (make: (context: NodeContext) => Value) =>
      (context: DbtContext): Value =>
        make(context as NodeContext)
    return new Map<string, (context: DbtContext) => Value>([
      ...SHARED_MEMBERS,
      ['graph', () => this.#graph()],
      ...RESULT_MEMBERS.map(([name, make]) => [name, ofNode(({ results }) => make(results))] as const),
      ['execute', () => false],
      ['ref', ofNode(({ capture, own }) => new ParseRef(services, (ref) => capture.refs.push(ref), own))],
      [
        'source',
        ofNode(({ capture, own }) => new ParseSource(services, (source) => capture.sources.push(source), own)),
      ],
      [
        'metric',
        ofNode(({ capture }) =>
          recorder(
            'metric',
            (args) => capture.metrics.push(args),
            () => '',
          ),
        ),
      ],
      [
        'function',
        ofNode(({ capture, own }) =>
          recorder(
            'function',
            (args) => capture.functions.push(args),
            () => own().with({ type: 'function' }),
          ),
        ),
      ],
      ['config', ofNode(({ capture }) => new ParseConfig((config) => capture.configCalls.push(config)))],
      ['var', ofNode((context) => this.#var(context.node.package_name, context.node.name, true, context))],
      ['adapter', ofNode((context) => makeParseAdapter(this.#adapterOptions(context, asDict(context.node))))],
      ['api', (context) => apiOf(context)],
      ['column', (context) => attribute(apiOf(context), 'Column')],
      ['model', ofNode(({ node }) => modelDict(node))],
      ['this', ofNode(({ node, own }) => (node.resource_type === 'operation' ? null : own()))],
      ['database', ofNode(({ node }) => node.database)],
      ['schema', ofNode(({ node }) => node.schema)],
      ['pre_hooks', ofNode(({ node }) => (node.resource_type === 'test' ? [] : hookDicts(node.config['pre-hook'])))],
      ['post_hooks', ofNode(({ node }) => (node.resource_type === 'test' ? [] : hookDicts(node.config['post-hook'])))],
      ['sql', () => null],
      ['compiled_code', () => null],
      ['defer_relation', () => null],
      ['selected_resources', () => []],
      ['write', () => hostFunction('write', ['payload'], () => '')],
      [
        'load_agate_table',
        ofNode(({ node }) =>
          hostFunction('load_agate_table', [], () => {
            throw compilationError('not_a_seed', `can only load_agate_table for seeds (got a ${node.resource_type})`)
          }),
        ),
      ],
      ['submit_python_job', () => hostFunction('submit_python_job', ['parsed_model', 'compiled_code'], () => null)],
    ])
  }

  #graph(): Value {
    this.#services.reads?.note('graph')
    return graphOf(this.#services.manifest)
  }

  #adapterOptions(context: DbtContext, node: PlainDict | null = null): Parameters<typeof makeParseAdapter>[0] {
    const services = this.#services
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
      reads: services.reads,
      warn: (message) => warnFromTemplate(services, message),
      dispatch: (name, namespace) => dispatch(context, name, namespace),
    }
  }

  #var(packageName: string, nodeName: string, missingIsNone: boolean, context: DbtContext): Value {
    return new Var({
      services: this.#services,
      packageName,
      nodeName,
      missingIsNone,
      render: (text) => renderText(text, context.forMacros),
    })
  }

  /**
   * `generate_schema_name`, `generate_alias_name`, `generate_database_name` for a node; the result is stripped, None stays null.
   * Throws when the macro gives something that is not a text.
   */
  generateName(kind: NameKind, custom: string | null, node: ManifestNode): string | null {
    const macro = this.#nameMacro(kind, node.package_name)
    if (macro === undefined)
      throw new QuernError('Internal', 'macro_missing', `No macro with name generate_${kind}_name found`)
    return this.#knownNames.name(kind, macro, custom, node, () => this.#callName(macro, custom, node))
  }

  #nameMacro(kind: NameKind, packageName: string): Macro | undefined {
    const key = `${kind} ${packageName}`
    let macro = this.#nameMacros.get(key)
    if (macro === undefined) {
      macro = findGenerateName(this.#services.macros, kind, packageName)
      this.#nameMacros.set(key, macro)
    }
    return macro
  }

  #callName(macro: Macro, custom: string | null, node: ManifestNode): string | null {
    const key = macro.node.unique_id
    let entry = this.#nameContexts.get(key)
    if (entry === undefined) {
      const context = this.#nameContext(macro.node)
      const bound = context.bind(macro)
      entry = { context, call: (value, about) => bound.pyCall([value, about], NO_KWARGS) as Value }
      this.#nameContexts.set(key, entry)
    }
    const name = entry.call(custom, asDict(node))
    return name === null ? null : toText(name).trim()
  }

  /** dbt-core 1.11, GenerateNameProvider: `model` is the macro, `config` answers, `var` must exist, the search package is the root. */
  #nameContext(macro: { name: string; unique_id: string; config: object; package_name: string }): DbtContext {
    const services = this.#services
    const results = new StatementResults()
    const members: Members = new Map<string, (context: DbtContext) => Value>([
      ...SHARED_MEMBERS,
      ['graph', () => this.#graph()],
      ...RESULT_MEMBERS.map(([name, make]) => [name, () => make(results)] as const),
      ['execute', () => false],
      ['config', () => new RuntimeConfig(asDict(macro.config), macro.unique_id)],
      ['model', () => modelDict(macro)],
      ['var', (context) => this.#var(macro.package_name, macro.name, false, context)],
      ['adapter', (context) => makeParseAdapter(this.#adapterOptions(context))],
      ['api', (context) => apiOf(context)],
    ])
    return new DbtContext({
      services,
      packageName: services.config.project.name,
      members,
      flavour: 'sync',
      undefinedMode: 'lenient',
    })
  }

  /** Native rendering of the texts inside a value of a property file; keys stay. `skip(path)`: stays unrendered. */
  renderYaml(
    value: Value,
    packageName: string,
    skip?: (path: readonly (string | number)[]) => boolean,
    placeOf?: (path: readonly (string | number)[]) => Span | undefined,
  ): Value {
    return this.#yaml.render(value, packageName, skip, placeOf)
  }

  /** A description with `doc()` and the names of property files. */
  renderDescription(
    text: string,
    packageName: string,
    at: { file: SourceFile; owner: string },
  ): { text: string; docBlocks: UniqueId[] } {
    return this.#yaml.renderDescription(text, packageName, at)
  }

  /** One entry of an exposure's `depends_on`: `ref(...)`, `source(...)` or `metric(...)`, with or without braces. */
  renderDependency(
    text: string,
    _packageName: string,
  ): { refs: RefArgs[]; sources: [string, string][]; metrics: string[][] } {
    const capture = newCapture()
    const names = new Map<string, Value>([
      [
        'ref',
        new PyFunction('ref', (args, kwargs) => {
          capture.refs.push(refArgs(args, kwargs))
          return ''
        }),
      ],
      [
        'source',
        new PyFunction('source', (args, kwargs) => {
          capture.sources.push(sourceArgs(args, kwargs))
          return ''
        }),
      ],
      [
        'metric',
        recorder(
          'metric',
          (args) => capture.metrics.push(args),
          () => '',
        ),
      ],
    ])
    const template = Template.parse(new SourceFile('<depends_on>', text.includes('{{') ? text : `{{ ${text} }}`))
    template.renderSync({
      names: { lookup: (name) => names.get(name) },
      flavour: 'sync',
      undefinedMode: 'lenient',
      limits: newLimits(),
    })
    return capture
  }
}

/** `metric(...)` and `function(...)`: one or two names. */
function recorder(name: string, record: (args: string[]) => void, result: () => Value): PyFunction {
  return new PyFunction(name, (args) => {
    if (args.length !== 1 && args.length !== 2)
      throw compilationError(`${name}_arguments`, `${name}() takes at most two arguments (${args.length} given)`)
    record(args.map((arg) => toText(arg)))
    return result()
  })
}

/** Renders a text that may be a template (a var's value): at once while parsing; while running its macros may ask the database. */
export function renderText(text: string, context: RenderContext): Awaitable<Value> {
  if (!text.includes('{')) return text
  const template = Template.parse(new SourceFile('<string>', text))
  return context.flavour === 'sync' ? template.renderSync(context) : template.render(context)
}

/** `api`: what the context's adapter offers as classes. */
export function apiOf(context: DbtContext): Value {
  const adapter = context.builtin('adapter') as Value
  return { Relation: attribute(adapter, 'Relation'), Column: attribute(adapter, 'Column') }
}

export const attribute = (value: Value, name: string): Value => {
  if (value instanceof PyObject) return value.getAttr(name) ?? null
  return (value as PlainDict)[name] ?? null
}
