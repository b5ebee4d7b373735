import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IndirectSelection } from '../../../src/config/flags.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { buildDag } from '../../../src/graph/dag.ts'
import { parseCriterion, parseSelection, parseUnion, printSpec } from '../../../src/graph/selector/grammar.ts'
import { publishedSelectors } from '../../../src/graph/selector/published-selectors.ts'
import { resourceTypesOf } from '../../../src/graph/selector/resource-types.ts'
import { select } from '../../../src/graph/selector/select.ts'
import { namedSelectors } from '../../../src/graph/selector/selectors-yml.ts'
import { METHODS, type Spec } from '../../../src/graph/selector/spec.ts'
import { emptyManifest } from '../../../src/manifest/manifest.ts'
import type { ModelNode } from '../../../src/manifest/node.ts'
import { RESOURCE_TYPES, type ResourceType, uniqueId } from '../../../src/manifest/unique-id.ts'
import { shopListings, shopManifest, shopPublishedSelectors, shopSelectors } from './shop.ts'

const manifest = shopManifest()
const dag = buildDag(manifest)

/** Options of `ls` by name: every option takes the words up to the next one. */
function options(args: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  let current: string[] = []
  for (const arg of args) {
    if (arg.startsWith('--')) found[arg] = current = []
    else current.push(arg)
  }
  return found
}

describe('ls of the reference', () => {
  for (const { args, ids } of shopListings()) {
    test(args.join(' ') || '(no arguments)', () => {
      const given = options(args)
      const mode = (given['--indirect-selection']?.[0] ?? 'eager') as IndirectSelection
      const name = given['--selector']?.[0]
      const spec: Spec =
        name === undefined
          ? parseSelection(given['--select'] ?? [], given['--exclude'] ?? [], mode)
          : namedSelectors(shopSelectors(), mode).get(name)
      const selection = select(manifest, dag, spec, {
        resourceTypes: resourceTypesOf('ls', {
          only: given['--resource-type'] ?? [],
          without: given['--exclude-resource-type'] ?? [],
        }),
        includeEmpty: true,
      })
      expect(selection.ids).toEqual([...ids].sort())
    })
  }
})

