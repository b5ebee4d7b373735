import type { Project } from '../config/project-config.ts'
import { asPlainDict, copyDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { type SourceFile, SourceFile as TextFile } from '../errors/source-file.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { macrosBelow } from '../manifest/macros-below.ts'
import type { Macro } from '../manifest/manifest.ts'
import type { GenericTestNode, ManifestNode, SingularTestNode } from '../manifest/node.ts'
import { macroFromPackage, staticMacro } from '../manifest/resolve-macro.ts'
import { findDisabled, findId } from '../manifest/resolve-ref.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { byCodePoint, testHash, testNames } from './generic-test-names.ts'
import { addDisabled, addUnique, behavior, inNode, type ParseSession } from './session.ts'
import {
  flagBasis, type NewNode, newBasis, newNode, record, settleConfig, settleNames, testKwargs, unrenderedCallOf,
} from './sql-node.ts' // biome-ignore format: names
import { deprecated } from './warn.ts'
import { type Place, placeIn } from './yaml-place.ts'

/** What a generic test is written on. */
export interface TestTarget {
  readonly kind: 'model' | 'node' | 'source'
  /** Name of the model, seed or snapshot; `<source>_<table>` of a source. */
  readonly name: string
  readonly packageName: string
  /** Property file. */
  readonly original: string
  readonly file: SourceFile
  /** `models.orders`, `sources.raw`: the entry in the property file. */
  readonly fileKey: string
  readonly version: string | number | null
  /** Of a source. */
  readonly source?: { readonly name: string; readonly table: string }
}

/** Keys of a test that are config and not arguments, in dbt's order. */
const CONFIG_KEYS = [
  'severity', 'tags', 'enabled', 'where', 'limit', 'warn_if', 'error_if', 'fail_calc', 'store_failures', 'store_failures_as', 'meta', 'database',
  'schema', 'alias',
] as const // biome-ignore format: one list
const NOT_ARGUMENTS: ReadonlySet<string> = new Set(['config', 'column_name', 'description', 'name', ...CONFIG_KEYS])
const TEST_NAME = /^(?:([a-zA-Z_][0-9a-zA-Z_]*)\.)?([a-zA-Z_][0-9a-zA-Z_]*)/

interface BuiltTest {
  readonly name: string
  readonly namespace: string | null
  readonly args: PlainDict
  readonly config: PlainDict
  readonly description: string
  readonly shortName: string
  readonly fullName: string
}

/**
 * Makes the node of one entry of `data_tests:`. `tags` are those of the column or source. The node is added to the manifest, or to the disabled ones.
 * Throws a `QuernError` that points at the entry when its form or its arguments are wrong.
 */
export function parseGenericTest(
  session: ParseSession,
  project: Project,
  target: TestTarget,
  entry: Value,
  column: string | null,
  tags: readonly string[],
  place: Place,
): GenericTestNode {
  const built = buildTest(session, target, entry, column, place)
  const metadata = { namespace: built.namespace, name: built.name, kwargs: built.args }
  const folders = target.original.split('/').slice(1, -1)
  const from: NewNode = {
    type: 'test',
    project,
    file: target.file,
    name: built.fullName,
    id: uniqueId('test', project.name, built.fullName, testHash(built.fullName, metadata)),
    path: `${built.shortName}.sql`,
    original: target.original,
    fqn: [project.name, ...folders, built.fullName],
    code: testCode(built),
    checksum: { name: 'none', checksum: '' },
    tags: [...new Set([...tags, ...testTags(built, place)])].sort(byCodePoint),
    description: built.description,
  }
  const node: GenericTestNode = Object.assign(newNode(session, from) as SingularTestNode, {
    column_name: column,
    file_key_name: target.fileKey,
    attached_node: null,
    test_metadata: { name: built.name, kwargs: built.args, namespace: built.namespace },
  })
  inNode(node, () => atPlace(place, () => readTest(session, from, target, node, built)))
  attach(session, target, node)
  if (node.config.enabled) addUnique(session.manifest.nodes, node as ManifestNode)
  else addDisabled(session, node)
  return node
}

/** Gives errors without a place in the user's files that of the test. */
function atPlace<T>(place: Place, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof QuernError) || error.place() !== undefined) throw error
    const { kind, code, message, hint, notes } = error
    throw new QuernError(kind, code, message, { at: placeIn(place), hint, notes, cause: error })
  }
}

