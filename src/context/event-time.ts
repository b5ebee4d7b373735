import type { BatchContext } from '../manifest/batch.ts'
import type { ManifestNode, SourceNode } from '../manifest/node.ts'
import type { EventTimeFilter } from '../manifest/relation.ts'
import type { MacroIndex } from '../manifest/resolve-macro.ts'
import type { ContextServices } from './services.ts'

/** What of a node decides how the rows of its inputs are chosen. */
export interface EventTimeUser {
  readonly resource_type: string
  readonly config?: { readonly materialized?: unknown; readonly [key: string]: unknown } | undefined
  /** The batch that runs. */
  readonly batch?: BatchContext | undefined
}

/** Whether the node is configured as a microbatch model. */
export const isMicrobatch = (node: { readonly config?: object | undefined }): boolean => {
  const config = node.config as { materialized?: unknown; incremental_strategy?: unknown } | undefined
  return config?.materialized === 'incremental' && config.incremental_strategy === 'microbatch'
}

/**
 * Whether microbatch models are built in batches. dbt-core 1.11: not when the project or a package has a macro of its own for the strategy, unless
 * the flag `require_batched_execution_for_custom_microbatch_strategy` asks for it.
 */
export function usesBatches(macros: MacroIndex, behavior: Readonly<Record<string, boolean>>): boolean {
  if (behavior['require_batched_execution_for_custom_microbatch_strategy'] === true) return true
  const macro = macros.anywhere.get('get_incremental_microbatch_sql')
  return macro !== undefined && macro === macros.internal.get('get_incremental_microbatch_sql')
}

/**
 * The rows of an input that a model or snapshot may see: those of the batch that runs and of the window of `--sample`. Null when all of them:
 * inputs without `event_time`, and nodes of other types.
 */
export function eventTimeFilter(
  services: Pick<ContextServices, 'invocation' | 'macros'>,
  user: EventTimeUser,
  input: ManifestNode | SourceNode,
): EventTimeFilter | null {
  const field = (input.config as { event_time?: unknown } | undefined)?.event_time
  if (!field || (user.resource_type !== 'model' && user.resource_type !== 'snapshot')) return null
  const { sample, behavior } = services.invocation.flags
  const fieldName = eventTimeColumn(String(field), input)
  const { batch } = user
  if (batch !== undefined && isMicrobatch(user) && usesBatches(services.macros, behavior)) {
    const { event_time_start: from, event_time_end: to } = batch
    if (sample === null) return { fieldName, start: from, end: to }
    const start = sample.start.wallMicros > from.wallMicros ? sample.start : from
    const end = sample.end.wallMicros < to.wallMicros ? sample.end : to
    return { fieldName, start, end }
  }
  return sample === null ? null : { fieldName, start: sample.start, end: sample.end }
}

/** The column of the event time: quoted when its properties say so, else when its source does (dbt-core 1.11). */
function eventTimeColumn(name: string, input: ManifestNode | SourceNode): string {
  const column = Object.values(input.columns ?? {}).find((candidate) => candidate.name === name)
  const ofSource = (input as { quoting?: { column?: boolean | null } | null }).quoting?.column
  return (column?.quote ?? ofSource) ? `"${name}"` : name
}
