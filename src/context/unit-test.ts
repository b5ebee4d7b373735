import { callValue } from '../jinja/runtime/access.ts'
import { type Kwargs, PyFunction, PyObject, type Value } from '../jinja/runtime/value.ts'
import { cteIdentifier, type FixtureNode, type ModelNode, type RefArgs, type UnitTestNode } from '../manifest/node.ts'
import { ephemeralRelation } from '../manifest/relation.ts'
import { ephemeralName } from '../manifest/relation-type.ts'
import { type ManifestIndex, resolveSource } from '../manifest/resolve-ref.ts'
import { BoundMacro } from './bound-macro.ts'
import type { DbtContext, Members } from './dbt-context.ts'
import { MacroNamespace } from './macro-namespace.ts'
import { renderText } from './parse-context.ts'
import { type RefUser, RuntimeRef } from './ref.ts'
import { type ContextServices, callerOf } from './services.ts'
import { sourceArgs } from './source.ts'
import { notFound } from './target-not-found.ts'
import { Var } from './var.ts'

/** The services of a unit test: its rows are never cut by `--empty`, and `var` sees its vars first. */
export function unitTestServices<S extends ContextServices>(services: S, test: UnitTestNode): S {
  const { invocation, config } = services
  return {
    ...services,
    invocation: { ...invocation, flags: { ...invocation.flags, empty: false } },
    config: { ...config, cliVars: { ...config.cliVars, ...test.overrides?.vars } },
  }
}

/**
 * The names that mean something else while a unit test's SQL is rendered: `ref` and `source` give fixtures, `this` the CTE of the input of that name
 * or None, `var` and `env_var` know the test's overrides. `services` are those of `unitTestServices`, with the test's own manifest.
 */
export function unitTestMembers(
  services: ContextServices,
  index: ManifestIndex,
  test: UnitTestNode,
  user: RefUser,
  onEphemeral: (node: ModelNode) => void,
): Members {
  // dbt-core 1.11: its CTE comes first, whether or not the SQL says `this`.
  const own = thisOf(index, test, onEphemeral)
  const missing = (ref: RefArgs): string =>
    `the unit test needs rows for it: - input: ref('${ref.name}'${ref.version === null ? '' : `, version=${ref.version}`})`
  return new Map<string, (context: DbtContext) => Value>([
    ['ref', () => new RuntimeRef(services, index, user, onEphemeral, missing)],
    ['source', () => new UnitTestSource(services, index, user, onEphemeral)],
    ['this', () => own],
    ['env_var', () => envVarOf(services, test)],
    [
      'var',
      (context) =>
        new Var({
          services,
          packageName: test.package_name,
          nodeName: test.name,
          missingIsNone: false,
          render: (text) => renderText(text, context.forMacros),
        }),
    ],
  ])
}

/** `source` in a unit test: the CTE of the fixture that stands for the table. */
class UnitTestSource extends PyObject {
  readonly typeName = 'RuntimeUnitTestSourceResolver'
  readonly #services: ContextServices
  readonly #index: ManifestIndex
  readonly #user: RefUser
  readonly #onEphemeral: (node: ModelNode) => void

  constructor(services: ContextServices, index: ManifestIndex, user: RefUser, onEphemeral: (node: ModelNode) => void) {
    super()
    this.#services = services
    this.#index = index
    this.#user = user
    this.#onEphemeral = onEphemeral
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    const [source, table] = sourceArgs(args, kwargs)
    const found = resolveSource(this.#index, source, table, callerOf(this.#services, this.#user.package_name))
    if (found.kind !== 'found') {
      const hint = `the unit test needs rows for it: - input: source('${source}', '${table}')`
      throw notFound(this.#user, 'source', `${source}.${table}`, { disabled: found.kind === 'disabled' }, hint)
    }
    const fixture = found.node as unknown as FixtureNode
    this.#onEphemeral(fixture)
    return ephemeralRelation({ identifier: cteIdentifier(fixture), dialect: this.#services.relations.dialect })
  }
}

function thisOf(index: ManifestIndex, test: UnitTestNode, onEphemeral: (node: ModelNode) => void): Value {
  const id = test.this_input_node_unique_id
  const fixture = id === null ? undefined : (index.manifest.nodes.get(id) as ModelNode | undefined)
  if (fixture === undefined) return null
  onEphemeral(fixture)
  return ephemeralName(fixture.alias)
}

function envVarOf(services: ContextServices, test: UnitTestNode): Value {
  const overrides = test.overrides?.env_vars ?? {}
  const usual = services.base.get('env_var') as Value
  return new PyFunction('env_var', (args, kwargs) => {
    const name = args[0] ?? kwargs.get('var')
    return typeof name === 'string' && Object.hasOwn(overrides, name)
      ? (overrides[name] as Value)
      : callValue(usual, args, kwargs)
  })
}

/**
 * Puts the macro overrides of a unit test into a context. dbt-core 1.11: a plain name replaces what templates see under it, in `dbt.` too
 * when it is there; `package.name` replaces the package's macro; names that nothing has are ignored; plain names win.
 */
export function overrideMacros(context: DbtContext, macros: Readonly<Record<string, Value>>): void {
  const plain: [string, Value][] = []
  for (const [key, value] of Object.entries(macros)) {
    const parts = key.split('.')
    const name = parts[parts.length - 1] as string
    if (parts.length !== 2) {
      if (parts.length === 1) plain.push([name, value])
      continue
    }
    const namespace = context.lookup(parts[0] as string)
    if (!(namespace instanceof MacroNamespace)) continue
    const original = namespace.getItem(name)
    if (original === undefined) continue
    namespace.replace(name, inPlaceOf(original, value))
    if (parts[0] === 'dbt') context.define(name, inPlaceOf(original, value))
  }
  const builtIn = context.lookup('dbt')
  for (const [name, value] of plain) {
    const original = context.lookup(name)
    if (original === undefined) continue
    const replacement = inPlaceOf(original, value)
    context.define(name, replacement)
    if (builtIn instanceof MacroNamespace && builtIn.getItem(name) !== undefined) builtIn.replace(name, replacement)
  }
}

/** A macro becomes a function that gives the value; anything else the value itself. */
const inPlaceOf = (original: Value, value: Value): Value =>
  original instanceof BoundMacro ? new PyFunction(original.macro.node.name, () => value) : value
