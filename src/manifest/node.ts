import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { BatchContext } from './batch.ts'
import type { ResourceType, UniqueId } from './unique-id.ts'

/*
 * Nodes as dbt-core 1.11 publishes them in manifest.json (schema version 12): the same field names, in memory too.
 * A template sees these objects as dicts (`model`, `graph.nodes`). They are mutable while parsing and compiling only.
 */

export interface FileChecksum {
  name: string
  checksum: string
}

export interface Docs {
  show: boolean
  node_color: string | null
}

/** `{sql, transaction, index}`; `index` is null for models' hooks, as in dbt. */
export interface Hook {
  sql: string
  transaction: boolean
  index: number | null
}

export interface ContractConfig {
  enforced: boolean
  alias_types: boolean
}

/** A node's config: known keys in dbt's order first, then whatever the project added. */
export interface NodeConfig {
  enabled: boolean
  alias?: string | null
  schema?: string | null
  database?: string | null
  tags: string[]
  meta: PlainDict
  group?: string | null
  materialized: string
  'pre-hook'?: Hook[]
  'post-hook'?: Hook[]
  quoting?: PlainDict
  column_types?: PlainDict
  full_refresh?: boolean | null
  docs?: Docs
  contract?: ContractConfig
  [key: string]: unknown
}

export interface ColumnInfo {
  name: string
  description: string
  meta: PlainDict
  data_type: string | null
  constraints: Constraint[]
  quote: boolean | null
  config: { meta: PlainDict; tags: string[] }
  tags: string[]
  granularity: string | null
  doc_blocks: string[]
  [extra: string]: unknown
}

export interface Constraint {
  type: 'check' | 'not_null' | 'unique' | 'primary_key' | 'foreign_key' | 'custom'
  name: string | null
  expression: string | null
  warn_unenforced: boolean
  warn_unsupported: boolean
  to: string | null
  to_columns: string[]
  /** Model-level constraints only. */
  columns?: string[]
}

/** What a node is in the state that is deferred to. Not published. */
export interface DeferRelation {
  database: string | null
  schema: string
  alias: string
  relation_name: string | null
  resource_type: string
  name: string
  description: string
  compiled_code: string | null
  meta: PlainDict
  tags: string[]
  config: PlainDict
}

export interface RefArgs {
  name: string
  package: string | null
  version: string | number | null
}

export interface DependsOn {
  macros: string[]
  nodes: string[]
}

/** What every node of `manifest.nodes` has. */
export interface NodeBase {
  database: string | null
  schema: string
  name: string
  resource_type: ResourceType
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  fqn: string[]
  alias: string
  checksum: FileChecksum
  config: NodeConfig
  tags: string[]
  description: string
  columns: Record<string, ColumnInfo>
  meta: PlainDict
  group: string | null
  docs: Docs
  patch_path: string | null
  build_path: string | null
  unrendered_config: PlainDict
  created_at: number
  relation_name: string | null
  raw_code: string
  doc_blocks: string[]
  /** Its counterpart in the state of `--defer` or `clone`. */
  defer_relation?: DeferRelation
}

/** Nodes with SQL: models, tests, analyses, snapshots, hooks and inline queries. */
export interface CompiledNodeFields {
  language: string
  refs: RefArgs[]
  sources: [string, string][]
  metrics: string[][]
  functions: string[][]
  depends_on: DependsOn
  compiled_path: string | null
  compiled?: boolean
  compiled_code?: string
  extra_ctes_injected?: boolean
  extra_ctes?: { id: string; sql: string }[]
  contract: { enforced: boolean; alias_types: boolean; checksum: string | null }
}

export interface ModelNode extends NodeBase, CompiledNodeFields {
  resource_type: 'model'
  /** Set on the copy that one batch of a microbatch model runs with; never in the manifest. */
  batch?: BatchContext
  access: string
  constraints: Constraint[]
  version: string | number | null
  latest_version: string | number | null
  deprecation_date: string | null
  primary_key: string[]
  time_spine: Value
}

/** A function of the database (`functions/`): what it takes and gives back, and its body as `raw_code`. */
export interface FunctionNode extends NodeBase, CompiledNodeFields {
  resource_type: 'function'
  returns: { data_type: string; description: string | null }
  arguments: { name: string; data_type: string; description: string | null; default_value: Value }[]
}

export interface SeedNode extends NodeBase {
  resource_type: 'seed'
  root_path: string
  depends_on: { macros: string[] }
}

export interface SnapshotNode extends NodeBase, CompiledNodeFields {
  resource_type: 'snapshot'
}

export interface AnalysisNode extends NodeBase, CompiledNodeFields {
  resource_type: 'analysis'
}

export interface SingularTestNode extends NodeBase, CompiledNodeFields {
  resource_type: 'test'
}

export interface GenericTestNode extends NodeBase, CompiledNodeFields {
  resource_type: 'test'
  column_name: string | null
  file_key_name: string
  attached_node: UniqueId | null
  test_metadata: { name: string; kwargs: PlainDict; namespace: string | null }
}

export type TestNode = SingularTestNode | GenericTestNode

/** on-run-start / on-run-end hooks. */
export interface OperationNode extends NodeBase, CompiledNodeFields {
  resource_type: 'operation'
  index: number | null
}

