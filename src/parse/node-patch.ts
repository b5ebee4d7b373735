import { QuernError } from '../errors/quern-error.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode, ModelNode } from '../manifest/node.ts'
import { findDisabled, findId, type ManifestIndex } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { columnTags, dicts } from './columns.ts'
import { patchFunction } from './function.ts'
import { parseGenericTest, type TestTarget } from './generic-test.ts'
import { patchModelProperties } from './model-properties.ts'
import { checkPatchedOnce, type Patch, patchConfig, patchProperties, readPatch, testsOf } from './patch.ts'
import type { Entry } from './property-file.ts'
import { type ParseSession, plural } from './session.ts'
import { warn } from './warn.ts'
import { placeIn, under } from './yaml-place.ts'

/** The resource type that a section describes. */
const SECTION_TYPES: Readonly<Record<string, string>> = {
  models: 'model',
  seeds: 'seed',
  snapshots: 'snapshot',
  analyses: 'analysis',
  functions: 'function',
}

/** Applies an entry of `models` (without versions), `seeds`, `snapshots`, `analyses` or `functions` to the node that it names. */
export function patchNode(session: ParseSession, entry: Entry): void {
  applyPatch(session, readPatch(entry))
}

/** Applies a patch to the node or the disabled nodes of its name; warns when there are none. */
export function applyPatch(session: ParseSession, patch: Patch): void {
  const { entry } = patch
  const type = SECTION_TYPES[entry.section]!
  const found = findTarget(session, entry, type)
  if (found === 'elsewhere') return
  if (found === undefined) {
    patchDisabled(session, patch, type)
    return
  }
  checkPatchedOnce(found, entry, 'resource')
  apply(session, found, patch)
}

function apply(session: ParseSession, node: ManifestNode, patch: Patch): void {
  if (Object.keys(patch.config).length > 0) patchConfig(session, node, patch)
  patchProperties(session, node, patch)
  if (node.resource_type === 'function') patchFunction(node, patch)
  if (node.resource_type === 'model') patchModelProperties(session, node as ModelNode, patch)
}

function findTarget(session: ParseSession, entry: Entry, type: string): ManifestNode | 'elsewhere' | undefined {
  const { manifest, index } = session
  const { name } = entry.data
  if (type === 'function') {
    const id = findId(index.functions, name, null)
    return id === undefined ? undefined : manifest.functions.get(id)
  }
  if (type === 'analysis')
    return [...manifest.nodes.values()].find((node) => node.resource_type === 'analysis' && node.name === name)
  const id = findId(index.refables, name, entry.project.name) ?? onlyId(index, name)
  const node = id === undefined ? undefined : manifest.nodes.get(id)
  if (node === undefined || node.resource_type === type) return node
  const section = plural(node.resource_type)
  warn(
    session,
    'WrongResourceSchemaFile',
    `'${name}' is a ${node.resource_type} node, but it is specified in the ${entry.section} section of ${entry.properties.file.original}. Move the entry of '${name}' to the ${section} key.`,
    { place: under(entry.place, 'name') },
  )
  return 'elsewhere'
}

function onlyId(index: ManifestIndex, name: string): UniqueId | undefined {
  const packages = index.refables.get(name)
  if (packages === undefined) return undefined
  if (packages.size > 1) {
    throw new QuernError(
      'Compilation',
      'ambiguous_name',
      `When referencing '${name}', dbt found nodes in multiple packages: '${[...packages.values()].join("', '")}'`,
    )
  }
  return packages.values().next().value
}

function patchDisabled(session: ParseSession, patch: Patch, type: string): void {
  const { entry } = patch
  const nodes = findDisabled(session.index, patch.name, entry.project.name, new Set([type]))
  if (nodes === undefined) {
    warnNoNode(session, entry, patch.name)
    return
  }
  if (nodes.length > 1 && patch.config['enabled']) throw ambiguousDisabled(type, patch.name, nodes.length, entry)
  for (const node of nodes) apply(session, node as ManifestNode, patch)
}

/** Several disabled nodes of one name cannot be enabled by a property file. */
export function ambiguousDisabled(type: string, name: string, count: number, entry: Entry): QuernError {
  return new QuernError(
    'Parsing',
    'ambiguous_disabled',
    `Found ${count} matching disabled nodes for ${type} '${name}'. Multiple nodes for the same unique id cannot be enabled in the schema file. They must be enabled in \`dbt_project.yml\` or in the sql files.`,
    { at: placeIn(entry.place) },
  )
}

/** The warning for an entry that describes nothing. */
export function warnNoNode(session: ParseSession, entry: Entry, name: string): void {
  const { original } = entry.properties.file
  warn(
    session,
    'NoNodeForYamlKey',
    `Did not find matching node for patch with name '${name}' in the '${entry.section}' section of file '${original}'`,
    {
      data: { patch_name: name, yaml_key: entry.section, file_path: original },
      place: under(entry.place, 'name'),
    },
  )
}

/** Makes the tests of an entry without versions: those of its columns, then its own. */
export function testsOfNode(session: ParseSession, entry: Entry): void {
  const target = testTarget(entry, null)
  for (const [index, column] of dicts(entry.data['columns']).entries())
    columnTests(session, entry, target, column, ['columns', index])
  for (const [index, test] of (testsOf(entry, entry.data) ?? []).entries()) {
    parseGenericTest(session, entry.project, target, test, null, [], under(entry.place, testsKey(entry.data), index))
  }
}

/** What the tests of an entry are on. */
export const testTarget = (entry: Entry, version: string | number | null): TestTarget => ({
  kind: entry.section === 'models' ? 'model' : 'node',
  name: entry.data.name,
  packageName: entry.project.name,
  original: entry.properties.file.original,
  file: entry.properties.text,
  fileKey: `${entry.section}.${entry.data.name}`,
  version,
})

/** The key under which tests were written. */
export const testsKey = (holder: PlainDict): string => (Object.hasOwn(holder, 'data_tests') ? 'data_tests' : 'tests')

/** Makes the tests of one column. Its name is quoted where `quote` or the entry's `quote_columns` says so. */
export function columnTests(
  session: ParseSession,
  entry: Entry,
  target: TestTarget,
  column: PlainDict,
  path: readonly (string | number)[],
): void {
  const tests = testsOf(entry, column)
  if (tests === undefined) return
  const isQuoted = (column['quote'] ?? entry.data['quote_columns'] ?? false) === true
  const name = isQuoted ? quotedName(session, column['name'] as string) : (column['name'] as string)
  for (const [index, test] of tests.entries()) {
    parseGenericTest(
      session,
      entry.project,
      target,
      test,
      name,
      columnTags(column),
      under(entry.place, ...path, testsKey(column), index),
    )
  }
}

/** A column's name in the database's quotes. */
export const quotedName = (session: ParseSession, name: string): string => {
  const { quoteCharacter } = session.adapter.relationDialect
  return `${quoteCharacter}${name}${quoteCharacter}`
}
