/*
 * The artifacts as the page reads them: fields under their published names, and only those that the page shows. All but ids and names may be
 * missing, since artifacts of dbt and of older versions are read too.
 */

export interface ColumnInfo {
  readonly name: string
  readonly description?: string
  readonly data_type?: string | null
  readonly tags?: readonly string[]
  readonly meta?: Readonly<Record<string, unknown>>
  readonly constraints?: readonly ConstraintInfo[]
}

export interface ConstraintInfo {
  readonly type: string
  readonly name?: string | null
  readonly expression?: string | null
}

/** Any resource of manifest.json: a model, a source, a test, an exposure, a metric ... */
export interface ArtifactNode {
  readonly unique_id: string
  readonly resource_type: string
  readonly name: string
  readonly package_name: string
  readonly path?: string
  readonly original_file_path?: string
  readonly patch_path?: string | null
  readonly fqn?: readonly string[]
  readonly tags?: readonly string[] | string
  readonly meta?: Readonly<Record<string, unknown>>
  readonly config?: Readonly<Record<string, unknown>>
  /** What the project sets, before templates were rendered: names tell what is no default. */
  readonly unrendered_config?: Readonly<Record<string, unknown>>
  readonly description?: string
  readonly columns?: Readonly<Record<string, ColumnInfo>>
  readonly depends_on?: { readonly nodes?: readonly string[]; readonly macros?: readonly string[] }
  readonly database?: string | null
  readonly schema?: string | null
  readonly alias?: string
  readonly identifier?: string
  readonly relation_name?: string | null
  readonly raw_code?: string
  readonly compiled_code?: string | null
  readonly language?: string
  readonly group?: string | null
  readonly access?: string | null
  readonly version?: string | number | null
  readonly latest_version?: string | number | null
  readonly deprecation_date?: string | null
  readonly contract?: { readonly enforced?: boolean }
  readonly constraints?: readonly ConstraintInfo[]
  readonly primary_key?: readonly string[]
  readonly docs?: { readonly show?: boolean; readonly node_color?: string | null }
  // sources
  readonly source_name?: string
  readonly source_description?: string
  readonly loader?: string
  readonly loaded_at_field?: string | null
  readonly loaded_at_query?: string | null
  readonly freshness?: FreshnessRule | null
  // tests
  readonly attached_node?: string | null
  readonly column_name?: string | null
  readonly test_metadata?: {
    readonly name: string
    readonly namespace?: string | null
    readonly kwargs?: Readonly<Record<string, unknown>>
  }
  // exposures, metrics, semantic models
  readonly label?: string | null
  readonly type?: string
  readonly url?: string | null
  readonly maturity?: string | null
  readonly owner?: { readonly name?: string | null; readonly email?: string | readonly string[] | null }
  readonly type_params?: Readonly<Record<string, unknown>>
  readonly filter?: unknown
  readonly entities?: readonly Readonly<Record<string, unknown>>[]
  readonly dimensions?: readonly Readonly<Record<string, unknown>>[]
  readonly measures?: readonly Readonly<Record<string, unknown>>[]
  readonly query_params?: Readonly<Record<string, unknown>>
  readonly exports?: readonly Readonly<Record<string, unknown>>[]
  readonly model?: string
  readonly given?: readonly Readonly<Record<string, unknown>>[]
  readonly expect?: Readonly<Record<string, unknown>>
}

export interface FreshnessRule {
  readonly warn_after?: { readonly count: number | null; readonly period: string | null }
  readonly error_after?: { readonly count: number | null; readonly period: string | null }
  readonly filter?: string | null
}

export interface ArtifactMacro {
  readonly unique_id: string
  readonly name: string
  readonly package_name: string
  readonly original_file_path?: string
  readonly macro_sql: string
  readonly description?: string
  readonly arguments?: readonly {
    readonly name: string
    readonly type?: string | null
    readonly description?: string
  }[]
  readonly depends_on?: { readonly macros?: readonly string[] }
  readonly docs?: ArtifactNode['docs']
  readonly meta?: Readonly<Record<string, unknown>>
}

