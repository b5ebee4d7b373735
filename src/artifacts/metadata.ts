import { microseconds } from '../events/node-info.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'

/** What every artifact says of the invocation that made it. */
export interface ArtifactMetadata {
  readonly dbtVersion: string
  readonly invocationId: string
  /** Milliseconds since the epoch. */
  readonly generatedAt: number
  readonly invocationStartedAt: number
  /** DBT_ENV_CUSTOM_ENV_* without the prefix. */
  readonly env: Readonly<Record<string, string>>
}

/** The `metadata` of an artifact; `schema` is the end of its address: `catalog/v1`. */
export const metadataDict = (schema: string, metadata: ArtifactMetadata): PlainDict => ({
  dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
  dbt_version: metadata.dbtVersion,
  generated_at: utc(metadata.generatedAt),
  invocation_id: metadata.invocationId,
  invocation_started_at: utc(metadata.invocationStartedAt),
  env: { ...metadata.env },
})

/** A time as artifacts write it: `2026-11-22T19:12:10.414799Z`. */
export const utc = (milliseconds: number): string => `${microseconds(milliseconds)}Z`
