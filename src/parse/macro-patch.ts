import { asPlainDict } from '../config/python-data.ts'
import type { Docs } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts } from './columns.ts'
import { checkPatchedOnce } from './patch.ts'
import type { Entry } from './property-file.ts'
import type { ParseSession } from './session.ts'
import { warn } from './warn.ts'
import { under } from './yaml-place.ts'

/** Applies an entry of `macros` to the macro of that name in the same package. */
export function patchMacro(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const macro = session.manifest.macros.get(uniqueId('macro', project.name, data.name))?.node
  if (macro === undefined) {
    warn(session, 'MacroNotFoundForPatch', `Found patch for macro "${data.name}" which was not found`, {
      data: { patch_name: data.name },
      place: under(entry.place, 'name'),
    })
    return
  }
  checkPatchedOnce(macro, entry, 'macro')
  const config = asPlainDict(data['config']) ?? {}
  const meta = { ...asPlainDict(data['meta']), ...asPlainDict(config['meta']) }
  const given = asPlainDict(config['docs']) ?? asPlainDict(data['docs'])
  const docs: Docs = {
    show: (given?.['show'] ?? true) as boolean,
    node_color: (given?.['node_color'] ?? null) as string | null,
  }
  macro.patch_path = `${project.name}://${entry.properties.file.original}`
  macro.description = (data['description'] ?? '') as string
  macro.meta = meta
  macro.docs = docs
  macro.config = { meta, docs }
  macro.arguments = dicts(data['arguments']).map((argument) => ({
    name: argument['name'] as string,
    type: (argument['type'] ?? null) as string | null,
    description: (argument['description'] ?? '') as string,
  }))
}
