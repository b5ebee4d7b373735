import { toJson } from '../../artifacts/json-text.ts'

/** A value as it would stand in an artifact. */
export const published = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(toJson(value)))

/**
 * Whether a value of this run and one of an earlier artifact are the same. A field that is missing on one side, because that schema version
 * did not have it, equals an empty one.
 */
export const sameValue = (mine: unknown, old: unknown): boolean => same(published(mine), old)

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b || isEmpty(a === undefined ? b : a)
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]))
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => same(left[key], right[key]))
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || value === false || (typeof value === 'object' && Object.keys(value).length === 0)

/** Whether dictionaries that a user wrote hold the same: here a key that is missing differs from one without a value. */
export function sameWritten(mine: unknown, old: unknown): boolean {
  return exact(published(mine), old)
}

function exact(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && exact(left[key], right[key]))
  )
}
