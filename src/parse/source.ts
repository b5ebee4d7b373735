import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { hasFreshness } from '../manifest/freshness.ts'
import type { SourceNode } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { columnTags, dicts, readColumns } from './columns.ts'
import { mergeFreshness, threshold } from './freshness.ts'
import { parseGenericTest, type TestTarget } from './generic-test.ts'
import { byCodePoint } from './generic-test-names.ts'
import { computeConfig } from './node-config.ts'
import { quotedName, testsKey } from './node-patch.ts'
import { testsOf } from './patch.ts'
import type { Entry } from './property-file.ts'
import { relationText } from './relation-name.ts'
import { addDisabled, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'
import type { SourcePatch, UnpatchedSource } from './unpatched-source.ts'
import { warn } from './warn.ts'
import { placeIn, under } from './yaml-place.ts'

/** Keeps an entry of `sources` for `makeSources`: its tables, or, with `overrides`, its changes of another package's source. */
export function collectSource(session: ParseSession, entry: Entry): void {
  const { data } = entry
  checkLoadedAt(entry)
  if (typeof data['overrides'] === 'string') {
    const key = `${data['overrides']}.${data.name}`
    const existing = session.sourcePatches.get(key)
    if (existing !== undefined) throw duplicateOverride(entry, existing)
    session.sourcePatches.set(key, { entry, overrides: data['overrides'], used: undefined })
    return
  }
  for (const [index, table] of dicts(data['tables']).entries()) {
    session.unpatchedSources.push({ entry, table: table as UnpatchedSource['table'], index })
  }
}

function checkLoadedAt(entry: Entry): void {
  const empty = [entry.data, ...dicts(entry.data['tables'])].some((holder) => holder['loaded_at_field'] === '')
  if (!empty) return
  throw new QuernError(
    'Parsing',
    'invalid_entry',
    `Invalid sources config given in ${entry.properties.file.original} @ sources: at path []: loaded_at_field cannot be an empty string.`,
    { at: placeIn(entry.place) },
  )
}

function duplicateOverride(entry: Entry, existing: SourcePatch): QuernError {
  return new QuernError(
    'Compilation',
    'duplicate_patch',
    `dbt found two schema.yml entries for the same source named ${entry.data.name} in package ${existing.overrides}. Sources may only be overridden a single time.`,
    {
      at: placeIn(under(entry.place, 'name')),
      notes: [{ text: `the first one is in ${existing.entry.properties.file.original}` }],
    },
  )
}

/** Makes all sources and their tests, in the order in which they were read, and warns of overrides without a target. */
export function makeSources(session: ParseSession): void {
  const seen = new Map<string, UnpatchedSource>()
  for (const unpatched of session.unpatchedSources) {
    const id = uniqueId('source', unpatched.entry.project.name, unpatched.entry.data.name, unpatched.table.name)
    const existing = seen.get(id)
    if (existing !== undefined) throw duplicateSource(unpatched, existing)
    seen.set(id, unpatched)
  }
  for (const unpatched of session.unpatchedSources) makeSource(session, applyOverride(session, unpatched))
  warnUnusedOverrides(session)
}

function duplicateSource(a: UnpatchedSource, b: UnpatchedSource): QuernError {
  const source = a.entry.data.name
  const table = a.table.name
  const place = (one: UnpatchedSource) => placeIn(under(one.entry.place, 'tables', one.index, 'name'))
  const first = place(b)
  const paths = [a, b].map(
    (one) => `- source.${one.entry.project.name}.${source}.${table} (${one.entry.properties.file.original})`,
  )
  return new QuernError(
    'Compilation',
    'duplicate_resource',
    `dbt found two sources with the name "${source}_${table}".\n\nSince these resources have the same name, dbt will be unable to find the correct resource\nwhen looking for source("${source}", "${table}").\n\nTo fix this, change the name of one of these resources:\n${paths.join('\n')}`,
    { at: place(a), notes: first === undefined ? [] : [{ text: 'the other one is here', at: first }] },
  )
}

/** The table with what an entry with `overrides` changes: given keys replace those of the source and of the table. */
function applyOverride(session: ParseSession, unpatched: UnpatchedSource): UnpatchedSource {
  const { entry, table } = unpatched
  const patch = session.sourcePatches.get(`${entry.project.name}.${entry.data.name}`)
  if (patch === undefined) return unpatched
  patch.used ??= new Set()
  const { name: _name, overrides: _overrides, tables, ...changes } = patch.entry.data
  const tableChanges = dicts(tables).find((other) => other['name'] === table.name)
  if (tableChanges !== undefined) patch.used.add(table.name)
  return {
    ...unpatched,
    entry: { ...entry, data: { ...entry.data, ...changes } },
    table: { ...table, ...tableChanges, name: table.name },
  }
}

function warnUnusedOverrides(session: ParseSession): void {
  const unused: string[] = []
  for (const [key, { entry, used }] of session.sourcePatches) {
    const { original } = entry.properties.file
    if (used === undefined) unused.push(`  - Source ${key} (in ${original})`)
    else {
      const tables = dicts(entry.data['tables']).map((table) => table['name'] as string)
      for (const table of tables.filter((name) => !used.has(name)).sort(byCodePoint))
        unused.push(`  - Source table ${key}.${table} (in ${original})`)
    }
  }
  if (unused.length > 0) {
    warn(
      session,
      'UnusedTables',
      `During parsing, dbt encountered source overrides that had no target:\n${unused.join('\n')}\n`,
      {
        data: { unused_tables: unused },
      },
    )
  }
}

const QUOTING_PARTS = ['database', 'schema', 'identifier', 'column'] as const
type SourceQuoting = SourceNode['quoting']

function makeSource(session: ParseSession, from: UnpatchedSource): void {
  const { entry, table } = from
  const source = entry.data
  const project = entry.project
  const { file, text } = entry.properties
  const fqn = fqnOf(project.name, file.relative, source.name, table.name)
  const quoting = mergedQuoting(asPlainDict(source['quoting']), asPlainDict(table['quoting']))
  sourceTests(session, from, fqn, quoting)
  const sourceConfig = asPlainDict(source['config']) ?? {}
  const { config, unrenderedConfig } = computeConfig(session, 'source', project, fqn, {
    patch: tableConfig(from),
    file: text,
  })
  // A rule of dbt_project.yml may name only some of its parts.
  if (config['freshness'] !== undefined)
    config['freshness'] = threshold(config['freshness'] as Value) as unknown as Value
  const node: SourceNode = {
    database: (source['database'] || session.config.target.database) as string,
    schema: (source['schema'] || source.name) as string,
    name: table.name,
    resource_type: 'source',
    package_name: project.name,
    path: file.original,
    original_file_path: file.original,
    unique_id: uniqueId('source', project.name, source.name, table.name),
    fqn,
    source_name: source.name,
    source_description: (source['description'] || '') as string,
    loader: (source['loader'] ?? '') as string,
    identifier: (table['identifier'] || table.name) as string,
    quoting,
    loaded_at_field: (config['loaded_at_field'] ?? null) as string | null,
    loaded_at_query: (config['loaded_at_query'] ?? null) as string | null,
    freshness: (config['freshness'] ?? null) as SourceNode['freshness'],
    external: externalOf(table['external']),
    description: (table['description'] || '') as string,
    columns: readColumns(dicts(table['columns']), under(entry.place, 'tables', from.index, 'columns')),
    meta: config.meta,
    source_meta: { ...asPlainDict(source['meta']), ...asPlainDict(sourceConfig['meta']) },
    tags: config.tags,
    config: config as unknown as PlainDict,
    patch_path: null,
    unrendered_config: unrenderedConfig,
    relation_name: null,
    created_at: session.startedAt,
    unrendered_database: (entry.unrendered['database'] || null) as string | null,
    unrendered_schema: (entry.unrendered['schema'] || null) as string | null,
    doc_blocks: [],
  }
  node.relation_name = relationText(session, node)
  if (hasFreshness(node) && !node.loaded_at_field && !node.loaded_at_query) tellMissingField(session, node)
  if (node.config['enabled'] === false) addDisabled(session, node)
  else session.manifest.sources.set(node.unique_id, node)
}

/** No adapter here can tell the age of a table from the database's own notes. In dbt, too, `--warn-error` does not make this an error. */
function tellMissingField({ invocation }: ParseSession, node: SourceNode): void {
  const text = `The configured adapter does not support metadata-based freshness. A loaded_at_field must be specified for source '${node.source_name}.${node.name}'.`
  invocation.emit({ kind: 'message', level: 'warn', name: 'FreshnessConfigProblem', code: 'I073', text })
}

function mergedQuoting(source: PlainDict | undefined, table: PlainDict | undefined): SourceQuoting {
  const part = (name: string): boolean | null => (table?.[name] ?? source?.[name] ?? null) as boolean | null
  return Object.fromEntries(QUOTING_PARTS.map((name) => [name, part(name)])) as unknown as SourceQuoting
}

function externalOf(value: Value | undefined): Value {
  const external = asPlainDict(value)
  if (external === undefined) return null
  const { location, file_format, row_format, tbl_properties, partitions, ...rest } = external
  return {
    location: location ?? null,
    file_format: file_format ?? null,
    row_format: row_format ?? null,
    tbl_properties: tbl_properties ?? null,
    partitions: partitions ?? null,
    ...rest,
  }
}

/** The config of a table: the source's, then the table's own, with freshness, loaded_at, meta and tags merged by dbt's rules. */
function tableConfig(from: UnpatchedSource): PlainDict {
  const source = from.entry.data
  const { table } = from
  const ofSource = asPlainDict(source['config']) ?? {}
  const ofTable = asPlainDict(table['config']) ?? {}
  const merged: PlainDict = { ...ofSource, ...ofTable }
  delete merged['freshness']
  const freshness = mergeFreshness(source['freshness'], ofSource['freshness'], table['freshness'], ofTable['freshness'])
  if (freshness !== 'unset') merged['freshness'] = freshness
  const { field, query } = loadedAt(from, ofSource, ofTable)
  merged['loaded_at_field'] = field
  merged['loaded_at_query'] = query
  merged['meta'] = {
    ...asPlainDict(source['meta']),
    ...asPlainDict(ofSource['meta']),
    ...asPlainDict(table['meta']),
    ...asPlainDict(ofTable['meta']),
  }
  const tags = [source['tags'], ofSource['tags'], table['tags'], ofTable['tags']].flatMap((list) =>
    Array.isArray(list) ? list : list === undefined || list === null ? [] : [list],
  )
  merged['tags'] = [...new Set(tags.filter((tag) => typeof tag === 'string'))].sort(byCodePoint)
  return merged
}

/** A table's own `loaded_at_field` or `loaded_at_query` replaces whatever the source has, even by null. */
function loadedAt(from: UnpatchedSource, ofSource: PlainDict, ofTable: PlainDict): { field: Value; query: Value } {
  const source = from.entry.data
  const { table } = from
  const either = (a: Value | undefined, b: Value | undefined): Value => (a !== undefined && truthy(a) ? a : (b ?? null))
  const place = under(from.entry.place, 'tables', from.index)
  const both = (level: string): QuernError =>
    new QuernError(
      'Parsing',
      'loaded_at_twice',
      `Cannot specify both loaded_at_field and loaded_at_query at ${level} level.`,
      { at: placeIn(place) },
    )
  const present = Object.hasOwn(table, 'loaded_at_field') || truthy(ofTable['loaded_at_field'] ?? null)
  const tableQuery = either(table['loaded_at_query'], ofTable['loaded_at_query'])
  if (present && truthy(tableQuery)) throw both('table')
  const sourceField = either(source['loaded_at_field'], ofSource['loaded_at_field'])
  const sourceQuery = either(source['loaded_at_query'], ofSource['loaded_at_query'])
  if (truthy(sourceField) && truthy(sourceQuery)) throw both('source')
  const field = present ? either(table['loaded_at_field'], ofTable['loaded_at_field']) : sourceField
  const query = tableQuery !== null ? tableQuery : present ? null : sourceQuery
  return { field, query }
}

/** Tests of a table: its own first, then those of its columns. */
function sourceTests(
  session: ParseSession,
  from: UnpatchedSource,
  fqn: readonly string[],
  quoting: SourceQuoting,
): void {
  const { entry, table } = from
  const target: TestTarget = {
    kind: 'source',
    name: `${entry.data.name}_${table.name}`,
    packageName: entry.project.name,
    original: entry.properties.file.original,
    file: entry.properties.text,
    fileKey: `sources.${entry.data.name}`,
    version: null,
    source: { name: fqn.at(-2)!, table: fqn.at(-1)! },
  }
  const strings = (value: Value | undefined): string[] => (Array.isArray(value) ? (value as string[]) : [])
  const tags = [...strings(entry.data['tags']), ...strings(table['tags'])]
  const place = under(entry.place, 'tables', from.index)
  for (const [index, test] of (testsOf(entry, table) ?? []).entries()) {
    parseGenericTest(session, entry.project, target, test, null, tags, under(place, testsKey(table), index))
  }
  for (const [position, column] of dicts(table['columns']).entries()) {
    const isQuoted = (column['quote'] ?? quoting.column ?? false) === true
    const name = isQuoted ? quotedName(session, column['name'] as string) : (column['name'] as string)
    for (const [index, test] of (testsOf(entry, column) ?? []).entries()) {
      const at = under(place, 'columns', position, testsKey(column), index)
      parseGenericTest(session, entry.project, target, test, name, [...tags, ...columnTags(column)], at)
    }
  }
}
