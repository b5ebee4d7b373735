import type { Project } from '../config/project-config.ts'
import { asPlainDict } from '../config/python-data.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { placeLines, QuernError } from '../errors/quern-error.ts'
import type { SourceFile, Span } from '../errors/source-file.ts'
import { duplicateKey } from '../events/warnings.ts'
import { repr } from '../jinja/runtime/text.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ProjectFile } from '../project/find-files.ts'
import { sha256, stripBlank, withoutMark } from '../project/read-file.ts'
import { readYaml } from '../project/read-yaml.ts'
import { StrippedFile } from '../project/stripped-file.ts'
import { parseExposure } from './exposure.ts'
import { parseGroup } from './group.ts'
import { patchMacro } from './macro-patch.ts'
import { parseMetric } from './metric.ts'
import { patchModel } from './model-patch.ts'
import { patchNode, testsOfNode } from './node-patch.ts'
import type { Entry, PropertyFile } from './property-file.ts'
import { PROPERTY_SHAPES } from './property-shapes.ts'
import { parseSavedQuery } from './saved-query.ts'
import { parseSemanticModel } from './semantic-model.ts'
import { type ParseSession, reindex } from './session.ts'
import { parseYamlSnapshot } from './snapshot.ts'
import { collectSource } from './source.ts'
import { shownPath } from './source-text.ts'
import { patchSingularTest } from './test-patch.ts'
import { parseUnitTest } from './unit-test.ts'
import { skippedPaths } from './unrendered-paths.ts'
import { type Place, placeIn, under } from './yaml-place.ts'

/** Sections whose entries must be a list of dicts with names, checked when the file is read. */
const LISTED = [
  'models', 'seeds', 'snapshots', 'sources', 'macros', 'analyses', 'exposures', 'metrics', 'semantic_models', 'saved_queries', 'functions',
] as const // biome-ignore format: one list

/** Reads a `.yml` file below one of the project's paths; undefined when it is empty. Throws a `QuernError` when it is not YAML or no property file. */
export function readProperties(session: ParseSession, project: Project, file: ProjectFile): PropertyFile | undefined {
  const shown = shownPath(session, project, file)
  const whole = session.memory.files.text(file.absolute, shown)
  const text = new StrippedFile(shown, withoutMark(whole))
  const value = readData(session, project, file, text)
  if (value === null || value === '') return undefined
  const data = asPlainDict(value)
  if (data === undefined) {
    throw new QuernError(
      'Parsing',
      'yaml_not_a_dict',
      `Error reading ${project.name}: ${file.relative} - Contents of file '${file.original}' are not valid. Dictionary expected.`,
      {
        at: placeIn({ file: text, path: [] }),
        hint: 'a property file begins with sections such as models: or sources:',
      },
    )
  }
  for (const section of LISTED) checkSection(data, section, file, text)
  noteUnknownSections(session, data, text)
  return { project, file, text, checksum: sha256(stripBlank(whole)), data }
}

/**
 * Any other top-level key is the user's own business (anchors are often kept there), but one that is nearly a section's name is a mistake whose
 * whole section would be lost without a word. dbt-core 1.11 says so with some adapters only, hence no warning that --warn-error judges.
 */
function noteUnknownSections(session: ParseSession, data: PlainDict, text: SourceFile): void {
  for (const key of Object.keys(data)) {
    const meant = SECTIONS.has(key) ? undefined : didYouMean(key, SECTIONS)
    if (meant === undefined || Object.hasOwn(data, meant)) continue
    const at = placeIn({ file: text, path: [key] }, 'key')
    const place = at === undefined ? [] : placeLines(at).map((line) => `  ${line}`)
    const said = `'${key}' in ${text.path} is no section of a property file and is ignored. Did you mean '${meant}'?`
    session.invocation.emit({
      kind: 'message',
      level: 'warn',
      name: 'Note',
      code: 'Z050',
      text: [said, ...place].join('\n'),
      data: { msg: said },
    })
  }
}

const SECTIONS: ReadonlySet<string> = new Set([...LISTED, 'version', 'data_tests', 'groups', 'unit_tests'])

