import { PyDict, type Value } from '../jinja/runtime/value.ts'

/**
 * What a template can read besides its own node. The names that follow say which one:
 * `var` package, name; `env` name; `target` field (`*`: all); `flag` name (`*`: all); `macro` package that asks, name, ids of the macros that a
 * test starts from; `namespace` package, macro; `dispatch` package that asks, namespace, name; `past` a date: whether it has passed. `unrepeatable`
 * is what no later parse can compare (the clock, the invocation's id), `graph` the nodes made so far, `macros` all macros of all packages.
 */
export type ReadKind =
  | 'var' | 'env' | 'env-list' | 'target' | 'flag' | 'arguments' | 'profile' | 'macro' | 'namespace' | 'dispatch' | 'macros' | 'past'
  | 'graph' | 'unrepeatable' // biome-ignore format: one list

/** Hears of everything that a template reads while parsing: what was made of the template depends on it. */
export interface ReadLog {
  note(kind: ReadKind, ...names: readonly string[]): void
}

/** The base names, with what was read of them told. `context` and `builtins` are all names at once, the time of the start among them. */
export class NotedNames extends Map<string, Value> {
  readonly #reads: ReadLog

  constructor(names: Iterable<readonly [string, Value]>, reads: ReadLog) {
    super()
    this.#reads = reads
    for (const [name, value] of names) this.set(name, value)
  }

  override get(name: string): Value | undefined {
    if (UNREPEATABLE.has(name)) this.#reads.note('unrepeatable')
    return super.get(name)
  }
}

const UNREPEATABLE: ReadonlySet<string> = new Set(['run_started_at', 'invocation_id', 'context', 'builtins'])

/** A dict whose items are told of when something reads them; looking at all of them is told as `*`. */
export class NotedDict extends PyDict {
  readonly #note: (key: string) => void

  constructor(items: Iterable<readonly [Value, Value]>, note: (key: string) => void) {
    super()
    this.#note = note
    for (const [key, value] of items) super.set(key, value)
  }

  override get size(): number {
    this.#note('*')
    return super.size
  }
  override get(key: Value): Value | undefined {
    this.#note(typeof key === 'string' ? key : '*')
    return super.get(key)
  }
  override has(key: Value): boolean {
    this.#note(typeof key === 'string' ? key : '*')
    return super.has(key)
  }
  override keys(): Generator<Value> {
    this.#note('*')
    return super.keys()
  }
  override values(): Generator<Value> {
    this.#note('*')
    return super.values()
  }
  override entries(): IterableIterator<[Value, Value]> {
    this.#note('*')
    return super.entries()
  }
  override pyLen(): number {
    this.#note('*')
    return super.pyLen()
  }
  override pyItems(): Iterable<readonly [Value, Value]> {
    this.#note('*')
    return super.pyItems()
  }
}
