import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { emptyManifest, type Manifest } from '../manifest/manifest.ts'
import type {
  FixtureNode,
  ManifestNode,
  ModelNode,
  NodeConfig,
  SourceNode,
  UnitTestDefinition,
  UnitTestNode,
  UnitTestRows,
} from '../manifest/node.ts'
import { findId, type ManifestIndex } from '../manifest/resolve-ref.ts'
import { type UniqueId, uniqueId } from '../manifest/unique-id.ts'
import { readReference } from '../parse/reference-text.ts'

/**
 * A manifest of one unit test's own: the test as a node with the tested model's SQL, and each of its inputs as an ephemeral model under the
 * name of what it stands for, so that `ref` and `source` find the fixtures and nothing else. Macros and functions are the project's.
 * Throws dbt's Parsing Errors for inputs that are not references or name nothing.
 */
export function unitTestManifest(
  index: ManifestIndex,
  test: UnitTestDefinition,
): { readonly manifest: Manifest; readonly node: UnitTestNode; readonly tested: ModelNode } {
  const { manifest: project } = index
  const tested = project.nodes.get(test.depends_on.nodes[0] as UniqueId) as ModelNode
  const node = testNode(test, tested)
  const manifest: Manifest = { ...emptyManifest(project.projectName), macros: project.macros }
  manifest.nodes.set(node.unique_id, node)
  for (const given of test.given) {
    const original = originalOf(index, given.input, tested, test)
    const fixture = fixtureNode(original, given, node)
    manifest.nodes.set(fixture.unique_id, fixture)
    if (fixture.source_name !== undefined) manifest.sources.set(fixture.unique_id, fixture as unknown as SourceNode)
    if (original === tested) node.this_input_node_unique_id = fixture.unique_id
    node.depends_on.nodes.push(fixture.unique_id)
  }
  for (const id of tested.depends_on.nodes as UniqueId[]) {
    const called = project.functions.get(id)
    if (called === undefined) continue
    manifest.functions.set(id, called)
    node.depends_on.nodes.push(id)
  }
  return { manifest, node, tested }
}

/** dbt-core 1.11: nothing of the model's config comes along; a versioned model's test has the version in its name. */
function testNode(test: UnitTestDefinition, tested: ModelNode): UnitTestNode {
  const name = tested.version === null ? test.name : `${test.name}_v${tested.version}`
  const isSql = test.expect.format === 'sql'
  const folder = test.original_file_path.split('/').slice(0, -1)
  return {
    ...withoutPatch(tested),
    name,
    resource_type: 'unit_test',
    package_name: test.package_name,
    path: [...folder, `${name}.sql`].join('/'),
    original_file_path: test.original_file_path,
    unique_id: test.unique_id,
    fqn: test.unique_id.split('.'),
    alias: name,
    config: {
      ...configOf('unit'),
      expected_rows: isSql ? [] : structuredRows(test.expect.rows),
      expected_sql: isSql ? test.expect.rows : null,
    },
    raw_code: tested.raw_code,
    language: tested.language,
    refs: tested.refs,
    sources: tested.sources,
    depends_on: { macros: [...tested.depends_on.macros], nodes: [] },
    tested_node_unique_id: tested.unique_id,
    this_input_node_unique_id: null,
    overrides: test.overrides,
  }
}

function fixtureNode(original: ManifestNode | SourceNode, given: UnitTestRows, test: UnitTestNode): FixtureNode {
  const { name } = original
  const source = original.resource_type === 'source' ? original : undefined
  const versioned = original.resource_type === 'model' ? original : undefined
  return {
    ...withoutPatch(original),
    name,
    resource_type: 'model',
    package_name: original.package_name,
    path: `${name}.sql`,
    original_file_path: test.original_file_path,
    unique_id: uniqueId('model', original.package_name, source === undefined ? name : `${source.source_name}__${name}`),
    fqn: original.fqn,
    alias: source === undefined ? (original as ManifestNode).alias : source.identifier,
    config: configOf('ephemeral'),
    raw_code: given.format === 'sql' ? String(given.rows ?? '') : `{{ get_fixture_sql(${repr(given.rows)}, None) }}`,
    access: 'protected',
    constraints: [],
    version: versioned?.version ?? null,
    latest_version: versioned?.latest_version ?? null,
    deprecation_date: null,
    primary_key: [],
    time_spine: null,
    ...(source === undefined ? {} : { source_name: source.source_name }),
    ...('defer_relation' in original && original.defer_relation !== undefined
      ? { defer_relation: original.defer_relation }
      : {}),
  }
}

/** What an input means: any package's node of that name, as in dbt. */
function originalOf(
  index: ManifestIndex,
  input: string,
  tested: ModelNode,
  test: UnitTestDefinition,
): ManifestNode | SourceNode {
  if (input.trim() === 'this') return tested
  const reference = readReference(input)
  if (reference === undefined) {
    throw new QuernError(
      'Parsing',
      'unit_test_input',
      `Unit test given inputs must be either a 'ref', 'source' or 'this' call. Got: '${input}'.`,
      { hint: "write input: ref('model'), input: source('source', 'table') or input: this" },
    )
  }
  let found: ManifestNode | SourceNode | undefined
  if (reference.kind === 'ref') {
    const { name, package: packageName, version } = reference.ref
    const id = findId(index.refables, version === null ? name : `${name}.v${version}`, packageName)
    found = id === undefined ? undefined : index.manifest.nodes.get(id)
  } else {
    const id = findId(index.sources, reference.source.join('.'), null)
    found = id === undefined ? undefined : index.manifest.sources.get(id)
  }
  if (found !== undefined) return found
  throw new QuernError(
    'Parsing',
    'unit_test_input_not_found',
    `Unit test '${test.name}' had an input (${input}) which was not found in the manifest.`,
  )
}

/** The fields of a node that a test or fixture has in its place, without what its property file said. */
const withoutPatch = (node: ManifestNode | SourceNode) => ({
  database: node.database,
  schema: node.schema,
  checksum: { name: 'none', checksum: '' },
  tags: [],
  description: '',
  columns: {},
  meta: {},
  group: null,
  docs: { show: true, node_color: null },
  patch_path: null,
  build_path: null,
  unrendered_config: {},
  created_at: node.created_at,
  relation_name: null,
  doc_blocks: [],
  language: 'sql',
  refs: [],
  sources: [],
  metrics: [],
  functions: [],
  depends_on: { macros: [], nodes: [] },
  compiled_path: null,
  contract: { enforced: false, alias_types: true, checksum: null },
})

const configOf = (materialized: string): NodeConfig => ({
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized,
  'pre-hook': [],
  'post-hook': [],
  quoting: {},
  column_types: {},
  full_refresh: null,
  docs: { show: true, node_color: null },
  contract: { enforced: false, alias_types: true },
})

/** Templates may change what they get: each run has rows of its own. */
const structuredRows = (rows: Value): Value[] => (rows as Value[]).map((row) => ({ ...(row as PlainDict) }))
