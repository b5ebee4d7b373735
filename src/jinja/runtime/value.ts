/**
 * What a template can hold. Python's types in JavaScript:
 *
 * | Python | here |
 * |---|---|
 * | None | `null` |
 * | bool | `boolean` |
 * | int | `number` that is a safe integer, else `bigint` |
 * | float | `number` with a fraction (also NaN, Infinity), or `PyFloat` when the value is integral (`2.0`) |
 * | str | `string` |
 * | list | `Value[]` |
 * | tuple | `PyTuple` (an Array subclass: test for it before `Array.isArray`) |
 * | dict | `PyDict`, or a plain object (manifest nodes and data of ours) whose own enumerable keys are its items |
 * | set | `PySet` |
 * | undefined | `Undefined` |
 * | everything else | a subclass of `PyObject` |
 *
 * JavaScript's `undefined` is never a value; functions, class instances other than these and prototypes are never reached.
 */
export type Value = null | boolean | number | bigint | string | Value[] | PlainDict | PyObject
export interface PlainDict {
  [key: string]: Value
}
/** Keyword arguments of a call, in the order written. */
export type Kwargs = ReadonlyMap<string, Value>
export const NO_KWARGS: Kwargs = new Map()
/** What an asynchronous host function may give. */
export type Awaitable<T> = T | Promise<T>

/**
 * A value with behaviour. Everything that a template may see or do with it goes through these methods; a method that is
 * absent means that Python would raise TypeError. Host code extends this class (Relation, Column, Table, adapter, ...).
 */
export abstract class PyObject {
  /** Python's name of the type, for messages: `Decimal`, `Relation`. */
  abstract readonly typeName: string
  /** The module that Python's type lives in, for Jinja2's messages (`agate.table.Table object`); absent = builtins. */
  declare readonly moduleName?: string
  /** An attribute, or `undefined` when there is none. Never called with names that begin with `_`. */
  getAttr(_name: string): Value | undefined {
    return undefined
  }
  /** `x[key]`; `undefined` = no such key. Objects without the method cannot be subscripted. */
  getItem?(key: Value): Value | undefined
  setItem?(key: Value, value: Value): void
  /** `x[start:stop:step]`, None for what is left out; absent = cannot be sliced. */
  pySlice?(start: Value, stop: Value, step: Value): Value
  /** `ns.x = ...`: only Namespace allows it. */
  setAttr?(name: string, value: Value): void
  /** str(x) */
  pyStr(): string {
    return this.pyRepr()
  }
  /** repr(x) */
  pyRepr(): string {
    return `<${this.typeName}>`
  }
  /** bool(x) */
  pyBool(): boolean {
    return this.pyLen === undefined ? true : this.pyLen() > 0
  }
  pyLen?(): number
  /** iter(x) */
  pyIter?(): Iterable<Value>
  /** x == other; identity unless overridden. */
  pyEquals(other: Value): boolean {
    return (this as unknown) === other
  }
  /**
   * A text that is equal for equal values; absent = not hashable by value (identity is used), '' = unhashable.
   * A text that begins with `=` is the hash key of an equal value of another type (`=n5`: a Decimal that equals 5).
   */
  pyHash?(): string
  /** -1, 0, 1, or undefined when the two cannot be ordered. */
  pyCompare?(other: Value): number | undefined
  /** `x in this` */
  pyContains?(value: Value): boolean
  /** Arithmetic with this object on the left (`reflected` false) or on the right; undefined = not supported. */
  pyBinary?(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined
  pyNegate?(): Value
  /** `x(...)`. May give a promise in asynchronous rendering. */
  pyCall?(args: readonly Value[], kwargs: Kwargs): Awaitable<Value>
  /** format(x, spec); absent = only an empty spec is allowed. */
  pyFormat?(spec: string): string
  /** round(x, digits) */
  pyRound?(digits: number | undefined): Value
  /** abs(x) */
  pyAbs?(): Value
  /** int(x) and float(x) */
  pyInt?(): Value
  pyFloat?(): Value
  /** For `is mapping` / `|items` / `**x`: the items, for dict-like objects only. */
  pyItems?(): Iterable<readonly [Value, Value]>
  /** True when Python's own json.dumps takes it, because it is a str, dict or list underneath; see `toPlain`. */
  declare readonly isJsonNative?: boolean
  /** A form for JSON and YAML writers (artifacts; `tojson` too when `isJsonNative`); absent = not serialisable. */
  toPlain?(): Value
}
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'

export class PyFloat extends PyObject {
  readonly typeName = 'float'
  /** An integral number: others are plain `number`s. Make one with `float()`. */
  readonly value: number
  constructor(value: number) {
    super()
    this.value = value
  }
  override pyRepr(): string {
    return floatRepr(this.value)
  }
  override pyBool(): boolean {
    return this.value !== 0
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'is_integer') return new PyFunction('is_integer', () => true)
    if (name === 'real') return this
    if (name === 'imag') return new PyFloat(0)
    return undefined
  }
}

