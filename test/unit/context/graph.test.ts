import { describe, expect, test } from 'vitest'
import { graphDict, keepGraph } from '../../../src/context/model.ts'
import { dictGet, type PyDict, type Value } from '../../../src/jinja/runtime/value.ts'
import { emptyManifest, type Manifest } from '../../../src/manifest/manifest.ts'
import { asUniqueId } from '../../../src/manifest/unique-id.ts'

function shop(): Manifest {
  const manifest = emptyManifest('shop')
  const add = (map: ReadonlyMap<unknown, unknown>, id: string, more: object): void => {
    const node = { unique_id: id, resource_type: id.split('.')[0], name: id.split('.').at(-1), ...more }
    ;(map as Map<unknown, unknown>).set(asUniqueId(id), node)
  }
  add(manifest.nodes, 'model.shop.a', { config: { meta: { level: 1 } }, tags: ['x'], compiled_path: null })
  add(manifest.nodes, 'test.shop.t', { config: {} })
  add(manifest.nodes, 'seed.shop.s', { config: {}, defer_relation: { schema: 'prod' } })
  add(manifest.sources, 'source.shop.raw.o', {})
  add(manifest.unitTests, 'unit_test.shop.a.u', {})
  return manifest
}

const at = (value: Value, ...path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((found, key) => dictGet(found as PyDict, key), value)

/** Facts of dbt-core 1.11: the keys of `graph`, and which resources have fields that are not in manifest.json. */
describe('graph', () => {
  test('its parts', () => {
    const graph = graphDict(shop()) as PyDict
    expect([...graph.entries()].map(([key]) => key)).toEqual([
      'exposures', 'functions', 'groups', 'metrics', 'nodes', 'sources', 'semantic_models', 'saved_queries',
    ]) // biome-ignore format: one list
  })
  test('fields that manifest.json has not', () => {
    const graph = graphDict(shop())
    expect(at(graph, 'nodes', 'model.shop.a')).toMatchObject({ batch: null, defer_relation: null })
    expect(at(graph, 'nodes', 'seed.shop.s')).toMatchObject({ defer_relation: { schema: 'prod' } })
    expect(at(graph, 'nodes', 'seed.shop.s')).not.toHaveProperty('batch')
    expect(at(graph, 'nodes', 'test.shop.t')).not.toHaveProperty('defer_relation')
    expect(at(graph, 'sources', 'source.shop.raw.o')).toMatchObject({ _event_status: {} })
  })
  test('what a template changes stays in it, for all templates, and reaches no node', () => {
    const manifest = shop()
    const node = at(graphDict(manifest), 'nodes', 'model.shop.a') as unknown as {
      config: { meta: { level: number } }
      tags: string[]
    }
    node.config.meta.level = 2
    node.tags.push('y')
    expect(at(graphDict(manifest), 'nodes', 'model.shop.a')).toMatchObject({
      config: { meta: { level: 2 } },
      tags: ['x', 'y'],
    })
    expect(manifest.nodes.get(asUniqueId('model.shop.a'))).toMatchObject({
      config: { meta: { level: 1 } },
      tags: ['x'],
    })
  })
  test('what running adds to a node is not in it', () => {
    const manifest = shop()
    keepGraph(manifest)
    Object.assign(manifest.nodes.get(asUniqueId('model.shop.a'))!, { compiled_path: 'target/a.sql' })
    expect(at(graphDict(manifest), 'nodes', 'model.shop.a')).toMatchObject({ compiled_path: null })
  })
})