type ById<T> = Readonly<Record<string, T>>

export interface ManifestFile {
  readonly metadata: {
    readonly project_name?: string | null
    readonly adapter_type?: string | null
    readonly generated_at?: string
    readonly dbt_version?: string
  }
  readonly nodes: ById<ArtifactNode>
  readonly sources?: ById<ArtifactNode>
  readonly macros?: ById<ArtifactMacro>
  readonly docs?: ById<{ readonly name: string; readonly package_name: string; readonly block_contents?: string }>
  readonly exposures?: ById<ArtifactNode>
  readonly metrics?: ById<ArtifactNode>
  readonly groups?: ById<ArtifactNode>
  readonly selectors?: ById<SelectorEntry>
  readonly saved_queries?: ById<ArtifactNode>
  readonly semantic_models?: ById<ArtifactNode>
  readonly unit_tests?: ById<ArtifactNode>
  readonly functions?: ById<ArtifactNode>
}

export interface SelectorEntry {
  readonly name: string
  readonly description?: string | null
  readonly default?: boolean
  readonly definition: unknown
}

export interface CatalogTable {
  readonly metadata: {
    readonly type: string
    readonly database?: string | null
    readonly schema: string
    readonly name: string
    readonly comment?: string | null
    readonly owner?: string | null
  }
  readonly columns: Readonly<
    Record<
      string,
      { readonly name: string; readonly type: string; readonly index: number; readonly comment?: string | null }
    >
  >
  readonly stats?: Readonly<
    Record<
      string,
      {
        readonly id: string
        readonly label: string
        readonly value: unknown
        readonly include: boolean
        readonly description?: string | null
      }
    >
  >
}

export interface CatalogFile {
  readonly metadata?: { readonly generated_at?: string }
  readonly nodes: ById<CatalogTable>
  readonly sources: ById<CatalogTable>
  readonly errors?: readonly string[] | null
}

export interface RunResult {
  readonly unique_id: string
  readonly status: string
  readonly execution_time?: number
  readonly thread_id?: string
  readonly message?: string | null
  readonly failures?: number | null
  readonly timing?: readonly {
    readonly name: string
    readonly started_at?: string | null
    readonly completed_at?: string | null
  }[]
  readonly adapter_response?: Readonly<Record<string, unknown>>
}

export interface RunResultsFile {
  readonly metadata: { readonly generated_at?: string; readonly invocation_id?: string }
  readonly results: readonly RunResult[]
  readonly elapsed_time?: number
  readonly args?: Readonly<Record<string, unknown>>
}

export interface FreshnessResult {
  readonly unique_id: string
  readonly status: string
  readonly max_loaded_at?: string
  readonly snapshotted_at?: string
  readonly max_loaded_at_time_ago_in_s?: number
  readonly error?: string | null
  readonly criteria?: FreshnessRule
}

export interface SourcesFile {
  readonly metadata: { readonly generated_at?: string }
  readonly results: readonly FreshnessResult[]
}

/** How a column came from another one. */
export type ColumnStep = 'copied' | 'renamed' | 'computed' | 'aggregated'

export interface ColumnRef {
  readonly node: string
  readonly column: string
  readonly how: string
}

export interface ColumnLineageFile {
  readonly metadata?: { readonly generated_at?: string }
  readonly nodes: ById<{
    readonly status: 'complete' | 'partial' | 'failed'
    readonly reason?: string
    readonly columns: Readonly<Record<string, { readonly sources: readonly ColumnRef[] }>>
    /** Columns that shape rows (filters, joins ...) and flow into no column. */
    readonly used?: readonly ColumnRef[]
  }>
}

/** Everything that the page may find beside it; only the manifest has to be there. */
export interface Artifacts {
  readonly manifest: ManifestFile
  readonly catalog?: CatalogFile | undefined
  readonly runResults?: RunResultsFile | undefined
  /** The results of the last command that ran something, where run_results.json is of one that only compiled. */
  readonly lastRun?: RunResultsFile | undefined
  readonly sources?: SourcesFile | undefined
  readonly columnLineage?: ColumnLineageFile | undefined
}
