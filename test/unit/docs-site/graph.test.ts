import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { ColumnLineage } from '../../../src/docs-site/data/column-lineage.ts'
import { makeProject } from '../../../src/docs-site/data/project.ts'
import { sceneDot, sceneJson, sceneMermaid, sceneSvg } from '../../../src/docs-site/graph/export.ts'
import { colourName, makePalette } from '../../../src/docs-site/graph/palette.ts'
import { around, columnScene, drawnByDefault, isColour, reach, sceneOf } from '../../../src/docs-site/graph/scene.ts'
import { neighbourOf } from '../../../src/docs-site/graph/steps.ts'
import { centre, fitScene, toScene, zoomAt } from '../../../src/docs-site/graph/viewport.ts'
import { parseRoute, toGraph, toList, toResource } from '../../../src/docs-site/route.ts'
import { manifest, node } from '../../support/docs-artifacts.ts'

const width = (text: string): number => text.length * 7
const palette = makePalette(() => '#123456')
const parents = (...names: string[]) => ({
  depends_on: { nodes: names.map((name) => `model.shop.${name}`), macros: [] },
})
const nodes = [
  node('model', 'a', { tags: ['x'] }),
  node('model', 'b', { ...parents('a'), tags: ['x'], docs: { node_color: 'gold' } }),
  node('model', 'c', { ...parents('a'), docs: { node_color: 'url(https://example.com)' } }),
  node('model', 'd', parents('b', 'c')),
  node('test', 't', { ...parents('d'), attached_node: 'model.shop.d' }),
]
const project = makeProject({ manifest: manifest(nodes) as never })
const scene = sceneOf(project, drawnByDefault(project), 'type', width)

