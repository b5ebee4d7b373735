import { QuernError } from '../errors/quern-error.ts'
import type { CalledName } from '../jinja/calls.ts'
import type { Macro } from '../manifest/manifest.ts'
import { type DispatchRules, findDispatch, type MacroIndex, staticMacro } from '../manifest/resolve-macro.ts'

/** Calls that are never macros, as dbt's static analysis takes them. */
const NOT_MACROS: ReadonlySet<string> = new Set(['source', 'ref', 'config'])

/**
 * Fills `depends_on.macros` of every macro by static analysis: names that it calls, and `adapter.dispatch` with literal arguments.
 * `contextNames` are the template's own functions (`log`, `return` ...), which are no macros. Throws dbt's error for a dispatch that finds nothing.
 */
export function linkMacros(macros: Iterable<Macro>, index: MacroIndex, rules: DispatchRules): void {
  for (const macro of macros) {
    const { node } = macro
    const found = node.depends_on.macros
    for (const name of macroCalls(macro, index, rules)) {
      if (name === node.name) continue
      const [packageName, plain] = name.includes('.')
        ? (name.split('.', 2) as [string, string])
        : [node.package_name, name]
      const id = staticMacro(index, packageName, plain)?.node.unique_id
      if (id !== undefined && !found.includes(id)) found.push(id)
    }
  }
}

function macroCalls(macro: Macro, index: MacroIndex, rules: DispatchRules): Set<string> {
  const names = new Set<string>()
  for (const call of macro.definition().calledNames()) {
    const [first, second] = call.path
    if (call.path.length === 1) {
      if (!NOT_MACROS.has(first!)) names.add(first!)
    } else if (call.path.length === 2) {
      if (first !== 'adapter') names.add(`${first}.${second}`)
      else if (second === 'dispatch') for (const name of dispatched(call, index, rules)) names.add(name)
    }
  }
  return names
}

function dispatched(call: CalledName, index: MacroIndex, rules: DispatchRules): string[] {
  const name = call.args?.[0] ?? call.kwargs?.get('macro_name')
  const namespace = call.args?.[1] ?? call.kwargs?.get('macro_namespace') ?? null
  if (typeof name !== 'string' || (namespace !== null && typeof namespace !== 'string')) return []
  try {
    const { node } = findDispatch(index, rules, { name, namespace, from: undefined })
    return [name, `${node.package_name}.${node.name}`]
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    throw new QuernError(error.kind, error.code, error.message, { at: call.span, hint: error.hint, cause: error })
  }
}
