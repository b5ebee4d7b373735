import { isoText } from '../config/python-data.ts'
import { resolveVar } from '../config/vars.ts'
import { QuernError } from '../errors/quern-error.ts'
import { SourceFile, type Span } from '../errors/source-file.ts'
import { uncaughtReturn } from '../jinja/macro-return.ts'
import { type Names, newLimits, type RenderContext } from '../jinja/names.ts'
import { hasJinja, plainText } from '../jinja/plain-text.ts'
import { toText } from '../jinja/runtime/text.ts'
import { hostFunction, isPlainDict, PyDict, PyFunction, PyTuple, type Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { indexManifest, type ManifestIndex, resolveDoc } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { compilationError } from './compilation-error.ts'
import { type ContextServices, callerOf } from './services.ts'
import { shownTarget } from './shared-members.ts'

/**
 * The names of property files (dbt-core 1.11: SchemaYamlContext): the base names, `target`, `project_name`, `var` of the file's package.
 * No macros, no nodes. Descriptions know `doc()` too.
 */
export class YamlNames {
  readonly #services: ContextServices
  readonly #contexts = new Map<string, RenderContext>()
  #index: ManifestIndex | undefined

  constructor(services: ContextServices) {
    this.#services = services
  }

  /** `placeOf(path)`: where a value stands in its file, for errors. */
  render(
    value: Value,
    packageName: string,
    skip?: (path: readonly (string | number)[]) => boolean,
    placeOf?: (path: readonly (string | number)[]) => Span | undefined,
  ): Value {
    return this.#walk(value, packageName, { skip: skip ?? (() => false), placeOf: placeOf ?? (() => undefined) }, [])
  }

  #walk(
    value: Value,
    packageName: string,
    options: {
      readonly skip: (path: readonly (string | number)[]) => boolean
      readonly placeOf: (path: readonly (string | number)[]) => Span | undefined
    },
    path: (string | number)[],
  ): Value {
    const { skip, placeOf } = options
    if (typeof value === 'string') {
      if (skip(path)) return value
      if (!hasJinja(value)) return plainText(value)
      try {
        const file = new SourceFile('<yaml>', value, () => placeOf(path))
        return Template.parse(file).renderNative(this.#context(packageName))
      } catch (error) {
        throw couldNotRender(value, error)
      }
    }
    if (value === null || typeof value !== 'object') return value
    if (skip(path)) return value
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.#walk(item, packageName, options, [...path, index]))
      return value instanceof PyTuple ? PyTuple.fromItems(items) : items
    }
    if (isPlainDict(value)) {
      const copy: Record<string, Value> = {}
      for (const [key, item] of Object.entries(value))
        copy[key] = this.#walk(item, packageName, options, [...path, key])
      return copy
    }
    if (value instanceof PyDict) {
      return PyDict.from(
        [...value.entries()].map(([key, item]) => [
          key,
          this.#walk(item, packageName, options, [...path, toText(key)]),
        ]),
      )
    }
    // dbt-core 1.11: dates become text
    return isoText(value)
  }

  renderDescription(
    text: string,
    packageName: string,
    { file, owner }: { file: SourceFile; owner: string },
  ): { text: string; docBlocks: UniqueId[] } {
    if (!text.includes('{')) return { text, docBlocks: [] }
    const docBlocks: UniqueId[] = []
    const base = this.#context(packageName)
    const doc = new PyFunction('doc', (args) => this.#doc(args, packageName, docBlocks, owner))
    const names: Names = { lookup: (name) => (name === 'doc' ? doc : base.names.lookup(name)) }
    const template = Template.parse(file)
    try {
      return { text: template.renderSync({ ...base, names, limits: newLimits() }), docBlocks }
    } catch (error) {
      throw uncaughtReturn(error)
    }
  }

  #doc(args: readonly Value[], packageName: string, used: UniqueId[], owner: string): Value {
    if (args.length !== 1 && args.length !== 2)
      throw compilationError(
        'doc_arguments',
        'doc() takes at most two arguments',
        "write {{ doc('name') }} or {{ doc('package', 'name') }}",
      )
    const name = toText(args[args.length - 1] as Value)
    const wanted = args.length === 2 ? toText(args[0] as Value) : null
    this.#index ??= indexManifest(this.#services.manifest)
    const id = resolveDoc(this.#index, name, wanted, callerOf(this.#services, packageName))
    const doc = id === undefined ? undefined : this.#services.manifest.docs.get(id)
    if (doc === undefined) {
      throw new QuernError(
        'Compilation',
        'doc_not_found',
        `Documentation for '${owner}' depends on doc '${name}' ${wanted === null ? '' : `in package '${wanted}' `} which was not found`,
        {
          hint: `write a {% docs ${name} %} block in a .md file of the project`,
        },
      )
    }
    if (!used.includes(doc.unique_id)) used.push(doc.unique_id)
    return doc.block_contents
  }

  #context(packageName: string): RenderContext {
    let context = this.#contexts.get(packageName)
    if (context === undefined) {
      const services = this.#services
      const own = new Map<string, Value>([
        ['target', shownTarget(services)],
        ['env', shownTarget(services)],
        ['project_name', services.config.project.name],
        ['var', this.#var(packageName)],
      ])
      const names: Names = { lookup: (name) => own.get(name) ?? services.base.get(name) }
      context = { names, flavour: 'sync', undefinedMode: 'lenient', limits: newLimits() }
      this.#contexts.set(packageName, context)
    }
    return { ...context, limits: newLimits() }
  }

  /** dbt-core 1.11, ConfiguredVar: values are not rendered again. */
  #var(packageName: string): Value {
    return hostFunction('var', ['var_name', ['default', NOT_GIVEN]], (name, fallback) => {
      if (typeof name === 'string') this.#services.reads?.note('var', packageName, name)
      const value = typeof name === 'string' ? resolveVar(this.#services.config, packageName, name) : undefined
      if (value !== undefined) return value
      if (fallback !== NOT_GIVEN) return fallback as Value
      throw compilationError(
        'var_not_found',
        `Required var '${toText(name as Value)}' not found in config:\nVars supplied to <Configuration> = {}`,
      )
    })
  }
}

const NOT_GIVEN: Value = new PyTuple()

/** dbt-core 1.11 begins Compilation Errors of a property file's values with the value; others keep their text. */
function couldNotRender(text: string, error: unknown): unknown {
  if (!(error instanceof QuernError) || error.kind !== 'Compilation') return error
  const { at, hint, notes } = error
  const wrapped = new QuernError('Compilation', error.code, `Could not render ${text}: ${error.message}`, {
    at,
    hint,
    notes,
    cause: error,
  })
  wrapped.frames.push(...error.frames)
  return wrapped
}
