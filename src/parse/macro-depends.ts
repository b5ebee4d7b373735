import { QuernError } from '../errors/quern-error.ts'
import type { DispatchCall, Macro } from '../manifest/manifest.ts'
import { type DispatchRules, findDispatch, type MacroIndex, staticMacro } from '../manifest/resolve-macro.ts'

/**
 * Fills `depends_on.macros` of every macro by static analysis: names that it calls, and `adapter.dispatch` with literal arguments.
 * Throws dbt's error for a dispatch that finds nothing.
 */
export function linkMacros(macros: Iterable<Macro>, index: MacroIndex, rules: DispatchRules): void {
  for (const macro of macros) {
    const { node } = macro
    const found = node.depends_on.macros
    for (const name of calledMacros(macro, index, rules)) {
      if (name === node.name) continue
      const [packageName, plain] = name.includes('.')
        ? (name.split('.', 2) as [string, string])
        : [node.package_name, name]
      const id = staticMacro(index, packageName, plain)?.node.unique_id
      if (id !== undefined && !found.includes(id)) found.push(id)
    }
  }
}

function calledMacros(macro: Macro, index: MacroIndex, rules: DispatchRules): Set<string> {
  const names = new Set<string>()
  for (const call of macro.calls) {
    if (typeof call === 'string') names.add(call)
    else for (const name of dispatched(macro, call, index, rules)) names.add(name)
  }
  return names
}

function dispatched(macro: Macro, call: DispatchCall, index: MacroIndex, rules: DispatchRules): string[] {
  try {
    const { node } = findDispatch(index, rules, { name: call.dispatch, namespace: call.namespace, from: undefined })
    return [call.dispatch, `${node.package_name}.${node.name}`]
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    const { file } = macro.definition().blockSpan
    const at = { file, start: call.start, end: call.end }
    throw new QuernError(error.kind, error.code, error.message, { at, hint: error.hint, cause: error })
  }
}
