import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { dataFormatOf } from '../adapter/data-file.ts'
import { asPlainDict, copyData } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { UnitTestDefinition } from '../manifest/node.ts'
import { findId } from '../manifest/resolve-ref.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts } from './columns.ts'
import { csvRows } from './fixture.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { readReference } from './reference-text.ts'
import { addResource, type ParseSession, projectOf } from './session.ts'
import { type Place, placeIn, under } from './yaml-place.ts'

interface Fixture {
  input?: string
  rows: Value
  format: string
  fixture: string | null
}

/** Makes a unit test with the rows of its inputs and of what it expects. Its model is found when all is read. */
export function parseUnitTest(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const { file, text } = entry.properties
  const model = data['model'] as string
  const fqn = [project.name, ...file.original.split('/').slice(1, -1), model, data.name]
  const versions = versionsOf(entry)
  const { config } = computeConfig(session, 'unit_test', project, fqn, {
    patch: asPlainDict(data['config']) ?? {},
    file: text,
  })
  const given = dicts(data['given']).map((one, index) =>
    fixtureOf(session, entry, one, 'input', under(entry.place, 'given', index)),
  )
  const expect = fixtureOf(session, entry, asPlainDict(data['expect'])!, 'expected', under(entry.place, 'expect'))
  const overrides = overridesOf(data['overrides'])
  const node: UnitTestDefinition = {
    model,
    given: given as (Fixture & { input: string })[],
    expect,
    name: data.name,
    resource_type: 'unit_test',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('unit_test', project.name, model, data.name),
    fqn,
    description: (data['description'] ?? '') as string,
    overrides: overrides as UnitTestDefinition['overrides'],
    depends_on: { macros: [], nodes: [] },
    config: config as unknown as PlainDict,
    checksum: checksum(model, versions, given, expect, overrides),
    schema: null,
    created_at: session.startedAt,
    versions,
    version: null,
  }
  addResource(session, session.manifest.unitTests, node)
}

function versionsOf(entry: Entry): PlainDict | null {
  const versions = asPlainDict(entry.data['versions'])
  if (versions === undefined) return null
  const include = versions['include'] ?? null
  const exclude = versions['exclude'] ?? null
  if (Array.isArray(include) && include.length > 0 && Array.isArray(exclude) && exclude.length > 0) {
    throw new QuernError('Parsing', 'unit_test_versions', 'Unit tests can not both include and exclude versions.', {
      at: placeIn(under(entry.place, 'versions')),
    })
  }
  return { include, exclude }
}

function overridesOf(value: Value | undefined): PlainDict | null {
  const overrides = asPlainDict(value)
  return overrides === undefined
    ? null
    : { macros: overrides['macros'] ?? {}, vars: overrides['vars'] ?? {}, env_vars: overrides['env_vars'] ?? {} }
}

function fixtureOf(
  session: ParseSession,
  entry: Entry,
  given: PlainDict,
  kind: 'input' | 'expected',
  place: Place,
): Fixture {
  const fixture: Fixture = {
    ...(kind === 'input' ? { input: given['input'] as string } : {}),
    rows: copyData(given['rows'] ?? null),
    format: (given['format'] ?? 'dict') as string,
    fixture: (given['fixture'] ?? null) as string | null,
  }
  fixture.rows = rowsOf(session, entry, fixture, kind, place)
  if (fixture.format !== 'sql' && Array.isArray(fixture.rows)) promoteFullRow(fixture.rows)
  return fixture
}

function rowsOf(session: ParseSession, entry: Entry, fixture: Fixture, kind: string, place: Place): Value {
  const mismatch = (more: string): QuernError =>
    new QuernError(
      'Parsing',
      'unit_test_rows',
      `Unit test ${entry.data.name} has ${kind} rows${more === '' ? '' : ' or fixtures'} which do not match format ${fixture.format}${more}`,
      { at: placeIn(place) },
    )
  const { rows, format } = fixture
  if (format === 'dict') {
    const found =
      rows === null && fixture.fixture === null ? seedRows(session, entry, fixture.input ?? '', place) : rows
    if (!Array.isArray(found)) throw mismatch('')
    return found
  }
  if (typeof rows !== 'string' && fixture.fixture === null) throw mismatch('.  Expected string.')
  if (format === 'sql')
    return fixture.fixture === null ? rows : (fixtureFile(session, entry, fixture.fixture, place) as Value)
  const read =
    fixture.fixture === null
      ? csvRows(rows as string, entry.properties.text)
      : fixtureFile(session, entry, fixture.fixture, place)
  if (typeof read === 'string') throw mismatch('.  Expected string.')
  return read.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === '' ? null : value])),
  )
}

