import { resolve } from 'node:path'
import { QuernError } from '../errors/quern-error.ts'
import { batchResultsOf } from '../manifest/batch.ts'
import type {
  PreviousResult,
  PreviousResults,
  PreviousSources,
  PreviousState,
  StateManifest,
  StateNode,
} from '../manifest/previous-state.ts'
import { type ArtifactKind, dictAt, isJsonDict, type JsonDict, readArtifact } from './read-json.ts'

const MANIFEST: ArtifactKind = { className: 'WritableManifest', schema: 'manifest', oldest: 4, newest: 12 }
const RUN_RESULTS: ArtifactKind = { className: 'RunResultsArtifact', schema: 'run-results', oldest: 4, newest: 6 }
const SOURCES: ArtifactKind = { className: 'FreshnessExecutionResultArtifact', schema: 'sources', oldest: 3, newest: 3 }

/**
 * Reads what a state folder holds: manifest.json, run_results.json and sources.json, and the sources.json of the target folder. `folder` is
 * relative to the project's folder, or absolute. Throws for files that cannot be read, not for missing ones.
 */
export function readState(folder: string, root: string, targetDir: string): PreviousState {
  const at = (name: string): string => resolve(root, folder, name)
  return {
    folder,
    manifest: readStateManifest(at('manifest.json')),
    results: readRunResults(at('run_results.json')),
    sources: readSources(at('sources.json')),
    currentSources: readSources(resolve(targetDir, 'sources.json')),
  }
}

/** A run_results.json (schema versions 4 to 6), or undefined when there is none. */
export function readRunResults(path: string): PreviousResults | undefined {
  const found = readArtifact(path, RUN_RESULTS)
  if (found === undefined) return undefined
  const { data } = found
  const metadata = dictAt(data, 'metadata')
  const startedAt = metadata['invocation_started_at'] ?? metadata['generated_at']
  return {
    results: list(data['results']).map(result),
    args: dictAt(data, 'args'),
    startedAt: typeof startedAt === 'string' ? startedAt : null,
  }
}

const list = (value: unknown): JsonDict[] => (Array.isArray(value) ? value.filter(isJsonDict) : [])

const result = (entry: JsonDict): PreviousResult => ({
  id: String(entry['unique_id']),
  status: String(entry['status']),
  seconds: typeof entry['execution_time'] === 'number' ? entry['execution_time'] : 0,
  batches: batchResultsOf(entry['batch_results']),
})

function readSources(path: string): PreviousSources | undefined {
  const found = readArtifact(path, SOURCES)
  if (found === undefined) return undefined
  return new Map(
    list(found.data['results']).flatMap((entry) =>
      typeof entry['max_loaded_at'] === 'string' ? [[String(entry['unique_id']), entry['max_loaded_at']] as const] : [],
    ),
  )
}

function readStateManifest(path: string): StateManifest | undefined {
  const found = readArtifact(path, MANIFEST)
  if (found === undefined) return undefined
  const { data, version } = found
  if (dictAt(data, 'metadata')['dbt_schema_version'] === undefined) {
    throw new QuernError('Runtime', 'artifact_schema_version', `Artifact is missing schema version: ${path}`, {
      hint: 'it is no manifest.json of dbt or quern: put the artifacts of a run that ended in its place',
    })
  }
  const others = ['sources', 'exposures', 'semantic_models', 'saved_queries', 'unit_tests']
  // dbt-core 1.11: metrics before version 10 were something else.
  if (version > 9) others.push('metrics')
  return {
    nodes: new Map(nodesOf(data, 'nodes').map((node) => [node.unique_id, renamed(node)])),
    others: new Map(others.flatMap((group) => nodesOf(data, group)).map((node) => [node.unique_id, node])),
    functions: new Map(nodesOf(data, 'functions').map((node) => [node.unique_id, node])),
    macros: new Map(nodesOf(data, 'macros').map((macro) => [macro.unique_id, String(macro['macro_sql'] ?? '')])),
  }
}

const nodesOf = (data: JsonDict, group: string): StateNode[] =>
  Object.entries(dictAt(data, group)).flatMap(([id, node]) =>
    isJsonDict(node) ? [{ ...node, unique_id: id, resource_type: String(node['resource_type']) }] : [],
  )

/** Up to version 6 the code of nodes was called `raw_sql` and `compiled_sql`. */
function renamed(node: StateNode): StateNode {
  if (!('raw_sql' in node || 'compiled_sql' in node)) return node
  const { raw_sql, compiled_sql, ...rest } = node
  return {
    ...rest,
    raw_code: raw_sql ?? rest['raw_code'],
    compiled_code: compiled_sql ?? rest['compiled_code'],
  } as StateNode
}