describe('what is drawn', () => {
  test('all but tests, and the edges between what is there', () => {
    expect(scene.nodes.map((one) => one.label)).toEqual(['a', 'b', 'c', 'd'])
    expect(scene.edges.map(({ from, to }) => `${scene.nodes[from]!.label}${scene.nodes[to]!.label}`)).toEqual([
      'ab',
      'ac',
      'bd',
      'cd',
    ])
    expect(sceneOf(project, ['model.shop.a', 'model.shop.d', 'model.shop.gone'], 'type', width).edges).toEqual([])
  })
  test('colours: of types, of what is most frequent, of the project when they are colours', () => {
    expect(scene.nodes.map((one) => one.own)).toEqual([undefined, 'gold', undefined, undefined])
    const tags = sceneOf(project, drawnByDefault(project), 'tag', width)
    expect(tags.legend).toEqual([
      { category: 'x', count: 2 },
      { category: 'no tag', count: 2 },
    ])
    expect(['x', 'no tag'].map((category) => colourName(tags, category))).toEqual(['--series-1', '--type-other'])
    expect(colourName({ colouring: 'type', legend: [] }, 'saved_query')).toBe('--type-saved-query')
    expect(['#fff', 'DarkRed', 'rgb(1,2,3)', 'expression(x)', '#ggg', 'red;x', ''].map(isColour)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
  test('around a node', () => {
    expect([...around(project, 'model.shop.b', 1, 1)].sort()).toEqual(['model.shop.a', 'model.shop.b', 'model.shop.d'])
    expect([...around(project, 'model.shop.b', 0, 0)]).toEqual(['model.shop.b'])
    expect(around(project, 'model.shop.a', 0, Number.POSITIVE_INFINITY).size).toBe(5)
    expect([reach(project, 'model.shop.a'), reach(project, 'model.shop.d')]).toEqual([
      { up: 0, down: 2 },
      { up: 2, down: 0 },
    ])
  })
  test('columns that take part, each a line of its node', () => {
    const lineage = new ColumnLineage({
      nodes: {
        'model.shop.b': {
          status: 'complete',
          columns: { y: { sources: [{ node: 'model.shop.a', column: 'x', how: 'computed' }] } },
          used: [],
        },
        'model.shop.d': {
          status: 'complete',
          columns: { z: { sources: [{ node: 'model.shop.b', column: 'Y', how: 'copied' }] } },
          used: [],
        },
        'model.shop.c': { status: 'complete', columns: {}, used: [{ node: 'model.shop.b', column: 'y', how: 'join' }] },
      },
    })
    const flow = lineage.flow({ node: 'model.shop.b', column: 'y' })
    const drawn = columnScene(project, flow, false, width)
    expect(drawn.nodes.map((one) => [one.label, one.rows.map((row) => [row.column, row.how, row.isStart])])).toEqual([
      ['b', [['y', 'computed', true]]],
      ['a', [['x', undefined, false]]],
      ['d', [['z', 'copied', false]]],
    ])
    for (const { from, to, points } of drawn.edges) {
      expect(points[1]).toBe(drawn.nodes[from]!.y + drawn.nodes[from]!.rows[0]!.top + 11)
      expect(points.at(-1)).toBe(drawn.nodes[to]!.y + drawn.nodes[to]!.rows[0]!.top + 11)
    }
    expect(columnScene(project, flow, true, width).edges.map((edge) => edge.how)).toEqual([
      'computed',
      'copied',
      'join',
    ])
  })
})

describe('steps of the keyboard', () => {
  const at = (label: string): number => scene.nodes.findIndex((one) => one.label === label)
  const step = (from: string, key: string): string | undefined => {
    const next = neighbourOf(scene, at(from), key)
    return next === undefined ? undefined : scene.nodes[next]!.label
  }
  test('along edges and within a column', () => {
    expect(['b', 'c']).toContain(step('a', 'ArrowRight'))
    expect([step('b', 'ArrowLeft'), step('b', 'ArrowRight'), step('a', 'ArrowLeft'), step('b', 'x')]).toEqual([
      'a',
      'd',
      undefined,
      undefined,
    ])
    const [upper, lower] = scene.nodes[at('b')]!.y < scene.nodes[at('c')]!.y ? ['b', 'c'] : ['c', 'b']
    expect([step(upper!, 'ArrowDown'), step(lower!, 'ArrowUp'), step(upper!, 'ArrowUp')]).toEqual([
      lower,
      upper,
      undefined,
    ])
    expect(neighbourOf(scene, undefined, 'ArrowRight')).toBe(0)
  })
})

describe('what part is seen', () => {
  const numbers = fc.double({ min: -2000, max: 2000, noNaN: true })
  const views = fc.record({ scale: fc.double({ min: 0.05, max: 2, noNaN: true }), x: numbers, y: numbers })
  test('zooming leaves the point under the pointer where it is', () => {
    fc.assert(
      fc.property(views, fc.double({ min: 0.1, max: 10, noNaN: true }), numbers, numbers, (view, factor, x, y) => {
        const [before, after] = [toScene(view, { x, y }), toScene(zoomAt(view, factor, { x, y }), { x, y })]
        expect(after.x).toBeCloseTo(before.x, 4)
        expect(after.y).toBeCloseTo(before.y, 4)
      }),
    )
  })
  test('the whole is in sight, in the middle, not magnified', () => {
    const view = fitScene({ width: 2000, height: 300 }, { width: 1064, height: 800 })
    expect(view).toEqual({ scale: 0.5, x: 32, y: 325 })
    expect(fitScene({ width: 10, height: 10 }, { width: 100, height: 100 }).scale).toBe(1)
    expect(centre(view, { x: 0, y: 0, width: 100, height: 20 }, { width: 400, height: 200 }, 1)).toEqual({
      scale: 1,
      x: 150,
      y: 90,
    })
  })
})

describe('files', () => {
  const odd = makeProject({
    manifest: manifest([node('model', '<b>"x"&\'\\;|]\n{y}\u0000'), node('source', 's')]) as never,
  })
  const drawn = sceneOf(odd, odd.nodes.keys(), 'type', width)
  test('SVG is XML with all names in it', () => {
    const texts: string[] = []
    const parser = new SaxesParser()
    parser.on('error', (error) => { throw error }) // biome-ignore format: one line
    parser.on('text', (text) => texts.push(text))
    parser.write(sceneSvg(drawn, palette)).close()
    expect(texts.map((text) => text.trim()).filter(Boolean)).toEqual([
      'source.shop.raw.s',
      'raw.s',
      'model.shop.<b>"x"&\'\\;|]\n{y}\ufffd',
      '<b>"x"&\'\\;|]\n{y}\ufffd',
    ])
  })
  test('Mermaid', () => {
    expect(sceneMermaid(scene).split('\n').slice(0, 9)).toEqual([
      'flowchart LR',
      '  n0["a"]:::model',
      '  n1["b"]:::model',
      '  n2["c"]:::model',
      '  n3["d"]:::model',
      '  n0 --> n1',
      '  n0 --> n2',
      '  n1 --> n3',
      '  n2 --> n3',
    ])
    expect(sceneMermaid(drawn)).toContain('[(" raw.s ")]'.replaceAll(' ', ''))
    expect(sceneMermaid(drawn)).toContain("#60;b#62;#34;x#34;#38;'#92;#59;#124;#93;#10;#123;y#125;")
  })
  test('DOT is what Graphviz reads', () => {
    expect(sceneDot(scene)).toContain('  "model.shop.b" -> "model.shop.d";\n')
    expect(sceneDot(drawn)).toContain('label="<b>\\"x\\"&\'\\\\;|]\\n{y}')
    const dot = spawnSync('dot', ['-Tplain'], { input: sceneDot(scene), encoding: 'utf8' })
    if (dot.error === undefined) expect(dot.stdout).toContain('edge')
  })
  test('JSON', () => {
    expect(JSON.parse(sceneJson(scene))).toMatchObject({
      nodes: [{ unique_id: 'model.shop.a', resource_type: 'model', label: 'a' }, {}, {}, {}],
      edges: [{ from: 'model.shop.a', to: 'model.shop.b' }, {}, {}, {}],
    })
  })
})

describe('addresses', () => {
  test.each(['model.shop.a', 'source.shop.raw.s', 'model.shop.v.v2', 'model.shop.a/b?c#d e+f%', 'test.shop.ü<x>'])(
    'of %s and back',
    (id) => {
      expect(parseRoute(toResource(id))).toEqual({ page: 'resource', id, params: {} })
      expect(parseRoute(toResource(id, 'column-a b&c'))).toEqual({
        page: 'resource',
        id,
        params: { section: 'column-a b&c' },
      })
    },
  )
  test('of the other pages', () => {
    expect(parseRoute(toList('saved_query'))).toMatchObject({ page: 'list', id: 'saved_query' })
    expect(parseRoute(toGraph({ select: '+a,tag:b c', up: 2, exclude: '' }))).toEqual({
      page: 'graph',
      id: '',
      params: { select: '+a,tag:b c', up: '2' },
    })
    expect(['', '#', '#/', '#!/overview', '#/%zz'].map((hash) => parseRoute(hash).page)).toEqual(
      Array(5).fill('overview'),
    )
  })
  test('dbt’s links', () => expect(parseRoute('#!/model/model.shop.a#details')).toMatchObject({ page: 'resource' }))
})
