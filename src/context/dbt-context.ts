import type { ReadLog } from '../context-base/reads.ts'
import { type Names, newLimits, type RenderContext } from '../jinja/names.ts'
import { pairsOf } from '../jinja/runtime/collection-methods.ts'
import { repr, toText } from '../jinja/runtime/text.ts'
import { hostFunction, PyFunction, PyObject, TemplateFault, tuple, type Value } from '../jinja/runtime/value.ts'
import type { Macro } from '../manifest/manifest.ts'
import { resolveMacroName } from '../manifest/resolve-macro.ts'
import { BoundMacro } from './bound-macro.ts'
import { MacroNamespace } from './macro-namespace.ts'
import type { ContextServices } from './services.ts'

/** Members are made when a template first says their name. */
export type Members = ReadonlyMap<string, (context: DbtContext) => Value>

export interface ContextOptions {
  readonly services: ContextServices
  /** Package whose macros come first: the node's. */
  readonly packageName: string
  readonly members: Members
  readonly flavour: RenderContext['flavour']
  /** `silent` for the node's own template while parsing; macros are always lenient, as in dbt. */
  readonly undefinedMode: RenderContext['undefinedMode']
  /** Macros that are found by their bare names before all others, whatever package they are from. */
  readonly localMacros?: ReadonlyMap<string, Macro>
  /** The ids of the macros that lead to them, as a text. */
  readonly localRoots?: string
  /** Told of macros that the node's template calls itself (depth 0). */
  readonly onDirectCall?: (macro: Macro) => void
  /** The worker that the templates run on: marks what they say. */
  readonly thread?: string | undefined
}

/**
 * The names of one node's templates. dbt-core 1.11: macros of the node's package, then of the root project, then package namespaces,
 * then `dbt`, then built-in macros, and only then the members below (`ref`, `config`, ...): a project may override any of them, and
 * finds the originals in `builtins`.
 */
export class DbtContext implements Names {
  readonly services: ContextServices
  readonly packageName: string
  readonly thread: string | undefined
  /** For the node's own template. */
  readonly forNode: RenderContext
  /** For macros that it calls. */
  readonly forMacros: RenderContext
  /** Unique ids of the macros under way, outermost first. */
  readonly macroStack: string[] = []
  readonly #members: Members
  readonly #values = new Map<string, Value | undefined>()
  readonly #replaced = new Map<Macro, Value>()
  readonly #localMacros: ReadonlyMap<string, Macro> | undefined
  readonly #localRoots: string
  readonly #onDirectCall: ((macro: Macro) => void) | undefined

  constructor(options: ContextOptions) {
    this.services = options.services
    this.packageName = options.packageName
    this.thread = options.thread
    this.#members = options.members
    this.#localMacros = options.localMacros
    this.#localRoots = options.localRoots ?? ''
    this.#onDirectCall = options.onDirectCall
    const limits = newLimits()
    this.forMacros = {
      names: this,
      flavour: options.flavour,
      undefinedMode: 'lenient',
      limits,
      signal: options.services.invocation.signal,
    }
    this.forNode =
      options.undefinedMode === 'lenient' ? this.forMacros : { ...this.forMacros, undefinedMode: options.undefinedMode }
  }