function fixtureFile(session: ParseSession, entry: Entry, name: string, place: Place): PlainDict[] | string {
  const found = session.fixtures.get(`${entry.project.name}.${name}`)
  if (found !== undefined) return found
  throw new QuernError(
    'Parsing',
    'fixture_not_found',
    `File not found for fixture '${name}' in unit tests in ${entry.properties.file.original}`,
    {
      at: placeIn(under(place, 'fixture')),
      hint: 'fixture files are <test path>/fixtures/<name>.csv or .sql',
    },
  )
}

/** An input without rows takes those of its seed's file. */
function seedRows(session: ParseSession, entry: Entry, input: string, place: Place): PlainDict[] {
  const reference = readReference(input)
  const ref = reference?.kind === 'ref' ? reference.ref : undefined
  const packageName = ref?.package ?? entry.project.name
  const id = ref === undefined ? undefined : findId(session.index.refables, ref.name, packageName)
  const seed = id === undefined ? undefined : session.manifest.nodes.get(id)
  if (seed === undefined || seed.resource_type !== 'seed') {
    const where =
      packageName === entry.project.name
        ? `directories: ${repr([...entry.project.seedPaths])}`
        : `'${packageName}' package`
    throw new QuernError(
      'Parsing',
      'unit_test_seed',
      `Unable to find seed '${packageName}.${ref?.name ?? input}' for unit tests in ${where}`,
      {
        at: placeIn(place),
        hint: 'give the input rows, or name a seed',
      },
    )
  }
  if (dataFormatOf(seed.original_file_path) !== undefined) {
    throw new QuernError(
      'Parsing',
      'unit_test_seed_format',
      `the rows of seed '${seed.name}' cannot be taken over for unit test '${entry.data.name}': ${seed.original_file_path} is no CSV`,
      { at: placeIn(place), hint: 'give the input rows' },
    )
  }
  const path = join(projectOf(session, seed.package_name).root, seed.original_file_path)
  return csvRows(session.memory.rows(path, seed.original_file_path), entry.properties.text)
}

/** The first row without nulls changes places with the first: databases take column types from there. */
function promoteFullRow(rows: Value[]): void {
  const full = rows.findIndex((row) => Object.values(asPlainDict(row) ?? {}).every((value) => value !== null))
  if (full > 0) [rows[0], rows[full]] = [rows[full]!, rows[0]!]
}

/** dbt's checksum over Python's texts of everything but the description. */
function checksum(
  model: string,
  versions: PlainDict | null,
  given: readonly Fixture[],
  expect: Fixture,
  overrides: PlainDict | null,
): string {
  const record = (name: string, fields: object): string =>
    `${name}(${Object.entries(fields)
      .map(([key, value]) => `${key}=${key === 'format' ? formatText(value as string) : repr(value as Value)}`)
      .join(', ')})`
  const optional = (name: string, value: PlainDict | null): string => (value === null ? 'None' : record(name, value))
  let text = `${model}-${optional('UnitTestNodeVersions', versions)}-[${given.map((one) => record('UnitTestInputFixture', one)).join(', ')}]`
  text += `-${record('UnitTestOutputFixture', expect)}-${optional('UnitTestOverrides', overrides)}`
  for (const one of given) if (one.fixture !== null) text += `-${toText(one.rows)}`
  return createHash('sha256').update(text).digest('hex')
}

const formatText = (format: string): string =>
  `<UnitTestFormat.${format === 'dict' ? 'Dict' : format.toUpperCase()}: '${format}'>`
