import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { compareVersions } from '../manifest/compare-versions.ts'
import type { ModelNode } from '../manifest/node.ts'
import { findDisabled, findId, forgetRefable, rememberRefable } from '../manifest/resolve-ref.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts, readColumns } from './columns.ts'
import { deepMerge } from './deep-merge.ts'
import { parseGenericTest } from './generic-test.ts'
import { buildContractChecksum, dateText, patchConstraints, patchModelProperties } from './model-properties.ts'
import { ambiguousDisabled, columnTests, testsKey, testTarget, warnNoNode } from './node-patch.ts'
import { entryConfig, type Patch, patchConfig, patchProperties, testsOf } from './patch.ts'
import type { Entry } from './property-file.ts'
import { addDisabled, addUnique, type ParseSession, reindex } from './session.ts'
import { placeIn, under } from './yaml-place.ts'

type Version = string | number

/** A version as ids and names show it; integral floats (`1.0`) stay distinct from integers. */
const versionOf = (version: PlainDict): Version => {
  const value = version['v']!
  return typeof value === 'string' || typeof value === 'number' ? value : toText(value)
}

/**
 * Turns the files of a versioned model into its versions. dbt-core 1.11: the file of version v is `<name>_v<v>` or `defined_in`; the latest
 * version may also be in `<name>`. Id, name and fqn become those of the version, columns are chosen by include and exclude.
 */
export function patchVersions(session: ParseSession, entry: Entry, versions: readonly PlainDict[]): void {
  checkVersions(entry, versions)
  const latest = latestVersion(entry, versions)
  for (const [index, version] of versions.entries()) {
    const v = versionOf(version)
    const file = fileOf(entry, version)
    const node = takeModel(session, entry, file, v, v === latest)
    if (node === undefined) {
      warnNoNode(session, entry, file)
      continue
    }
    const patch = versionPatch(entry, version, index, v, latest)
    patchProperties(session, node, patch)
    patchModelProperties(session, node, patch)
    rememberRefable(session.index, node)
    patchConfig(session, node, patch)
    patchConstraints(session, node, patch)
    buildContractChecksum(node)
  }
}

/** Where a version is, without the ending `.sql`. */
const fileOf = (entry: Entry, version: PlainDict): string =>
  (version['defined_in'] as string | null | undefined) ?? `${entry.data.name}_v${versionOf(version)}`

/** The model in a version's file (or, for the latest version, in the file of the plain name), under the version's id and fqn. */
function takeModel(
  session: ParseSession,
  entry: Entry,
  file: string,
  v: Version,
  isLatest: boolean,
): ModelNode | undefined {
  const { manifest, index } = session
  const packageName = entry.project.name
  const rename = (model: ModelNode): ModelNode => {
    model.unique_id = uniqueId('model', packageName, entry.data.name, `v${v}`)
    model.fqn = [...model.fqn.slice(0, -1), entry.data.name, `v${v}`]
    return model
  }
  const id =
    findId(index.refables, file, packageName) ??
    (isLatest ? findId(index.refables, entry.data.name, packageName) : undefined)
  if (id !== undefined) {
    const node = manifest.nodes.get(id) as ModelNode
    manifest.nodes.delete(id)
    forgetRefable(index, node)
    addUnique(manifest.nodes, rename(node))
    return node
  }
  const disabled = findDisabled(index, file, null, new Set(['model']))
  if (disabled === undefined) return undefined
  const config = asPlainDict(entry.data['config'])
  if (disabled.length > 1 && config?.['enabled'])
    throw ambiguousDisabled('model', entry.data.name, disabled.length, entry)
  const node = disabled[0] as ModelNode
  manifest.disabled.delete(node.unique_id)
  addDisabled(session, rename(node))
  reindex(session)
  return node
}

function latestVersion(entry: Entry, versions: readonly PlainDict[]): Version {
  const given = entry.data['latest_version']
  if (given !== undefined && given !== null)
    return typeof given === 'string' || typeof given === 'number' ? given : toText(given)
  return versions.map(versionOf).reduce((best, v) => (compareVersions(best, v) < 0 ? v : best))
}

