import type { Value } from '../jinja/runtime/value.ts'
import { findDispatch } from '../manifest/resolve-macro.ts'
import type { DbtContext } from './dbt-context.ts'

/** `adapter.dispatch(name, namespace)`: the macro found for the adapter, ready to be called in this context. */
export function dispatch(context: DbtContext, name: string, namespace: string | null): Value {
  const { macros, dispatch: rules, reads } = context.services
  reads?.note('dispatch', context.packageName, namespace ?? '', name)
  return context.dispatched(findDispatch(macros, rules, { name, namespace, from: context.packageName }))
}