/** Finds what the test refers to: without rendering for dbt's own `unique` and `not_null`, whose macros refer to nothing else. */
function readTest(
  session: ParseSession,
  from: NewNode,
  target: TestTarget,
  node: GenericTestNode,
  built: BuiltTest,
): void {
  const { project } = from
  const macro = staticMacro(session.macros, project.name, `test_${built.name}`)
  // A test without a macro is an error only when it runs, as in dbt.
  if (macro !== undefined) node.depends_on.macros.push(macro.node.unique_id)
  const calls: PlainDict[] = [built.config]
  let unrenderedCall: PlainDict | undefined
  const id: string | undefined = macro?.node.unique_id
  if (id === 'macro.dbt.test_not_null' || id === 'macro.dbt.test_unique') {
    if (target.source !== undefined) node.sources.push([target.source.name, target.source.table])
    else node.refs.push({ name: target.name, package: null, version: target.version })
  } else {
    const isShown = !isHidden(session, built, macro)
    const facts = session.memory.recall(
      `${node.unique_id} ${node.original_file_path}`,
      () => [
        ...newBasis(session, from),
        [node.column_name, node.file_key_name, node.test_metadata, node.depends_on],
        ...flagBasis(session),
        [node.raw_code, isShown],
      ],
      () => {
        const template = isShown ? templateOf(session, target, node, built) : EMPTY
        const capture = session.contexts.renderNode(node, template, testKwargs(built.args))
        return { capture, unrenderedCall: unrenderedCallOf(session, capture, template) }
      },
    )
    record(node, facts.capture)
    calls.push(...facts.capture.configCalls)
    unrenderedCall = facts.unrenderedCall
  }
  const draft = { node, file: target.file, project, configCalls: calls, unrenderedCall, template: undefined }
  settleConfig(session, draft, undefined)
  settleNames(session, node)
}

function templateOf(session: ParseSession, target: TestTarget, node: GenericTestNode, built: BuiltTest): Template {
  let template = session.testTemplates.get(node.raw_code)
  if (template === undefined) {
    const file = new TextFile(target.original, node.raw_code, 'generated')
    template = Template.parse(file, { kind: 'test', name: built.name })
    session.testTemplates.set(node.raw_code, template)
  }
  return template
}

const EMPTY = Template.parse(new TextFile('<hidden test>', ''))

/**
 * dbt-core 1.11: `macro` is looked for without the test's namespace, and only what it leads to is known while parsing. When the project has a test
 * of the same name, then `package.test` is rendered as nothing: its `config()` does not count.
 */
function isHidden(session: ParseSession, built: BuiltTest, macro: Macro | undefined): boolean {
  if (built.namespace === null || macro === undefined || macro.node.package_name === built.namespace) return false
  const named = macroFromPackage(session.macros, built.namespace, `test_${built.name}`, '')
  return named !== undefined && !macrosBelow(session.manifest, [macro.node.unique_id]).includes(named)
}

function attach(session: ParseSession, target: TestTarget, node: GenericTestNode): void {
  if (target.source !== undefined) return
  const key = target.version === null ? target.name : `${target.name}.v${target.version}`
  const id = findId(session.index.refables, key, target.packageName)
  const attached =
    (id === undefined ? undefined : session.manifest.nodes.get(id)) ??
    findDisabled(session.index, target.name, null)?.[0]
  if (attached === undefined) return
  node.attached_node = attached.unique_id
  node.group = (attached as { group?: string | null }).group ?? null
}

function buildTest(
  session: ParseSession,
  target: TestTarget,
  entry: Value,
  column: string | null,
  place: Place,
): BuiltTest {
  const invalid = (problem: string, hint?: string): QuernError =>
    new QuernError('Parsing', 'invalid_test', `Invalid test config given in ${target.original}:\n\t${problem}`, {
      at: placeIn(place),
      hint,
    })
  const wrong = (problem: string): QuernError =>
    new QuernError(
      'Compilation',
      'invalid_test',
      `Invalid generic test configuration given in ${target.original}: \n${problem}`,
      { at: placeIn(place) },
    )
  const [testName, args] = splitEntry(session, target, entry, column, invalid, place)
  if (Object.hasOwn(args, 'model')) throw wrong('Test arguments include "model", which is a reserved argument')
  args['model'] = modelArgument(target)
  const match = TEST_NAME.exec(testName)
  if (match === null) throw wrong(`Test name string did not match expected pattern: ${testName}`)
  const namespace = match[1] ?? null
  const name = match[2]!
  const config = splitConfig(session, target, args, wrong)
  const description = typeof args['description'] === 'string' ? args['description'] : ''
  delete args['description']
  let short: string
  let full: string
  if (Object.hasOwn(args, 'name')) {
    short = full = toText(args['name']!)
    delete args['name']
  } else {
    const type = `${namespace === null ? '' : `${namespace}_`}${target.source === undefined ? '' : 'source_'}${name}`
    ;({ short, full } = testNames(
      type,
      target.version === null ? target.name : `${target.name}_v${target.version}`,
      args,
    ))
    if (short !== full && !Object.hasOwn(config, 'alias')) config['alias'] = short
  }
  return { name, namespace, args, config, description, shortName: short, fullName: full }
}

