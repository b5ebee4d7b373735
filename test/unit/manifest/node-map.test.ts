import { expect, test } from 'vitest'
import { NodeMap, type NodeOutline, Outline, outlineFields } from '../../../src/manifest/node-map.ts'
import { asUniqueId, type UniqueId } from '../../../src/manifest/unique-id.ts'

interface Model extends NodeOutline {
  readonly raw_code: string
  compiled?: boolean
}

const model = (name: string, rest: Partial<Model> = {}): Model => ({
  unique_id: asUniqueId(`model.shop.${name}`),
  resource_type: 'model',
  name,
  package_name: 'shop',
  original_file_path: `models/${name}.sql`,
  patch_path: 'shop://models/schema.yml',
  fqn: ['shop', name],
  tags: ['a'],
  config: { enabled: true, materialized: 'view', group: null },
  depends_on: { nodes: ['seed.shop.raw'], macros: ['macro.shop.m'] },
  database: 'db',
  schema: 's',
  group: null,
  access: 'protected',
  version: null,
  latest_version: null,
  time_spine: null,
  raw_code: 'select 1',
  ...rest,
})

/** A map of which all nodes are kept and none was read; `reads` notes which are. */
function kept(...nodes: readonly Model[]): { map: NodeMap<Model>; reads: string[] } {
  const reads: string[] = []
  const map = new NodeMap<Model>()
  for (const node of nodes) map.put(new Outline(outlineFields(node)))
  map.keep({
    read: (id: UniqueId) => {
      reads.push(id)
      return structuredClone(nodes.find((node) => node.unique_id === id)!)
    },
  })
  return { map, reads }
}
const [A, B] = [model('a'), model('b', { raw_code: ' \n' })]
const id = (name: string): UniqueId => asUniqueId(`model.shop.${name}`)

test('an outline says of a node what the graph needs, as data too', () => {
  for (const node of [
    A,
    B,
    model('v', { version: 2, latest_version: 3, time_spine: { x: 1 }, group: 'g' }),
    model('t', { test_metadata: { name: 'unique' }, attached_node: 'model.shop.a', source_name: 's' }),
  ]) {
    const fields = outlineFields(node)
    expect(outlineFields(new Outline(JSON.parse(JSON.stringify(fields))))).toEqual(fields)
    const outline = new Outline(fields)
    const { depends_on, raw_code, time_spine, compiled, ...same } = node
    expect(outline).toMatchObject(same)
    expect(outline.depends_on).toEqual({ nodes: depends_on?.nodes })
    expect(outline.time_spine).toBe(time_spine === null ? null : true)
    expect(outline.has_blank_code).toBe(raw_code.trim() === '')
  }
})

test('nodes are read when they are asked for, once', () => {
  const { map, reads } = kept(A, B)
  expect([...map.outlines()].map(({ name }) => name)).toEqual(['a', 'b'])
  expect([map.size, map.has(id('b')), [...map.keys()], map.get(id('c'))]).toEqual([
    2,
    true,
    [id('a'), id('b')],
    undefined,
  ])
  expect(reads).toEqual([])
  expect(map.get(id('b'))).toEqual(B)
  expect(map.get(id('b'))).toBe(map.get(id('b')))
  expect(reads).toEqual([id('b')])
  expect([...map.values()]).toEqual([A, B])
  expect([...map].map(([key]) => key)).toEqual([id('a'), id('b')])
  expect(reads).toEqual([id('b'), id('a')])
})

test('it knows which of its nodes may differ from what is kept', () => {
  const { map } = kept(A, B)
  expect(map.given).toEqual(new Set())
  map.outline(id('a'))
  expect(map.given).toEqual(new Set())
  map.get(id('a'))
  map.set(id('b'), B)
  map.set(id('c'), model('c'))
  map.get(id('c'))
  expect([map.given, map.added]).toEqual([new Set([id('a'), id('b')]), new Set([id('c')])])
  map.delete(id('a'))
  expect(map.given).toBe(undefined)
})

test('a map that nobody kept says nothing of that', () => {
  const map = new NodeMap<Model>()
  map.set(id('a'), A)
  expect([map.given, map.get(id('a')), [...map.outlines()]]).toEqual([undefined, A, [A]])
})

test('a snapshot shows nodes as they were, whatever is done to them later', () => {
  for (const map of [kept(A, B).map, new NodeMap<Model>()]) {
    if (map.size === 0) for (const node of [A, B]) map.set(node.unique_id, structuredClone(node))
    const before = map.get(id('a'))!
    const seen = map.snapshot()
    before.compiled = true
    map.get(id('b'))!.compiled = true
    expect(seen()).toEqual([
      [id('a'), A],
      [id('b'), B],
    ])
  }
})
