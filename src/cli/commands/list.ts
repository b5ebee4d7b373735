import { warning } from '../../events/warnings.ts'
import { toJson } from '../../jinja/python/json.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { dictGet, isDict, type PlainDict, type Value } from '../../jinja/runtime/value.ts'
import { graphNode, graphOutline } from '../../manifest/manifest.ts'
import { asDict } from '../../manifest/node.ts'
import type { NodeOutline } from '../../manifest/node-map.ts'
import { searchName } from '../../manifest/resolve-ref.ts'
import { foundLine } from '../../report/stat-lines.ts'
import { ExitCode } from '../exit-code.ts'
import { type Loaded, writeManifest } from '../load-manifest.ts'
import { selectNodes } from '../task.ts'

/** Keys of `--output json` without `--output-keys` (dbt-core 1.11), in the order of the node's own keys. */
const DEFAULT_KEYS = new Set([
  'alias',
  'name',
  'package_name',
  'depends_on',
  'tags',
  'config',
  'resource_type',
  'source_name',
  'original_file_path',
  'unique_id',
])

/** `ls`: one line for each selected resource, on stdout also with --quiet. */
export function listCommand(loaded: Loaded): ExitCode {
  const { invocation, manifest } = loaded
  writeManifest(loaded)
  loaded.states()
  invocation.emit({ kind: 'found-stats', statLine: foundLine(manifest) })
  const { selection } = selectNodes(loaded, 'list')
  if (selection.ids.length === 0) invocation.emit(warning.noNodesSelected())
  const { output, outputKeys } = invocation.flags
  const lines = selection.ids.flatMap((id) => {
    if (output === 'json') return toJson(shown(asDict(graphNode(manifest, id)!), outputKeys))
    const node = graphOutline(manifest, id)
    return node === undefined ? [] : line(node, output ?? 'selector')
  })
  for (const text of lines) invocation.emit({ kind: 'print', text })
  invocation.answer?.({ kind: 'listed', lines })
  return ExitCode.success
}

function line(node: NodeOutline, output: string): string {
  switch (output) {
    case 'name':
      return searchName(node)
    case 'path':
      return node.original_file_path
    default:
      return selector(node)
  }
}

const WITH_METHOD = new Set(['exposure', 'metric', 'saved_query', 'semantic_model', 'unit_test'])

/** What names this resource among all, in the form of a selector. dbt-core 1.11: a unit test of a versioned model has the version in its name. */
function selector(node: NodeOutline): string {
  if (node.resource_type === 'source') return `source:${node.package_name}.${node.source_name}.${node.name}`
  if (WITH_METHOD.has(node.resource_type)) {
    const version = node.resource_type === 'unit_test' ? (node.version ?? null) : null
    const suffix = version === null ? '' : `_v${toText(version)}`
    return `${node.resource_type}:${node.package_name}.${node.name}${suffix}`
  }
  return node.fqn.join('.')
}

function shown(node: PlainDict, keys: readonly string[]): PlainDict {
  if (keys.length === 0) return Object.fromEntries(Object.entries(node).filter(([key]) => DEFAULT_KEYS.has(key)))
  const found: PlainDict = {}
  for (const key of keys) {
    const value = key.includes('.') ? nested(node, key.split('.')) : node[key]
    if (value === undefined || (key.includes('.') && value === null)) continue
    found[key] = value
  }
  return found
}

function nested(node: Value, path: readonly string[]): Value | undefined {
  let value: Value | undefined = node
  for (const key of path) value = value !== undefined && isDict(value) ? dictGet(value, key) : undefined
  return value
}
