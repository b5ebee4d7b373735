import { datetimeModule } from '../jinja/python/datetime/datetime-module.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { BaseServices } from './services.ts'

/** `modules`: the parts of Python's library that dbt lets templates use. */
export const modules = (services: Pick<BaseServices, 'now'>): PlainDict => ({
  datetime: dictOf(datetimeModule({ now: services.now })),
})

const dictOf = (members: ReadonlyMap<string, Value>): PlainDict => Object.fromEntries(members)
