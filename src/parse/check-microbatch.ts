import { isMicrobatch, usesBatches } from '../context/event-time.ts'
import { QuernError } from '../errors/quern-error.ts'
import { PyDateTime } from '../jinja/python/datetime/datetime.ts'
import { dateTimeFromIso } from '../jinja/python/datetime/datetime-module.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { BATCH_SIZES } from '../manifest/batch.ts'
import type { ManifestNode } from '../manifest/node.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { nodeLabel, type ParseSession } from './session.ts'
import { deprecated, warn } from './warn.ts'

/**
 * Checks the configs of microbatch models and of what they read, and brings `begin` into ISO form. Throws dbt's Parsing Errors; warns of models that
 * read nothing with an event time. Nothing is checked where a project's own macro does the work without batches.
 */
export function checkMicrobatchModels(session: ParseSession): void {
  const models = [...session.manifest.nodes.values()].filter(isMicrobatch)
  if (!usesBatches(session.macros, session.invocation.flags.behavior)) {
    if (models.some((node) => node.resource_type === 'model'))
      deprecated(session, 'MicrobatchMacroOutsideOfBatchesDeprecation', {})
    return
  }
  for (const node of models) checkConfig(node)
  warnConcurrency(session)
  for (const node of models) checkInputs(session, node)
}

const wrong = (node: ManifestNode, message: string, hint?: string): QuernError => {
  const error = new QuernError('Parsing', 'invalid_microbatch', `Microbatch model '${node.name}' ${message}`, { hint })
  error.node = nodeLabel(node)
  return error
}

const type = (value: unknown): string => `<class '${typeName(value as Value)}'>`

function checkConfig(node: ManifestNode): void {
  const { config } = node
  const time = config['event_time'] ?? null
  if (time === null) {
    throw wrong(
      node,
      "must provide an 'event_time' (string) config that indicates the name of the event time column.",
      "add event_time: <column> to the model's config",
    )
  }
  if (typeof time !== 'string')
    throw wrong(node, `must provide an 'event_time' config of type string, but got: ${type(time)}.`)
  config['begin'] = begin(node, (config['begin'] ?? null) as Value)
  const size = config['batch_size'] ?? null
  if (typeof size !== 'string' || !(BATCH_SIZES as readonly string[]).includes(size)) {
    throw wrong(
      node,
      `must provide a 'batch_size' config that is one of ${repr([...BATCH_SIZES])}, but got: ${toText(size as Value)}.`,
    )
  }
  const lookback = config['lookback'] ?? null
  if (lookback !== null && typeof lookback !== 'boolean' && !Number.isInteger(lookback))
    throw wrong(node, `must provide the optional 'lookback' config as type int, but got: ${type(lookback)}).`)
  const concurrent = config['concurrent_batches'] ?? null
  if (concurrent !== null && typeof concurrent !== 'boolean')
    throw wrong(
      node,
      `optional 'concurrent_batches' config must be of type \`bool\` if specified, but got: ${type(concurrent)}).`,
    )
}

function begin(node: ManifestNode, given: Value): string {
  if (given === null) {
    throw wrong(
      node,
      "must provide a 'begin' (datetime) config that indicates the earliest timestamp the microbatch model should be built from.",
      "add begin: '2024-01-01' to the model's config",
    )
  }
  if (given instanceof PyDateTime) return given.isoText('T')
  if (typeof given !== 'string')
    throw wrong(node, `must provide a 'begin' config of type datetime, but got: ${type(given)}.`)
  try {
    return dateTimeFromIso(given).isoText('T')
  } catch {
    throw wrong(node, `must provide a 'begin' config of valid datetime (ISO format), but got: ${given}.`)
  }
}

/** dbt-core 1.11: whatever the model's strategy, when the adapter cannot run batches side by side. */
function warnConcurrency({ manifest, adapter, invocation }: ParseSession): void {
  if (adapter.capabilities.microbatchConcurrency) return
  const count = [...manifest.nodes.values()].filter((node) => node.config['concurrent_batches'] === true).length
  if (count === 0) return
  const models = count === 1 ? '1 microbatch model' : `${count} microbatch models`
  warn(
    { invocation },
    'InvalidConcurrentBatchesConfig',
    `Found ${models} with the \`concurrent_batches\` config set to true, but the ${adapter.type} adapter does not support running batches concurrently. Their batches run one after the other.`,
    { data: { num_models: count, adapter_type: adapter.type }, wrap: true },
  )
}

function checkInputs({ manifest, invocation }: ParseSession, node: ManifestNode): void {
  const inputs = 'refs' in node ? node.depends_on.nodes : []
  let filtered = false
  for (const id of inputs as UniqueId[]) {
    const input = manifest.nodes.get(id) ?? manifest.sources.get(id)
    const time = (input?.config as { event_time?: unknown } | undefined)?.event_time
    if (!time) continue
    if (typeof time !== 'string') {
      throw wrong(
        node,
        `depends on an input node '${input!.name}' with an 'event_time' config of invalid (non-string) type: ${type(time)}.`,
      )
    }
    filtered = true
  }
  if (filtered) return
  // dbt-core 1.11: a line of its own, which --warn-error does not touch.
  const text = `[WARNING]: The microbatch model '${node.name}' has no 'ref' or 'source' input with an 'event_time' configuration.\nEach of its batches reads all rows, so the same rows may be added several times. Give an input the config event_time: <column>.`
  invocation.emit({
    kind: 'message',
    level: 'warn',
    name: 'MicrobatchModelNoEventTimeInputs',
    code: 'I074',
    text,
    data: { model_name: node.name },
    accent: { text: 'WARNING', colour: 'yellow' },
  })
}
