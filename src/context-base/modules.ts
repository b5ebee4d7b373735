import { makeDeprecation } from '../events/warnings.ts'
import { pythonModules } from '../jinja/python/modules.ts'
import { callValue } from '../jinja/runtime/access.ts'
import { LazyDict } from '../jinja/runtime/lazy-dict.ts'
import { PyDict, PyFunction, type Value } from '../jinja/runtime/value.ts'
import type { BaseServices } from './services.ts'

/** `modules`: the parts of Python's library that dbt lets templates use. Those of `itertools` are deprecated, and say so when called. */
export function modules(services: Pick<BaseServices, 'now' | 'emit'>): Value {
  const all = pythonModules({ now: services.now })
  const itertools = all.get('itertools')
  if (itertools instanceof PyDict) {
    const deprecated = new LazyDict(() =>
      Array.from(itertools.entries(), ([name, member]) => [name, telling(String(name), member, services)] as const),
    )
    all.set('itertools', deprecated)
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
