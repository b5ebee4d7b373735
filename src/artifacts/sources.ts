import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { float, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { FreshnessThreshold } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import { toJson } from './json-text.ts'
import { type ArtifactMetadata, metadataDict, utc } from './metadata.ts'

/**
 * The text of sources.json (schema version 3), in order of completion. dbt-core 1.11: only sources whose age was found are written; those
 * that failed are in the log alone, although the schema has a place for them.
 */
export function sourcesJson(input: {
  readonly metadata: ArtifactMetadata
  readonly results: readonly NodeResult[]
  readonly manifest: Manifest
  /** Seconds. */
  readonly elapsed: number
}): string {
  return toJson({
    metadata: metadataDict('sources/v3', input.metadata),
    results: input.results.flatMap((result) => entry(result, input.manifest)),
    elapsed_time: input.elapsed,
  })
}

function entry(result: NodeResult, manifest: Manifest): PlainDict[] {
  const { freshness } = result
  if (freshness === undefined) return []
  return [
    {
      unique_id: result.id,
      max_loaded_at: timeText(freshness.maxLoadedAt),
      snapshotted_at: timeText(freshness.snapshottedAt),
      max_loaded_at_time_ago_in_s: float(freshness.age),
      status: result.status,
      criteria: criteria(manifest.sources.get(result.id)?.freshness ?? null),
      adapter_response: result.adapterResponse,
      timing: result.timing.map(({ name, startedAt, completedAt }) => ({
        name,
        started_at: utc(startedAt),
        completed_at: utc(completedAt),
      })),
      thread_id: result.threadId,
      execution_time: result.executionTime,
    },
  ]
}

const criteria = (rule: FreshnessThreshold | null): Value =>
  rule === null
    ? null
    : {
        warn_after: rule.warn_after === null ? null : { ...rule.warn_after },
        error_after: rule.error_after === null ? null : { ...rule.error_after },
        filter: rule.filter,
      }

const timeText = (time: Value): Value => (time instanceof PyDateTime ? time.isoText('T') : null)
