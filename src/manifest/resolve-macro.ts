import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { Macro } from './manifest.ts'

/** Macros of one package by name. */
export type MacroNamespace = ReadonlyMap<string, Macro>

/** Who may answer to a macro's name, ready for look-ups. Made once, when all macros are known. */
export interface MacroIndex {
  readonly rootProject: string
  /** Built-in packages, the first wins: `['dbt_duckdb', 'dbt']`. */
  readonly internalPackages: readonly string[]
  /** Packages that are not built in, the root project among them. */
  readonly packages: ReadonlyMap<string, MacroNamespace>
  /** Each built-in package on its own. */
  readonly internals: ReadonlyMap<string, MacroNamespace>
  /** All built-in packages in one: what `dbt.x` means. */
  readonly internal: MacroNamespace
  /** Static analysis' flat view: built-in, then packages, then the root project, later ones winning. */
  readonly anywhere: MacroNamespace
  /** All macros that share a name, in order of loading. */
  readonly byName: ReadonlyMap<string, readonly Macro[]>
}

/** The namespace that `dbt.` prefixes mean. */
export const GLOBAL_PACKAGE = 'dbt'

/** Sorts macros into an index. `internalPackages`: the adapter's package before `dbt`. */
export function indexMacros(
  macros: Iterable<Macro>,
  rootProject: string,
  internalPackages: readonly string[],
): MacroIndex {
  const isInternal = new Set(internalPackages)
  const packages = new Map<string, Map<string, Macro>>()
  const internals = new Map<string, Map<string, Macro>>()
  const byName = new Map<string, Macro[]>()
  for (const macro of macros) {
    const { package_name, name } = macro.node
    const home = isInternal.has(package_name) ? internals : packages
    let namespace = home.get(package_name)
    if (namespace === undefined) home.set(package_name, (namespace = new Map()))
    namespace.set(name, macro)
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [macro])
    else same.push(macro)
  }
  const internal = new Map<string, Macro>()
  for (const name of internalPackages.toReversed())
    for (const [key, macro] of internals.get(name) ?? []) internal.set(key, macro)
  const anywhere = new Map(internal)
  for (const namespace of packages.values()) for (const [key, macro] of namespace) anywhere.set(key, macro)
  for (const [key, macro] of packages.get(rootProject) ?? []) anywhere.set(key, macro)
  return { rootProject, internalPackages, packages, internals, internal, anywhere, byName }
}

/** What a bare name in a template can be: one macro, or a package whose macros follow after a dot. */
export type MacroMember = { readonly macro: Macro } | { readonly namespace: MacroNamespace }

/**
 * What a bare name means in a template of package `from`. dbt-core 1.11: the package's own macros, the root project's, the names of
 * packages, `dbt`, then the built-in macros. A template of a built-in package has no own macros in this sense, so the root project overrides.
 */
export function resolveMacroName(index: MacroIndex, name: string, from: string): MacroMember | undefined {
  const own = index.packages.get(from)?.get(name)
  if (own !== undefined) return { macro: own }
  const root = index.packages.get(index.rootProject)?.get(name)
  if (root !== undefined) return { macro: root }
  const namespace = index.packages.get(name)
  if (namespace !== undefined) return { namespace }
  if (name === GLOBAL_PACKAGE) return { namespace: index.internal }
  const internal = index.internal.get(name)
  return internal === undefined ? undefined : { macro: internal }
}

/** A macro of a named package (`null`: any, as a bare name from the package `from`). Undefined also when there is no such package. */
export function macroFromPackage(
  index: MacroIndex,
  packageName: string | null,
  name: string,
  from: string,
): Macro | undefined {
  if (packageName === null) {
    const member = resolveMacroName(index, name, from)
    return member !== undefined && 'macro' in member ? member.macro : undefined
  }
  if (packageName === GLOBAL_PACKAGE) return index.internal.get(name)
  return index.packages.get(packageName)?.get(name)
}

/** The macro that static analysis takes a name for: `packageName`'s own, else the flat view. */
export function staticMacro(index: MacroIndex, packageName: string, name: string): Macro | undefined {
  const local = index.internals.get(packageName) ?? index.packages.get(packageName)
  return local?.get(name) ?? index.anywhere.get(name)
}

/** What `adapter.dispatch` depends on besides the macros. */
export interface DispatchRules {
  /** `dispatch:` of the root project's dbt_project.yml. */
  readonly searchOrders: readonly { readonly macro_namespace: string; readonly search_order: readonly string[] }[]
  /** Adapter prefixes, most specific first, without `default`. */
  readonly prefixes: readonly string[]
  /** All installed projects: the root, its packages and the built-in ones. */
  readonly projects: ReadonlySet<string>
}

/** Packages that dispatch looks into for a namespace, in order; null = wherever a bare name would be looked for. */
export function dispatchPackages(
  index: MacroIndex,
  rules: DispatchRules,
  namespace: string | null,
): readonly (string | null)[] {
  if (namespace === null) return [null]
  const order = rules.searchOrders.find((entry) => entry.macro_namespace === namespace)?.search_order
  if (order !== undefined && order.length > 0) return order
  return rules.projects.has(namespace) ? [index.rootProject, namespace] : [null]
}

