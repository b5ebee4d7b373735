import { setMaxListeners } from 'node:events'
import type { SubDag } from '../graph/sub-dag.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { ReadyQueue } from './ready-queue.ts'

/** What a finished node means for the others: `failed` skips all that is downstream of it. */
export type NodeOutcome = 'done' | 'failed'

/** The next piece of a node's work, to be run on the thread that it is given, or undefined when none is left. Never rejects. */
export type NextPiece = () => ((thread: number) => Promise<void>) | undefined

/**
 * Divides a node's work: pieces run on the node's own thread and on those that have no node to run. Resolves when none is left and all have
 * ended.
 */
export type ShareWork = (next: NextPiece) => Promise<void>

export interface GraphRun {
  readonly graph: SubDag
  /** Nodes in flight at once, at least 1. */
  readonly threads: number
  /** After the first failure no node is started any more, and those in flight are aborted. */
  readonly failFast: boolean
  /** Aborted by Ctrl-C: nothing more is started, nodes in flight are aborted. */
  readonly signal: AbortSignal
  /**
   * Runs one node on a thread (1..threads). Never rejects for a user's error: that is an outcome. `signal` is aborted when the run is
   * cancelled or fails fast; the function should then make its database give up and settle. `share` is for work in pieces.
   */
  readonly run: (id: UniqueId, thread: number, signal: AbortSignal, share: ShareWork) => Promise<NodeOutcome>
  /** Called, in the order in which they would have run, for nodes below a failed one (`cause`); `thread` would have run it. */
  readonly skip: (id: UniqueId, cause: UniqueId, thread: number) => void
  /**
   * For each vertex, how much it presses: of several ready nodes the most urgent one is next. Without it dbt's order holds, which
   * is what one thread needs, since it gains nothing by another one.
   */
  readonly urgency?: readonly number[] | undefined
  /**
   * Called once for each selected node when it takes its number: dbt numbers its lines (`3 of 28`) in this order. That is when it enters
   * the queue; with `urgency`, where others may pass it there, when it leaves it.
   */
  readonly queued?: (id: UniqueId) => void
  /** Called once when nodes in flight are about to be aborted. */
  readonly cancelling?: (inFlight: readonly UniqueId[]) => void
}

export interface GraphRunEnd {
  readonly ended: 'completed' | 'fail-fast' | 'cancelled'
  /** The node that ended a run with fail-fast. */
  readonly failed?: UniqueId
  /** Selected nodes that were neither run nor skipped, in the order in which they would have run. */
  readonly notStarted: readonly UniqueId[]
}

/**
 * Runs the nodes of a sub-graph, parents before children, `threads` at a time.
 * Order is that of dbt-core 1.11: nodes queue up as they become ready, first come first served; those that become ready together by
 * level (depth in the sub-graph) and then unique id. With `urgency` the most urgent of those that are ready comes first.
 * A node below a failed one is skipped when its turn comes. Resolves when nothing is in flight any more; rejects with what `run`
 * rejected with (a bug), after the other nodes in flight were aborted and have settled.
 */
