import type { Manifest } from '../manifest/manifest.ts'
import type { GraphNode } from '../manifest/node.ts'
import type { ResultStatus } from '../manifest/node-result.ts'

/** `1 seed`, `2 seeds`; resource types have dbt's plurals (`data tests`, `analyses`). Underscores become blanks. */
export function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : (PLURALS[word] ?? `${word}s`)}`.replaceAll('_', ' ')
}

/** dbt-core 1.11: one data test is called `test`, several `data tests`. */
const PLURALS: Readonly<Record<string, string>> = {
  analysis: 'analyses',
  test: 'data tests',
  saved_query: 'saved_queries',
}

/**
 * The counts after `Found `: `5 models, 3 seeds, 20 data tests, 511 macros`. Nodes by type in the order in which the manifest
 * holds them, then the other resources. Types that do not occur are left out.
 */
export function foundLine(manifest: Manifest): string {
  const counts = new Map<string, number>()
  for (const node of manifest.nodes.outlines()) {
    if (node.resource_type === 'test' && node.config.enabled === false) continue
    counts.set(node.resource_type, (counts.get(node.resource_type) ?? 0) + 1)
  }
  const others: [string, number][] = [
    ['source', manifest.sources.size],
    ['exposure', manifest.exposures.size],
    ['metric', manifest.metrics.size],
    ['macro', manifest.macros.size],
    ['group', manifest.groups.size],
    ['semantic_model', manifest.semanticModels.size],
    ['saved_query', manifest.savedQueries.size],
    ['unit_test', manifest.unitTests.size],
  ]
  return [...counts, ...others]
    .filter(([, count]) => count > 0)
    .map(([type, count]) => counted(count, type))
    .join(', ')
}

/** The counts after `Finished running `: `3 project hooks, 2 seeds, 1 table model`, sorted by word. One entry for each result. */
export function finishedLine(
  nodes: Iterable<Pick<GraphNode, 'resource_type'> & { readonly config?: { materialized?: unknown } | object }>,
): string {
  const counts = new Map<string, number>()
  for (const node of nodes) {
    const word =
      node.resource_type === 'model'
        ? `${(node.config as { materialized?: string } | undefined)?.materialized ?? 'view'} model`
        : node.resource_type === 'operation'
          ? 'project hook'
          : node.resource_type
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => counted(count, word))
    .join(', ')
}

/** ` in 0 hours 1 minutes and 2.50 seconds` */
export function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return ` in ${hours} hours ${minutes} minutes and ${(seconds % 60).toFixed(2)} seconds`
}

export interface RunStats {
  readonly pass: number
  readonly warn: number
  readonly error: number
  readonly skip: number
  readonly noop: number
  readonly total: number
}

/** How results are counted: errors, failures and partial successes are all errors; hooks count like nodes. */
export function runStats(statuses: Iterable<ResultStatus>): RunStats {
  const stats = { pass: 0, warn: 0, error: 0, skip: 0, noop: 0, total: 0 }
  for (const status of statuses) {
    stats.total++
    if (status === 'success' || status === 'pass') stats.pass++
    else if (status === 'skipped') stats.skip++
    else if (status === 'warn') stats.warn++
    else if (status === 'no-op') stats.noop++
    else stats.error++
  }
  return stats
}

/** `Done. PASS=5 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=5` */
export const doneLine = (stats: RunStats): string =>
  `Done. PASS=${stats.pass} WARN=${stats.warn} ERROR=${stats.error} SKIP=${stats.skip} NO-OP=${stats.noop} TOTAL=${stats.total}`
