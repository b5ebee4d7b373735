import { repr, toText } from '../jinja/runtime/text.ts'
import { isFloat, isInt } from '../jinja/runtime/type-name.ts'
import { dictEntries, isDict, type PlainDict, type PyDict, type Value } from '../jinja/runtime/value.ts'
import type { ResourceType } from '../manifest/unique-id.ts'

/** How a node is tried again: the config `retries`. */
export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly count: number
  /** Seconds before the second attempt; then times `backoff` from attempt to attempt. */
  readonly delay: number
  readonly backoff: number
  /** Errors whose code or text one of these matches are tried again, besides those that the adapter calls transient. */
  readonly on: readonly RegExp[]
}

/** What takes the configs `retries` and `timeout`. */
export const RETRIED: ReadonlySet<ResourceType> = new Set(['model', 'seed', 'snapshot', 'test'])

const USUAL: Omit<RetryPolicy, 'count'> = { delay: 1, backoff: 2, on: [] }
const KEYS = ['count', 'delay', 'backoff', 'on']
const MOST_ATTEMPTS = 100
/** A day. Timers of Node hold 24 days. */
const MOST_SECONDS = 86_400

/**
 * Reads the config `retries`: a number of further attempts, or `{count, delay, backoff, on}`. Undefined when nothing is set; the text of the problem for a value
 * that is wrong.
 */
export function readRetries(value: Value | undefined): RetryPolicy | string | undefined {
  if (value === undefined || value === null) return undefined
  if (!isDict(value)) {
    const count = numberOf(value)
    return isCount(value) && count !== undefined
      ? { ...USUAL, count }
      : `${repr(value)} is neither a number of further attempts (0 to ${MOST_ATTEMPTS}) nor a dict with 'count'`
  }
  const given = new Map(Object.entries(withOn(value)))
  for (const key of given.keys())
    if (!KEYS.includes(key)) return `'${key}' is not a key of retries: those are ${KEYS.join(', ')}`
  const countValue = given.get('count') ?? null
  if (!isCount(countValue)) return `count has to be a whole number from 0 to ${MOST_ATTEMPTS}, not ${repr(countValue)}`
  const delay = secondsOf(given.get('delay') ?? USUAL.delay)
  if (delay === undefined)
    return `delay has to be seconds from 0 to ${MOST_SECONDS}, not ${repr(given.get('delay') ?? null)}`
  const backoff = numberOf(given.get('backoff') ?? USUAL.backoff)
  if (backoff === undefined || backoff < 1 || backoff > 100)
    return `backoff has to be a factor from 1 to 100, not ${repr(given.get('backoff') ?? null)}`
  const on = readPatterns(given.get('on') ?? [])
  return typeof on === 'string' ? on : { count: Number(countValue), delay, backoff, on }
}

/** A dict with texts for keys; YAML reads a bare `on` as true. */
const withOn = (value: PlainDict | PyDict): PlainDict =>
  Object.fromEntries([...dictEntries(value)].map(([key, item]) => [key === true ? 'on' : toText(key), item]))

/** Reads the config `timeout`: seconds. Undefined when nothing is set; the text of the problem for a value that is wrong. */
export function readTimeout(value: Value | undefined): number | string | undefined {
  if (value === undefined || value === null) return undefined
  const seconds = secondsOf(value)
  return seconds === undefined || seconds === 0
    ? `${repr(value)} is no time: it has to be seconds, more than 0 and at most ${MOST_SECONDS}`
    : seconds
}

/** Checks both in a config, and gives `retries` the keys that are meant. What it gives is the first key whose value is wrong, and why. */
export function checkRetries(config: PlainDict): { readonly key: string; readonly problem: string } | undefined {
  const { retries } = config
  if (retries !== undefined && isDict(retries)) config['retries'] = withOn(retries)
  for (const [key, read] of [
    ['retries', readRetries],
    ['timeout', readTimeout],
  ] as const) {
    const found = read(config[key])
    if (typeof found === 'string') return { key, problem: found }
  }
  return undefined
}

function readPatterns(value: Value): RegExp[] | string {
  const items = Array.isArray(value) ? value : [value]
  const patterns: RegExp[] = []
  for (const item of items) {
    if (typeof item !== 'string' && !isInt(item))
      return `on has to be a list of regular expressions or codes, not ${repr(value)}`
    try {
      patterns.push(new RegExp(toText(item), 'i'))
    } catch (error) {
      return `on: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  return patterns
}

const isCount = (value: Value): boolean => isInt(value) && Number(value) >= 0 && Number(value) <= MOST_ATTEMPTS

function secondsOf(value: Value): number | undefined {
  const seconds = numberOf(value)
  return seconds === undefined || seconds < 0 || seconds > MOST_SECONDS ? undefined : seconds
}

function numberOf(value: Value): number | undefined {
  if (!isInt(value) && !isFloat(value)) return undefined
  const number = Number(toText(value))
  return Number.isFinite(number) ? number : undefined
}
