import type { FreshnessThreshold, GraphNode } from '../../manifest/node.ts'
import type { NodeResult } from '../../manifest/node-result.ts'
import { firstLine } from './plain-text.ts'

/** What a report says of a result in one line; null = nothing. */
export function resultMessage(node: GraphNode, result: NodeResult): string | null {
  if (result.error !== undefined) return `${result.error.heading()}: ${firstLine(result.error.message)}`
  if (result.status === 'skipped') {
    if (result.skippedBecause !== undefined) return `Skipped because of ${result.skippedBecause}`
    return result.message === null ? 'Skipped' : firstLine(result.message)
  }
  if (node.resource_type === 'source' && result.freshness !== undefined) return ageMessage(node.freshness, result)
  if (node.resource_type === 'unit_test' && result.status === 'fail') return 'Actual rows differ from expected rows'
  return result.message === null ? null : firstLine(result.message)
}

function ageMessage(rule: FreshnessThreshold | null, { status, freshness }: NodeResult): string | null {
  const limit = status === 'error' ? rule?.error_after : status === 'warn' ? rule?.warn_after : undefined
  if (freshness === undefined || !limit?.count) return null
  const verb = status === 'error' ? 'fail' : 'warn'
  const period = `${limit.count} ${limit.period}${limit.count === 1 ? '' : 's'}`
  return `The newest row is ${duration(freshness.age)} old, configured to ${verb} after ${period}`
}

/** `3 days 4 hours`, `12 minutes`: the two largest units of some seconds. */
export function duration(seconds: number): string {
  const units: [string, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ]
  let rest = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of units) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (amount > 0) parts.push(`${amount} ${unit}${amount === 1 ? '' : 's'}`)
  }
  return parts.slice(0, 2).join(' ') || '0 seconds'
}
