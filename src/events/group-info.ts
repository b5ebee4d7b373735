import { toText } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'

/** `group` of result events: name, package and owner of the node's group, as dbt-core 1.11 shows them (all texts); undefined without one. */
export function groupInfo(manifest: Manifest, node: object): PlainDict | undefined {
  const name = (node as { group?: unknown }).group
  if (typeof name !== 'string') return undefined
  const group = [...manifest.groups.values()].find((one) => one.name === name)
  if (group === undefined) return undefined
  const owner = Object.entries(group.owner).filter(([, value]) => value !== null && value !== undefined)
  return {
    name,
    owner: Object.fromEntries(owner.map(([key, value]) => [key, toText(value as Value)])),
    package_name: group.package_name,
  }
}