  lookup(name: string): Value | undefined {
    if (this.#values.has(name)) return this.#values.get(name)
    const value = this.#find(name)
    this.#values.set(name, value)
    return value
  }

  /** Adds or replaces a name of this context (results of `on-run-end`, test arguments ...). */
  define(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  /** The member as dbt provides it, whatever macros are named like it. */
  builtin(name: string): Value | undefined {
    const member = this.#members.get(name)
    return member === undefined ? this.services.base.get(name) : member(this)
  }

  #find(name: string): Value | undefined {
    const { reads } = this.services
    reads?.note('macro', this.packageName, name, this.#localRoots)
    const local = this.#localMacros?.get(name)
    if (local !== undefined) return new BoundMacro(local, this)
    const found = resolveMacroName(this.services.macros, name, this.packageName)
    if (found !== undefined) {
      return 'macro' in found
        ? new BoundMacro(found.macro, this)
        : new MacroNamespace(found.namespace, this, reads && ((macro) => noteMember(reads, name, macro)))
    }
    if (name === 'builtins')
      return new NameMapping(
        () => this.#memberNames(),
        (member) => this.builtin(member),
      )
    if (name === 'context') return new ContextMapping(this)
    if (name === 'context_macro_stack') return new MacroStack(this)
    return this.builtin(name)
  }

  #memberNames(): string[] {
    this.services.reads?.note('unrepeatable')
    return [...new Set([...this.services.base.keys(), ...this.#members.keys()])]
  }

  /** Every name that this context answers to, macros included. */
  names(): string[] {
    const { macros } = this.services
    const own = macros.packages.get(this.packageName)?.keys() ?? []
    const root = macros.packages.get(macros.rootProject)?.keys() ?? []
    return [
      ...new Set([
        ...this.#memberNames(),
        ...own,
        ...root,
        ...macros.packages.keys(),
        ...macros.internal.keys(),
        ...this.#values.keys(),
      ]),
    ].filter((name) => this.#values.get(name) !== undefined || !this.#values.has(name))
  }

  /** From now on there is no such name. */
  remove(name: string): void {
    this.#values.set(name, undefined)
  }

  enterMacro(macro: Macro): void {
    if (this.macroStack.length === 0) this.#onDirectCall?.(macro)
    this.macroStack.push(macro.node.unique_id)
  }

  leaveMacro(): void {
    this.macroStack.pop()
  }

  /** A macro by name as a template of this context would find it, bound to it. */
  macro(name: string): BoundMacro | undefined {
    const value = this.lookup(name)
    return value instanceof BoundMacro ? value : undefined
  }

  bind(macro: Macro): BoundMacro {
    return new BoundMacro(macro, this)
  }

  /** What `adapter.dispatch` gives for the macro that it found. */
  dispatched(macro: Macro): Value {
    return this.#replaced.get(macro) ?? this.bind(macro)
  }

  /** From now on `adapter.dispatch` gives `value` where it finds the macro (overrides of unit tests). */
  replaceDispatched(macro: Macro, value: Value): void {
    this.#replaced.set(macro, value)
  }
}

/** `macro` undefined: all of them were looked at. */
function noteMember(reads: ReadLog, packageName: string, macro: string | undefined): void {
  if (macro === undefined) reads.note('macros')
  else reads.note('namespace', packageName, macro)
}

/** `builtins`: names as a mapping; values are made when asked for. */
class NameMapping extends PyObject {
  readonly typeName = 'dict'
  readonly #names: () => readonly string[]
  readonly #value: (name: string) => Value | undefined

  constructor(names: () => readonly string[], value: (name: string) => Value | undefined) {
    super()
    this.#names = names
    this.#value = value
  }

  override getAttr(name: string): Value | undefined {
    if (name === 'get') {
      return hostFunction(
        'get',
        ['key', ['default', null]],
        (key, fallback) => this.getItem(key as Value) ?? (fallback as Value),
      )
    }
    if (name === 'keys') return hostFunction('keys', [], () => [...this.#names()])
    if (name === 'values') return hostFunction('values', [], () => [...this.pyItems()].map(([, value]) => value))
    if (name === 'items')
      return hostFunction('items', [], () => [...this.pyItems()].map(([key, value]) => tuple(key, value)))
    return this.getItem(name)
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#value(key) : undefined
  }

  override pyContains(value: Value): boolean {
    return typeof value === 'string' && this.#value(value) !== undefined
  }

  override pyLen(): number {
    return this.#names().length
  }

  override pyIter(): Iterable<Value> {
    return this.#names()
  }

  override *pyItems(): Iterable<readonly [Value, Value]> {
    for (const name of this.#names()) {
      const value = this.#value(name)
      if (value !== undefined) yield [name, value]
    }
  }
}

/**
 * `context`: the names of the templates, which they may change. dbt-core 1.11 gives the dict that its contexts are made of, so that what a macro
 * puts there is found by all that the node calls afterwards (dbt-unit-testing keeps its state there, Elementary replaces `sql`).
 */
class ContextMapping extends NameMapping {
  readonly #context: DbtContext

  constructor(context: DbtContext) {
    super(
      () => context.names(),
      (name) => context.lookup(name),
    )
    this.#context = context
  }

  override getAttr(name: string): Value | undefined {
    const context = this.#context
    if (name === 'update')
      return new PyFunction('update', (args, kwargs) => {
        const given = args[0] === undefined ? [] : pairsOf(args[0])
        for (const [key, value] of [...given, ...kwargs]) context.define(toText(key), value)
        return null
      })
    if (name === 'setdefault')
      return hostFunction('setdefault', ['key', ['default', null]], (key, fallback) => {
        const found = this.getItem(key as Value)
        if (found === undefined) context.define(toText(key as Value), fallback as Value)
        return found ?? (fallback as Value)
      })
    if (name === 'pop')
      return new PyFunction('pop', ([key, fallback]) => {
        const found = this.getItem(key ?? null) ?? fallback
        if (found === undefined) throw new TemplateFault('KeyError', repr(key ?? null))
        context.remove(toText(key as Value))
        return found
      })
    return super.getAttr(name)
  }
}

/** `context_macro_stack`: depth and ids of the macros under way. */
class MacroStack extends PyObject {
  readonly typeName = 'MacroStack'
  readonly #context: DbtContext

  constructor(context: DbtContext) {
    super()
    this.#context = context
  }

  override getAttr(name: string): Value | undefined {
    if (name === 'depth') return this.#context.macroStack.length
    if (name === 'call_stack') return [...this.#context.macroStack]
    return undefined
  }
}
