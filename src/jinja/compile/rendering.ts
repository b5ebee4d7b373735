import { QuernError } from '../../errors/quern-error.ts'
import type { SourceFile, Span } from '../../errors/source-file.ts'
import { FILTERS, NATIVE_FILTERS } from '../filters/index-of-filters.ts'
import { MacroReturn } from '../macro-return.ts'
import type { Limits, Names, RenderContext } from '../names.ts'
import type { RenderTrace } from '../render-trace.ts'
import type { Filter, FilterContext } from '../runtime/filter.ts'
import { jinjaGlobals } from '../runtime/globals.ts'
import { escapeHtml, Markup } from '../runtime/markup.ts'
import {
  callValue,
  getAttribute,
  getItem,
  isIterable,
  iterate,
  repr,
  slice,
  toText,
  typeName,
  unpack,
} from '../runtime/operations.ts'
import { checkSize, outOfWalks } from '../runtime/size-limits.ts'
import {
  type Awaitable,
  isDict,
  type Kwargs,
  PyDict,
  PyFunction,
  PyObject,
  SilentUndefined,
  TemplateFault,
  Undefined,
  type Value,
} from '../runtime/value.ts'
import { TESTS } from '../tests/index-of-tests.ts'
import { Loop, type Recurse } from './loop.ts'
import { type MacroFacts, MacroValue } from './macro-value.ts'

/** Constants of one compiled template: where it stands and what it is called in the template stack. */
export interface CompiledConstants {
  readonly file: SourceFile
  readonly positions: readonly number[]
  readonly frame: FrameName | null
}
export interface FrameName {
  readonly kind: string
  readonly name: string
}

/** Python's own limit is 1000 calls, of which a macro takes several. */
const MAX_DEPTH = 300
const MAX_ITERATIONS = 20_000_000
/** Characters in one text: well below what V8 can hold. */
const MAX_OUTPUT = 256 * 1024 * 1024
/** Milliseconds for which a template may keep everything else waiting: no real one takes a hundredth of that. */
const MAX_BUSY = 300_000
/** Milliseconds after which a template lets others have a turn, signals among them, where it can wait at all. */
const BUSY = 100
/** How many iterations there are between two looks at the clock, and between two times that a long text is put into one piece. */
const BETWEEN_LOOKS = 64
const BETWEEN_JOINS = 65_536
const MAX_FRAMES = 60

/** What the code of templates works with: names, filters, limits and errors of one rendering. */
export class Rendering {
  readonly #names: Names
  readonly #limits: Limits
  readonly #silent: boolean
  readonly #signal: AbortSignal | undefined
  readonly #filters: FilterContext

  readonly #trace: RenderTrace | undefined

