import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ColumnInfo, ManifestNode } from '../manifest/node.ts'
import { dicts, readColumns } from './columns.ts'
import { deepMerge } from './deep-merge.ts'
import type { Entry } from './property-file.ts'
import { behavior, inNode, MORE_UNRENDERED, type ParseSession } from './session.ts'
import { captureHooks, checkAccess, settleConfig } from './sql-node.ts'
import { warn } from './warn.ts'
import { placeIn, under } from './yaml-place.ts'

/** What an entry of a property file says of a node. */
export interface Patch {
  readonly entry: Entry
  readonly name: string
  readonly config: PlainDict
  readonly description: string
  readonly columns: Record<string, ColumnInfo>
  readonly constraints: readonly PlainDict[]
  readonly access: string | null
  readonly version: string | number | null
  readonly latestVersion: string | number | null
  readonly deprecationDate: string | null
  readonly timeSpine: PlainDict | null
}

type ConfigPatch = Pick<Patch, 'config' | 'entry'> & Partial<Pick<Patch, 'version'>>

/** Keys that may stand at the top of an entry and belong to its config. */
const CONFIG_KEYS = ['meta', 'docs', 'group', 'contract', 'access'] as const

/** The config of an entry, with the keys that stand beside `config:` moved into it. Throws when a key stands in both places. */
export function entryConfig(entry: Entry): PlainDict {
  const config = { ...asPlainDict(entry.data['config']) }
  for (const key of CONFIG_KEYS) {
    if (!Object.hasOwn(entry.data, key)) continue
    if (Object.hasOwn(config, key)) {
      throw new QuernError(
        'Parsing',
        'property_twice',
        `In ${entry.properties.file.original}: found ${key} dictionary in 'config' dictionary and as top-level key. Remove the top-level key and define it under 'config' dictionary only.`,
        { at: placeIn(under(entry.place, key), 'key') },
      )
    }
    config[key] = entry.data[key]!
  }
  return config
}

/** The tests of an entry, a column or a version, under either of their names; undefined when there is neither. */
export function testsOf(entry: Entry, holder: PlainDict): Value[] | undefined {
  const tests = holder['tests']
  const dataTests = holder['data_tests']
  if (tests !== undefined && truthy(tests) && dataTests !== undefined) {
    const { original } = entry.properties.file
    const shown = repr(entry.data)
    throw new QuernError(
      'Parsing',
      'tests_twice',
      `Invalid ${entry.section} config given in ${original} @ ${entry.section}: ${shown} - at path []: Invalid test config: cannot have both 'tests' and 'data_tests' defined`,
      { at: placeIn(under(entry.place, 'tests'), 'key'), hint: 'keep data_tests' },
    )
  }
  const list = tests !== undefined && truthy(tests) ? tests : dataTests
  return Array.isArray(list) ? list : undefined
}

/** The patch of an entry without versions. */
export function readPatch(entry: Entry): Patch {
  const { data } = entry
  return {
    entry,
    name: data.name,
    config: entryConfig(entry),
    description: (data['description'] ?? '') as string,
    columns: readColumns(dicts(data['columns']), under(entry.place, 'columns')),
    constraints: dicts(data['constraints']),
    access: null,
    version: null,
    latestVersion: null,
    deprecationDate: null,
    timeSpine: null,
  }
}

/** Two entries for one resource are an error that names both files. */
export function checkPatchedOnce(
  node: { readonly patch_path: string | null },
  entry: Entry,
  kind: 'resource' | 'macro',
): void {
  if (node.patch_path === null) return
  const existing = node.patch_path.slice(node.patch_path.indexOf('://') + 3)
  const own = entry.properties.file.original
  const { name } = entry.data
  const what =
    kind === 'macro'
      ? `macro in package ${entry.project.name} named ${name}. Macros may`
      : `resource named ${name}. Resources and their associated columns may`
  const fix =
    existing === own
      ? `remove one of the ${kind} entries for ${name} in this file:\n - ${own}`
      : `remove the ${kind} entry for ${name} in one of these files:\n - ${own}\n - ${existing}`
  throw new QuernError(
    'Compilation',
    'duplicate_patch',
    `dbt found two schema.yml entries for the same ${what} only be described a single time. To fix this, ${fix}`,
    { at: placeIn(under(entry.place, 'name')) },
  )
}

/** Computes a node's config again, with the entry's config in its place. */
export function patchConfig(session: ParseSession, node: ManifestNode, patch: ConfigPatch): void {
  const draft = session.drafts.get(node)
  if (draft === undefined) return
  if (Object.hasOwn(patch.config, 'access')) checkAccess(node.unique_id, patch.config['access'])
  inNode(node, () => {
    settleConfig(
      session,
      { ...draft, file: patch.entry.properties.text },
      patch.config,
      unrenderedPatch(session, patch),
    )
    captureHooks(session, draft)
  })
}

/**
 * What stands for a patch in `unrendered_config`: `config` as written laid over the rendered one, so that lists hold both (dbt-core 1.11).
 * Of a version only its own; of a test nothing is kept.
 */
function unrenderedPatch(session: ParseSession, { entry, config, version }: ConfigPatch): PlainDict | undefined {
  if (entry.section === 'data_tests' || !behavior(session, MORE_UNRENDERED)) return undefined
  const written =
    version === undefined || version === null
      ? entry.unrendered
      : dicts(entry.unrendered['versions']).find((one) => toText(one['v'] ?? null) === toText(version))
  const own = asPlainDict(written?.['config'])
  return own === undefined ? undefined : deepMerge(config, own)
}

/** Copies description and columns to a node, and warns of what only models have. */
export function patchProperties(session: ParseSession, node: ManifestNode, patch: Patch): void {
  node.patch_path = `${patch.entry.project.name}://${patch.entry.properties.file.original}`
  node.description = patch.description
  node.columns = patch.columns
  node.name = patch.name
  if (node.resource_type !== 'model' && patch.constraints.length > 0) {
    warn(session, 'ValidationWarning', `Field constraints is not valid for ${node.resource_type} (${patch.name})`, {
      place: under(patch.entry.place, 'constraints'),
    })
  }
}
