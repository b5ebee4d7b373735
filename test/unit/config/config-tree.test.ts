import { describe, expect, test } from 'vitest'
import { configPaths, treeConfigs, unusedConfigPaths } from '../../../src/config/config-tree.ts'
import type { ConfigTreeName } from '../../../src/config/project-config.ts'
import { type PlainDict, PyDict, type Value } from '../../../src/jinja/runtime/value.ts'

describe('treeConfigs', () => {
  test('gives the levels along the fqn, outermost first', () => {
    const tree: PlainDict = {
      '+tags': 'top',
      shop: {
        '+ materialized': 'table',
        schema: 'plain',
        staging: { '+meta': { a: 1 } },
        other: { '+enabled': false },
      },
    }
    expect(treeConfigs(tree, ['shop', 'staging', 'orders'])).toEqual([
      { tags: 'top' },
      { materialized: 'table', schema: 'plain' },
      { meta: { a: 1 } },
    ])
  })

  test('a dict without + is a level, never a config', () => {
    expect(treeConfigs({ shop: { meta: { a: 1 } } }, ['shop', 'orders'])).toEqual([{}, {}])
  })

  test('a key that is no text is rejected on the way of the fqn, and nowhere else', () => {
    const tree: PlainDict = { shop: PyDict.from([[false, {}]]), other: PyDict.from([[true, {}]]) }
    const reject = (path: readonly string[], key: Value): never => {
      throw new Error(`${path.join('.')} ${String(key)}`)
    }
    expect(() => treeConfigs(tree, ['shop', 'orders'], reject)).toThrow('shop false')
    expect(treeConfigs(tree, ['third'], reject)).toEqual([{}])
  })

  test('ends where the tree has no further level', () => {
    expect(treeConfigs({ shop: 'text' }, ['shop', 'orders'])).toEqual([{ shop: 'text' }])
  })
})

test('configPaths names every level that sets something', () => {
  expect(configPaths({ '+a': 1, shop: { x: { '+b': { c: 1 } }, empty: {} } })).toEqual([[], ['shop', 'x']])
})

test('unused paths are those that begin no fqn', () => {
  const none: Record<string, PlainDict> = {}
  for (const name of [
    'models', 'seeds', 'snapshots', 'analyses', 'sources', 'data_tests', 'unit_tests', 'metrics', 'semantic-models', 'saved-queries', 'exposures', 'functions',
  ]) none[name] = {} // biome-ignore format: one list
  const trees = {
    ...none,
    models: { shop: { staging: { '+x': 1 }, gone: { '+x': 1 } } },
    seeds: { shop: { '+enabled': true } },
  }
  const fqns = new Map<ConfigTreeName, string[][]>([['models', [['shop', 'staging', 'orders']]]])
  expect(unusedConfigPaths(trees as never, fqns, [])).toEqual(['models.shop.gone', 'seeds.shop'])
  expect(unusedConfigPaths(trees as never, fqns, [['shop', 'gone', 'm']])).toEqual([])
})
