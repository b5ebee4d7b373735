import type { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { type CalledName, calledNames, keywordsOf, type StaticCall, staticCalls } from './calls.ts'
import { type CompiledTemplate, compileTemplate } from './compile/compile.ts'
import { directTemplate } from './compile/direct.ts'
import type { OutputMode } from './compile/emitter.ts'
import { nativeResult } from './compile/native.ts'
import { asQuernError, type FrameName, Rendering } from './compile/rendering.ts'
import { type MacroDefinition, ParsedMacro } from './macro-definition.ts'
import { uncaughtReturn } from './macro-return.ts'
import type { Flavour, RenderContext } from './names.ts'
import { RenderTrace } from './render-trace.ts'
import type { Value } from './runtime/value.ts'
import type { Root } from './syntax/ast.ts'
import { type MacroNames, TemplateParser } from './syntax/template-parser.ts'
import { some } from './syntax/walk.ts'

export interface TemplateOptions {
  /** What the template stack of errors calls it: `model`, `test`, ... Without it the template itself has no frame there. */
  readonly kind?: string
  readonly name?: string
  /** How macros that the template defines are named; `prefixed`, as in dbt, unless said otherwise. */
  readonly macroNames?: MacroNames
}

/** Any of Jinja's delimiters, closing ones too: dbt renders only texts that have one. */
const DELIMITER = /\{[{%#]|[#}%]\}/

/** A parsed template. It is compiled when it is first rendered, once for each way of rendering. */
export class Template {
  readonly file: SourceFile
  /** True when the text has no Jinja at all: it is its own result, its last line break included. */
  readonly isStatic: boolean
  readonly #frame: FrameName | null
  readonly #macroNames: MacroNames
  readonly #compiled = new Map<string, CompiledTemplate>()
  #ast: Root | undefined
  #macros: readonly MacroDefinition[] | undefined

  private constructor(file: SourceFile, options: TemplateOptions) {
    this.file = file
    this.isStatic = !DELIMITER.test(file.text)
    this.#macroNames = options.macroNames ?? 'prefixed'
    this.#frame = options.name === undefined ? null : { kind: options.kind ?? 'template', name: options.name }
  }

  /** Throws a QuernError with Jinja2's message and a position when the text cannot be read. */
  static parse(file: SourceFile, options: TemplateOptions = {}): Template {
    const template = new Template(file, options)
    if (!template.isStatic) template.ast
    return template
  }

  /** A template that is parsed when it is first needed, for one that was read already and probably is not needed again: trees are large. */
  static unread(file: SourceFile, options: TemplateOptions = {}): Template {
    return new Template(file, options)
  }

  get ast(): Root {
    this.#ast ??= parseFile(this.file, this.#macroNames)
    return this.#ast
  }

  /** The macros, tests, materializations, docs and snapshots at the top level, in source order. */
  get macros(): readonly MacroDefinition[] {
    if (this.isStatic) return []
    this.#macros ??= this.ast.children.flatMap((statement) =>
      statement.typename === 'Macro' ? [new ParsedMacro(this.file, statement)] : [],
    )
    return this.#macros
  }

  /** The text. Throws a QuernError with position and template stack, or a `MacroReturn` that nothing caught. */
  renderSync(context: RenderContext): string {
    if (this.isStatic) return this.file.text
    return this.#run(context, 'sync', 'text') as string
  }

  /** The text, when every call in the template has answered. */
  async render(context: RenderContext): Promise<string> {
    if (this.isStatic) return this.file.text
    return (await this.#run(context, 'async', 'text')) as string
  }

  /** `render`, with where in the template the text is from. The same calls are made in the same order. */
  async renderTraced(context: RenderContext): Promise<{ text: string; trace: RenderTrace }> {
    const trace = new RenderTrace(this.file)
    if (this.isStatic) {
      trace.mark(0, 0, this.file.text.length, true)
      return { text: this.file.text, trace }
    }
    return { text: (await this.#run(context, 'async', 'traced', trace)) as string, trace }
  }

  /** The value that a YAML file means with this text: see `nativeResult`. Throws a QuernError. */
  renderNative(context: RenderContext): Value {
    try {
      return nativeResult(this.#run(context, 'sync', 'native') as Value[])
    } catch (error) {
      throw this.#nativeFault(error)
    }
  }

  /** `renderNative` where calls may have to be awaited. */
  async renderNativeAsync(context: RenderContext): Promise<Value> {
    try {
      return nativeResult((await this.#run(context, 'async', 'native')) as Value[])
    } catch (error) {
      throw this.#nativeFault(error)
    }
  }

  /** A native template is never a macro: what `return` throws is an error in it. */
  #nativeFault(thrown: unknown): QuernError {
    return asQuernError(uncaughtReturn(thrown), { file: this.file, start: 0, end: this.file.text.length })
  }

  #run(context: RenderContext, flavour: Flavour, mode: OutputMode, trace?: RenderTrace): unknown {
    const key = `${flavour} ${mode}`
    let compiled = this.#compiled.get(key)
    if (compiled === undefined) {
      compiled =
        directTemplate(this.file, this.ast, flavour, mode, this.#frame) ??
        compileTemplate(this.file, this.ast, flavour, mode, this.#frame)
      this.#compiled.set(key, compiled)
    }
    if (trace !== undefined) return compiled(Rendering.traced(context, trace))
    return compiled(mode === 'native' ? Rendering.native(context) : Rendering.of(context))
  }

  /** See `staticCalls` in calls.ts: the calls when there is nothing but calls with literal arguments, else null. */
  staticCalls(): StaticCall[] | null {
    return this.isStatic ? [] : staticCalls(this.file, this.ast.children)
  }

  /** See `keywordsOf` in calls.ts: what the first call of `name` is given by keyword, as printed trees. */
  keywordsOf(name: string): ReadonlyMap<string, string> | undefined {
    return this.isStatic ? undefined : keywordsOf(this.ast.children, name)
  }

  /** Whether a name is read or set anywhere in the template. */
  mentions(name: string): boolean {
    return !this.isStatic && some(this.ast.children, (node) => node.typename === 'Symbol' && node.value === name)
  }

  /** What is called by a dotted name anywhere in the template, macros included. */
  calledNames(): CalledName[] {
    return this.isStatic ? [] : calledNames(this.file, this.ast.children)
  }
}

function parseFile(file: SourceFile, macroNames: MacroNames): Root {
  try {
    return new TemplateParser(file, macroNames).parseTemplate()
  } catch (error) {
    throw asQuernError(error, { file, start: 0, end: 0 })
  }
}
