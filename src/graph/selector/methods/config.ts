import { dictGet, isDict, type Value } from '../../../jinja/runtime/value.ts'
import { type Method, PARSED } from './method.ts'

/**
 * `config.materialized:table`, `config.meta.owner:x`: the config value equals, or is a list that holds, the value.
 * `true` and `false` also mean the booleans, `config.severity` ignores case (dbt-core 1.11). Nodes and sources only.
 */
export const config: Method = ({ criterion }) => {
  const keys = criterion.arguments
  const wanted = criterion.value
  const ignoreCase = keys.length === 1 && keys[0] === 'severity'
  const word = String(wanted).toLowerCase()
  const equals = (value: unknown): boolean => {
    if (typeof value === 'boolean') return wanted === value || word === String(value)
    if (ignoreCase && typeof value === 'string') return value.toLowerCase() === word
    return value === wanted
  }
  return (node) => {
    if (!PARSED.has(node.resource_type) && node.resource_type !== 'source') return false
    let value: unknown = node.config
    for (const key of keys) {
      if (!isDict(value as Value)) return false
      value = dictGet(value as Parameters<typeof dictGet>[0], key)
      if (value === undefined) return false
    }
    return Array.isArray(value) ? value.some(equals) : equals(value)
  }
}
