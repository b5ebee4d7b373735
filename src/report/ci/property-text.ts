import type { Document, LineCounter, Node, YAMLMap } from 'yaml'
import { positionReader } from '../../project/yaml-positions.ts'

/** What stands in a property file: the names on the way to it, from the outside. */
export interface PropertyTarget {
  /** A model, seed, snapshot or unit test. */
  readonly name: string
  /** Of a source's table. */
  readonly source?: string | undefined
  readonly column?: string | null | undefined
  /** A generic test: `not_null`, or `package.name`; its own `name:` where it has one. */
  readonly test?: { readonly names: readonly string[]; readonly ownName: string } | undefined
}

/** Lines and columns from 1. */
export interface PropertyPlace {
  readonly line: number
  readonly column: number
}

/** The text of a property file, in which things are looked for. It is read when the first is. */
export class PropertyText {
  readonly #text: string
  readonly #yaml = positionReader()
  #read: { readonly document: Document; readonly lines: LineCounter } | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** Where something stands: the deepest of its names that is found; undefined when none is, or the text is no YAML. */
  place(target: PropertyTarget): PropertyPlace | undefined {
    const { document, lines } = this.#contents()
    if (document.errors.length > 0 || !this.#yaml.isMap(document.contents)) return undefined
    const owner = this.#owner(document.contents as YAMLMap, target)
    if (owner === undefined) return undefined
    const column = target.column ? this.#named(this.#items(owner, 'columns'), target.column) : undefined
    const holder = column ?? owner
    const tests = [...this.#items(holder, 'data_tests'), ...this.#items(holder, 'tests')]
    const deepest = tests.find((item) => this.#isTest(item, target)) ?? holder
    if (deepest.range === undefined || deepest.range === null) return undefined
    const { line, col } = lines.linePos(deepest.range[0])
    return { line, column: col }
  }

  #contents(): { readonly document: Document; readonly lines: LineCounter } {
    if (this.#read === undefined) {
      const lines = new this.#yaml.LineCounter()
      const document = this.#yaml.parseDocument(this.#text, { lineCounter: lines, logLevel: 'silent' })
      this.#read = { document, lines }
    }
    return this.#read
  }

  #items(map: YAMLMap, key: string): Node[] {
    const list = map.get(key, true) as unknown
    return this.#yaml.isSeq(list) ? (list.items as Node[]) : []
  }

  #named(list: readonly Node[], name: string): YAMLMap | undefined {
    const { isMap } = this.#yaml
    return list.find(
      (item): item is YAMLMap => isMap(item) && String(item.get('name')).toLowerCase() === name.toLowerCase(),
    )
  }

  #owner(root: YAMLMap, target: PropertyTarget): YAMLMap | undefined {
    if (target.source !== undefined) {
      const source = this.#named(this.#items(root, 'sources'), target.source)
      return source === undefined ? undefined : (this.#named(this.#items(source, 'tables'), target.name) ?? source)
    }
    for (const { key } of root.items) {
      const found = String(key) === 'sources' ? undefined : this.#named(this.#items(root, String(key)), target.name)
      if (found !== undefined) return found
    }
    return undefined
  }

  #isTest(item: Node, target: PropertyTarget): boolean {
    const { isMap, isScalar } = this.#yaml
    const names = target.test?.names ?? []
    if (isScalar(item)) return names.includes(String(item.value))
    if (!isMap(item)) return false
    const [first] = item.items
    const inner = first?.value
    const own = (isMap(inner) ? inner.get('name') : undefined) ?? item.get('name')
    if (own !== undefined && own !== null) return own === target.test?.ownName
    return names.includes(String(item.get('test_name') ?? first?.key))
  }
}
