import type { SourceFile, Span } from '../errors/source-file.ts'
import { type CalledName, calledNames } from './calls.ts'
import { type CompiledMacro, compileMacro } from './compile/compile.ts'
import { asQuernError, Rendering } from './compile/rendering.ts'
import { followsFrom } from './follows-from.ts'
import type { Flavour, RenderContext } from './names.ts'
import { type Awaitable, type Kwargs, TemplateFault, type Value } from './runtime/value.ts'
import type { Macro, MacroKind, MaterializationOptions } from './syntax/ast.ts'
import { tagEnd } from './syntax/lexer.ts'

export type { MacroKind } from './syntax/ast.ts'

export interface MacroParameter {
  readonly name: string
  /** A type as written: `Dict[str, str]`. */
  readonly annotation?: string
  readonly hasDefault: boolean
  readonly span: Span
}

/** A block at the top level of a file that can be called: a macro, a generic test, a materialization; or whose text counts: docs, snapshot. */
export interface MacroDefinition {
  readonly kind: MacroKind
  readonly name: string
  readonly parameters: readonly MacroParameter[]
  /** Of a materialization; both null for other kinds. */
  readonly options: { readonly adapter: string | null; readonly supported_languages: readonly string[] | null }
  /** From the start of the opening tag to the end of the closing one, with the space that `{%-` and `-%}` take away, as dbt cuts it. */
  readonly blockSpan: Span
  readonly bodySpan: Span
  /** What the macro calls by a dotted name, anywhere in its body or its defaults. */
  calledNames(): CalledName[]
  /** See `followsFrom` in follows-from.ts. */
  followsFrom(names: ReadonlySet<string>): boolean
  /**
   * Calls the macro and gives its text. It sees its parameters and `context.names`, nothing of its file. Throws (or rejects with) a
   * QuernError with position and template stack; `MacroReturn` passes.
   */
  invoke(context: RenderContext, args: readonly Value[], kwargs: Kwargs): Awaitable<Value>
}

export class ParsedMacro implements MacroDefinition {
  readonly kind: MacroKind
  readonly name: string
  readonly parameters: readonly MacroParameter[]
  readonly options: MacroDefinition['options']
  readonly blockSpan: Span
  readonly bodySpan: Span
  readonly #file: SourceFile
  readonly #node: Macro
  readonly #compiled = new Map<Flavour, CompiledMacro>()

  constructor(file: SourceFile, macro: Macro) {
    this.#file = file
    this.#node = macro
    this.kind = macro.kind
    this.name = macro.name
    this.options = optionsOf(macro.options)
    this.blockSpan = { file, start: macro.start, end: tagEnd(file.text, macro.end) }
    this.bodySpan = { file, start: macro.bodyStart, end: macro.bodyEnd }
    this.parameters = macro.parameters.map((parameter) => ({
      name: parameter.name,
      ...(parameter.annotation === undefined ? {} : { annotation: parameter.annotation }),
      hasDefault: parameter.default !== undefined,
      span: { file, start: parameter.start, end: parameter.end },
    }))
  }

  calledNames(): CalledName[] {
    return calledNames(this.#file, [this.#node])
  }

  followsFrom(names: ReadonlySet<string>): boolean {
    return followsFrom(this.#node, names)
  }

  invoke(context: RenderContext, args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    let compiled = this.#compiled.get(context.flavour)
    if (compiled === undefined) {
      compiled = compileMacro(this.#file, this.#node, context.flavour)
      this.#compiled.set(context.flavour, compiled)
    }
    try {
      return compiled(Rendering.of(context)).pyCall(args, kwargs)
    } catch (error) {
      // Wrong arguments: the place is that of the call, which the caller knows.
      throw error instanceof TemplateFault ? asQuernError(error, undefined) : error
    }
  }
}

const optionsOf = (options: MaterializationOptions | null): MacroDefinition['options'] => ({
  adapter: options?.adapter ?? null,
  supported_languages: options?.supportedLanguages ?? null,
})