function readData(session: ParseSession, project: Project, file: ProjectFile, text: SourceFile): Value {
  const { emit } = session.invocation
  try {
    return session.memory.recall(
      `properties ${project.name}://${file.original}`,
      () => [text.text, text.position(0).line],
      () => readYaml(text, { onDuplicateKey: (...duplicate) => emit(duplicateKey(text, ...duplicate)) }),
    )
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    throw new QuernError(
      'Parsing',
      error.code,
      `Error reading ${project.name}: ${file.relative} - Runtime Error\n  ${error.message}`,
      {
        at: error.at,
        hint: error.hint,
        cause: error,
      },
    )
  }
}

function checkSection(data: PlainDict, section: string, file: ProjectFile, text: SourceFile): void {
  if (!Object.hasOwn(data, section)) return
  const invalid = (problem: string, path: (string | number)[], hint?: string): QuernError =>
    new QuernError('Parsing', 'invalid_section', `The schema file at ${file.original} is invalid because ${problem}`, {
      at: placeIn({ file: text, path }),
      hint,
    })
  const entries = data[section]!
  if (!Array.isArray(entries)) {
    throw invalid(`the value of '${section}' is not a list`, [section], 'begin each entry with a dash: - name: ...')
  }
  for (const [index, entry] of entries.entries()) {
    const dict = asPlainDict(entry)
    if (dict === undefined)
      throw invalid(`a list element for '${section}' is not a dictionary`, [section, index], 'write - name: ...')
    if (!Object.hasOwn(dict, 'name')) {
      const near = didYouMean('name', Object.keys(dict))
      const hint = near === undefined ? undefined : `did you mean 'name' where it says '${near}'?`
      throw invalid(`a list element for '${section}' does not have a name attribute.`, [section, index], hint)
    }
  }
}

/** The entries of a section one by one, rendered and checked; `only` those with one of these names. */
function* entriesOf(
  session: ParseSession,
  properties: PropertyFile,
  section: string,
  only?: ReadonlySet<Value>,
): Generator<Entry> {
  const list = properties.data[section]
  if (list === undefined || list === null) return
  const { project, text, file } = properties
  if (!Array.isArray(list)) {
    const shown = repr(list)
    const short = shown.length < 50 ? shown : `${shown.slice(0, 44)}...${shown.slice(-3)}`
    throw new QuernError(
      'Parsing',
      'invalid_section',
      `${section} must be a list, got <class '${typeName(list)}'> instead: (${short})`,
      {
        at: placeIn({ file: text, path: [section] }),
      },
    )
  }
  const dynamic = DYNAMIC.test(text.text)
  for (const [index, item] of list.entries()) {
    const place: Place = { file: text, path: [section, index] }
    const unrendered = asPlainDict(item)
    if (unrendered === undefined) {
      throw new QuernError(
        'Parsing',
        'invalid_entry',
        `Invalid ${section} config given in ${file.original} @ ${section}: ${repr(list)} - expected a dict with string keys`,
        {
          at: placeIn(place),
        },
      )
    }
    if (!Object.hasOwn(unrendered, 'name') && !Object.hasOwn(unrendered, 'model')) {
      throw new QuernError('Parsing', 'entry_without_name', 'Entry did not contain a name', { at: placeIn(place) })
    }
    if (only !== undefined && !only.has(unrendered['name']!)) continue
    const rendered = dynamic ? renderEntry(session, properties, section, unrendered, place) : unrendered
    checkEntry(section, rendered, file, place)
    yield { properties, project, section, data: rendered as Entry['data'], unrendered, place }
  }
}

