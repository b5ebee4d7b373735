import { EVENT_ALIAS, EVENT_MAPPING, EVENT_POP, EVENT_SCALAR, EVENT_SEQUENCE, SCALAR_STYLE_PLAIN } from 'js-yaml'
import { dictSet } from '../runtime/collection-methods.ts'
import {
  dictEntries,
  isDict,
  type PlainDict,
  PyDict,
  PySet,
  TemplateFault,
  tuple,
  UnhashableError,
  type Value,
} from '../runtime/value.ts'
import { isAwkwardKey } from './json.ts'
import { type ScalarEvent, scalarText, type YamlEvent, yamlEvents } from './yaml-events.ts'
import { MERGE, resolvePlain, resolveTagged } from './yaml-scalars.ts'
import { readUsualYaml } from './yaml-usual.ts'

/** A text that is not YAML, or that PyYAML's safe_load refuses. */
export class YamlError extends Error {
  readonly reason: string
  /** The place as js-yaml gives it: line and column count from 0. */
  readonly mark: { readonly line: number; readonly column: number; readonly position: number }
  constructor(reason: string, text: string, position: number) {
    super(reason)
    this.name = 'YamlError'
    this.reason = reason
    const before = text.slice(0, position)
    this.mark = { line: before.split('\n').length - 1, column: position - (before.lastIndexOf('\n') + 1), position }
  }
}

export interface YamlOptions {
  /** Told of every key that is in a mapping twice (the last one counts); line and column count from 1. */
  readonly onDuplicateKey?: (key: string, line: number, column: number) => void
}

/**
 * What PyYAML's safe_load makes of a text (YAML 1.1: `yes`, `017`, `12:30`, dates, merge keys); None for an empty one.
 * Dicts are plain objects, or PyDicts where a key is no text, looks like an integer or is `__proto__`; dates are PyDate and
 * PyDateTime. Throws `YamlError`.
 */
export function parseYaml(text: string, options: YamlOptions = {}): Value {
  return readUsualYaml(text) ?? parseAnyYaml(text, options)
}

/** `parseYaml` without the short way for usual texts. */
export function parseAnyYaml(text: string, options: YamlOptions = {}): Value {
  return new Construction(text.startsWith('\ufeff') ? text.slice(1) : text, options).document()
}

type Event = YamlEvent
type NodeEvent = Extract<Event, { readonly tagStart: number }>

class Construction {
  readonly #given: string
  /** What the offsets of the events count in. */
  readonly #text: string
  readonly #givenOffset: (offset: number) => number
  readonly #options: YamlOptions
  readonly #events: readonly Event[]
  readonly #anchors = new Map<string, Value>()
  #at = 0

  constructor(text: string, options: YamlOptions) {
    this.#options = options
    const read = yamlEvents(text)
    if ('reason' in read) throw new YamlError(read.reason, text, read.offset)
    this.#given = text
    this.#text = read.text
    this.#givenOffset = read.given
    this.#events = read.events
  }

  document(): Value {
    const documents = this.#events.filter((event) => event.type === 1)
    if (documents.length > 1) {
      throw new YamlError(
        'expected a single document in the stream but found another document',
        this.#given,
        this.#givenOffset(this.#secondDocument()),
      )
    }
    this.#at = 1
    const first = this.#events[1]
    return first === undefined || first.type === EVENT_POP ? null : this.#node(first)
  }

  #secondDocument(): number {
    return Math.max(0, this.#text.search(/(?<=[^\s][\s\S]*\n)---/))
  }