function checkVersions(entry: Entry, versions: readonly PlainDict[]): void {
  const all = versions.map(versionOf)
  const invalid = (message: string, ...path: (string | number)[]): QuernError =>
    new QuernError('Parsing', 'invalid_versions', message, { at: placeIn(under(entry.place, ...path)) })
  const files = versions.map((version) => fileOf(entry, version))
  for (const [index, file] of files.entries()) {
    const first = files.indexOf(file)
    if (first !== index && all[first] !== all[index])
      throw invalid(
        `Versions ${repr(all[first]!)} and ${repr(all[index]!)} of model '${entry.data.name}' are both defined in '${file}'`,
        'versions',
        index,
      )
  }
  const given = entry.data['latest_version']
  if (given !== undefined && given !== null && !all.includes(latestVersion(entry, versions))) {
    throw invalid(
      `latest_version: ${toText(given)} is not one of model '${entry.data.name}' versions: ${repr(all)} `,
      'latest_version',
    )
  }
  const seen = new Set<string>()
  for (const [index, v] of all.entries()) {
    if (seen.has(String(v))) {
      throw invalid(`Found duplicate version: '${v}' in versions list of model '${entry.data.name}'`, 'versions', index)
    }
    seen.add(String(v))
  }
}

function versionPatch(entry: Entry, version: PlainDict, index: number, v: Version, latest: Version): Patch {
  const place = under(entry.place, 'versions', index)
  const constraints = dicts(version['constraints'])
  const date = version['deprecation_date']
  return {
    entry,
    name: entry.data.name,
    config: deepMerge(entryConfig(entry), asPlainDict(version['config']) ?? {}),
    description: (version['description'] || entry.data['description'] || '') as string,
    columns: readColumns(columnsOf(entry, version), under(place, 'columns')),
    constraints: constraints.length > 0 ? constraints : dicts(entry.data['constraints']),
    access: (version['access'] ?? null) as string | null,
    version: v,
    latestVersion: latest,
    deprecationDate: dateText(date),
    timeSpine: null,
  }
}

/** The columns of one version: those of the model that its include/exclude element lets through, then its own. */
function columnsOf(entry: Entry, version: PlainDict): PlainDict[] {
  const own = dicts(version['columns'])
  const choosers = own.filter((column) => Object.hasOwn(column, 'include') && !Object.hasOwn(column, 'name'))
  if (choosers.length > 1)
    throw new QuernError('Parsing', 'invalid_versions', 'version can have at most one include/exclude element', {
      at: placeIn(entry.place),
    })
  const include = choosers[0]?.['include'] ?? '*'
  const exclude = new Set((choosers[0]?.['exclude'] ?? []) as Value[])
  const all = include === '*' || include === 'all'
  if (!all && exclude.size > 0) {
    throw new QuernError(
      'Parsing',
      'invalid_versions',
      "exclude can only be specified if include is one of ['*', 'all']",
      {
        at: placeIn(entry.place),
      },
    )
  }
  const base = dicts(entry.data['columns']).filter(
    (column) => (all || (Array.isArray(include) && include.includes(column['name']!))) && !exclude.has(column['name']!),
  )
  return [...base, ...own.filter((column) => !choosers.includes(column))]
}

/** Makes the tests of each version: of its columns, and its own (else those of the model). */
export function testsOfVersions(session: ParseSession, entry: Entry, versions: readonly PlainDict[]): void {
  for (const [index, version] of versions.entries()) {
    const target = testTarget(entry, versionOf(version))
    const own = dicts(version['columns'])
    for (const column of columnsOf(entry, version)) {
      const at = own.indexOf(column)
      const path =
        at === -1 ? ['columns', dicts(entry.data['columns']).indexOf(column)] : ['versions', index, 'columns', at]
      columnTests(session, entry, target, column, path)
    }
    const tests = testsOf(entry, version)
    const path = tests === undefined ? [testsKey(entry.data)] : ['versions', index, testsKey(version)]
    for (const [position, test] of (tests ?? testsOf(entry, entry.data) ?? []).entries()) {
      parseGenericTest(session, entry.project, target, test, null, [], under(entry.place, ...path, position))
    }
  }
}
