import { load, YAML11_SCHEMA } from 'js-yaml'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'

/** Reads YAML 1.1 into template values; dates become their ISO text. Throws js-yaml's exception for bad syntax. */
export const parseYaml = (text: string): Value => toValue(load(text, { schema: YAML11_SCHEMA }) ?? null)

function toValue(data: unknown): Value {
  if (data === null || data === undefined) return null
  if (typeof data === 'string' || typeof data === 'boolean' || typeof data === 'number' || typeof data === 'bigint') return data
  if (Array.isArray(data)) return data.map(toValue)
  if (data instanceof Date) {
    const iso = data.toISOString()
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace(/\.000Z$/, '').replace(/Z$/, '')
  }
  const dict: PlainDict = {}
  for (const [key, value] of Object.entries(data as object)) dict[key] = toValue(value)
  return dict
}
