/** How a value gets from a column of a relation to where it is asked for; several ways at once are possible, so these are bits. */
export const Way = {
  /** Unchanged. */
  same: 1,
  computed: 2,
  aggregated: 4,
  /** It only decides which value it is: the condition of a `case`, of `filter (where ...)`. */
  condition: 8,
  /** The same within an aggregate. */
  aggregatedCondition: 16,
  /** It only says which rows a window function sees, and in which order. */
  window: 32,
} as const

/** A column of a relation that the statement reads, with the ways (`Way`) its values take. */
export interface Origin {
  /** The relation's key: whatever `Relations` gave. */
  readonly relation: string
  readonly column: string
  readonly ways: number
}

/** What a value is made of, by relation and column. */
export type Origins = ReadonlyMap<string, Origin>

export const NO_ORIGINS: Origins = new Map()

const keyOf = (relation: string, column: string): string => `${relation}\0${column}`

/** A column as it is. */
export const originOf = (relation: string, column: string): Origins =>
  new Map([[keyOf(relation, column), { relation, column, ways: Way.same }]])

/** All of them together. */
export function merged(all: readonly Origins[]): Origins {
  const filled = all.filter((one) => one.size > 0)
  if (filled.length === 0) return NO_ORIGINS
  if (filled.length === 1) return filled[0] as Origins
  const sum = new Map(filled[0])
  for (const one of filled.slice(1))
    for (const [key, origin] of one) {
      const known = sum.get(key)
      if (known === undefined) sum.set(key, origin)
      else if ((known.ways | origin.ways) !== known.ways) sum.set(key, { ...known, ways: known.ways | origin.ways })
    }
  return sum
}

function mapped(origins: Origins, change: (ways: number) => number): Origins {
  if (origins.size === 0) return origins
  return new Map([...origins].map(([key, origin]) => [key, { ...origin, ways: change(origin.ways) }]))
}

/** After a computation. */
export const computed = (origins: Origins): Origins =>
  mapped(origins, (ways) => (ways & Way.same ? (ways & ~Way.same) | Way.computed : ways))

/** After an aggregate function. */
export const aggregated = (origins: Origins): Origins =>
  mapped(
    origins,
    (ways) =>
      (ways & Way.window) |
      (ways & (Way.same | Way.computed | Way.aggregated) ? Way.aggregated : 0) |
      (ways & (Way.condition | Way.aggregatedCondition) ? Way.aggregatedCondition : 0),
  )

/** When it decides only which value it is. */
export const asCondition = (origins: Origins): Origins => mapped(origins, () => Way.condition)

/** When it is of a window's partition or order. */
export const asWindow = (origins: Origins): Origins => mapped(origins, () => Way.window)

/** The ways from a column to a value that is made, in the `outer` ways, of one that is made of the column in the `inner` ways. */
export function composedWays(outer: number, inner: number): number {
  const steps: readonly [number, (origins: Origins) => Origins][] = [
    [Way.same, (origins) => origins],
    [Way.computed, computed],
    [Way.aggregated, aggregated],
    [Way.condition, asCondition],
    [Way.aggregatedCondition, (origins) => aggregated(asCondition(origins))],
    [Way.window, asWindow],
  ]
  const start: Origins = new Map([['', { relation: '', column: '', ways: inner }]])
  let ways = 0
  for (const [bit, step] of steps) if (outer & bit) ways |= step(start).get('')?.ways ?? 0
  return ways
}
