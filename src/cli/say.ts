import type { Emit, Message } from '../events/run-event.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'

/** A line under dbt's event name and code. */
export const say = (
  emit: Emit,
  name: string,
  code: string,
  text: string,
  more: {
    readonly data?: PlainDict
    readonly level?: Message['level']
    readonly accent?: NonNullable<Message['accent']>
  } = {},
): void =>
  emit({ kind: 'message', level: more.level ?? 'info', name, code, text, data: more.data, accent: more.accent })
