import { LazyDict } from '../runtime/lazy-dict.ts'
import { PyDict } from '../runtime/value.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { datetimeModule } from './datetime/datetime-module.ts'
import { itertoolsModule } from './itertools.ts'
import { pytzModule } from './pytz.ts'
import { regexModule } from './regex/module.ts'

/** What templates see as `modules`: `pytz`, `datetime`, `re` and (deprecated) `itertools`, as dicts of their members. */
export function pythonModules(clock: Clock = SYSTEM_CLOCK): PyDict {
  return PyDict.from([
    ['pytz', new LazyDict(() => pytzModule())],
    ['datetime', new LazyDict(() => datetimeModule(clock))],
    ['re', new LazyDict(() => regexModule())],
    ['itertools', new LazyDict(() => itertoolsModule())],
  ])
}
