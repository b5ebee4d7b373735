import { describe, expect, test } from 'vitest'
import { type GraphRunEnd, type NodeOutcome, runGraph } from '../../../src/execute/scheduler.ts'
import { remainingWork } from '../../../src/graph/remaining-work.ts'
import type { SubDag } from '../../../src/graph/sub-dag.ts'
import { asUniqueId } from '../../../src/manifest/unique-id.ts'

/** `{ b: ['a'] }`: b reads a. Names in `through` are vertices that nobody selected. */
function graphOf(parentsOf: Record<string, string[]>, through: string[] = []): SubDag {
  const ids = Object.keys(parentsOf)
  const parents = ids.map((id) => parentsOf[id]!.map((parent) => ids.indexOf(parent)))
  const children = ids.map((_, vertex) => parents.flatMap((list, child) => (list.includes(vertex) ? [child] : [])))
  const selected = ids.map((id) => !through.includes(id))
  const level: number[] = []
  const levelOf = (vertex: number): number =>
    (level[vertex] ??= Math.max(0, ...parents[vertex]!.map((parent) => levelOf(parent) + (selected[parent] ? 1 : 0))))
  for (const vertex of ids.keys()) levelOf(vertex)
  return { ids: ids.map(asUniqueId), selected, parents, children, level }
}

/** A run whose nodes finish only when the test says so. */
class Steps {
  readonly log: string[] = []
  readonly #finish = new Map<string, (outcome: NodeOutcome) => void>()
  readonly #break = new Map<string, (error: unknown) => void>()
  readonly aborted: string[] = []
  readonly queued: string[] = []
  readonly controller = new AbortController()
  readonly end: Promise<GraphRunEnd>

  constructor(graph: SubDag, threads: number, failFast = false, urgency?: readonly number[]) {
    this.end = runGraph({
      graph,
      threads,
      failFast,
      urgency,
      signal: this.controller.signal,
      run: (id, thread, signal) => {
        this.log.push(`start ${id} on ${thread}`)
        signal.addEventListener('abort', () => this.aborted.push(id))
        return new Promise((resolve, reject) => {
          this.#finish.set(id, resolve)
          this.#break.set(id, reject)
        })
      },
      skip: (id, cause) => this.log.push(`skip ${id} because of ${cause}`),
      queued: (id) => this.queued.push(id),
      cancelling: (ids) => this.log.push(`cancel ${ids.join(' ')}`),
    })
  }

  /** Finishes a node and gives what happened since. */
  async finish(id: string, outcome: NodeOutcome = 'done'): Promise<string[]> {
    this.log.length = 0
    this.#finish.get(id)!(outcome)
    await settled()
    return [...this.log]
  }

  async break(id: string, error: unknown): Promise<void> {
    this.#break.get(id)!(error)
    await settled()
  }
}

const settled = async (): Promise<void> => {
  for (let tick = 0; tick < 10; tick++) await Promise.resolve()
}

describe('order', () => {
  test('parents run before children, ready nodes by level and then by id', async () => {
    const steps = new Steps(graphOf({ z: [], a: [], m: ['z'], b: ['a', 'm'] }), 1)
    expect(steps.log).toEqual(['start a on 1'])
    expect(await steps.finish('a')).toEqual(['start z on 1'])
    expect(await steps.finish('z')).toEqual(['start m on 1'])
    expect(await steps.finish('m')).toEqual(['start b on 1'])
    expect(await steps.finish('b')).toEqual([])
    expect(await steps.end).toEqual({ ended: 'completed', notStarted: [] })
  })

  test('first come first served: a node that became ready earlier goes before a shallower one', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], a1: ['a'], a2: ['a1'], b1: ['b'], c: [] }), 1)
    expect(steps.queued).toEqual(['a', 'b', 'c'])
    expect(await steps.finish('a')).toEqual(['start b on 1'])
    expect(steps.queued).toEqual(['a', 'b', 'c', 'a1'])
    expect(await steps.finish('b')).toEqual(['start c on 1'])
    expect(await steps.finish('c')).toEqual(['start a1 on 1'])
    expect(await steps.finish('a1')).toEqual(['start b1 on 1'])
    expect(await steps.finish('b1')).toEqual(['start a2 on 1'])
    expect(steps.queued).toEqual(['a', 'b', 'c', 'a1', 'b1', 'a2'])
    await steps.finish('a2')
    expect((await steps.end).ended).toBe('completed')
  })

  test('children that become ready together: by level, then by id', async () => {
    const steps = new Steps(graphOf({ r: [], s: ['r'], deep: ['r', 's'], t: ['s'], a: ['s'] }), 1)
    await steps.finish('r')
    expect(await steps.finish('s')).toEqual(['start a on 1'])
    expect(steps.queued).toEqual(['r', 's', 'a', 'deep', 't'])
    for (const id of ['a', 'deep', 't']) await steps.finish(id)
    await steps.end
  })

  test('no more nodes in flight than threads; the lowest free thread is used', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], c: [], d: [] }), 2)
    expect(steps.log).toEqual(['start a on 1', 'start b on 2'])
    expect(await steps.finish('b')).toEqual(['start c on 2'])
    expect(await steps.finish('a')).toEqual(['start d on 1'])
    await steps.finish('c')
    await steps.finish('d')
    expect((await steps.end).ended).toBe('completed')
  })

  test('order is kept through nodes that are not selected', async () => {
    const steps = new Steps(graphOf({ a: [], mid: ['a'], mid2: ['mid'], b: ['mid2'] }, ['mid', 'mid2']), 4)
    expect(steps.log).toEqual(['start a on 1'])
    expect(await steps.finish('a')).toEqual(['start b on 1'])
    await steps.finish('b')
    await steps.end
  })

  test('an empty graph ends at once', async () => {
    expect(await new Steps(graphOf({}), 3).end).toEqual({ ended: 'completed', notStarted: [] })
  })
})

