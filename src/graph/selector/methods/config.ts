import { equals } from '../../../jinja/runtime/compare.ts'
import { dictGet, isDict, type Value } from '../../../jinja/runtime/value.ts'
import { graphNode } from '../../../manifest/manifest.ts'
import { type Method, PARSED } from './method.ts'

/**
 * `config.materialized:table`, `config.meta.owner:x`: the config value equals, or is a list that holds, the value.
 * `true` and `false` also mean the booleans, `config.severity` ignores case; values of YAML selectors are compared as Python does,
 * where 1 is 1.0 and true (dbt-core 1.11). Nodes and sources only.
 */
export const config: Method = ({ manifest, criterion }) => {
  const keys = criterion.arguments
  const wanted = criterion.value
  const ignoreCase = keys.length === 1 && keys[0] === 'severity'
  const word = String(wanted).toLowerCase()
  const matches = (value: Value): boolean => {
    if (typeof value === 'boolean' && word === String(value)) return true
    if (ignoreCase && typeof value === 'string') return value.toLowerCase() === word
    return equals(value, wanted)
  }
  return (node) => {
    if (!PARSED.has(node.resource_type) && node.resource_type !== 'source') return false
    let value = graphNode(manifest, node.unique_id)?.config as Value
    for (const key of keys) {
      const inner = isDict(value) ? dictGet(value, key) : undefined
      if (inner === undefined) return false
      value = inner
    }
    return Array.isArray(value) ? value.some(matches) : matches(value)
  }
}
