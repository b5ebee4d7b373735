import { expect, test } from 'vitest'
import type { DbtContext } from '../../../src/context/dbt-context.ts'
import type { ContextServices } from '../../../src/context/services.ts'
import { SHARED_MEMBERS } from '../../../src/context/shared-members.ts'
import type { QuernError } from '../../../src/errors/quern-error.ts'
import { render, thrown } from '../jinja/rendering.ts'

/** A template that says one of the members, of a context with nothing behind it. */
const shown = (template: string, name: string): string => {
  const services = { config: {}, invocation: {} } as unknown as ContextServices
  const member = SHARED_MEMBERS.find(([each]) => each === name)![1]
  return render(template, { [name]: member({ services } as DbtContext) })
}

test('sql_now is a call of SQL, as dbt-duckdb and dbt-postgres 1.11 give it', () => {
  expect(shown('{{ sql_now }}', 'sql_now')).toBe('now()')
})

test('adapter_macro is refused, with what to write instead', () => {
  const error = thrown(() => shown("{{ adapter_macro('pkg.my_macro', 1) }}", 'adapter_macro')) as QuernError
  expect(error.message).toBe('The "adapter_macro" macro has been deprecated. It was called for: pkg.my_macro')
  expect(error.hint).toBe("call adapter.dispatch('my_macro')(...) instead")
})