/** A Python float: a bare number when it has a fraction, else a `PyFloat`. */
export const float = (value: number): Value => (Number.isInteger(value) ? new PyFloat(value) : value)

/** repr() of a Python float: `2.0`, `1e+16`, `1e-05`, `inf`, `nan`. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  const text = String(value)
  return /[.]/.test(text) ? text : `${text}.0`
}

export class PyTuple extends Array<Value> {
  get typeName(): string {
    return 'tuple'
  }
  static fromItems(items: Iterable<Value>): PyTuple {
    const made = new PyTuple()
    for (const item of items) made.push(item)
    return made
  }
  /** slice(), map() ... of a tuple give plain arrays: a result is a tuple only where it is made one. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}
export const tuple = (...items: Value[]): PyTuple => PyTuple.fromItems(items)

/** Of a tuple. Tuples of the same tuples over and over have texts that fit nowhere. */
const LONGEST_HASH = 16_000_000

/**
 * The text under which a value is kept in dicts and sets: equal values have equal texts (`1`, `1.0` and `True` too).
 * Strings are their own text with a prefix. Throws `UnhashableError` for lists, dicts and sets.
 */
export function hashKey(value: Value): string {
  if (typeof value === 'string') return `s${value}`
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'n1' : 'n0'
  if (typeof value === 'number' || typeof value === 'bigint') return `n${value}`
  if (value instanceof PyFloat) return `n${value.value}`
  if (value instanceof PyTuple) {
    const hash = `t(${value.map((item) => JSON.stringify(hashKey(item))).join(',')})`
    if (hash.length > LONGEST_HASH) throw new TemplateFault('MemoryError', 'the value is too large')
    return hash
  }
  if (value instanceof PyObject) {
    if (value.pyHash !== undefined) {
      const hash = value.pyHash()
      if (hash === '') throw new UnhashableError(value.typeName)
      return hash.startsWith('=') ? hash.slice(1) : `o${hash}`
    }
    return `i${identity(value)}`
  }
  throw new UnhashableError(Array.isArray(value) ? 'list' : 'dict')
}

/**
 * What Python would raise while a template runs (TypeError, ValueError, UndefinedError ...), without a position:
 * the engine turns it into a `QuernError` at the place in the template. `pythonType` is for `try`-like callers and tests.
 */
export class TemplateFault extends Error {
  readonly pythonType: string
  constructor(pythonType: string, message: string) {
    super(message)
    this.name = 'TemplateFault'
    this.pythonType = pythonType
  }
}

export class UnhashableError extends TemplateFault {
  constructor(typeName: string) {
    super('TypeError', `unhashable type: '${typeName}'`)
  }
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0
/** A number that is the same for the same object (Python's `id`). */
export function identity(object: object): number {
  let id = identities.get(object)
  if (id === undefined) {
    id = ++lastIdentity
    identities.set(object, id)
  }
  return id
}

/** A dict with any hashable keys, in insertion order. */
export class PyDict extends PyObject {
  readonly typeName: string = 'dict'
  readonly #entries = new Map<string, [Value, Value]>()