const caught = (run: () => unknown): QuernError => {
  try {
    run()
  } catch (error) {
    if (error instanceof QuernError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const all = new Set<ResourceType>(RESOURCE_TYPES)
const ids = (words: string[], mode: IndirectSelection = 'eager'): readonly string[] =>
  select(manifest, dag, parseSelection(words, [], mode), { resourceTypes: all, includeEmpty: true }).ids

describe('errors and warnings', () => {
  test('an unknown method names its neighbour', () => {
    const error = caught(() => parseCriterion('tags:nightly'))
    expect(error.message).toBe("'tags' is not a valid method name")
    expect(error.hint).toContain("did you mean 'tag:'?")
    expect(error.exitCode).toBe(2)
  })
  test('@ and a + suffix', () => {
    expect(caught(() => parseCriterion('@a+')).message).toBe(
      'Invalid node spec @a+ - "@" prefix and "+" suffix are incompatible',
    )
  })
  test('values that make no sense', () => {
    expect(caught(() => ids(['source:a.b.c.d'])).message).toContain('Invalid source selector value "a.b.c.d"')
    expect(caught(() => ids(['exposure:a.b.c'])).message).toContain('Invalid exposure selector value "a.b.c"')
    expect(caught(() => ids(['test_type:nope'])).message).toBe(
      'Invalid test type selector nope: expected "generic", "singular", "unit", or "data"',
    )
    expect(caught(() => ids(['resource_type:modl']))).toMatchObject({
      message: 'Invalid resource_type selector "modl"',
      hint: "did you mean 'model'?",
    })
    expect(caught(() => ids(['version:newest'])).message).toContain('Invalid version type selector newest')
    expect(caught(() => ids(['state:modified'])).message).toBe(
      'Got a state selector method, but no comparison manifest',
    )
    expect(caught(() => ids(['path:/etc'])).message).toContain('must be relative')
  })
  test('criteria without a match are warned about, each once, by --select and --exclude', () => {
    const events: RunEvent[] = []
    select(manifest, dag, parseSelection(['nope', 'orders', 'nope,orders'], ['nothing']), {
      resourceTypes: all,
      emit: (event) => events.push(event),
    })
    expect(events.map((event) => event.kind === 'warning' && event.text)).toEqual([
      "The selection criterion 'nope' does not match any enabled nodes",
      "The selection criterion 'nope,orders' does not match any enabled nodes",
      "The selection criterion 'nothing' does not match any enabled nodes",
    ])
  })
  test('everything without a match is no warning when nothing was asked for', () => {
    const empty = emptyManifest('empty')
    const events: RunEvent[] = []
    expect(
      select(empty, buildDag(empty), parseSelection([], []), { resourceTypes: all, emit: (e) => events.push(e) }).ids,
    ).toEqual([])
    expect(events).toEqual([])
  })
  test('nodes without SQL are listed but never run', () => {
    const spec = parseSelection(['empty_model'], [])
    expect(select(manifest, dag, spec, { resourceTypes: all }).ids).toEqual([])
    expect(select(manifest, dag, spec, { resourceTypes: all, includeEmpty: true }).ids).toEqual([
      'model.shop.empty_model',
    ])
  })
})

describe('selectors.yml', () => {
  const read = (definition: unknown, before: unknown = 'a'): QuernError =>
    caught(() =>
      namedSelectors([
        { name: 'before', description: null, isDefault: false, definition: before as never },
        { name: 's', description: null, isDefault: false, definition: definition as never },
      ]),
    )
  test('bad definitions', () => {
    expect(read({ union: ['a'], intersection: ['b'] }).message).toContain(
      "Only a single 'union' or 'intersection' key is allowed in a root level selector definition; found union,intersection.",
    )
    expect(read({ union: 'a' }).message).toContain('Invalid value for key "union". Expected a list.')
    expect(read({ union: [{ exclude: ['a'] }, { exclude: ['b'] }] }).message).toContain('multiple exclude arguments')
    expect(read({ method: 'tag', values: 'x' }).message).toContain(
      'Expected either 1 key or else "method" and "value" keys, but got [\'method\', \'values\']',
    )
    expect(read({ method: 'selector', value: 'later' }).message).toContain(
      'Existing selector definition for later not found.',
    )
    expect(read(['a']).message).toContain('neither a text nor a dict')
    expect(read({ method: 'tagg', value: 'x' }).message).toContain("'tagg' is not a valid method name")
    expect(read({ method: 'tag', value: 'x', indirect_selection: 'lazy' }).message).toContain('lazy')
  })
  test('keys that mean nothing are ignored as in dbt, and reported', () => {
    const heard: string[] = []
    const definition = { method: 'tag', value: 'x', parent: true } as never
    const one = { name: 's', description: null, isDefault: false, definition }
    const named = namedSelectors([one], 'eager', (message, hint) => heard.push(message, hint))
    expect(named.get('s')).toMatchObject({ op: 'criterion', method: 'tag', value: 'x', parents: false })
    expect(heard).toEqual(["selector 's' has an unknown key 'parent', which is ignored", "did you mean 'parents'?"])
  })
  test('unknown names and two defaults', () => {
    expect(caught(() => namedSelectors(shopSelectors()).get('s_unoin')).hint).toBe("did you mean 's_union'?")
    const twice = shopSelectors().map((one) => ({ ...one, isDefault: true }))
    expect(caught(() => namedSelectors(twice)).message).toContain('Found multiple selectors with `default: true`')
  })
})

test('selectors as manifest.json publishes them', () => {
  expect(publishedSelectors(shopSelectors())).toEqual(shopPublishedSelectors())
})

test('a thousand names over ten thousand nodes', () => {
  const big = bigManifest()
  const graph = buildDag(big)
  const words = Array.from({ length: 1000 }, (_, at) => `fqn:big.d${(at * 7) % 50}.m${at * 7}`)
  const selection = select(big, graph, parseSelection(words, []), { resourceTypes: new Set(['model']) })
  expect(selection.ids).toHaveLength(1000)
})

describe('laws', () => {
  const value = fc.constantFrom('orders', 'stg_*', 'nightly', 'shop.marts', 'models/staging', '*', 'a-b', 'x_1')
  const criterion = fc
    .record({
      method: fc.constantFrom(
        ...METHODS.filter((method) => !['state', 'result', 'source_status', 'selector'].includes(method)),
      ),
      value,
      prefix: fc.constantFrom('', '+', '2+', '@', '0+'),
      suffix: fc.constantFrom('', '+', '+1', '+10'),
    })
    .map(({ method, value, prefix, suffix }) => {
      const name = method === 'config' ? 'config.materialized' : method
      const usable =
        name === 'test_type' ? 'generic' : name === 'resource_type' ? 'model' : name === 'version' ? 'latest' : value
      return `${prefix}${name}:${usable.replaceAll(/\.(?=.*\..*\.)/g, '')}${prefix === '@' ? '' : suffix}`
    })
  const words = fc.array(
    fc.array(criterion, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(',')),
    { minLength: 1, maxLength: 3 },
  )
  const strip = (spec: Spec): unknown =>
    spec.op === 'criterion' ? { ...spec, raw: '' } : { ...spec, raw: '', parts: spec.parts.map(strip) }

  test('what is printed parses to the same', () => {
    fc.assert(
      fc.property(words, (list) => {
        const spec = parseUnion(list, true, 'eager')
        expect(strip(parseUnion([printSpec(spec)], true, 'eager'))).toEqual(strip(spec))
      }),
    )
  })
  test('any text parses or is refused with an error that names it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseCriterion(text)
        } catch (error) {
          expect(error).toBeInstanceOf(QuernError)
        }
      }),
    )
  })
  test('blanks join by union, commas by intersection, exclude takes away (without indirect tests)', () => {
    fc.assert(
      fc.property(criterion, criterion, (a, b) => {
        const [inA, inB] = [new Set(ids([a], 'empty')), new Set(ids([b], 'empty'))]
        expect(new Set(ids([a, b], 'empty'))).toEqual(new Set([...inA, ...inB]))
        expect(new Set(ids([`${a},${b}`], 'empty'))).toEqual(new Set([...inA].filter((id) => inB.has(id))))
        const without = select(manifest, dag, parseSelection([a], [b], 'empty'), {
          resourceTypes: all,
          includeEmpty: true,
        })
        expect(new Set(without.ids)).toEqual(new Set([...inA].filter((id) => !inB.has(id))))
      }),
      { numRuns: 200 },
    )
  })
  test('modes only ever add tests, and cautious < buildable < eager', () => {
    fc.assert(
      fc.property(words, (list) => {
        const by = (mode: IndirectSelection): Set<string> => new Set(ids(list, mode))
        const [none, cautious, eager] = [by('empty'), by('cautious'), by('eager')]
        for (const id of none) expect(cautious.has(id)).toBe(true)
        if (list.every((word) => !word.includes(','))) for (const id of cautious) expect(eager.has(id)).toBe(true)
        for (const id of eager) if (!none.has(id)) expect(id).toMatch(/^(unit_)?test\./)
      }),
      { numRuns: 100 },
    )
  })
})

test('+x over ten thousand nodes', () => {
  const big = bigManifest()
  const { ids } = select(big, buildDag(big), parseSelection(['+m9999'], []), { resourceTypes: new Set(['model']) })
  expect(ids).toHaveLength(10_000)
})

/** Ten thousand models; each reads the one before it and another further back. */
function bigManifest(): ReturnType<typeof emptyManifest> {
  const big = emptyManifest('big')
  const make = (at: number, reads: number[]): void => {
    const id = uniqueId('model', 'big', `m${at}`)
    big.nodes.set(id, {
      unique_id: id,
      name: `m${at}`,
      resource_type: 'model',
      package_name: 'big',
      original_file_path: `models/d${at % 50}/m${at}.sql`,
      fqn: ['big', `d${at % 50}`, `m${at}`],
      tags: [],
      config: { enabled: true },
      raw_code: 'select 1',
      version: null,
      depends_on: { macros: [], nodes: reads.map((other) => uniqueId('model', 'big', `m${other}`)) },
    } as unknown as ModelNode)
  }
  for (let at = 0; at < 10_000; at++)
    make(at, at === 0 ? [] : [at - 1, Math.floor(at / 2)].filter((other) => other !== at))
  return big
}
