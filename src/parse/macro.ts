import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import type { MacroDefinition } from '../jinja/macro-definition.ts'
import type { Macro, Manifest } from '../manifest/manifest.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { type MacroFacts, macroBlocks, macroFacts } from './macro-facts.ts'

/** Kinds of blocks that a macro file may hold, and those of `tests/generic`. */
export const MACRO_KINDS: ReadonlySet<string> = new Set(['macro', 'test', 'data_test', 'materialization'])
export const TEST_KINDS: ReadonlySet<string> = new Set(['test', 'data_test'])

/** A cheap look for any of the blocks, so that files without them are not parsed. */
const OPENING = /\{%-?\+?\s*(macro|test|data_test|materialization)\s/

export interface MacroOptions {
  readonly createdAt: number
  /** Whether the arguments of a macro are those of its signature until its properties say others (`validate_macro_args`). */
  readonly withArguments: boolean
}

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
  options: MacroOptions,
): void {
  for (const { facts, definition } of blocksToLoad(file, kinds)) {
    const text = definition.blockSpan.file.text.slice(facts.start, facts.end)
    addMacro(
      manifest,
      makeMacro(packageName, facts, text, original, options, () => definition),
    )
  }
}

/** The facts of every macro of a file, for the build to keep. */
export const fileMacros = (file: SourceFile): MacroFacts[] =>
  blocksToLoad(file, MACRO_KINDS).map((block) => block.facts)

function blocksToLoad(
  file: SourceFile,
  kinds: ReadonlySet<string>,
): { facts: MacroFacts; definition: MacroDefinition }[] {
  if (!OPENING.test(file.text)) return []
  return macroBlocks(file, kinds).map((definition) => ({ facts: macroFacts(definition), definition }))
}

/** The macros of a file of quern's own whose facts are known: the file is parsed when one of them is first needed. */
export function loadMacroFile(
  manifest: Manifest,
  packageName: string,
  file: SourceFile,
  macros: readonly MacroFacts[],
  options: MacroOptions,
): void {
  let parsed: readonly MacroDefinition[] | undefined
  for (const [index, facts] of macros.entries()) {
    const definition = (): MacroDefinition => {
      parsed ??= macroBlocks(file, MACRO_KINDS)
      return parsed[index]!
    }
    const text = file.text.slice(facts.start, facts.end)
    addMacro(manifest, makeMacro(packageName, facts, text, file.path, options, definition))
  }
}

function addMacro(manifest: Manifest, macro: Macro): void {
  const existing = manifest.macros.get(macro.node.unique_id)
  if (existing !== undefined) throw duplicateMacro(macro, existing)
  manifest.macros.set(macro.node.unique_id, macro)
}

function makeMacro(
  packageName: string,
  facts: MacroFacts,
  text: string,
  original: string,
  options: MacroOptions,
  definition: () => MacroDefinition,
): Macro {
  const { name, languages, parameters, calls } = facts
  return {
    node: {
      name,
      resource_type: 'macro',
      package_name: packageName,
      path: original,
      original_file_path: original,
      unique_id: uniqueId('macro', packageName, name),
      macro_sql: text,
      depends_on: { macros: [] },
      description: '',
      meta: {},
      docs: { show: true, node_color: null },
      config: { meta: {}, docs: { show: true, node_color: null } },
      patch_path: null,
      arguments: options.withArguments ? parameters.map((each) => ({ name: each, type: null, description: '' })) : [],
      created_at: options.createdAt,
      supported_languages: languages === null ? null : [...languages],
    },
    calls,
    definition,
  }
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
