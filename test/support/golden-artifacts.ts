import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = Record<string, unknown>

/** An artifact of the target folder, or null when the step wrote none. */
function read(project: string, name: string): Json | null {
  const path = join(project, 'target', name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Json) : null
}

const metadataOf = (artifact: Json): Json => {
  const metadata = artifact['metadata'] as Json
  return { keys: Object.keys(metadata).sort(), dbt_schema_version: metadata['dbt_schema_version'] }
}

/** catalog.json without what differs from run to run; the same as `catalog_of` of make-expected.py. */
export function catalogOf(project: string, mask: (text: string) => string, user: string): Json | null {
  const raw = read(project, 'catalog.json')
  if (raw === null) return null
  const catalog = JSON.parse(mask(JSON.stringify(raw))) as Json
  for (const group of ['nodes', 'sources']) {
    for (const entry of Object.values(catalog[group] as Record<string, { metadata: Json }>))
      if (entry.metadata['owner'] === user) entry.metadata['owner'] = '{user}'
  }
  const errors = (catalog['errors'] as string[] | null)?.map((error) => error.split('\n')[0]) ?? null
  return { ...catalog, errors, metadata: metadataOf(catalog) }
}

/** Times of long ago are the project's data, others the clock's. */
const recentOr = (text: string): string => (text < '2020' ? text : '{now}')

/** sources.json likewise; the same as `sources_of`. */
export function sourcesOf(project: string, mask: (text: string) => string): Json | null {
  const raw = read(project, 'sources.json')
  if (raw === null) return null
  const artifact = JSON.parse(mask(JSON.stringify(raw))) as Json
  const results = (artifact['results'] as Record<string, string>[]).map((result) => ({
    ...result,
    max_loaded_at: recentOr(result['max_loaded_at'] as string),
    snapshotted_at: recentOr(result['snapshotted_at'] as string),
    timing: (result['timing'] as unknown as { name: string }[]).map(({ name }) => name),
    max_loaded_at_time_ago_in_s: (result['max_loaded_at'] as string) < '2020' ? '{years}' : '{seconds}',
    execution_time: typeof result['execution_time'] === 'number' ? 'float' : 'other',
  }))
  return {
    keys: Object.keys(artifact).sort(),
    metadata: metadataOf(artifact),
    results: results.sort((a, b) => ((a as Json)['unique_id']! < (b as Json)['unique_id']! ? -1 : 1)),
  }
}
