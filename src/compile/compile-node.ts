import { nodeContext, type RunServices, unitTestContext } from '../context/run-context.ts'
import type { Session } from '../context/session.ts'
import { genericTestKwargs, TEST_KWARGS } from '../context/test-kwargs.ts'
import { explainUndefined } from '../context/undefined-name.ts'
import { QuernError } from '../errors/quern-error.ts'
import { findText, type Origin, SourceFile } from '../errors/source-file.ts'
import { uncaughtReturn } from '../jinja/macro-return.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import type { Macro } from '../manifest/manifest.ts'
import { cteIdentifier, isGenericTest, type ManifestNode, type ModelNode, type SqlNode } from '../manifest/node.ts'
import { relationOfNode } from '../manifest/relation-class.ts'
import { ephemeralName } from '../manifest/relation-type.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { cteOf, type InjectedCte, injectCtes, mapInjected, type RenderedSql } from './ephemeral.ts'
import { resolveForeignKeys } from './foreign-keys.ts'
import type { SqlMap } from './sql-map.ts'
import { storesFailures } from './store-failures.ts'

export interface CompileOptions {
  /** Names besides the usual ones (`results` of on-run-end). */
  readonly extra?: ReadonlyMap<string, Value>
  /** False: `--no-inject-ephemeral-ctes`. */
  readonly injectCtes?: boolean
  /** The node whose file the code stands in, when it is not the node itself: a unit test's model. */
  readonly codeOf?: SqlNode
}

/** What rendering one node gave: its SQL without CTEs, and the ephemeral models that it needs. */
interface Rendered extends RenderedSql {
  readonly ephemeral: readonly ModelNode[]
}

/** SQL of a node and the CTEs that go in front of it. */
type SqlWithCtes = RenderedSql & { readonly ctes: readonly InjectedCte[] }

/**
 * Renders nodes to SQL. Each ephemeral model is rendered once, whoever needs it first, and its SQL shared; `onCompiled` hears of every node
 * that got its final SQL (to write target/compiled). `sourceOf` reads the file that a node is from, for places in errors.
 */
export class Compiler {
  readonly #services: RunServices
  readonly #onCompiled: (node: SqlNode) => Promise<void>
  readonly #sourceOf: (node: SqlNode) => SourceFile | undefined
  /** Ephemeral models under way or done: SQL before the CTEs in front of it were added, and those CTEs. */
  readonly #ephemeral = new Map<UniqueId, Promise<SqlWithCtes>>()
  /** What compiled nodes were put together from. */
  readonly #rendered = new WeakMap<SqlNode, SqlWithCtes>()

  constructor(
    services: RunServices,
    onCompiled: (node: SqlNode) => Promise<void>,
    sourceOf: (node: SqlNode) => SourceFile | undefined = () => undefined,
  ) {
    this.#services = services
    this.#onCompiled = onCompiled
    this.#sourceOf = sourceOf
  }

