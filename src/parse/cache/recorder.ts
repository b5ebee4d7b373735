import type { ReadKind, ReadLog } from '../../context-base/reads.ts'
import type { Emit, RunEvent } from '../../events/run-event.ts'
import { FileReader } from '../../project/file-reader.ts'
import type { ParseMemory } from '../memory.ts'
import { dataOf, dataText, NotData } from './data-text.ts'
import { eventOf, eventText, isKept } from './kept-event.ts'
import { NEVER, type ReadKey, type ReadValues, readKey, sha1 } from './read-values.ts'

/** What was made of one template or file, with all that it depends on. */
export interface Fact {
  readonly id: string
  /** Absolute path of the file that it belongs to; '' when it belongs to none. */
  readonly file: string
  /** Of the data that it was made from. */
  readonly digest: string
  readonly reads: readonly ReadKey[]
  /** Texts of the warnings that the making told. */
  readonly events: readonly string[]
  /** Text of the data. */
  readonly value: string
}

/** Facts of an earlier parse, and the values that reads had then. */
export interface EarlierFacts {
  get(id: string): Fact | undefined
  /** Undefined: it was not read then. */
  valueOf(key: ReadKey): string | undefined
}

/** Of the texts of warnings. */
export const eventsDigest = (events: readonly string[]): string => sha1(events.join('\n'))

/** What was made now is not what was made before. */
export class Differs extends Error {}

/** Keeps what a parse makes and reads; gives back what an earlier one made where nothing that it depends on has changed. */
export class Recorder implements ParseMemory {
  readonly files = new FileReader()
  readonly reads: ReadLog = { note: (kind, ...names) => this.#note(kind, names) }
  /** What is made and read now, recalled facts too. */
  readonly facts = new Map<string, Fact>()
  /** Reads outside of all facts. */
  readonly commonReads = new Set<ReadKey>()
  /** Every warning, in order, as text. */
  readonly events: string[] = []
  /** Warnings by file. */
  readonly fileEvents = new Map<string, string[]>()
  /** Files whose content is part of what is made of other files. */
  readonly shared = new Set<string>()
  /** Files of which something was made that cannot be kept. */
  readonly unkept = new Set<string>()
  /** False when something happened that cannot be kept at all. */
  isComplete = true

  readonly #values: ReadValues
  readonly #earlier: EarlierFacts | undefined
  readonly #emit: Emit
  readonly #strict: boolean
  readonly #isSilent: boolean
  readonly #holds = new Map<ReadKey, boolean>()
  #file = ''
  #making: { readonly reads: Set<ReadKey>; readonly events: string[] } | undefined

  /** `strict`: whatever is made must be as it was before, else `Differs` is thrown. `silent`: nothing is told (what is strict tells nothing either). */
  constructor(from: {
    readonly values: ReadValues
    readonly earlier: EarlierFacts | undefined
    readonly emit: Emit
    readonly strict?: boolean
    readonly silent?: boolean
  }) {
    this.#values = from.values
    this.#earlier = from.earlier
    this.#emit = from.emit
    this.#strict = from.strict ?? false
    this.#isSilent = this.#strict || from.silent === true
  }

  /** In the place of the invocation's `emit` while parsing. */
  readonly emit = (event: RunEvent): void => {
    if (isKept(event)) this.#keep(event)
    if (!this.#isSilent) this.#emit(event)
  }

  rows(path: string, shown: string): string {
    this.shared.add(path)
    return this.files.text(path, shown)
  }

  within<T>(path: string, run: () => T): T {
    const outer = this.#file
    this.#file = path
    try {
      return run()
    } finally {
      this.#file = outer
    }
  }

  recall<T>(id: string, from: () => readonly unknown[], make: () => T): T {
    const digest = this.#making === undefined ? digestOf(from()) : undefined
    if (digest === undefined) return this.#unrecorded(make)
    const before = this.#earlier?.get(id)
    if (before?.digest === digest && before.reads.every((key) => this.holds(key))) {
      for (const text of before.events) this.emit(eventOf(text))
      this.facts.set(id, before.file === this.#file ? before : { ...before, file: this.#file })
      return dataOf(before.value) as T
    }
    const making = { reads: new Set<ReadKey>(), events: [] as string[] }
    this.#making = making
    let made: T
    try {
      made = make()
    } finally {
      this.#making = undefined
    }
    const value = textOrNothing(made)
    if (this.#strict && (before?.value !== value || before?.events.join('\n') !== making.events.join('\n')))
      throw new Differs()
    if (value === undefined) this.#cannotKeep(making.reads)
    else this.facts.set(id, { id, file: this.#file, digest, reads: [...making.reads], events: making.events, value })
    return made
  }

  /** Whether a read of the earlier parse would give the same now. */
  holds(key: ReadKey): boolean {
    let holds = this.#holds.get(key)
    if (holds === undefined) {
      const now = this.#values.of(key)
      holds = now !== NEVER && this.#earlier?.valueOf(key) === now
      this.#holds.set(key, holds)
    }
    return holds
  }

  /** Whether something was read now, in a fact or outside of all. */
  hasRead(key: ReadKey): boolean {
    return this.commonReads.has(key) || [...this.facts.values()].some(({ reads }) => reads.includes(key))
  }

  #unrecorded<T>(make: () => T): T {
    if (this.#strict) throw new Differs()
    if (this.#making === undefined) this.unkept.add(this.#file)
    return make()
  }

  #cannotKeep(reads: Iterable<ReadKey>): void {
    this.unkept.add(this.#file)
    for (const key of reads) this.commonReads.add(key)
  }

  #note(kind: ReadKind, names: readonly string[]): void {
    ;(this.#making?.reads ?? this.commonReads).add(readKey(kind, names))
  }

  #keep(event: RunEvent): void {
    let text: string
    try {
      text = eventText(event)
    } catch (error) {
      if (!(error instanceof NotData)) throw error
      this.isComplete = false
      return
    }
    this.events.push(text)
    this.#making?.events.push(text)
    const ofFile = this.fileEvents.get(this.#file)
    if (ofFile === undefined) this.fileEvents.set(this.#file, [text])
    else ofFile.push(text)
  }
}

function textOrNothing(value: unknown): string | undefined {
  try {
    return dataText(value)
  } catch (error) {
    if (error instanceof NotData) return undefined
    throw error
  }
}

function digestOf(from: readonly unknown[]): string | undefined {
  const text = textOrNothing(from)
  return text === undefined ? undefined : sha1(text)
}