  static from(entries: Iterable<readonly [Value, Value]>): PyDict {
    const dict = new PyDict()
    for (const [key, value] of entries) dict.set(key, value)
    return dict
  }
  get size(): number {
    return this.#entries.size
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.[1]
  }
  has(key: Value): boolean {
    return this.#entries.has(hashKey(key))
  }
  set(key: Value, value: Value): void {
    const hash = hashKey(key)
    const entry = this.#entries.get(hash)
    if (entry === undefined) this.#entries.set(hash, [key, value])
    else entry[1] = value
  }
  delete(key: Value): boolean {
    return this.#entries.delete(hashKey(key))
  }
  clear(): void {
    this.#entries.clear()
  }
  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key
  }
  *values(): Generator<Value> {
    for (const [, value] of this.#entries.values()) yield value
  }
  entries(): IterableIterator<[Value, Value]> {
    return this.#entries.values()
  }
  override pyLen(): number {
    return this.#entries.size
  }
  override pyItems(): Iterable<readonly [Value, Value]> {
    return this.#entries.values()
  }
  override pyHash(): string {
    return ''
  }
}

/** A set; iteration order is insertion order (Python's is unspecified). */
export class PySet extends PyObject {
  readonly typeName = 'set'
  readonly #items = new Map<string, Value>()