/** Files without Jinja, without dates (which become text) and without texts that end in a line break (which goes) need no rendering. */
const DYNAMIC = /\{[{%#]|\d{4}-\d|[|>][+\d]*\s*(?:#.*)?$|\\[nr]/m

function renderEntry(
  session: ParseSession,
  properties: PropertyFile,
  section: string,
  entry: PlainDict,
  place: Place,
): PlainDict {
  try {
    const placeOf = (path: readonly (string | number)[]): Span | undefined => placeIn(under(place, ...path))
    return asPlainDict(session.contexts.renderYaml(entry, properties.project.name, skippedPaths(section), placeOf))!
  } catch (error) {
    // dbt-core 1.11 names the file for errors of kind Parsing only (environment variables)
    if (!(error instanceof QuernError) || error.kind !== 'Parsing') throw error
    throw new QuernError(
      'Parsing',
      error.code,
      `Failed to render ${properties.file.original} from project ${properties.project.name}: ${error.message}`,
      { at: error.at ?? placeIn(place), hint: error.hint, notes: error.notes, cause: error },
    )
  }
}

function checkEntry(section: string, data: PlainDict, file: ProjectFile, place: Place): void {
  const problem = PROPERTY_SHAPES[section]!(data)
  if (problem === undefined) return
  const path = problem.path.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('')
  const at = problem.atKey === true ? problem.path.slice(0, -1) : problem.path
  throw new QuernError(
    'Parsing',
    'invalid_entry',
    `Invalid ${section} config given in ${file.original} @ ${section}: ${shortened(repr(data))} - at path ${at.length === 0 ? '[]' : problem.atKey === true ? steps(at) : path}: ${problem.text}`,
    { at: placeIn(under(place, ...problem.path), problem.atKey === true ? 'key' : 'value'), hint: problem.hint },
  )
}

const steps = (path: readonly (string | number)[]): string =>
  path.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('')

const shortened = (shown: string): string => (shown.length <= 300 ? shown : `${shown.slice(0, 290)}...}`)

/**
 * Applies a property file: patches of nodes with their tests, sources (collected; see `makeSources`), and the resources that only property files define.
 */
export function parseProperties(session: ParseSession, properties: PropertyFile): void {
  const all = (section: string): Entry[] => [...entriesOf(session, properties, section)]
  const models = all('models').map((entry) => patchModel(session, entry))
  for (const tests of models) tests()
  for (const section of ['seeds', 'snapshots']) {
    if (section === 'snapshots') defineSnapshots(session, properties)
    const entries = all(section)
    for (const entry of entries) patchNode(session, entry)
    for (const entry of entries) testsOfNode(session, entry)
  }
  for (const entry of all('sources')) collectSource(session, entry)
  for (const entry of all('macros')) patchMacro(session, entry)
  for (const entry of all('data_tests')) patchSingularTest(session, entry)
  for (const entry of all('analyses')) patchNode(session, entry)
  for (const entry of all('exposures')) parseExposure(session, entry)
  for (const entry of all('functions')) patchNode(session, entry)
  for (const entry of all('metrics')) parseMetric(session, entry)
  for (const entry of all('groups')) parseGroup(session, entry)
  for (const entry of all('semantic_models')) parseSemanticModel(session, entry)
  for (const entry of all('unit_tests')) parseUnitTest(session, entry)
  for (const entry of all('saved_queries')) parseSavedQuery(session, entry)
}

/** Applies the entries of some models (without versions) or seeds of a property file. */
export function parseEntries(
  session: ParseSession,
  properties: PropertyFile,
  section: 'models' | 'seeds',
  names: ReadonlySet<string>,
): void {
  for (const entry of [...entriesOf(session, properties, section, names)]) {
    if (section === 'models') patchModel(session, entry)()
    else {
      patchNode(session, entry)
      testsOfNode(session, entry)
    }
  }
}

/** Snapshots that are defined by `relation:` alone become nodes before the properties are applied to them. */
function defineSnapshots(session: ParseSession, properties: PropertyFile): void {
  const list = properties.data['snapshots']
  if (!Array.isArray(list)) return
  let made = false
  for (const item of list) {
    const entry = asPlainDict(item)
    if (entry === undefined || typeof entry['relation'] !== 'string') continue
    const { project, file, text, checksum } = properties
    parseYamlSnapshot(session, project, file, text, checksum, entry as PlainDict & { name: string; relation: string })
    made = true
  }
  if (made) reindex(session)
}
