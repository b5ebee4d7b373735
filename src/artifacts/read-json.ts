import { existsSync, readFileSync, statSync } from 'node:fs'
import { QuernError } from '../errors/quern-error.ts'

export type JsonDict = Readonly<Record<string, unknown>>

/** One kind of artifact: how errors call it, its schema and the versions that can be read. */
export interface ArtifactKind {
  /** dbt's name of the class, which stands in its messages. */
  readonly className: string
  /** `manifest` of `https://schemas.getdbt.com/dbt/manifest/v12.json`. */
  readonly schema: string
  readonly oldest: number
  readonly newest: number
}

const schemaUrl = (kind: ArtifactKind, version: number): string =>
  `https://schemas.getdbt.com/dbt/${kind.schema}/v${version}.json`

/**
 * An artifact and its schema version; undefined when there is no such file. Throws dbt's errors for a file that is no JSON or has a
 * version that cannot be read. A file without a version counts as the newest.
 */
export function readArtifact(path: string, kind: ArtifactKind): { data: JsonDict; version: number } | undefined {
  if (!existsSync(path) || !statSync(path).isFile()) return undefined
  let data: unknown
  try {
    data = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw unreadable(path, kind, cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (!isJsonDict(data)) throw unreadable(path, kind, 'it is not an object')
  const found = dictAt(data, 'metadata')['dbt_schema_version']
  if (found === undefined || found === null) return { data, version: kind.newest }
  for (let version = kind.oldest; version <= kind.newest; version++) {
    if (found === schemaUrl(kind, version)) return { data, version }
  }
  throw new QuernError(
    'Runtime',
    'artifact_schema_version',
    `Expected a schema version of "${schemaUrl(kind, kind.newest)}" in ${path}, but found "${String(found)}". Are you running with a different version of dbt?`,
    { hint: `versions ${kind.oldest} to ${kind.newest} of this file can be read` },
  )
}

const unreadable = (path: string, kind: ArtifactKind, why: string, cause?: unknown): QuernError =>
  new QuernError('Runtime', 'artifact_unreadable', `Could not read ${kind.className} at "${path}" as JSON: ${why}`, {
    cause,
    hint: 'the file may be damaged: put the artifacts of a run that ended in its place',
  })

export const isJsonDict = (value: unknown): value is JsonDict =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object under a key; empty when there is none. */
export const dictAt = (dict: JsonDict, key: string): JsonDict => {
  const value = dict[key]
  return isJsonDict(value) ? value : {}
}
