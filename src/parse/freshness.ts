import { asPlainDict } from '../config/python-data.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'

type Threshold = { warn_after: PlainDict | null; error_after: PlainDict | null; filter: Value }

const time = (value: Value | undefined): PlainDict | null => {
  if (value === null) return null
  const given = asPlainDict(value) ?? {}
  return { count: given['count'] ?? null, period: given['period'] ?? null }
}

/** A `freshness:` as written, with all its parts; absent is an empty one, null stays null. */
export function threshold(value: Value | undefined): Threshold | null {
  if (value === null) return null
  const given = asPlainDict(value) ?? {}
  return {
    warn_after: time(given['warn_after']),
    error_after: time(given['error_after']),
    filter: given['filter'] ?? null,
  }
}

/** Whether a time says anything: both its parts are needed. */
const says = (value: PlainDict | null): boolean => value !== null && value['count'] !== null && value['period'] !== null
const sets = (value: Threshold | null): boolean => value !== null && (says(value.warn_after) || says(value.error_after))

function mergeTimes(base: PlainDict | null, update: PlainDict | null): PlainDict | null {
  if (says(base) && says(update)) return { ...base, ...update }
  if (update === null) return null
  return says(update) ? update : base
}

function merge(base: Threshold | null, update: Threshold | null): Threshold | null {
  if (base !== null && update !== null) {
    return {
      warn_after: mergeTimes(base.warn_after, update.warn_after),
      error_after: mergeTimes(base.error_after, update.error_after),
      filter: update.filter ?? base.filter,
    }
  }
  return base === null && sets(update) ? update : null
}

/**
 * The freshness of a table from `freshness` and `config.freshness` of its source and its own, in this order, later ones over earlier ones part by part.
 * A null takes it away, unless something later sets it again. `unset`: nobody said anything.
 */
export function mergeFreshness(...given: readonly (Value | undefined)[]): PlainDict | null | 'unset' {
  const [first, ...others] = given.map(threshold)
  const merged = others.reduce<Threshold | null>(merge, first ?? null)
  if (merged === null) return null
  return sets(merged) ? (merged as unknown as PlainDict) : 'unset'
}
