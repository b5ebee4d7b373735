import type { Manifest } from '../../manifest/manifest.ts'
import type { StateManifest } from '../../manifest/previous-state.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'

type Calling = { readonly depends_on?: { readonly macros?: readonly string[] } }

/** Ids of macros that are new, removed or have another text. Those of `builtin` packages are the program's: they are not compared. */
export function changedMacros(manifest: Manifest, state: StateManifest, builtin: ReadonlySet<string>): Set<string> {
  const changed = new Set<string>()
  const isBuiltin = (id: string): boolean => builtin.has(id.split('.')[1] ?? '')
  for (const [id, macro] of manifest.macros)
    if (!isBuiltin(id) && state.macros.get(id) !== macro.node.macro_sql) changed.add(id)
  for (const id of state.macros.keys()) if (!isBuiltin(id) && !manifest.macros.has(id as UniqueId)) changed.add(id)
  return changed
}

/**
 * A test whether a macro that a node calls, directly or through others, is new, removed or has another text. Macros of `builtin` packages are
 * the program's: they are followed, but not compared.
 */
export function macroChanges(
  manifest: Manifest,
  state: StateManifest,
  builtin: ReadonlySet<string>,
): (node: object) => boolean {
  const changed = changedMacros(manifest, state, builtin)
  if (changed.size === 0) return () => false
  /** Answers of macros that are settled; one that is being looked at counts as unchanged, so that a circle ends. */
  const known = new Map<string, boolean>()
  const touched = (id: string): boolean => {
    if (changed.has(id)) return true
    const before = known.get(id)
    if (before !== undefined) return before
    known.set(id, false)
    const answer = (manifest.macros.get(id as UniqueId)?.node.depends_on.macros ?? []).some(touched)
    known.set(id, answer)
    return answer
  }
  return (node) => ((node as Calling).depends_on?.macros ?? []).some(touched)
}

/** Those of the `changed` macros that a node calls, directly or through others, as `package.name`, sorted. */
export function changedMacrosOf(node: object, manifest: Manifest, changed: ReadonlySet<string>): string[] {
  const seen = new Set<string>()
  const found: string[] = []
  const waiting = [...((node as Calling).depends_on?.macros ?? [])]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    if (changed.has(id)) found.push(id.replace(/^macro\./, ''))
    waiting.push(...(manifest.macros.get(id as UniqueId)?.node.depends_on.macros ?? []))
  }
  return found.sort()
}
