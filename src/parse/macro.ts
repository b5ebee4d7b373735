import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import type { MacroDefinition } from '../jinja/macro-definition.ts'
import { Template } from '../jinja/template.ts'
import type { Macro, Manifest } from '../manifest/manifest.ts'
import { materializationMacroName } from '../manifest/resolve-macro.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { FilePart } from '../project/stripped-file.ts'

/** Kinds of blocks that a macro file may hold, and those of `tests/generic`. */
export const MACRO_KINDS: ReadonlySet<string> = new Set(['macro', 'test', 'data_test', 'materialization'])
export const TEST_KINDS: ReadonlySet<string> = new Set(['test', 'data_test'])

/** A cheap look for any of the blocks, so that files without them are not parsed. */
const OPENING = /\{%-?\+?\s*(macro|test|data_test|materialization)\s/

/**
 * The macros of a file: each macro, generic test and materialization block at its top level. Two of one name in a package are an error.
 * `depends_on` is filled by `linkMacros`, when all are known.
 */
export function parseMacroFile(
  manifest: Manifest,
  packageName: string,
  file: SourceFile,
  original: string,
  kinds: ReadonlySet<string>,
  createdAt: number,
): void {
  if (!OPENING.test(file.text)) return
  for (const definition of definitionsIn(file, kinds)) {
    if (!kinds.has(definition.kind)) continue
    const macro = makeMacro(packageName, definition, original, createdAt)
    const existing = manifest.macros.get(macro.node.unique_id)
    if (existing !== undefined) throw duplicateMacro(macro, existing)
    manifest.macros.set(macro.node.unique_id, macro)
  }
}

/** The blocks of a file. What stands around them need not be Jinja: when the file as a whole is none, each block is read alone, as dbt does. */
function definitionsIn(file: SourceFile, kinds: ReadonlySet<string>): readonly MacroDefinition[] {
  try {
    return Template.parse(file).macros
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    return topLevelBlocks(file, [...kinds]).flatMap(({ span }) => {
      const text = file.text.slice(span.start, span.end)
      return [...Template.parse(new FilePart(file, span.start, text)).macros]
    })
  }
}

function makeMacro(packageName: string, definition: MacroDefinition, original: string, createdAt: number): Macro {
  const name = macroName(definition)
  const { file, start, end } = definition.blockSpan
  return {
    node: {
      name,
      resource_type: 'macro',
      package_name: packageName,
      path: original,
      original_file_path: original,
      unique_id: uniqueId('macro', packageName, name),
      macro_sql: file.text.slice(start, end),
      depends_on: { macros: [] },
      description: '',
      meta: {},
      docs: { show: true, node_color: null },
      config: { meta: {}, docs: { show: true, node_color: null } },
      patch_path: null,
      arguments: [],
      created_at: createdAt,
      supported_languages:
        definition.kind === 'materialization' ? [...(definition.options.supported_languages ?? ['sql'])] : null,
    },
    definition: () => definition,
  }
}

/** The name under which a block is kept: tests and materializations have a prefix. */
function macroName(definition: MacroDefinition): string {
  if (definition.kind === 'test' || definition.kind === 'data_test') return `test_${definition.name}`
  if (definition.kind === 'materialization')
    return materializationMacroName(definition.name, definition.options.adapter ?? 'default')
  return definition.name
}

function duplicateMacro(macro: Macro, existing: Macro): QuernError {
  const { name, package_name } = macro.node
  const paths = [existing.node.original_file_path, macro.node.original_file_path]
  return new QuernError(
    'Compilation',
    'duplicate_macro',
    `dbt found two macros named "${name}" in the project "${package_name}".`,
    {
      at: macro.definition().blockSpan,
      notes: [{ text: 'the first one is here', at: existing.definition().blockSpan }],
      hint: `rename or remove one of them: ${paths.join(', ')}`,
    },
  )
}