export function runGraph(options: GraphRun): Promise<GraphRunEnd> {
  return new Promise((resolve, reject) => {
    const { graph } = options
    const waiting = graph.parents.map((parents) => parents.length)
    const { urgency } = options
    const rank = rankOf(graph, urgency)
    /** Each vertex's place in the queue: without urgencies known when it enters it. */
    const place = urgency === undefined ? [] : rank
    let arrived = 0
    const queue = new ReadyQueue(place)
    const cause: (UniqueId | undefined)[] = []
    const inFlight = new Map<number, number>() // vertex -> thread
    const freeThreads = new ReadyQueue(Array.from({ length: options.threads + 1 }, (_, thread) => thread))
    for (let thread = 1; thread <= options.threads; thread++) freeThreads.push(thread)
    const settledVertices = new Uint8Array(graph.ids.length)
    const abort = new AbortController()
    setMaxListeners(0, abort.signal) // one for each thread
    const divided = new Set<{ readonly next: NextPiece; readonly helping: Set<Promise<void>> }>()
    let ended: GraphRunEnd['ended'] = 'completed'
    let failed: UniqueId | undefined
    let bug: { readonly error: unknown } | undefined

    const enqueue = (vertices: number[]): void => {
      vertices.sort((a, b) => rank[a]! - rank[b]!)
      for (const vertex of vertices) {
        if (urgency === undefined) {
          place[vertex] = arrived++
          options.queued?.(graph.ids[vertex]!)
        }
        queue.push(vertex)
      }
    }
    const settle = (...first: readonly number[]): void => {
      // A chain of unselected vertices may be long: no recursion.
      const pending = [...first]
      const ready: number[] = []
      for (let vertex = pending.pop(); vertex !== undefined; vertex = pending.pop()) {
        settledVertices[vertex] = 1
        for (const child of graph.children[vertex]!) {
          if (cause[vertex] !== undefined) cause[child] ??= cause[vertex]
          if (--waiting[child]! > 0) continue
          if (graph.selected[child] === true) ready.push(child)
          else pending.push(child)
        }
      }
      enqueue(ready)
    }
    const stop = (reason: 'fail-fast' | 'cancelled'): void => {
      if (ended !== 'completed') return
      ended = reason
      if (inFlight.size > 0) options.cancelling?.([...inFlight.keys()].map((vertex) => graph.ids[vertex]!))
      abort.abort()
    }
    const fill = (): void => {
      while (ended === 'completed' && bug === undefined && queue.size > 0) {
        if (options.signal.aborted) {
          stop('cancelled')
          break
        }
        if (freeThreads.size === 0) return
        const vertex = queue.pop()!
        if (urgency !== undefined) options.queued?.(graph.ids[vertex]!)
        const because = cause[vertex]
        if (because !== undefined) {
          const thread = freeThreads.pop()!
          options.skip(graph.ids[vertex]!, because, thread)
          freeThreads.push(thread)
          settle(vertex)
          continue
        }
        const thread = freeThreads.pop()!
        inFlight.set(vertex, thread)
        start(vertex, thread)
      }
      if (inFlight.size === 0) finish()
      else help()
    }
    /** Threads without a node take pieces of divided work, oldest first. */
    const help = (): void => {
      for (const work of divided) {
        while (freeThreads.size > 0) {
          const piece = work.next()
          if (piece === undefined) break
          const thread = freeThreads.pop()!
          const helping = piece(thread).then(() => {
            work.helping.delete(helping)
            freeThreads.push(thread)
            fill()
          })
          work.helping.add(helping)
        }
      }
    }
    const share =
      (thread: number): ShareWork =>
      async (next) => {
        const work = { next, helping: new Set<Promise<void>>() }
        divided.add(work)
        const own = next()
        const first = own?.(thread)
        fill()
        await first
        for (let piece = next(); piece !== undefined; piece = next()) await piece(thread)
        divided.delete(work)
        await Promise.all(work.helping)
      }
    const start = (vertex: number, thread: number): void => {
      const id = graph.ids[vertex]!
      const over = (): void => {
        inFlight.delete(vertex)
        freeThreads.push(thread)
      }
      let running: Promise<NodeOutcome>
      try {
        running = options.run(id, thread, abort.signal, share(thread))
      } catch (error) {
        running = Promise.reject(error)
      }
      running
        .then((outcome) => {
          over()
          if (outcome === 'failed') {
            cause[vertex] = id
            if (options.failFast && ended === 'completed') {
              failed = id
              stop('fail-fast')
            }
          }
          settle(vertex)
          fill()
        })
        .catch((error: unknown) => {
          if (inFlight.has(vertex)) over()
          bug ??= { error }
          abort.abort()
          if (inFlight.size === 0) finish()
        })
    }
    const finish = (): void => {
      options.signal.removeEventListener('abort', onAbort)
      if (bug !== undefined) {
        reject(bug.error)
        return
      }
      const notStarted: number[] = []
      if (ended !== 'completed') {
        for (let vertex = 0; vertex < graph.ids.length; vertex++) {
          if (graph.selected[vertex] === true && settledVertices[vertex] === 0) notStarted.push(vertex)
        }
        notStarted.sort((a, b) => rank[a]! - rank[b]!)
      }
      resolve({
        ended,
        notStarted: notStarted.map((vertex) => graph.ids[vertex]!),
        ...(failed === undefined ? {} : { failed }),
      })
    }
    const onAbort = (): void => stop('cancelled')

    options.signal.addEventListener('abort', onAbort, { once: true })
    const roots = waiting.flatMap((count, vertex) => (count === 0 ? [vertex] : []))
    enqueue(roots.filter((vertex) => graph.selected[vertex] === true))
    settle(...roots.filter((vertex) => graph.selected[vertex] === false))
    fill()
  })
}

/** Each vertex's place: the most urgent first, then in dbt's order: level, then unique id by code points. */
function rankOf(graph: SubDag, urgency: readonly number[] | undefined): number[] {
  const order = graph.ids.map((_, vertex) => vertex)
  order.sort((a, b) => {
    if (urgency !== undefined && urgency[a] !== urgency[b]) return urgency[b]! - urgency[a]!
    const byLevel = graph.level[a]! - graph.level[b]!
    if (byLevel !== 0) return byLevel
    return graph.ids[a]! < graph.ids[b]! ? -1 : 1
  })
  const rank: number[] = []
  for (const [place, vertex] of order.entries()) rank[vertex] = place
  return rank
}