describe('urgency', () => {
  /** Two short models, and a chain that takes long; `z` is slow itself. */
  const graph = graphOf({ a: [], b: [], c1: [], c2: ['c1'], c3: ['c2'], z: [] })

  test("the longest chain of work that is left goes first, then what takes longest, then dbt's order", async () => {
    const seconds: Record<string, number> = { a: 1, b: 1, c1: 2, c2: 3, c3: 4, z: 8 }
    const urgency = remainingWork(graph, (id) => seconds[id])
    expect(urgency).toEqual([1, 1, 9, 7, 4, 8])
    const steps = new Steps(graph, 2, false, urgency)
    expect(steps.log).toEqual(['start c1 on 1', 'start z on 2'])
    // c2 became ready last and passes a and b
    expect(await steps.finish('c1')).toEqual(['start c2 on 1'])
    expect(await steps.finish('c2')).toEqual(['start c3 on 1'])
    expect(await steps.finish('z')).toEqual(['start a on 2'])
    expect(await steps.finish('a')).toEqual(['start b on 2'])
    await steps.finish('b')
    await steps.finish('c3')
    expect((await steps.end).ended).toBe('completed')
    // lines are numbered in the order of their start
    expect(steps.queued).toEqual(['c1', 'z', 'c2', 'c3', 'a', 'b'])
  })

  test('what nobody knows takes as long as the others do', () => {
    expect(remainingWork(graph, () => undefined)).toEqual([1, 1, 3, 2, 1, 1])
    expect(remainingWork(graph, (id) => ({ a: 2, c2: 4 })[id as string])).toEqual([2, 3, 10, 7, 3, 3])
  })

  test('work waits behind nodes that are not selected too, and they take none', () => {
    const through = graphOf({ a: [], mid: ['a'], b: ['mid'], c: [] }, ['mid'])
    expect(remainingWork(through, () => 5)).toEqual([10, 5, 5, 5])
  })

  test('skipped and not started nodes come in this order too', async () => {
    const urgency = remainingWork(graph, (id) => (id === 'z' ? 5 : 1))
    const skipping = new Steps(graph, 2, false, urgency)
    expect(await skipping.finish('c1', 'failed')).toEqual(['skip c2 because of c1', 'start a on 2'])
    expect(await skipping.finish('a')).toEqual(['start b on 2'])
    expect(await skipping.finish('b')).toEqual(['skip c3 because of c1'])
    await skipping.finish('z')
    await skipping.end
    const failing = new Steps(graph, 2, true, urgency)
    await failing.finish('z', 'failed')
    await failing.finish('c1', 'failed')
    expect((await failing.end).notStarted).toEqual(['c2', 'a', 'b', 'c3'])
  })
})