/** `compile --inline` / `show --inline`. */
export interface SqlOperationNode extends NodeBase, CompiledNodeFields {
  resource_type: 'sql_operation'
}

export interface FreshnessThreshold {
  warn_after: { count: number | null; period: string | null } | null
  error_after: { count: number | null; period: string | null } | null
  filter: string | null
}

export interface SourceNode {
  database: string | null
  schema: string
  name: string
  resource_type: 'source'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  fqn: string[]
  source_name: string
  source_description: string
  loader: string
  identifier: string
  quoting: { database: boolean | null; schema: boolean | null; identifier: boolean | null; column: boolean | null }
  loaded_at_field: string | null
  loaded_at_query: string | null
  freshness: FreshnessThreshold | null
  external: Value
  description: string
  columns: Record<string, ColumnInfo>
  meta: PlainDict
  source_meta: PlainDict
  tags: string[]
  config: PlainDict
  patch_path: string | null
  unrendered_config: PlainDict
  relation_name: string | null
  created_at: number
  unrendered_database: string | null
  unrendered_schema: string | null
  doc_blocks: string[]
}

/** One `given` or `expect` of a unit test: rows as dicts, or a query when `format` is sql. */
export interface UnitTestRows {
  rows: Value
  format: string
  fixture: string | null
}

/** A unit test as its property file defines it: what `manifest.unit_tests` holds. `depends_on.nodes[0]` is the tested model. */
export interface UnitTestDefinition extends OtherNode {
  resource_type: 'unit_test'
  model: string
  given: (UnitTestRows & { input: string })[]
  expect: UnitTestRows
  overrides: { macros: PlainDict; vars: PlainDict; env_vars: PlainDict } | null
  schema: string | null
  version: string | number | null
}

/** `orders::adds_up`, `orders::adds_up_v2`: how lines name a unit test. */
export const unitTestLabel = (test: UnitTestDefinition): string =>
  `${test.model}::${test.name}${test.version === null ? '' : `_v${test.version}`}`

/** A unit test on its way through compiling and its materialization: the tested model's SQL under the test's name. */
export interface UnitTestNode extends NodeBase, CompiledNodeFields {
  resource_type: 'unit_test'
  tested_node_unique_id: UniqueId
  /** The fixture that stands for the tested model's own relation (`input: this`). */
  this_input_node_unique_id: UniqueId | null
  overrides: UnitTestDefinition['overrides']
}

/** An input of a unit test: an ephemeral model that takes the place of the node that was meant; of a source, it has its name. */
export interface FixtureNode extends ModelNode {
  source_name?: string
}

/** The name that an ephemeral model's CTE is made from. dbt-core 1.11: a source's fixture goes by `<source>__<table>`. */
export const cteIdentifier = (model: FixtureNode): string =>
  model.source_name === undefined ? model.alias : model.unique_id.slice(model.unique_id.lastIndexOf('.') + 1)

export type ManifestNode =
  | ModelNode
  | SeedNode
  | SnapshotNode
  | AnalysisNode
  | SingularTestNode
  | GenericTestNode
  | OperationNode
  | SqlOperationNode
  | UnitTestNode
  | FunctionNode

/** Nodes that hold SQL to be compiled. */
export type SqlNode = Exclude<ManifestNode, SeedNode>

export interface ExposureNode {
  name: string
  resource_type: 'exposure'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  fqn: string[]
  type: string
  owner: PlainDict
  description: string
  label: string | null
  maturity: string | null
  meta: PlainDict
  tags: string[]
  config: PlainDict
  unrendered_config: PlainDict
  url: string | null
  depends_on: DependsOn
  refs: RefArgs[]
  sources: [string, string][]
  metrics: string[][]
  created_at: number
}

export interface DocNode {
  name: string
  resource_type: 'doc'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  block_contents: string
}

export interface GroupNode {
  name: string
  resource_type: 'group'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  owner: PlainDict
  description: string | null
  config: PlainDict
}

export interface MacroArgument {
  name: string
  type: string | null
  description: string
}

export interface MacroNode {
  name: string
  resource_type: 'macro'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  macro_sql: string
  depends_on: { macros: string[] }
  description: string
  meta: PlainDict
  docs: Docs
  config: { meta: PlainDict; docs: Docs }
  patch_path: string | null
  arguments: MacroArgument[]
  created_at: number
  supported_languages: string[] | null
}

/** Resources that later issues give a life of their own: parsed, validated, written. */
export interface OtherNode {
  name: string
  resource_type: 'metric' | 'semantic_model' | 'saved_query' | 'unit_test'
  package_name: string
  path: string
  original_file_path: string
  unique_id: UniqueId
  fqn: string[]
  depends_on: DependsOn
  config: PlainDict
  [field: string]: unknown
}

/** What a build reports without doing anything: exposures, and saved queries (which are `OtherNode`s of that type). */
export type PassiveNode = ExposureNode | (OtherNode & { resource_type: 'saved_query' })

/** Anything that is a vertex of the graph. */
export type GraphNode = ManifestNode | SourceNode | ExposureNode | OtherNode

/** A node as the dict that templates see. */
export const asDict = (node: object): PlainDict => node as unknown as PlainDict

export const isGenericTest = (node: { resource_type: string }): node is GenericTestNode =>
  node.resource_type === 'test' && 'test_metadata' in node

/** Refable nodes: what `ref()` can mean. */
export const REFABLE: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot'])
