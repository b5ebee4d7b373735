import { PyDict, type Value } from '../runtime/value.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { datetimeModule } from './datetime/datetime-module.ts'
import { itertoolsModule } from './itertools.ts'
import { pytzModule } from './pytz.ts'
import { regexModule } from './regex/module.ts'

/** What templates see as `modules`: `pytz`, `datetime`, `re` and (deprecated) `itertools`, as dicts of their members. */
export function pythonModules(clock: Clock = SYSTEM_CLOCK): Value {
  return PyDict.from([
    ['pytz', PyDict.from(pytzModule())],
    ['datetime', PyDict.from(datetimeModule(clock))],
    ['re', PyDict.from(regexModule())],
    ['itertools', PyDict.from(itertoolsModule())],
  ])
}