/**
 * The macro that `adapter.dispatch(name, namespace)` gives in a template of package `from`: for each package of the search order,
 * `<prefix>__<name>` for each adapter prefix and then `default`. `from` undefined: the static analysis of macros, which knows no caller.
 * Throws dbt's Compilation Error when nothing is found or the name holds a dot.
 */
export function findDispatch(
  index: MacroIndex,
  rules: DispatchRules,
  call: { readonly name: string; readonly namespace: string | null; readonly from: string | undefined },
): Macro {
  const { name, namespace, from } = call
  if (name.includes('.')) {
    const dot = name.indexOf('.')
    throw new QuernError(
      'Compilation',
      'dispatch_dotted_name',
      `In adapter.dispatch, got a macro name of "${name}", but "." is not a valid macro name component. Did you mean \`adapter.dispatch("${name.slice(dot + 1)}", macro_namespace="${name.slice(0, dot)}")\`?`,
    )
  }
  const packages = dispatchPackages(index, rules, namespace)
  const names = [...rules.prefixes, 'default'].map((prefix) => `${prefix}__${name}`)
  for (const packageName of packages) {
    for (const wanted of names) {
      const found =
        from === undefined && packageName === null
          ? index.anywhere.get(wanted)
          : macroFromPackage(index, packageName, wanted, from ?? '')
      if (found !== undefined) return found
    }
  }
  const attempts = packages.flatMap((packageName) =>
    names.map((wanted) => (packageName === null ? wanted : `${packageName}.${wanted}`)),
  )
  throw new QuernError(
    'Compilation',
    'dispatch_not_found',
    `In dispatch: No macro named '${name}' found within namespace: '${namespace ?? 'None'}'\n    Searched for: ${attempts.map((attempt) => `'${attempt}'`).join(', ')}`,
    { hint: nearbyDispatch(index, name) },
  )
}

function nearbyDispatch(index: MacroIndex, name: string): string | undefined {
  const bases = new Set<string>()
  for (const key of index.byName.keys()) {
    const split = key.indexOf('__')
    if (split > 0) bases.add(key.slice(split + 2))
  }
  const near = didYouMean(name, bases)
  return near === undefined ? undefined : `did you mean '${near}'?`
}

/** How near to the user a macro was written. */
const locality = (index: MacroIndex, macro: Macro): 'root' | 'imported' | 'internal' =>
  macro.node.package_name === index.rootProject
    ? 'root'
    : index.internalPackages.includes(macro.node.package_name)
      ? 'internal'
      : 'imported'

const RANK = { root: 2, imported: 1, internal: 0 } as const

/** The nearest of several macros of one name; among built-in ones, the last that was loaded. */
function nearest(index: MacroIndex, macros: readonly Macro[]): Macro | undefined {
  let best: Macro | undefined
  for (const macro of macros) {
    if (best === undefined || RANK[locality(index, macro)] >= RANK[locality(index, best)]) best = macro
  }
  return best
}

/**
 * `generate_schema_name`, `generate_alias_name` or `generate_database_name` for nodes of a package: an installed package's own definition
 * holds for its own nodes; else the root project's, else dbt's.
 */
export function findGenerateName(
  index: MacroIndex,
  component: 'schema' | 'alias' | 'database',
  packageName: string,
): Macro | undefined {
  const name = `generate_${component}_name`
  const own = packageName === index.rootProject ? undefined : index.packages.get(packageName)?.get(name)
  if (own !== undefined) return own
  return nearest(
    index,
    (index.byName.get(name) ?? []).filter((macro) => locality(index, macro) !== 'imported'),
  )
}

/** What a materialization look-up gives. */
export interface MaterializationFound {
  readonly macro: Macro
  /** The package whose definition is taken in place of a built-in one. */
  readonly overriddenBy?: string
}

/** Name of the macro that a materialization block makes. */
export const materializationMacroName = (name: string, adapter: string): string => `materialization_${name}_${adapter}`

/**
 * The macro of a materialization. dbt-core 1.11: more specific adapters first, then the root project over packages over built-in ones. A package's
 * definition does not replace a built-in one unless `packagesMayOverride` (flag `require_explicit_package_overrides_for_builtin_materializations` false).
 */
export function findMaterialization(
  index: MacroIndex,
  name: string,
  prefixes: readonly string[],
  packagesMayOverride = false,
): MaterializationFound | undefined {
  const tiers = [...prefixes, 'default'].map((prefix) => index.byName.get(materializationMacroName(name, prefix)) ?? [])
  const best = (allowed: (macro: Macro) => boolean): Macro | undefined => {
    for (const tier of tiers) {
      const found = nearest(index, tier.filter(allowed))
      if (found !== undefined) return found
    }
    return undefined
  }
  const first = best(() => true)
  if (first === undefined) return undefined
  const builtIn = tiers.some((tier) => tier.some((macro) => locality(index, macro) === 'internal'))
  if (locality(index, first) !== 'imported' || !builtIn) return { macro: first }
  if (packagesMayOverride) return { macro: first, overriddenBy: first.node.package_name }
  const allowed = best((macro) => locality(index, macro) !== 'imported')
  return allowed === undefined ? undefined : { macro: allowed }
}