  private constructor(context: RenderContext, filters: ReadonlyMap<string, Filter>, trace?: RenderTrace) {
    this.#trace = trace
    this.#names = context.names
    this.#limits = context.limits
    this.#signal = context.signal
    this.#silent = context.undefinedMode === 'silent'
    this.#filters = {
      filters: context.filters === undefined ? filters : new Map([...filters, ...context.filters]),
      tests: context.tests === undefined ? TESTS : new Map([...TESTS, ...context.tests]),
    }
  }

  static readonly #known = new WeakMap<RenderContext, Rendering>()
  static of(context: RenderContext): Rendering {
    let rendering = Rendering.#known.get(context)
    if (rendering === undefined) {
      rendering = new Rendering(context, FILTERS)
      Rendering.#known.set(context, rendering)
    }
    return rendering
  }

  /** For native rendering, where `as_bool` and its like mark their value. */
  static native(context: RenderContext): Rendering {
    return new Rendering(context, NATIVE_FILTERS)
  }

  /** For a rendering that notes where its text is from. */
  static traced(context: RenderContext, trace: RenderTrace): Rendering {
    return new Rendering(context, FILTERS, trace)
  }

  /** See `RenderTrace.mark`. */
  mark(at: number, start: number, end: number, verbatim: boolean): void {
    this.#trace?.mark(at, start, end, verbatim)
  }

  // -- limits

  /** True when others should have a turn now: see `tick`. */
  enter(): boolean {
    const limits = this.#limits
    if (limits.depth >= MAX_DEPTH) throw new TemplateFault('RecursionError', 'maximum recursion depth exceeded')
    if (limits.depth === 0) {
      limits.busySince = undefined
      outOfWalks()
    }
    limits.depth++
    return this.tick('')
  }

  leave(): void {
    this.#limits.depth--
  }

  /** Counts an iteration; `out` is what it writes into. True when others should have a turn now (`turn`), which only what can wait is able to give. */
  tick(out: string | readonly unknown[]): boolean {
    const limits = this.#limits
    const count = ++limits.iterations
    if (count > MAX_ITERATIONS) {
      throw new TemplateFault(
        'RuntimeError',
        `the template does not come to an end (${MAX_ITERATIONS} loop iterations)`,
      )
    }
    if (out.length > MAX_OUTPUT) throw new TemplateFault('MemoryError', 'the rendered text is too long')
    if (count % BETWEEN_LOOKS !== 0) return false
    // V8 keeps a text that was put together as the pieces that it is of, at many times its size, until somebody looks into it.
    if (count % BETWEEN_JOINS === 0 && typeof out === 'string') out.charCodeAt(out.length >> 1)
    return this.#isBusy(limits)
  }

  #isBusy(limits: Limits): boolean {
    const now = Date.now()
    if (limits.busySince === undefined) {
      limits.busySince = now
      // Comes when others have had a turn.
      setImmediate(() => {
        limits.busySince = undefined
      })
      return false
    }
    const busy = now - limits.busySince
    if (busy > MAX_BUSY)
      throw new TemplateFault('RuntimeError', `the template does not come to an end (${MAX_BUSY / 1000} seconds)`)
    return busy > BUSY
  }

  /** Lets others have a turn. Rejects when the run was cancelled meanwhile. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#limits.busySince = undefined
    if (this.#signal?.aborted === true) throw new QuernError('Runtime', 'cancelled', 'The run was cancelled')
  }

  // -- names

  find(name: string): Value {
    const found = this.#names.lookup(name)
    if (found !== undefined) return found
    return globals().get(name) ?? this.undefinedName(name)
  }

  undefinedName(name: string): Undefined {
    const message = `'${name}' is undefined`
    return this.#silent ? new SilentUndefined(message) : new Undefined(message)
  }

  undefinedParameter(name: string): Undefined {
    const message = `parameter '${name}' was not provided`
    return this.#silent ? new SilentUndefined(message) : new Undefined(message)
  }

  noElse(line: number): Undefined {
    return new Undefined(`the inline if-expression on line ${line} evaluated to false and no else section was defined.`)
  }

  noLoader(): never {
    throw new TemplateFault('TypeError', 'no loader for this environment specified')
  }

  requiredBlock(name: string): never {
    throw new TemplateFault('TemplateRuntimeError', `Required block '${name}' not found`)
  }

  noSuper(name: string): Undefined {
    return new Undefined(`there is no parent block called '${name}'.`)
  }

  self(blocks: readonly (readonly [string, () => Awaitable<string>])[]): Value {
    return new TemplateSelf(new Map(blocks))
  }

  // -- values

  /** The text of a printed value, inside `autoescape`. */
  escaped(value: Value, wanted: boolean): string {
    return wanted && !(value instanceof Markup) ? escapeHtml(toText(value)) : toText(value)
  }

  attribute(value: Value, name: string): Value {
    return this.#quiet(getAttribute(value, name))
  }

  item(value: Value, key: Value): Value {
    return this.#quiet(getItem(value, key))
  }

  #quiet(value: Value): Value {
    if (!this.#silent || !(value instanceof Undefined) || value instanceof SilentUndefined) return value
    return new SilentUndefined(value.message)
  }

  sliceValue(first: Value, last: Value, step: Value): Value {
    return slice([], first, last, step)
  }

  call(target: Value, args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    const result = callValue(target, args, kwargs)
    return result instanceof Promise ? result : checkSize(result)
  }

  callNow(target: Value, args: readonly Value[], kwargs: Kwargs): Value {
    const result = callValue(target, args, kwargs)
    if (result instanceof Promise) {
      result.catch(() => undefined)
      throw new TemplateFault('TypeError', 'a call that must be waited for cannot be made while parsing')
    }
    return checkSize(result)
  }

  filter(name: string, value: Value, args: readonly Value[], kwargs: Kwargs): Value {
    const filter = this.#filters.filters.get(name)
    if (filter === undefined) throw new TemplateFault('TemplateRuntimeError', `No filter named '${name}' found.`)
    return checkSize(this.#quiet(filter(this.#filters, value, args, kwargs)))
  }

  test(name: string, value: Value, args: readonly Value[], kwargs: Kwargs): boolean {
    const test = this.#filters.tests.get(name)
    if (test === undefined) throw new TemplateFault('TemplateRuntimeError', `No test named '${name}' found.`)
    return test(this.#filters, value, args, kwargs)
  }

  has(kind: 'filters' | 'tests', name: string): boolean {
    return this.#filters[kind].has(name)
  }

  known(kind: 'filters' | 'tests'): Iterable<string> {
    return this.#filters[kind].keys()
  }

  // -- assignment

  namespace(value: Value): void {
    if (!(value instanceof PyObject) || value.setAttr === undefined) {
      throw new TemplateFault('TemplateRuntimeError', 'cannot assign attribute on non-namespace object')
    }
  }

  setAttribute(target: Value, name: string, value: Value): void {
    this.namespace(target)
    ;(target as PyObject).setAttr!(name, value)
  }

  setItem(target: Value, name: string, value: Value): void {
    if (target instanceof PyObject && target.setAttr !== undefined) target.setAttr(name, value)
    else if (target instanceof PyDict) target.set(name, value)
    else if (target instanceof PyObject && target.setItem !== undefined) target.setItem(name, value)
    else if (isDict(target))
      Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
    else if (target instanceof Undefined) throw new TemplateFault('UndefinedError', target.message)
    else throw new TemplateFault('TypeError', `'${typeName(target)}' object does not support item assignment`)
  }

  unpack(value: Value, count: number): Value[] {
    return unpack(value, count)
  }

  // -- loops, macros, native values

  loop(recurse: Recurse | null, depth: number): Loop {
    return new Loop(recurse, depth)
  }

  macro(facts: MacroFacts, run: (args: (Value | undefined)[]) => Awaitable<string>): MacroValue {
    return new MacroValue(facts, run, this.#silent)
  }

  /** The value of an expression that Jinja2 computes while compiling: plain values become text. */
  constant(value: Value): Value {
    if (value instanceof PyObject && !(value instanceof PyDict)) {
      return /^(?:float|set|range)$/.test(value.typeName) ? toText(value) : value
    }
    return toText(value)
  }

  // -- errors

  /** What was thrown, as a QuernError with a position and the frame of the function it leaves. */
  fault(thrown: unknown, constants: CompiledConstants, position: number, frame: FrameName | null): unknown {
    if (isAbort(thrown)) return thrown
    const { file, positions } = constants
    const span: Span = { file, start: positions[position]!, end: positions[position + 1]! }
    if (thrown instanceof MacroReturn) {
      thrown.at ??= span
      return thrown
    }
    const error = asQuernError(thrown, span)
    if (frame !== null && error.frames.length < MAX_FRAMES) {
      error.frames.push({ kind: frame.kind, name: frame.name, span })
    }
    return error
  }
}

/** `self`: the blocks of the template, to be printed again. */
class TemplateSelf extends PyObject {
  override readonly typeName = 'TemplateReference'
  readonly #blocks: ReadonlyMap<string, () => Awaitable<string>>
  constructor(blocks: ReadonlyMap<string, () => Awaitable<string>>) {
    super()
    this.#blocks = blocks
  }
  override getAttr(name: string): Value | undefined {
    const block = this.#blocks.get(name)
    return block && new PyFunction(name, () => block())
  }
  override pyRepr(): string {
    return '<TemplateReference None>'
  }
}

const isAbort = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'AbortError'

/** A QuernError for whatever was thrown; an existing one is only given the position that it lacks. */
export function asQuernError(thrown: unknown, span: Span | undefined): QuernError {
  if (thrown instanceof QuernError) {
    if (thrown.at === undefined && thrown.frames.length === 0) (thrown as { at: Span | undefined }).at = span
    return thrown
  }
  let message = thrown instanceof Error ? thrown.message : String(thrown)
  if (thrown instanceof RangeError) {
    if (/call stack/.test(message)) message = 'maximum recursion depth exceeded'
    else if (/string length|array length|BigInt/i.test(message)) message = 'the value is too large'
  }
  return new QuernError('Compilation', 'template_fault', message, { at: span, cause: thrown })
}

let sharedGlobals: ReadonlyMap<string, Value> | undefined
const globals = (): ReadonlyMap<string, Value> => {
  if (sharedGlobals === undefined) sharedGlobals = jinjaGlobals()
  return sharedGlobals
}

/** `value[first:last:step]`, which Jinja2 leaves to Python: no undefined for what cannot be sliced. */
export function sliceOf(value: Value, first: Value, last: Value, step: Value): Value {
  const result = slice(value, first, last, step)
  if (!(result instanceof Undefined) || result instanceof SilentUndefined) return result
  if (isDict(value)) throw new TemplateFault('TypeError', "unhashable type: 'slice'")
  throw new TemplateFault('TypeError', `'${typeName(value)}' object is not subscriptable`)
}

/** `*value` of a call. */
export function spread(value: Value): Iterable<Value> {
  if (!isIterable(value))
    throw new TemplateFault('TypeError', `argument after * must be an iterable, not ${typeName(value)}`)
  return iterate(value)
}

/** `**value` of a call, after the keyword arguments that were written out. */
export function keywords(written: Kwargs, value: Value): Kwargs {
  const all = new Map(written)
  const add = (key: Value, item: Value): void => {
    if (typeof key !== 'string') throw new TemplateFault('TypeError', 'keywords must be strings')
    if (all.has(key)) throw new TemplateFault('TypeError', `got multiple values for keyword argument ${repr(key)}`)
    all.set(key, item)
  }
  if (value instanceof PyObject && value.pyItems !== undefined)
    for (const [key, item] of value.pyItems()) add(key, item)
  else if (isDict(value)) for (const [key, item] of Object.entries(value)) add(key, item as Value)
  else if (value instanceof Undefined) throw new TemplateFault('UndefinedError', value.message)
  else throw new TemplateFault('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`)
  return all
}