  /** The same for another manifest, with nothing compiled yet. */
  forServices(services: RunServices): Compiler {
    return new Compiler(services, this.#onCompiled, this.#sourceOf)
  }

  /** Sets `compiled_code`, `extra_ctes` and companions on the node. Throws the template's `QuernError`, marked with the node. */
  async compile(node: SqlNode, session: Session, options: CompileOptions = {}): Promise<void> {
    const { ephemeral, ...rendered } = await this.#render(node, session, options)
    const inject = options.injectCtes ?? true
    const ctes = inject ? await this.#ctesOf(ephemeral, session) : []
    node.compiled_code = injectCtes(rendered.sql, ctes)
    this.#rendered.set(node, { ...rendered, ctes })
    node.extra_ctes = inject
      ? ctes.map(({ id, sql }) => ({ id, sql }))
      : ephemeral.map((model) => ({ id: model.unique_id, sql: '' }))
    node.extra_ctes_injected = inject
    if (
      node.resource_type === 'test' &&
      node.relation_name === null &&
      storesFailures(node, this.#services.invocation.flags)
    ) {
      node.relation_name = relationOfNode(node, this.#services.relations).render()
    }
    await this.#onCompiled(node)
  }

  /** Where in the templates a node's compiled SQL is from; undefined for one that was not compiled here, or has no SQL. */
  mapOf(node: SqlNode): SqlMap | undefined {
    const rendered = this.#rendered.get(node)
    return rendered === undefined ? undefined : mapInjected(rendered, rendered.ctes)
  }

  /** An error of a statement that holds the node's compiled SQL, at the place of a template that the SQL is from; any other error as it is. */
  located(error: QuernError, node: SqlNode): QuernError {
    const { at } = error
    const { compiled_code: code } = node
    if (at === undefined || at.file.origin !== 'generated' || !code) return error
    const shift = at.file.text.indexOf(code)
    if (shift === -1) return error
    const span = this.mapOf(node)?.spanOf(at.start - shift, at.end - shift)
    return span === undefined ? error : error.movedTo(span)
  }

  /** Renders other code in a node's name, with the CTEs that it needs; nothing is noted on the node. */
  async compileText<N extends SqlNode>(node: N, code: string, session: Session): Promise<string> {
    const { sql, ephemeral } = await this.#render({ ...node, raw_code: code }, session, {})
    return injectCtes(sql, await this.#ctesOf(ephemeral, session))
  }

  async #render(node: SqlNode, session: Session, options: CompileOptions): Promise<Rendered> {
    const ephemeral: ModelNode[] = []
    const onEphemeral = (model: ModelNode): void => {
      if (!ephemeral.includes(model)) ephemeral.push(model)
    }
    const { context } =
      node.resource_type === 'unit_test'
        ? unitTestContext(this.#services, session, node, onEphemeral)
        : nodeContext(this.#services, session, node, { onEphemeral, onDirectCall: (macro) => noteCall(node, macro) })
    for (const [name, value] of options.extra ?? []) context.define(name, value)
    if (isGenericTest(node)) context.define(TEST_KWARGS, await genericTestKwargs(node, context))
    const isPython = node.language === 'python' && node.resource_type === 'model'
    const template = isPython ? pythonPostfix() : this.#template(node, options.codeOf)
    const { text, trace } = await template
      .renderTraced(context.forNode)
      .catch((error: unknown) => Promise.reject(explainUndefined(uncaughtReturn(error), () => context.names())))
    const sql = isPython ? `${node.raw_code}\n\n${text}` : text
    node.compiled = true
    if (node.resource_type === 'model') resolveForeignKeys(node, this.#services)
    return { sql, ephemeral, origin: isPython ? undefined : { file: template.file, trace } }
  }

  /** The CTEs that ephemeral models need, their own first, each once. */
  async #ctesOf(models: readonly ModelNode[], session: Session): Promise<InjectedCte[]> {
    const ctes: InjectedCte[] = []
    const add = (cte: InjectedCte): void => {
      if (!ctes.some((other) => other.id === cte.id)) ctes.push(cte)
    }
    for (const model of models) {
      const compiled = await this.#compileEphemeral(model, session)
      for (const cte of compiled.ctes) add(cte)
      add(cteOf(model.unique_id, ephemeralName(cteIdentifier(model)), compiled))
    }
    return ctes
  }

  #compileEphemeral(model: ModelNode, session: Session): Promise<SqlWithCtes> {
    let compiled = this.#ephemeral.get(model.unique_id)
    if (compiled === undefined) {
      compiled = this.#compileEphemeralOnce(model, session)
      this.#ephemeral.set(model.unique_id, compiled)
    }
    return compiled
  }

  async #compileEphemeralOnce(model: ModelNode, session: Session): Promise<SqlWithCtes> {
    try {
      const { ephemeral, ...rendered } = await this.#render(model, session, {})
      const ctes = await this.#ctesOf(ephemeral, session)
      model.compiled_code = injectCtes(rendered.sql, ctes)
      model.extra_ctes = ctes.map(({ id, sql }) => ({ id, sql }))
      model.extra_ctes_injected = true
      await this.#onCompiled(model)
      return { ...rendered, ctes }
    } catch (error) {
      if (error instanceof QuernError) error.node ??= nodeLabel(model)
      throw error
    }
  }

  /** Code stands inside of its file without the blanks around it, or without the tags of its block. */
  #originOf(node: SqlNode): Origin | undefined {
    if (node.resource_type === 'sql_operation') return undefined
    return () => {
      const file = this.#sourceOf(node)
      return file === undefined ? undefined : findText(file, node.raw_code)
    }
  }

  /** Not kept: a node's code is rendered once, and trees are large. */
  #template(node: SqlNode, codeOf = node): Template {
    const file = new SourceFile(codeOf.original_file_path, node.raw_code, this.#originOf(codeOf))
    return Template.parse(file, { kind: node.resource_type, name: node.name })
  }
}

/** dbt-core 1.11: a Python model's code is not rendered; what it needs to run elsewhere is put behind it by a macro. */
const pythonPostfix = (): Template => Template.parse(new SourceFile('', '{{ py_script_postfix(model) }}'))

/** dbt-core 1.11: what a template calls only when it runs is a dependency from then on. The list is replaced: `graph` keeps the old one. */
export function noteCall(node: ManifestNode, { node: { unique_id: id } }: Macro): void {
  const { macros } = node.depends_on
  if (!macros.includes(id)) node.depends_on = { ...node.depends_on, macros: [...macros, id] }
}

/** `model orders (models/orders.sql)`: how headings of errors name a node. */
export const nodeLabel = (node: { resource_type: string; name: string; original_file_path: string }): string =>
  `${node.resource_type} ${node.name} (${node.original_file_path})`
