import type { PlainDict } from '../jinja/runtime/value.ts'
import type { GraphNode } from '../manifest/node.ts'

/** `node_info` of dbt's log events; all texts, empty when unknown. */
export interface NodeInfo {
  readonly materialized: string
  readonly meta: PlainDict
  readonly node_checksum: string
  readonly node_finished_at: string
  readonly node_name: string
  readonly node_path: string
  readonly node_relation: {
    readonly alias: string
    readonly database: string
    readonly relation_name: string
    readonly schema: string
  }
  readonly node_started_at: string
  /** started | compiling | executing | success | error | fail | pass | warn | skipped | no-op | None */
  readonly node_status: string
  readonly resource_type: string
  readonly unique_id: string
}

/**
 * What log events say of a node at a moment. `startedAt`/`finishedAt` in milliseconds since the epoch.
 * Tests have no checksum, as in dbt.
 */
export function nodeInfo(
  node: GraphNode,
  state: { status?: string | undefined; startedAt?: number | undefined; finishedAt?: number | undefined } = {},
): NodeInfo {
  const fields = node as unknown as Record<string, unknown>
  const text = (name: string): string => (typeof fields[name] === 'string' ? (fields[name] as string) : '')
  const checksum = fields.checksum as { checksum?: unknown } | string | undefined
  return {
    materialized: typeof node.config.materialized === 'string' ? node.config.materialized : '',
    meta: (fields.meta as PlainDict | undefined) ?? {},
    node_checksum: typeof checksum === 'object' && typeof checksum.checksum === 'string' ? checksum.checksum : '',
    node_finished_at: isoTime(state.finishedAt),
    node_name: node.name,
    node_path: text('path'),
    node_relation: {
      alias: text('alias'),
      database: text('database'),
      relation_name: text('relation_name'),
      schema: text('schema'),
    },
    node_started_at: isoTime(state.startedAt),
    node_status: state.status ?? 'None',
    resource_type: node.resource_type,
    unique_id: node.unique_id,
  }
}

/** `2026-11-22T19:12:10.414799`: UTC with microseconds and no zone, as dbt writes node times; empty when unknown. */
export const isoTime = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '' : microseconds(milliseconds)

/** UTC ISO time with six digits after the second and no zone, of (fractional) milliseconds since the epoch. */
export function microseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds)
  const micros = Math.min(999, Math.floor((milliseconds - whole) * 1000))
  const second = Math.floor(whole / 1000)
  return `${upToSecond(second)}.${digits(whole - second * 1000)}${digits(micros)}`
}

const digits = (below1000: number): string => String(below1000).padStart(3, '0')

/** A run tells tens of thousands of times, nearly always of the same second as the time before. */
let told = { second: Number.NaN, text: '' }
function upToSecond(second: number): string {
  if (second !== told.second) told = { second, text: new Date(second * 1000).toISOString().slice(0, -5) }
  return told.text
}
