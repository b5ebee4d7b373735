import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import type { MacroDefinition } from '../jinja/macro-definition.ts'
import { Template } from '../jinja/template.ts'
import type { MacroCall } from '../manifest/manifest.ts'
import { materializationMacroName } from '../manifest/resolve-macro.ts'
import { FilePart } from '../project/stripped-file.ts'

/**
 * All that loading a macro block takes from its text. The build writes this down for the macros that come with quern, so that starting
 * parses none of them: a block is parsed when it is first called.
 */
export interface MacroFacts {
  /** The name under which the block is kept: tests and materializations have a prefix. */
  readonly name: string
  readonly start: number
  readonly end: number
  /** Of a materialization. */
  readonly languages: readonly string[] | null
  /** Names of the arguments; a materialization has its options but `default` and `adapter` (dbt-core 1.11). */
  readonly parameters: readonly string[]
  readonly calls: readonly MacroCall[]
}

/** The blocks of the wanted kinds at the top level of a file, in source order. */
export function macroBlocks(file: SourceFile, kinds: ReadonlySet<string>): MacroDefinition[] {
  return definitionsIn(file, kinds).filter((definition) => kinds.has(definition.kind))
}

/** What stands around the blocks need not be Jinja: when the file as a whole is none, each block is read alone, as dbt does. */
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

export function macroFacts(definition: MacroDefinition): MacroFacts {
  const { start, end } = definition.blockSpan
  const isMaterialization = definition.kind === 'materialization'
  return {
    name: macroName(definition),
    start,
    end,
    languages: isMaterialization ? [...(definition.options.supported_languages ?? ['sql'])] : null,
    parameters: isMaterialization ? ['supported_languages'] : definition.parameters.map((parameter) => parameter.name),
    calls: macroCalls(definition),
  }
}

function macroName(definition: MacroDefinition): string {
  if (definition.kind === 'test' || definition.kind === 'data_test') return `test_${definition.name}`
  if (definition.kind === 'materialization')
    return materializationMacroName(definition.name, definition.options.adapter ?? 'default')
  return definition.name
}

/** Calls that are never macros, as dbt's static analysis takes them. */
const NOT_MACROS: ReadonlySet<string> = new Set(['source', 'ref', 'config'])

/** What a block calls: names, `package.name`, and `adapter.dispatch` with literal arguments. */
function macroCalls(definition: MacroDefinition): MacroCall[] {
  const calls: MacroCall[] = []
  for (const { path, args, kwargs, span } of definition.calledNames()) {
    const [first, second] = path
    if (path.length === 1) {
      if (!NOT_MACROS.has(first!) && !calls.includes(first!)) calls.push(first!)
    } else if (path.length === 2 && first !== 'adapter') {
      const name = `${first}.${second}`
      if (!calls.includes(name)) calls.push(name)
    } else if (path.length === 2 && second === 'dispatch') {
      const name = args?.[0] ?? kwargs?.get('macro_name')
      const namespace = args?.[1] ?? kwargs?.get('macro_namespace') ?? null
      if (typeof name !== 'string' || (namespace !== null && typeof namespace !== 'string')) continue
      calls.push({ dispatch: name, namespace, start: span.start, end: span.end })
    }
  }
  return calls
}