describe('failures', () => {
  test('all descendants are skipped with the failed node as cause, when their turn comes', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], a1: ['a'], a2: ['a1'], both: ['a2', 'b'] }), 1)
    expect(await steps.finish('a', 'failed')).toEqual(['start b on 1'])
    expect(await steps.finish('b')).toEqual(['skip a1 because of a', 'skip a2 because of a', 'skip both because of a'])
    expect(await steps.end).toEqual({ ended: 'completed', notStarted: [] })
  })

  test('a failure reaches through nodes that are not selected', async () => {
    const steps = new Steps(graphOf({ a: [], mid: ['a'], b: ['mid'] }, ['mid']), 1)
    expect(await steps.finish('a', 'failed')).toEqual(['skip b because of a'])
    await steps.end
  })

  test('fail-fast starts nothing more, aborts what runs and waits for it', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], c: [], d: ['a'] }), 2, true)
    expect(await steps.finish('a', 'failed')).toEqual(['cancel b'])
    expect(steps.aborted).toContain('b')
    expect(await steps.finish('b', 'failed')).toEqual([])
    expect(await steps.end).toEqual({ ended: 'fail-fast', failed: 'a', notStarted: ['c', 'd'] })
  })

  test('a bug in one node aborts the rest and rejects after they settled', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], c: ['a'] }), 2)
    await steps.break('a', new TypeError('bug'))
    expect(steps.aborted).toContain('b')
    await steps.finish('b')
    await expect(steps.end).rejects.toThrow('bug')
  })
})

describe('cancelling', () => {
  test('nothing more is started, nodes in flight are aborted, the rest is reported', async () => {
    const steps = new Steps(graphOf({ a: [], b: [], c: ['a'] }), 1)
    steps.controller.abort()
    expect(steps.aborted).toEqual(['a'])
    await steps.finish('a', 'failed')
    expect(await steps.end).toEqual({ ended: 'cancelled', notStarted: ['b', 'c'] })
  })

  test('a signal that is aborted already starts nothing', async () => {
    const controller = new AbortController()
    controller.abort()
    const end = await runGraph({
      graph: graphOf({ a: [] }),
      threads: 1,
      failFast: false,
      signal: controller.signal,
      run: () => Promise.reject(new Error('must not run')),
      skip: () => undefined,
    })
    expect(end).toEqual({ ended: 'cancelled', notStarted: ['a'] })
  })
})

test('ten thousand nodes in a chain run without deep recursion', async () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => asUniqueId(`n${at}`))
  const graph: SubDag = {
    ids,
    selected: ids.map(() => true),
    parents: ids.map((_, at) => (at === 0 ? [] : [at - 1])),
    children: ids.map((_, at) => (at === ids.length - 1 ? [] : [at + 1])),
    level: ids.map((_, at) => at),
  }
  const ran: string[] = []
  const end = await runGraph({
    graph,
    threads: 4,
    failFast: false,
    signal: new AbortController().signal,
    run: async (id) => {
      ran.push(id)
      return 'done'
    },
    skip: () => undefined,
  })
  expect(end.ended).toBe('completed')
  expect(ran).toEqual(ids)
})

describe('work in pieces', () => {
  /** One node of `pieces` pieces beside nodes that never end; says which thread ran which piece. */
  async function divided(threads: number, pieces: number, others: string[]): Promise<string[]> {
    const log: string[] = []
    const controller = new AbortController()
    let next = 0
    let running = 0
    let most = 0
    const run = runGraph({
      graph: graphOf({ a: [], ...Object.fromEntries(others.map((id) => [id, []])) }),
      threads,
      failFast: false,
      signal: controller.signal,
      skip: () => undefined,
      run: async (id, _thread, signal, share) => {
        if (id !== 'a') {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          return 'done'
        }
        await share(() => {
          if (next === pieces) return undefined
          const piece = ++next
          return async (thread) => {
            most = Math.max(most, ++running)
            log.push(`${piece} on ${thread}`)
            await settled()
            running--
          }
        })
        log.push('over')
        if (others.length > 0) setTimeout(() => controller.abort())
        return 'done'
      },
    })
    await run
    expect(running).toBe(0)
    expect(most).toBeLessThanOrEqual(threads - Math.min(others.length, threads - 1))
    return log
  }

  test('all threads that have nothing else to do take part', async () => {
    expect(await divided(3, 4, [])).toEqual(['1 on 1', '2 on 2', '3 on 3', expect.stringMatching(/^4 on /), 'over'])
  })

  test('a single thread does everything itself', async () => {
    expect(await divided(1, 3, [])).toEqual(['1 on 1', '2 on 1', '3 on 1', 'over'])
  })

  test('nodes that are ready come before pieces', async () => {
    expect((await divided(2, 3, ['b'])).map((line) => line.replace(/ on .*/, ''))).toEqual(['1', '2', '3', 'over'])
  })
})
