import type { Macro, Manifest } from './manifest.ts'
import type { UniqueId } from './unique-id.ts'

/** The macros of `ids` and all that they call, directly or not, as static analysis found it; those that call come first. */
export function macrosBelow(manifest: Pick<Manifest, 'macros'>, ids: readonly string[]): readonly Macro[] {
  const found = new Map<string, Macro>()
  const visit = (id: string): void => {
    const macro = manifest.macros.get(id as UniqueId)
    if (macro === undefined || found.has(id)) return
    found.set(id, macro)
    for (const called of macro.node.depends_on.macros) visit(called)
  }
  for (const id of ids) visit(id)
  return [...found.values()]
}