  static from(items: Iterable<Value>): PySet {
    const set = new PySet()
    for (const item of items) set.add(item)
    return set
  }
  get size(): number {
    return this.#items.size
  }
  has(value: Value): boolean {
    return this.#items.has(hashKey(value))
  }
  add(value: Value): void {
    const hash = hashKey(value)
    if (!this.#items.has(hash)) this.#items.set(hash, value)
  }
  delete(value: Value): boolean {
    return this.#items.delete(hashKey(value))
  }
  clear(): void {
    this.#items.clear()
  }
  values(): IterableIterator<Value> {
    return this.#items.values()
  }
  override pyLen(): number {
    return this.#items.size
  }
  override pyIter(): Iterable<Value> {
    return this.#items.values()
  }
  override pyHash(): string {
    return ''
  }
}

/**
 * A name, attribute or item that does not exist. Prints nothing, is false, iterates empty; using it otherwise raises `message`
 * (Jinja2: `'x' is undefined`, `'dict object' has no attribute 'y'`).
 */
export class Undefined extends PyObject {
  readonly typeName: string = 'Undefined'
  readonly message: string
  /** What using it raises: `UndefinedError`, or `SecurityError` for names that the sandbox hides. */
  readonly faultType: string
  constructor(message: string, faultType = 'UndefinedError') {
    super()
    this.message = message
    this.faultType = faultType
  }
  /** The error of using it. */
  fault(): TemplateFault {
    return new TemplateFault(this.faultType, this.message)
  }
  override pyStr(): string {
    return ''
  }
  override pyRepr(): string {
    return 'Undefined'
  }
  override pyBool(): boolean {
    return false
  }
  override pyEquals(other: Value): boolean {
    return other instanceof Undefined
  }
  override pyHash(): string {
    return 'Undefined'
  }
  override pyIter(): Iterable<Value> {
    return []
  }
  override pyLen(): number {
    return 0
  }
}

/**
 * The undefined of parsing (dbt: `capture_macros`): also attributes, items and calls of it are undefined, silently,
 * because macros and data may not exist yet.
 */
export class SilentUndefined extends Undefined {
  override getAttr(name: string): Value | undefined {
    return new SilentUndefined(`'${name}' is undefined`)
  }
  getItemSilently(): Value {
    return new SilentUndefined('undefined')
  }
  override pyCall(): Value {
    return new SilentUndefined('undefined')
  }
}

export type HostFunction = (args: readonly Value[], kwargs: Kwargs) => Awaitable<Value>

/** A function that a template may call. */
export class PyFunction extends PyObject {
  readonly typeName: string = 'function'
  readonly name: string
  readonly #run: HostFunction
  constructor(name: string, run: HostFunction) {
    super()
    this.name = name
    this.#run = run
  }
  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    return this.#run(args, kwargs)
  }
  override pyRepr(): string {
    return `<function ${this.name}>`
  }
  override getAttr(name: string): Value | undefined {
    return name === 'name' ? this.name : undefined
  }
}

/** A parameter of a host function: `'x'` is required, `['x', default]` is optional. */
export type Parameter = string | readonly [name: string, fallback: Value]

/**
 * Sorts the arguments of a call into the order of `parameters`, as Python does.
 * Throws a TypeError-like `ArgumentError` (`f() missing 1 required positional argument: 'x'`, `f() got an unexpected keyword argument 'y'`, ...).
 */
export function bindArguments(
  name: string,
  parameters: readonly Parameter[],
  args: readonly Value[],
  kwargs: Kwargs,
): Value[] {
  if (args.length > parameters.length) {
    const required = parameters.filter((parameter) => typeof parameter === 'string').length
    const count = required < parameters.length ? `from ${required} to ${parameters.length}` : `${parameters.length}`
    throw new ArgumentError(
      `${name}() takes ${count} positional argument${count === '1' ? '' : 's'} but ${args.length} ${args.length === 1 ? 'was' : 'were'} given`,
    )
  }
  const bound: Value[] = [...args]
  let used = 0
  const missing: string[] = []
  for (const [index, parameter] of parameters.entries()) {
    const key = typeof parameter === 'string' ? parameter : parameter[0]
    const given = kwargs.get(key)
    if (given !== undefined) {
      if (index < args.length) throw new ArgumentError(`${name}() got multiple values for argument '${key}'`)
      used++
      bound[index] = given
    } else if (index >= args.length) {
      if (typeof parameter === 'string') missing.push(parameter)
      else bound[index] = parameter[1]
    }
  }
  if (used < kwargs.size) {
    const known = new Set(parameters.map((parameter) => (typeof parameter === 'string' ? parameter : parameter[0])))
    const unknown = [...kwargs.keys()].find((key) => !known.has(key))
    throw new ArgumentError(`${name}() got an unexpected keyword argument '${unknown}'`)
  }
  if (missing.length > 0) {
    const quoted = missing.map((parameter) => `'${parameter}'`)
    const list =
      quoted.length === 1
        ? quoted[0]
        : `${quoted.slice(0, -1).join(', ')}${quoted.length > 2 ? ',' : ''} and ${quoted.at(-1)}`
    throw new ArgumentError(
      `${name}() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${list}`,
    )
  }
  return bound
}

/** A call with wrong arguments: becomes a `QuernError` with position where the template is rendered. */
export class ArgumentError extends TemplateFault {
  constructor(message: string) {
    super('TypeError', message)
  }
}

/** A host function with named parameters; `run` gets one value per parameter. */
export const hostFunction = (
  name: string,
  parameters: readonly Parameter[],
  run: (...values: Value[]) => Awaitable<Value>,
): PyFunction => new PyFunction(name, (args, kwargs) => run(...bindArguments(name, parameters, args, kwargs)))

/** True for plain objects that stand for dicts. */
export const isPlainDict = (value: Value): value is PlainDict =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PyObject)

export const isDict = (value: Value): value is PyDict | PlainDict => value instanceof PyDict || isPlainDict(value)

/** The items of any dict. */
export const dictEntries = (dict: PyDict | PlainDict): Iterable<readonly [Value, Value]> =>
  dict instanceof PyDict ? dict.entries() : Object.entries(dict)

/** An item of any dict; own items only, so `__proto__` and `constructor` are keys like others. */
export function dictGet(dict: PyDict | PlainDict, key: Value): Value | undefined {
  if (dict instanceof PyDict) return dict.get(key)
  const name = key instanceof PyObject ? derivedText(key) : key
  return typeof name === 'string' && Object.hasOwn(dict, name) ? dict[name] : undefined
}

/** The text of an object whose class is derived from str; undefined for other objects. */
export function derivedText(value: PyObject): string | undefined {
  const plain = value.isJsonNative === true ? value.toPlain?.() : undefined
  return typeof plain === 'string' ? plain : undefined
}
