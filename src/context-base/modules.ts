import { makeDeprecation } from '../events/warnings.ts'
import { pythonModules } from '../jinja/python/modules.ts'
import { callValue } from '../jinja/runtime/access.ts'
import { dictEntries, isDict, PyDict, PyFunction, type Value } from '../jinja/runtime/value.ts'
import type { BaseServices } from './services.ts'

/** `modules`: the parts of Python's library that dbt lets templates use. Those of `itertools` are deprecated, and say so when called. */
export function modules(services: Pick<BaseServices, 'now' | 'emit'>): Value {
  const all = pythonModules({ now: services.now })
  const itertools = isDict(all) && all instanceof PyDict ? all.get('itertools') : undefined
  if (itertools !== undefined && isDict(itertools)) {
    const deprecated = new PyDict()
    for (const [name, member] of dictEntries(itertools)) deprecated.set(name, telling(String(name), member, services))
    ;(all as PyDict).set('itertools', deprecated)
  }
  return all
}

const telling = (name: string, member: Value, services: Pick<BaseServices, 'emit'>): PyFunction =>
  new PyFunction(name, (args, kwargs) => {
    services.emit(
      makeDeprecation(
        'ModulesItertoolsUsageDeprecation',
        'D034',
        'Deprecated functionality\n\nUsage of itertools modules is deprecated. Please use the built-in functions instead.',
        { named: false },
      ),
    )
    return callValue(member, [...args], kwargs)
  })
