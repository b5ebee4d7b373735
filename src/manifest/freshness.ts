import type { FreshnessThreshold, SourceNode } from './node.ts'
import type { FreshnessStatus } from './node-result.ts'

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 }

type Limit = FreshnessThreshold['warn_after']

/** Whether a limit says anything: both its parts are needed. */
const says = (limit: Limit | undefined): boolean => typeof limit?.count === 'number' && typeof limit.period === 'string'

const exceeded = (limit: Limit | undefined, age: number): boolean =>
  says(limit) && age > (limit?.count as number) * (SECONDS[limit?.period as string] ?? Number.POSITIVE_INFINITY)

/** What an age in seconds means: the stricter word where both limits are exceeded. */
export function freshnessStatus(rule: FreshnessThreshold | null, age: number): FreshnessStatus {
  if (exceeded(rule?.error_after, age)) return 'error'
  return exceeded(rule?.warn_after, age) ? 'warn' : 'pass'
}

/** Whether a source has a rule that could ever be broken. */
export const hasFreshness = ({ freshness }: SourceNode): boolean =>
  says(freshness?.warn_after) || says(freshness?.error_after)
