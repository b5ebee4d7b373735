import { isGenericTest } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { warnNoNode } from './node-patch.ts'
import { entryConfig, patchConfig } from './patch.ts'
import type { Entry } from './property-file.ts'
import type { ParseSession } from './session.ts'

/** Applies an entry of the top-level `data_tests` to the singular test of that name. */
export function patchSingularTest(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const node = session.manifest.nodes.get(uniqueId('test', project.name, data.name))
  if (node === undefined || isGenericTest(node)) {
    warnNoNode(session, entry, data.name)
    return
  }
  const config = entryConfig(entry)
  if (Object.keys(config).length > 0) patchConfig(session, node, { config, entry })
  node.patch_path = `${project.name}://${entry.properties.file.original}`
  node.description = (data['description'] ?? '') as string
}
