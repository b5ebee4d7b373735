import type { Flags } from '../config/flags.ts'
import type { NodeConfig } from '../manifest/node.ts'

/**
 * Whether a test's failing rows are kept in a relation. dbt-core 1.11: `store_failures_as` decides, then `store_failures`, then the flag.
 */
export function storesFailures(test: { readonly config: NodeConfig }, flags: Flags): boolean {
  const as = test.config['store_failures_as']
  if (typeof as === 'string') return as !== 'ephemeral'
  const store = test.config['store_failures']
  return typeof store === 'boolean' ? store : flags.storeFailures
}
