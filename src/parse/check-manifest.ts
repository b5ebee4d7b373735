import { snapshotProblem } from '../config/node-config.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { Span } from '../errors/source-file.ts'
import { repr } from '../jinja/runtime/text.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ManifestNode, ModelNode } from '../manifest/node.ts'
import { checkMicrobatchModels } from './check-microbatch.ts'
import { checkResourceNames } from './check-names.ts'
import { checkSemanticLayer } from './check-semantic-layer.ts'
import { byCodePoint } from './generic-test-names.ts'
import { placeOfKey } from './node-config.ts'
import { nodeLabel, type ParseSession } from './session.ts'
import { warn } from './warn.ts'

/** Checks that need the whole manifest: groups, access, snapshots, microbatch models, deprecated models, names. */
export function checkManifest(session: ParseSession): void {
  checkGroups(session)
  for (const node of session.manifest.nodes.values()) {
    checkAccessOfEphemeral(node)
    if (node.resource_type === 'snapshot') checkSnapshot(node)
  }
  checkMicrobatchModels(session)
  checkSemanticLayer(session)
  warnDeprecatedModels(session)
  checkFunctionArguments(session)
  checkResourceNames(session)
}

const failure = (
  node: { resource_type: string; name: string; original_file_path: string },
  code: string,
  message: string,
  hint?: string,
  at?: Span,
): QuernError => {
  const error = new QuernError('Parsing', code, message, { hint, at })
  error.node = nodeLabel(node)
  return error
}

const meantGroup = (group: string, names: readonly string[]): string => {
  const near = didYouMean(group, names)
  return near === undefined ? 'define it under groups: in a property file' : `did you mean '${near}'?`
}

/** Where a node's file, else its property file, sets a config key. */
function configPlace(
  session: ParseSession,
  node: { readonly package_name: string; readonly original_file_path: string },
  key: string,
): Span | undefined {
  const own = session.drafts.get(node as ManifestNode)?.file
  const patch = (node as { patch_path?: string | null }).patch_path
  const properties = session.propertyTexts.get(patch ?? `${node.package_name}://${node.original_file_path}`)
  return (own && placeOfKey(own, key)) ?? (properties && placeOfKey(properties, key))
}

function checkGroups(session: ParseSession): void {
  const { manifest } = session
  const names = [...manifest.groups.values()].map((group) => group.name).sort(byCodePoint)
  for (const map of [manifest.metrics, manifest.semanticModels, manifest.savedQueries, manifest.nodes]) {
    for (const node of map.values()) {
      const group = (node as { group?: string | null }).group
      if (group && !names.includes(group))
        throw failure(
          node,
          'invalid_group',
          `Invalid group '${group}', expected one of ${repr(names)}`,
          meantGroup(group, names),
          configPlace(session, node, 'group'),
        )
    }
  }
}

function checkAccessOfEphemeral(node: ManifestNode): void {
  if (
    node.resource_type !== 'model' ||
    (node as ModelNode).access !== 'public' ||
    node.config.materialized !== 'ephemeral'
  )
    return
  throw failure(
    node,
    'invalid_access',
    `Node ${node.unique_id} with 'ephemeral' materialization has an invalid value (public) for the access field`,
    'an ephemeral model is no relation that others could read',
  )
}

function checkSnapshot(node: ManifestNode): void {
  const problem = snapshotProblem(node.config as unknown as PlainDict)
  if (problem !== undefined) throw failure(node, 'invalid_snapshot', problem)
}

function warnDeprecatedModels(session: ParseSession): void {
  const { manifest } = session
  const deprecated = [...manifest.nodes.values()].filter(
    (node) => node.resource_type === 'model' && (node as ModelNode).deprecation_date !== null,
  )
  for (const node of deprecated as ModelNode[]) {
    const date = node.deprecation_date!
    session.memory.reads?.note('past', date)
    const past = Date.parse(date) < session.invocation.now()
    const version = node.version === null ? '' : `.v${node.version}`
    if (past) {
      warn(
        session,
        'DeprecatedModel',
        `Model ${node.name}${version} has passed its deprecation date of ${date}. Disable or remove it.`,
        {
          data: {
            model_name: node.name,
            model_version: node.version === null ? '' : String(node.version),
            deprecation_date: date,
          },
        },
      )
    }
    const newer =
      node.version !== null && node.version !== node.latest_version
        ? ` A newer version is available: {{ ref('${node.package_name}', '${node.name}', v='${node.latest_version}') }}.`
        : ''
    for (const child of manifest.nodes.values()) {
      if (child.resource_type !== 'model' || !(child as ModelNode).depends_on.nodes.includes(node.unique_id)) continue
      const text = past ? `which was deprecated on '${date}'.` : `which is slated for deprecation on '${date}'.`
      warn(
        session,
        past ? 'DeprecatedReference' : 'UpcomingReferenceDeprecation',
        `While compiling '${child.name}': Found a reference to ${node.name}${version}, ${text}${newer}`,
        {
          data: {
            model_name: child.name,
            ref_model_name: node.name,
            ref_model_package: node.package_name,
            ref_model_version: String(node.version ?? ''),
            ref_model_latest_version: String(node.latest_version ?? ''),
            ref_model_deprecation_date: date,
          },
        },
      )
    }
  }
}

function checkFunctionArguments({ manifest }: ParseSession): void {
  for (const fn of manifest.functions.values()) {
    let defaulted = false
    for (const argument of fn.arguments) {
      if (argument.default_value !== null) defaulted = true
      else if (defaulted) {
        throw failure(
          fn,
          'function_arguments',
          `Non-defaulted argument '${argument.name}' of function '${fn.name}' comes after a defaulted argument. Non-defaulted arguments cannot come after defaulted arguments. `,
        )
      }
    }
  }
}