  /** The value of a node; `#at` stands on its event and is moved behind its end. */
  #node(event: Event): Value {
    switch (event.type) {
      case EVENT_SCALAR: {
        this.#at++
        const value = this.#scalar(event)
        if (event.anchorStart >= 0) this.#anchors.set(this.#anchor(event), value)
        return value
      }
      case EVENT_SEQUENCE:
        return this.#sequence(event)
      case EVENT_MAPPING:
        return this.#mapping(event)
      case EVENT_ALIAS: {
        this.#at++
        const name = this.#anchor(event)
        const value = this.#anchors.get(name)
        if (value === undefined) throw this.#fault(`found undefined alias '${name}'`, event.anchorStart)
        return value
      }
      default:
        throw this.#fault('unexpected end of the document', this.#text.length)
    }
  }

  #fault(reason: string, position: number): YamlError {
    return new YamlError(reason, this.#given, this.#givenOffset(Math.max(0, position)))
  }

  #anchor(event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
    return this.#text.slice(event.anchorStart, event.anchorEnd)
  }

  #tag(event: NodeEvent): string | undefined {
    if (event.tagStart < 0) return undefined
    const tag = this.#text.slice(event.tagStart, event.tagEnd)
    return tag.startsWith('!<tag:yaml.org,2002:') ? `!!${tag.slice(20, -1)}` : tag
  }

  #scalar(event: ScalarEvent): Value {
    const source = scalarText(this.#text, event)
    try {
      const tag = this.#tag(event)
      if (tag === undefined) return event.style === SCALAR_STYLE_PLAIN ? resolvePlain(source) : source
      const value = resolveTagged(tag, source)
      if (value === undefined) {
        throw this.#fault(`could not determine a constructor for the tag '${tag}'`, event.tagStart)
      }
      return value
    } catch (error) {
      if (error instanceof TemplateFault) throw this.#fault(error.message, event.valueStart)
      throw error
    }
  }

  #sequence(event: Extract<Event, { readonly type: typeof EVENT_SEQUENCE }>): Value {
    const items: Value[] = []
    if (event.anchorStart >= 0) this.#anchors.set(this.#anchor(event), items)
    this.#at++
    for (;;) {
      const next = this.#events[this.#at]!
      if (next.type === EVENT_POP) break
      items.push(this.#node(next))
    }
    this.#at++
    const tag = this.#tag(event)
    if (tag === '!!omap' || tag === '!!pairs') return items.map((item) => this.#pair(item, event.start))
    if (tag !== undefined && tag !== '!!seq' && tag !== '!') {
      throw this.#fault(`could not determine a constructor for the tag '${tag}'`, event.tagStart)
    }
    return items
  }

  #pair(item: Value, position: number): Value {
    const entries = isDict(item) ? [...dictEntries(item)] : []
    const [entry] = entries
    if (entry === undefined || entries.length > 1) throw this.#fault('expected a mapping of length 1', position)
    return tuple(entry[0], entry[1])
  }

  #mapping(event: Extract<Event, { readonly type: typeof EVENT_MAPPING }>): Value {
    const keys: Value[] = []
    const values: Value[] = []
    const positions: number[] = []
    let merged: Value[] | undefined
    let plain = true
    // dbt-core 1.11 looks for duplicates in no mapping that begins with a merge key; where that comes later, what it gives counts too.
    let mergesFirst = false
    const told = this.#options.onDuplicateKey !== undefined
    this.#at++
    for (;;) {
      const next = this.#events[this.#at]!
      if (next.type === EVENT_POP) break
      const position = startOf(next)
      const key = this.#node(next)
      const value = this.#node(this.#events[this.#at]!)
      if (key === MERGE && next.type === EVENT_SCALAR && next.style === SCALAR_STYLE_PLAIN) {
        merged ??= []
        if (keys.length === 0) mergesFirst = true
        for (const source of this.#mergeSources(value, position)) merged.push(source)
        continue
      }
      if (typeof key !== 'string' || isAwkwardKey(key)) plain = false
      keys.push(key)
      values.push(value)
      positions.push(position)
      if (told && !mergesFirst && keys.indexOf(key) < keys.length - 1) this.#reportDuplicate(key, position)
    }
    this.#at++
    if (told && merged !== undefined && !mergesFirst) this.#reportMerged(keys, positions, merged)
    const dict = this.#dict(keys, values, merged ?? [], plain, event.start)
    if (event.anchorStart >= 0) this.#anchors.set(this.#anchor(event), dict)
    const tag = this.#tag(event)
    if (tag === '!!set') return setOf(dict)
    if (tag !== undefined && tag !== '!!map' && tag !== '!') {
      throw this.#fault(`could not determine a constructor for the tag '${tag}'`, event.tagStart)
    }
    return dict
  }

  #reportMerged(keys: readonly Value[], positions: readonly number[], merged: readonly Value[]): void {
    const given = new Set(merged.flatMap((source) => Array.from(dictEntries(source as PlainDict), ([key]) => key)))
    for (const [index, key] of keys.entries())
      if (given.has(key) && keys.indexOf(key) === index) this.#reportDuplicate(key, positions[index]!)
  }

  #reportDuplicate(key: Value, position: number): void {
    const { line, column } = this.#fault('', position).mark
    this.#options.onDuplicateKey?.(String(key), line + 1, column + 1)
  }

  #mergeSources(value: Value, position: number): Value[] {
    if (isDict(value)) return [value]
    if (Array.isArray(value) && value.every(isDict)) return [...value].reverse()
    throw this.#fault('expected a mapping or list of mappings for merging', position)
  }

  /** Merged keys come first and give way to the mapping's own. */
  #dict(
    keys: readonly Value[],
    values: readonly Value[],
    merged: readonly Value[],
    plain: boolean,
    position: number,
  ): PlainDict | PyDict {
    let isPlain = plain
    for (const source of merged) if (source instanceof PyDict) isPlain = false
    const dict: PlainDict | PyDict = isPlain ? {} : new PyDict()
    for (const source of merged) for (const [key, value] of dictEntries(source as PlainDict)) dictSet(dict, key, value)
    try {
      for (let i = 0; i < keys.length; i++) {
        if (isPlain) (dict as PlainDict)[keys[i] as string] = values[i]!
        else dictSet(dict, keys[i]!, values[i]!)
      }
    } catch (error) {
      if (error instanceof UnhashableError) throw this.#fault('found unhashable key', position)
      throw error
    }
    return dict
  }
}

const setOf = (dict: PlainDict | PyDict): PySet => PySet.from(Array.from(dictEntries(dict), ([key]) => key))

/** Where a node begins in the text. */
function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_SCALAR:
      return event.valueStart
    case EVENT_SEQUENCE:
    case EVENT_MAPPING:
      return event.start
    case EVENT_ALIAS:
      return event.anchorStart
    default:
      return 0
  }
}

/** yaml.safe_load as templates call it (`fromyaml`): problems are Python's errors. */
export function fromYaml(text: string): Value {
  try {
    return parseYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new TemplateFault(
      'YAMLError',
      `${error.reason}\n  in "<unicode string>", line ${error.mark.line + 1}, column ${error.mark.column + 1}`,
    )
  }
}
