import type { Node, YAMLMap } from 'yaml'
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

/** Where something stands in the text of a property file: the deepest of its names that is found; undefined when none is, or the text is no YAML. */
export function propertyPlace(text: string, target: PropertyTarget): PropertyPlace | undefined {
  const yaml = positionReader()
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, logLevel: 'silent' })
  if (document.errors.length > 0 || !yaml.isMap(document.contents)) return undefined
  const { isMap, isSeq, isScalar } = yaml
  const items = (map: YAMLMap, key: string): Node[] => {
    const list = map.get(key, true) as unknown
    return isSeq(list) ? (list.items as Node[]) : []
  }
  const named = (list: readonly Node[], name: string): YAMLMap | undefined =>
    list.find((item): item is YAMLMap => isMap(item) && String(item.get('name')).toLowerCase() === name.toLowerCase())
  const root = document.contents as YAMLMap
  const owner = (): YAMLMap | undefined => {
    if (target.source !== undefined) {
      const source = named(items(root, 'sources'), target.source)
      return source === undefined ? undefined : (named(items(source, 'tables'), target.name) ?? source)
    }
    for (const key of root.items.map((pair) => String(pair.key)).filter((one) => one !== 'sources')) {
      const found = named(items(root, key), target.name)
      if (found !== undefined) return found
    }
    return undefined
  }
  const isTest = (item: Node): boolean => {
    const names = target.test?.names ?? []
    if (isScalar(item)) return names.includes(String(item.value))
    if (!isMap(item)) return false
    const [first] = item.items
    const inner = first?.value
    const own = (isMap(inner) ? inner.get('name') : undefined) ?? item.get('name')
    if (own !== undefined && own !== null) return own === target.test?.ownName
    return names.includes(String(item.get('test_name') ?? first?.key))
  }
  const found = owner()
  const column = found === undefined || !target.column ? undefined : named(items(found, 'columns'), target.column)
  const holder = column ?? found
  const test =
    holder === undefined ? undefined : [...items(holder, 'data_tests'), ...items(holder, 'tests')].find(isTest)
  const deepest = test ?? holder
  if (deepest?.range === undefined || deepest.range === null) return undefined
  const { line, col } = lines.linePos(deepest.range[0])
  return { line, column: col }
}
