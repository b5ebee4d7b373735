import type { Emit } from '../events/run-event.ts'
import { toText } from '../jinja/runtime/text.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import { hostFunction, type PyFunction, type Value } from '../jinja/runtime/value.ts'
import { hideMarks } from './secrets.ts'

/** `log(msg, info=False)`: to the log file, with `info` to the console too. */
export const logFunction = (emit: Emit): PyFunction =>
  hostFunction('log', ['msg', ['info', false]], (message, info) => {
    emit({
      kind: 'jinja-log',
      level: truthy(info!) ? 'info' : 'debug',
      text: hideMarks(toText(message as Value)),
    })
    return ''
  })

/** `print(msg)`: raw on stdout, also with --quiet, unless --no-print. */
export const printFunction = (emit: Emit, enabled: boolean): PyFunction =>
  hostFunction('print', ['msg'], (message) => {
    if (enabled) emit({ kind: 'print', text: hideMarks(toText(message as Value)) })
    return ''
  })