/** The test's name and its keys, from any of the forms in which it may be written. */
function splitEntry(
  session: ParseSession,
  target: TestTarget,
  entry: Value,
  column: string | null,
  invalid: (problem: string, hint?: string) => QuernError,
  place: Place,
): [string, PlainDict] {
  const dict = typeof entry === 'string' ? { [entry]: {} } : asPlainDict(entry)
  if (dict === undefined)
    throw invalid(`test must be dict or str, got <class '${typeName(entry)}'> (value ${toText(entry)})`)
  let name: Value
  let given: Value
  if (Object.hasOwn(dict, 'test_name')) {
    const { test_name, ...rest } = dict
    name = test_name!
    given = rest
  } else {
    const entries = Object.entries(dict)
    if (entries.length !== 1) {
      const shown = `[${entries.map(([key, value]) => `('${key}', ${repr(value)})`).join(', ')}]`
      throw invalid(
        `test definition dictionary must have exactly one key, got ${shown} instead (${entries.length} keys)`,
        entries.length > 1 ? 'indent the arguments further than the name of the test' : undefined,
      )
    }
    ;[name, given] = entries[0]!
  }
  if (!isDict(given))
    throw invalid(`test arguments must be a dict, got <class '${typeName(given)}'> (value ${toText(given)})`)
  if (typeof name !== 'string')
    throw invalid(`test name must be a str, got <class '${typeName(name)}'> (value ${toText(name)})`)
  let args = copyDict(asPlainDict(given)!)
  if (column !== null) args['column_name'] = column
  if (!behavior(session, 'require_generic_test_arguments_property')) {
    if (Object.hasOwn(args, 'arguments')) {
      deprecated(
        session,
        'ArgumentsPropertyInGenericTestDeprecation',
        { test_name: `\`${name}\` (${toText(args['arguments']!)})` },
        place,
      )
    }
    return [name, args]
  }
  const nested = args['arguments'] ?? {}
  delete args['arguments']
  for (const key of Object.keys(args)) {
    if ((CONFIG_KEYS as readonly string[]).includes(key)) {
      deprecated(
        session,
        'PropertyMovedToConfigDeprecation',
        { key, file: target.original, key_path: `data_tests.${name}.${key}` },
        place,
      )
    }
  }
  if (!truthy(nested) && Object.keys(args).some((key) => !NOT_ARGUMENTS.has(key))) {
    const on = `'${target.name}' in package '${target.packageName}'`
    deprecated(
      session,
      'MissingArgumentsPropertyInGenericTestDeprecation',
      { test_name: `\`${name}\` defined on ${on} (${target.original})` },
      place,
    )
  }
  if (isDict(nested)) args = { ...args, ...copyDict(asPlainDict(nested)!) }
  return [name, args]
}

/** Takes the config out of a test's keys and renders it. */
function splitConfig(
  session: ParseSession,
  target: TestTarget,
  args: PlainDict,
  wrong: (problem: string) => QuernError,
): PlainDict {
  const nested = Object.hasOwn(args, 'config') ? asPlainDict(args['config']!) : undefined
  const config: PlainDict = {}
  const put = (key: string, value: Value | undefined): void => {
    if (value === undefined || value === null) return
    const rendered = typeof value === 'string' ? session.contexts.renderYaml(value, target.packageName) : value
    if (rendered !== null) config[key] = rendered
  }
  for (const key of CONFIG_KEYS) {
    let value = args[key]
    delete args[key]
    const given = value !== undefined && truthy(value)
    if (nested !== undefined && Object.hasOwn(nested, key)) {
      if (given) throw wrong('Test cannot have the same key at the top-level and in config')
      value = nested[key]
      delete nested[key]
    }
    put(key, value)
  }
  delete args['config']
  for (const [key, value] of Object.entries(nested ?? {})) put(key, value)
  return config
}

const modelArgument = (target: TestTarget): string => {
  const text =
    target.source !== undefined
      ? `source('${target.source.name}', '${target.source.table}')`
      : target.version === null
        ? `ref('${target.name}')`
        : `ref('${target.name}', version='${target.version}')`
  return `{{ get_where_subquery(${text}) }}`
}

/** The template that stands for the test: a call of its macro, and its config. */
function testCode(built: BuiltTest): string {
  const settings = Object.entries(built.config).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? asLiteral(value) : toText(value)}`,
  )
  const macro = `${built.namespace === null ? '' : `${built.namespace}.`}test_${built.name}`
  return `{{ ${macro}(**_dbt_generic_test_kwargs) }}${settings.length === 0 ? '' : `{{ config(${settings.join(',')}) }}`}`
}

/** As dbt-core 1.11 writes a text, but for backslashes that would take a quote with them. */
const asLiteral = (text: string): string => `"${text.replace(/\\+(?="|$)/g, '$&$&').replaceAll('"', '\\"')}"`

function testTags(built: BuiltTest, place: Place): string[] {
  const given = built.config['tags'] ?? []
  const tags = typeof given === 'string' ? [given] : given
  const problem = !Array.isArray(tags)
    ? `got ${toText(tags)} (<class '${typeName(tags)}'>) for tags, expected a list of strings`
    : tags.flatMap((tag) =>
        typeof tag === 'string' ? [] : [`got ${toText(tag)} (<class '${typeName(tag)}'>) for tag, expected a str`],
      )[0]
  if (problem !== undefined) throw new QuernError('Compilation', 'invalid_test_tags', problem, { at: placeIn(place) })
  return tags as string[]
}
