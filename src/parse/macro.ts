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
  const { macros, definitions } = readMacroFile(file, kinds)
  loadMacroFile(manifest, packageName, { file, original, kinds, parsed: definitions }, macros, options)
}

/** A macro's facts, with its text where the positions do not say it: a file that is no template as a whole is read in parts. */
export interface KnownMacro extends MacroFacts {
  readonly text?: string
}

/** The blocks of a file, and what there is to know of each. */
export function readMacroFile(
  file: SourceFile,
  kinds: ReadonlySet<string>,
): { readonly macros: KnownMacro[]; readonly definitions: readonly MacroDefinition[] } {
  const definitions = OPENING.test(file.text) ? macroBlocks(file, kinds) : []
  const macros = definitions.map((definition) => {
    const facts = macroFacts(definition)
    const part = definition.blockSpan.file
    return part === file ? facts : { ...facts, text: part.text.slice(facts.start, facts.end) }
  })
  return { macros, definitions }
}

/** The facts of every macro of a file, for the build to keep. */
export const fileMacros = (file: SourceFile): MacroFacts[] => readMacroFile(file, MACRO_KINDS).macros

/** Adds the macros of a file whose facts are known: unless it was parsed (`parsed`), that is done when one of them is first needed. */
export function loadMacroFile(
  manifest: Manifest,
  packageName: string,
  from: {
    readonly file: SourceFile
    readonly original: string
    readonly kinds: ReadonlySet<string>
    readonly parsed?: readonly MacroDefinition[] | undefined
    /** Absolute path of a user's file. */
    readonly path?: string
  },
  macros: readonly KnownMacro[],
  options: MacroOptions,
): void {
  const { file, original, kinds, path } = from
  let { parsed } = from
  for (const [index, facts] of macros.entries()) {
    const definition = (): MacroDefinition => {
      parsed ??= macroBlocks(file, kinds)
      return parsed[index]!
    }
    const text = facts.text ?? file.text.slice(facts.start, facts.end)
    const macro = makeMacro(packageName, facts, text, original, options, definition)
    const source =
      path === undefined ? {} : { source: { path, shown: file.path, testsOnly: kinds === TEST_KINDS, index } }
    addMacro(manifest, { ...macro, ...source })
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
