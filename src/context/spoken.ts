import { logFunction, printFunction } from '../context-base/log.ts'
import type { RunEvent } from '../events/run-event.ts'
import type { PyFunction } from '../jinja/runtime/value.ts'
import { compareVersions } from '../manifest/compare-versions.ts'
import type { ManifestNode, ModelNode, RefArgs } from '../manifest/node.ts'
import type { ContextServices } from './services.ts'
import type { Session } from './session.ts'

/** What marks an event with the thread and the node that it is about. */
const ofSession = (
  session: Session,
): Pick<RunEvent, 'thread'> & { info: ReturnType<NonNullable<Session['info']>> | undefined } => ({
  ...(session.thread === undefined ? {} : { thread: session.thread }),
  info: session.info?.(),
})

/** `log` and `print`: what a template says is marked with its thread and node. */
const marked =
  ({ invocation }: ContextServices, session: Session) =>
  (event: RunEvent): void =>
    invocation.emit({ ...event, ...ofSession(session) } as RunEvent)
export const spokenLog = (services: ContextServices, session: Session): PyFunction =>
  logFunction(marked(services, session))
export const spokenPrint = (services: ContextServices, session: Session): PyFunction =>
  printFunction(marked(services, session), services.invocation.flags.print)

/** A warning of the adapter's own (AdapterEventWarning), which no option makes an error. */
export const adapterWarning = ({ adapter }: ContextServices, session: Session, message: string): RunEvent => ({
  kind: 'message',
  level: 'warn',
  name: 'AdapterEventWarning',
  code: 'E003',
  text: `${adapter.title} adapter: ${message}`,
  data: { args: [], base_msg: message, name: adapter.title },
  ...ofSession(session),
})

/**
 * dbt-core 1.11: `ref('m')` without a version means the latest one; a node that runs is told of a newer one (UnpinnedRefNewVersionAvailable).
 */
export function tellNewerVersion(services: ContextServices, session: Session, ref: RefArgs, found: ManifestNode): void {
  const { version, latest_version: latest } = found as Partial<ModelNode>
  const info = session.info?.()
  if (ref.version !== null || version === null || version === undefined || info === undefined) return
  const newest = [...services.manifest.nodes.outlines()]
    .flatMap((node) => (node.resource_type === 'model' && node.name === found.name ? (node.version ?? []) : []))
    .reduce((a, b) => (compareVersions(b, a) > 0 ? b : a), version)
  if (compareVersions(newest, latest ?? version) <= 0) return
  const { name, package_name: packageName } = found
  services.invocation.emit({
    kind: 'message',
    level: 'info',
    name: 'UnpinnedRefNewVersionAvailable',
    code: 'I064',
    text: [
      `While compiling '${info.node_name}':`,
      `ref('${name}') names no version and means the latest one, ${version}. There is a newer one, ${newest}, which is not the latest yet.`,
      `  To read it now: {{ ref('${packageName}', '${name}', v='${newest}') }}`,
      `  To stay: {{ ref('${packageName}', '${name}', v='${version}') }}`,
    ].join('\n'),
    data: {
      ref_max_version: String(newest),
      ref_node_name: name,
      ref_node_package: packageName,
      ref_node_version: String(version),
    },
    ...ofSession(session),
  })
}
