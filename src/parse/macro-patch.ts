import { asPlainDict } from '../config/python-data.ts'
import type { Docs, MacroArgument, MacroNode } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { dicts } from './columns.ts'
import { ARGUMENT_TYPES_HINT, isArgumentType } from './macro-argument-type.ts'
import { checkPatchedOnce } from './patch.ts'
import type { Entry } from './property-file.ts'
import { behavior, type ParseSession } from './session.ts'
import { warn } from './warn.ts'
import { type Place, under } from './yaml-place.ts'

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
  const described = dicts(data['arguments']).map((argument) => ({
    name: argument['name'] as string,
    type: (argument['type'] ?? null) as string | null,
    description: (argument['description'] ?? '') as string,
  }))
  if (!behavior(session, 'validate_macro_args')) {
    macro.arguments = described
  } else if (described.length > 0) {
    checkArguments(session, macro, described, entry.place)
    macro.arguments = described
  }
}

/** Warns of described arguments that are not those of the signature, in its order, and of types that dbt does not know. */
function checkArguments(session: ParseSession, macro: MacroNode, described: MacroArgument[], place: Place): void {
  const data = { macro_unique_id: macro.unique_id, macro_file_path: macro.original_file_path }
  const wrong = (text: string, ...path: (string | number)[]): void =>
    warn(session, 'InvalidMacroAnnotation', text, {
      data: { ...data, msg: text },
      place: under(place, 'arguments', ...path),
      hint: `the signature is ${macro.name}(${macro.arguments.map((argument) => argument.name).join(', ')})`,
    })
  for (const [index, { name }] of described.slice(0, macro.arguments.length).entries()) {
    if (name !== macro.arguments[index]!.name)
      wrong(`Argument ${name} in yaml for macro ${macro.name} does not match the jinja definition.`, index, 'name')
  }
  if (described.length !== macro.arguments.length)
    wrong(`The number of arguments in the yaml for macro ${macro.name} does not match the jinja definition.`)
  for (const [index, { name, type }] of described.entries()) {
    if (type === null || type.trim() === '' || isArgumentType(type)) continue
    const text = `Argument ${name} in the yaml for macro ${macro.name} has an invalid type.`
    warn(session, 'InvalidMacroAnnotation', text, {
      data: { ...data, msg: text },
      place: under(place, 'arguments', index, 'type'),
      hint: ARGUMENT_TYPES_HINT,
    })
  }
}
