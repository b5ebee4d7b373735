import { hasWildcard, wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/**
 * dbt-core 1.11: the value equals the last part of the fully qualified name (of a versioned model: its name, or name and version
 * joined by `.` or `_`), or is a leading part of it, with or without the package. From the first part with a wildcard on, the rest of
 * the name is matched as a whole; a lone wildcard also matches the last part by itself. Sources are not matched.
 */
export const fqn: Method = ({ criterion, flatName }) => {
  const value = textValue(criterion)
  const parts = value.split('.')
  const firstWild = parts.findIndex(hasWildcard)
  const restMatches = firstWild === -1 ? undefined : wildcard(parts.slice(firstWild).join('.'))
  const prefix = `${value}.`
  const lastTwo = parts.slice(-2).join('_')

  const leafIs = (name: readonly string[], versioned: boolean): boolean => {
    if (!versioned) return name.at(-1) === value
    return name.at(-2) === value || name.slice(-2).join('_') === lastTwo
  }
  const startsWith = (flat: string, leaf: string): boolean => {
    if (restMatches === undefined) return flat === value || flat.startsWith(prefix)
    const flatParts = flat.split('.')
    if (flatParts.length < parts.length) return false
    for (let at = 0; at < firstWild; at++) if (flatParts[at] !== parts[at]) return false
    if (restMatches(flatParts.slice(firstWild).join('.'))) return true
    return parts.length === 1 && restMatches(leaf)
  }
  return (node) => {
    if (node.resource_type === 'source') return false
    const versioned = node.resource_type === 'model' && node.version !== null
    if (leafIs(node.fqn, versioned)) return true
    const leaf = (versioned ? node.fqn.at(-2) : node.fqn.at(-1)) ?? ''
    const flat = flatName(node)
    return startsWith(flat.full, leaf) || startsWith(flat.withoutPackage, leaf)
  }
}
