/*
 * The artifacts as other programs read them, and as they stand in the files: plain data, snake_case names. What dbt may add in
 * another version is not listed; the index signatures let it through.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonDict
export interface JsonDict {
  readonly [key: string]: Json
}

export interface ArtifactHead {
  readonly dbt_schema_version: string
  readonly dbt_version: string
  readonly generated_at: string
  readonly invocation_id: string | null
  readonly invocation_started_at: string | null
  readonly env: Readonly<Record<string, string>>
}

export interface Timing {
  readonly name: 'compile' | 'execute'
  readonly started_at: string
  readonly completed_at: string
}

export type RunStatus =
  | 'success'
  | 'error'
  | 'skipped'
  | 'no-op'
  | 'partial success'
  | 'pass'
  | 'fail'
  | 'warn'
  | 'runtime error'

/** An entry of run_results.json. */
export interface RunResultEntry {
  readonly unique_id: string
  readonly status: RunStatus
  readonly message: string | null
  /** Of tests: failing rows. */
  readonly failures: number | null
  /** Seconds. */
  readonly execution_time: number
  readonly timing: readonly Timing[]
  readonly thread_id: string
  readonly adapter_response: JsonDict
  readonly compiled: boolean | null
  readonly compiled_code: string | null
  readonly relation_name: string | null
  readonly batch_results: JsonDict | null
}

/** run_results.json, version 6. */
export interface RunResults {
  readonly metadata: ArtifactHead
  readonly results: readonly RunResultEntry[]
  /** Seconds. */
  readonly elapsed_time: number
  readonly args: JsonDict
}

/** An entry of sources.json. */
export interface SourceEntry {
  readonly unique_id: string
  readonly status: 'pass' | 'warn' | 'error'
  readonly max_loaded_at: string
  readonly snapshotted_at: string
  readonly max_loaded_at_time_ago_in_s: number
  readonly criteria: JsonDict
  readonly adapter_response: JsonDict
  readonly timing: readonly Timing[]
  readonly thread_id: string
  readonly execution_time: number
}

/** sources.json, version 3. */
export interface Sources {
  readonly metadata: ArtifactHead
  readonly results: readonly SourceEntry[]
  readonly elapsed_time: number
}

export interface CatalogTable {
  readonly unique_id: string
  readonly metadata: {
    readonly type: string
    readonly schema: string
    readonly name: string
    readonly database: string | null
    readonly comment: string | null
    readonly owner: string | null
  }
  readonly columns: Readonly<
    Record<
      string,
      { readonly type: string; readonly index: number; readonly name: string; readonly comment: string | null }
    >
  >
  readonly stats: JsonDict
}

/** catalog.json, version 1. */
export interface Catalog {
  readonly metadata: ArtifactHead
  readonly nodes: Readonly<Record<string, CatalogTable>>
  readonly sources: Readonly<Record<string, CatalogTable>>
  readonly errors: readonly string[] | null
}

/** What all entries of a manifest have. */
export interface ManifestEntry {
  readonly unique_id: string
  readonly name: string
  readonly resource_type: string
  readonly package_name: string
  readonly path: string
  readonly original_file_path: string
  readonly [field: string]: Json | undefined
}

/** A model, seed, snapshot, test, analysis or hook of a manifest. */
export interface ManifestNode extends ManifestEntry {
  readonly database: string | null
  readonly schema: string
  readonly alias: string
  readonly relation_name: string | null
  readonly fqn: readonly string[]
  readonly tags: readonly string[]
  readonly description: string
  readonly columns: JsonDict
  readonly config: JsonDict
  readonly meta: JsonDict
  readonly raw_code: string
  readonly language?: string
  readonly compiled_code?: string | null
  readonly depends_on: { readonly macros: readonly string[]; readonly nodes?: readonly string[] }
}

export interface ManifestSource extends ManifestEntry {
  readonly source_name: string
  readonly identifier: string
  readonly database: string | null
  readonly schema: string
  readonly relation_name: string | null
  readonly columns: JsonDict
  readonly config: JsonDict
}

/** manifest.json, version 12. */
export interface Manifest {
  readonly metadata: ArtifactHead & {
    readonly project_name: string
    readonly project_id: string
    readonly adapter_type: string
    readonly [field: string]: Json
  }
  readonly nodes: Readonly<Record<string, ManifestNode>>
  readonly sources: Readonly<Record<string, ManifestSource>>
  readonly macros: Readonly<Record<string, ManifestEntry>>
  readonly docs: Readonly<Record<string, JsonDict>>
  readonly exposures: Readonly<Record<string, ManifestEntry>>
  readonly metrics: Readonly<Record<string, ManifestEntry>>
  readonly groups: Readonly<Record<string, JsonDict>>
  readonly selectors: Readonly<Record<string, Json>>
  readonly disabled: Readonly<Record<string, readonly ManifestEntry[]>>
  readonly parent_map: Readonly<Record<string, readonly string[]>>
  readonly child_map: Readonly<Record<string, readonly string[]>>
  readonly group_map: Readonly<Record<string, readonly string[]>>
  readonly saved_queries: Readonly<Record<string, ManifestEntry>>
  readonly semantic_models: Readonly<Record<string, ManifestEntry>>
  readonly unit_tests: Readonly<Record<string, ManifestEntry>>
  readonly functions: Readonly<Record<string, ManifestEntry>>
}

/** A node in column_lineage.json. `partial`: something is missing, and `reason` says what; `failed`: nothing is known. */
export interface ColumnLineageNode {
  readonly status: 'complete' | 'partial' | 'failed'
  readonly reason?: string
  /** In the relation's order. */
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly type?: string
        readonly sources: readonly {
          /** The id of a node, or the name of a relation that no node stands for. */
          readonly node: string
          readonly column: string
          readonly how: 'copied' | 'renamed' | 'computed' | 'aggregated'
        }[]
      }
    >
  >
  /** Columns that decide about rows, their order or windows. */
  readonly used: readonly {
    readonly node: string
    readonly column: string
    readonly how: 'filter' | 'join' | 'group' | 'order' | 'window'
  }[]
}

/** column_lineage.json, an artifact of quern's own. */
export interface ColumnLineage {
  readonly metadata: Omit<ArtifactHead, 'dbt_schema_version'> & { readonly quern_schema_version: string }
  readonly nodes: Readonly<Record<string, ColumnLineageNode>>
}
