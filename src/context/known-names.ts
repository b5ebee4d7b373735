import type { Macro } from '../manifest/manifest.ts'
import type { ManifestNode } from '../manifest/node.ts'
import { findDispatch, resolveMacroName } from '../manifest/resolve-macro.ts'
import type { ContextServices } from './services.ts'

export type NameKind = 'schema' | 'alias' | 'database'

/** Names that the built-in `generate_*_name` macros take from the context: a macro of the project of one of these names may change them. */
const USED = ['adapter', 'return', 'target']

/**
 * Keeps what `generate_*_name` macros give, since they are called three times per node and give few different names: dbt's own, and those of a project
 * or package that look at nothing but the name that is asked for and the target. Others are called each time.
 */
export class KnownNames {
  readonly #services: ContextServices
  readonly #builtIn = new Map<Macro, boolean>()
  readonly #plain = new Map<Macro, boolean>()
  readonly #names = new Map<string, string | null>()

  constructor(services: ContextServices) {
    this.#services = services
  }

  /** The name that `call`, which runs `macro`, gives for a node. */
  name(
    kind: NameKind,
    macro: Macro,
    custom: string | null,
    node: ManifestNode,
    call: () => string | null,
  ): string | null {
    if (!this.#isBuiltIn(kind, macro)) return this.#isPlain(macro) ? this.#known(macro, custom, call) : call()
    // The alias follows from the node when nothing else is wanted; catalogs make the database depend on it too.
    if (kind === 'alias' && !custom) return 'version' in node && node.version ? call() : node.name.trim()
    if (kind === 'database' && (node.config?.['catalog_name'] || node.config?.['catalog'])) return call()
    return this.#known(macro, custom, call)
  }

  #known(macro: Macro, custom: string | null, call: () => string | null): string | null {
    if (custom !== null && typeof custom !== 'string') return call()
    const id = macro.node.unique_id
    const key = custom === null ? id : `${id} ${custom}`
    let known = this.#names.get(key)
    if (known === undefined) {
      known = call()
      this.#names.set(key, known)
    }
    return known
  }

  /** Whether a macro looks at the wanted name, which is its first argument, and at the target only. */
  #isPlain(macro: Macro): boolean {
    let plain = this.#plain.get(macro)
    if (plain === undefined) {
      const definition = macro.definition()
      const [wanted, ...others] = definition.parameters
      const isTargetOurs =
        resolveMacroName(this.#services.macros, 'target', this.#services.config.project.name) === undefined
      const isPlainName = isTargetOurs && wanted !== undefined && others.every(({ name }) => name !== 'target')
      plain = isPlainName && definition.followsFrom(new Set([wanted.name, 'target']))
      this.#plain.set(macro, plain)
    }
    return plain
  }

  /** Whether the macro, and what it dispatches to, came with quern, and means what it means there. */
  #isBuiltIn(kind: NameKind, macro: Macro): boolean {
    let found = this.#builtIn.get(macro)
    if (found === undefined) {
      const name = `generate_${kind}_name`
      const { macros, dispatch: rules } = this.#services
      const from = this.#services.config.project.name
      const dispatched = (): string | undefined => {
        try {
          return findDispatch(macros, rules, { name, namespace: 'dbt', from }).node.unique_id
        } catch {
          // calling the macro tells what is wrong
          return undefined
        }
      }
      found =
        macro.node.unique_id === `macro.dbt.${name}` &&
        dispatched() === `macro.dbt.default__${name}` &&
        USED.every((used) => resolveMacroName(macros, used, from) === undefined)
      this.#builtIn.set(macro, found)
    }
    return found
  }
}
