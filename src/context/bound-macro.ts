import { MacroReturn } from '../jinja/macro-return.ts'
import { type Awaitable, type Kwargs, PyObject, type Value } from '../jinja/runtime/value.ts'
import type { Macro } from '../manifest/manifest.ts'
import type { DbtContext } from './dbt-context.ts'

/**
 * A macro of the manifest as a template of one node sees it: it runs in that node's context, and `return(x)` inside ends it with x.
 */
export class BoundMacro extends PyObject {
  readonly typeName = 'MacroGenerator'
  readonly macro: Macro
  readonly #context: DbtContext

  constructor(macro: Macro, context: DbtContext) {
    super()
    this.macro = macro
    this.#context = context
  }

  /** Calls the macro without putting it on the stack: what it calls counts as called by the node itself. */
  async callOffStack(args: readonly Value[], kwargs: Kwargs): Promise<Value> {
    try {
      return await this.macro.definition().invoke(this.#context.forMacros, args, kwargs)
    } catch (error) {
      if (error instanceof MacroReturn) return error.value
      throw error
    }
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    const context = this.#context
    context.enterMacro(this.macro)
    try {
      const result = this.macro.definition().invoke(context.forMacros, args, kwargs)
      if (!(result instanceof Promise)) {
        context.leaveMacro()
        return result
      }
      return result.then(
        (value) => {
          context.leaveMacro()
          return value
        },
        (error: unknown) => this.#ended(error),
      )
    } catch (error) {
      return this.#ended(error)
    }
  }

  #ended(error: unknown): Value {
    this.#context.leaveMacro()
    if (error instanceof MacroReturn) return error.value
    throw error
  }

  override getAttr(name: string): Value | undefined {
    return name === 'name' ? this.macro.node.name : undefined
  }

  override pyRepr(): string {
    return `<macro ${this.macro.node.unique_id}>`
  }
}
