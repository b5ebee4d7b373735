/** `0.03 s`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 hours ago`, `just now`. */
export function ago(iso: string | undefined, now: number): string | undefined {
  const at = instant(iso)
  if (at === undefined) return undefined
  const seconds = (at - now) / 1000
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return 'just now'
}

/** Milliseconds since the epoch of an artifact's time; without a zone it is UTC. */
export function instant(iso: string | null | undefined): number | undefined {
  if (typeof iso !== 'string') return undefined
  const text = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`
  const at = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(at) ? undefined : at
}

/** `30 Nov 2026, 12:13`, in the reader's own time zone. */
export function dateTime(iso: string | undefined): string | undefined {
  const at = instant(iso)
  if (at === undefined) return undefined
  return new Date(at).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}

export const count = (value: number): string => value.toLocaleString('en')

/** `1 test`, `2 tests`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** A message of a database or a test without the colours of a terminal. */
export const withoutColours = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '')

/** `semantic_model` -> `semantic model`. */
export const typeWord = (type: string): string => type.replaceAll('_', ' ')

/** A value of a config or `meta`, on one line. */
export function inlineValue(value: unknown): string {
  if (typeof value === 'string') return value
  const isPlainList =
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && !item.includes(','))
  return isPlainList ? (value as string[]).join(', ') : JSON.stringify(value)
}

/**
 * A part of a definition in words: what says nothing is left out, a thing with a name is its name and what else is said of it, a filter is its
 * condition. Undefined when nothing is left.
 */
export function readable(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '' || value === false) return undefined
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => readable(item) ?? [])
    return items.length === 0 ? undefined : items.join(', ')
  }
  if (typeof value !== 'object') return String(value)
  const { name, where_filters: filters, where_sql_template: condition, ...others } = value as Record<string, unknown>
  const parts = Object.entries(others).flatMap(([key, inner]) => {
    const text = readable(inner)
    return text === undefined ? [] : [`${key.replaceAll('_', ' ')}: ${text}`]
  })
  const conditions = [readable(filters), readable(condition)].filter((text) => text !== undefined)
  const rest = [...conditions, ...parts].join(', ')
  const title = readable(name)
  if (title === undefined) return rest === '' ? undefined : rest
  return rest === '' ? title : `${title} (${rest})`
}
