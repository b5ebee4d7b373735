import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isDict, isPlainDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { ConfigField } from './config-defaults.ts'
import { copyData, listify, textEntries } from './python-data.ts'

const APPENDED = new Set(['pre-hook', 'pre_hook', 'post-hook', 'post_hook', 'tags', 'packages'])
const UPDATED = new Set(['quoting', 'column_types', 'meta', 'docs', 'contract', 'snapshot_meta_column_names'])

/**
 * One key of a config joined with a later value of it: lists are appended (scalars listified), dicts of `update` keys merged
 * one level deep, grants joined per privilege (`+select` extends), everything else replaced. Neither input is changed.
 * Throws a Validation-like error when a dict is needed and the value is none.
 */
export function mergeValue(name: string, merge: ConfigField['merge'], before: Value, next: Value): Value {
  switch (merge) {
    case 'clobber':
      return next
    case 'append':
      return [...listify(before), ...listify(next)]
    case 'update':
      return { ...asDict(name, before), ...asDict(name, next) }
    case 'dict-key-append':
      return mergeGrants(asDict(name, before), asDict(name, next))
  }
}

function mergeGrants(before: PlainDict, next: PlainDict): PlainDict {
  const merged: PlainDict = {}
  for (const [key, value] of Object.entries(before)) merged[key] = listify(value)
  for (const [key, value] of Object.entries(next)) {
    const name = key.replace(/^\++/, '')
    const earlier = merged[name]
    merged[name] = key.startsWith('+') && Array.isArray(earlier) ? [...earlier, ...listify(value)] : listify(value)
  }
  return merged
}

function asDict(name: string, value: Value): PlainDict {
  if (isPlainDict(value)) return value
  if (isDict(value)) return Object.fromEntries(textEntries(value))
  throw new QuernError(
    'Validation',
    'invalid_config',
    `Invalid value for config '${name}': expected dict, got ${repr(value)}`,
  )
}

/**
 * Joins the `config()` calls of one file, in call order, into one dict (dbt: `merge_config_dicts`): as `mergeValue`, by name alone,
 * because the resource type's fields are not known there; the `+` of grants is kept for the later merge. The first call is taken as it is.
 */
export function mergeConfigCalls(calls: readonly PlainDict[]): PlainDict {
  const merged: PlainDict = {}
  for (const written of calls) {
    const call = hyphenated(written)
    if (Object.keys(merged).length === 0) {
      for (const [key, value] of Object.entries(call)) merged[key] = copyData(value)
      continue
    }
    for (const [key, value] of Object.entries(call)) merged[key] = mergeCallValue(key, merged[key], copyData(value))
  }
  return merged
}

/** `config(pre_hook=...)` is the only way to write `pre-hook` as a keyword. Throws when both spellings are given. */
function hyphenated(call: PlainDict): PlainDict {
  if (!Object.hasOwn(call, 'pre_hook') && !Object.hasOwn(call, 'post_hook')) return call
  const renamed: PlainDict = {}
  for (const [key, value] of Object.entries(call)) {
    const name = key === 'pre_hook' || key === 'post_hook' ? key.replace('_', '-') : key
    if (name !== key && Object.hasOwn(call, name)) {
      throw new QuernError(
        'Compilation',
        'invalid_config',
        `Invalid config, has conflicting keys "${key}" and "${name}"`,
      )
    }
    renamed[name] = value
  }
  return renamed
}

function mergeCallValue(key: string, before: Value | undefined, next: Value): Value {
  if (APPENDED.has(key)) return before === undefined ? listify(next) : [...listify(before), ...listify(next)]
  if (UPDATED.has(key))
    return before !== undefined && isDict(before) ? { ...asDict(key, before), ...asDict(key, next) } : asDict(key, next)
  if (key !== 'grants') return next
  const merged: PlainDict = {}
  for (const [name, value] of Object.entries(before === undefined ? {} : asDict(key, before)))
    merged[name] = listify(value)
  for (const [name, value] of Object.entries(asDict(key, next))) {
    const earlier = merged[name]
    merged[name] = name.startsWith('+') && Array.isArray(earlier) ? [...earlier, ...listify(value)] : listify(value)
  }
  return merged
}
