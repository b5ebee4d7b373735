import { QuernError } from '../../errors/quern-error.ts'
import type { Emit } from '../../events/run-event.ts'
import { warning } from '../../events/warnings.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import { isBlank, type NodeOutline } from '../../manifest/node-map.ts'
import type { ResourceType, UniqueId } from '../../manifest/unique-id.ts'
import { ancestors, type Dag, descendants, emptyMask, type Mask, maskOf, verticesOf } from '../dag.ts'
import type { Comparison } from '../state/comparison.ts'
import { METHOD_TABLE } from './methods/all.ts'
import type { FlatName } from './methods/method.ts'
import { nearMatch } from './near-match.ts'
import type { Criterion, Spec, SpecGroup } from './spec.ts'

export interface SelectOptions {
  /** Only these types are kept, after everything else was decided (see resource-types.ts). */
  readonly resourceTypes: ReadonlySet<ResourceType>
  /** `ls` also lists nodes without SQL; others never run them. */
  readonly includeEmpty?: boolean
  /** Narrows further what is kept. */
  readonly accepts?: (id: UniqueId) => boolean
  /** Told of criteria that match nothing; may throw. */
  readonly emit?: Emit
  /** The earlier run of `--state`. */
  readonly comparison?: Comparison | undefined
}

/** The part of the graph that an invocation will touch. */
export interface Selection {
  /** Sorted by unique id. */
  readonly ids: readonly UniqueId[]
  has(id: string): boolean
}

/**
 * The nodes that a spec means: criteria with their graph operators, set operations, tests taken along by the indirect-selection mode
 * (dbt-core 1.11), then the filter by resource type.
 * Throws a `QuernError` for a criterion that makes no sense, and what `emit` throws for a promoted warning.
 */
export function select(manifest: Manifest, dag: Dag, spec: Spec, options: SelectOptions): Selection {
  const { direct } = new Selector(manifest, dag, options.emit, options.comparison).evaluate(spec)
  const ids: UniqueId[] = []
  for (const vertex of verticesOf(direct)) {
    const node = dag.nodes[vertex]!
    if (!options.resourceTypes.has(node.resource_type)) continue
    if (options.includeEmpty !== true && isEmpty(node)) continue
    if (options.accepts?.(node.unique_id) === false) continue
    ids.push(dag.ids[vertex]!)
  }
  ids.sort()
  const members = new Set<string>(ids)
  return { ids, has: (id) => members.has(id) }
}

/** A file without SQL makes a node that is known and never run; seeds and resources without SQL do not count. */
const isEmpty = (node: NodeOutline): boolean => node.resource_type !== 'seed' && isBlank(node)

interface Found {
  /** Chosen. */
  readonly direct: Mask
  /** Tests of chosen nodes that wait for their other parents to be chosen too. */
  readonly indirect: Mask
}

class Selector {
  readonly #manifest: Manifest
  readonly #dag: Dag
  readonly #emit: Emit | undefined
  readonly #comparison: Comparison | undefined
  readonly #enabled: Mask
  readonly #flat = new Map<NodeOutline, FlatName>()

  constructor(manifest: Manifest, dag: Dag, emit: Emit | undefined, comparison: Comparison | undefined) {
    this.#manifest = manifest
    this.#dag = dag
    this.#emit = emit
    this.#comparison = comparison
    this.#enabled = maskOf(
      dag,
      dag.nodes.flatMap((node, vertex) => (node.config.enabled === false ? [] : [vertex])),
    )
  }

  /** `bare`: without the tests that come along by the modes. */
  evaluate(spec: Spec, bare = false): Found {
    return spec.op === 'criterion' ? this.#criterion(spec, bare) : this.#group(spec, bare)
  }

  #criterion(criterion: Criterion, bare: boolean): Found {
    if (criterion.method === 'selector') return this.#named(criterion, bare)
    const dag = this.#dag
    const matches = METHOD_TABLE[criterion.method]({
      manifest: this.#manifest,
      criterion,
      nodes: dag.nodes,
      flatName: (node) => this.#flatName(node),
      comparison: this.#comparison,
      emit: this.#emit ?? (() => undefined),
    })
    const chosen = emptyMask(dag)
    for (let vertex = 0; vertex < chosen.length; vertex++) {
      if (this.#enabled[vertex] === 1 && matches(dag.nodes[vertex]!)) chosen[vertex] = 1
    }
    add(chosen, this.#neighbours(chosen, criterion))
    return this.#withTests(chosen, bare ? 'empty' : criterion.indirect)
  }

  /** `selector:name` (dbt-core 1.12): what the definition selects with its own modes, and what operators add around it. */
  #named(criterion: Criterion, bare: boolean): Found {
    if (criterion.of === undefined) {
      throw new QuernError(
        'Internal',
        'selector_not_resolved',
        `selector '${String(criterion.value)}' was not looked up`,
      )
    }
    const own = this.evaluate(criterion.of, bare)
    const start = this.evaluate(criterion.of, true).direct
    const around = this.#neighbours(start, criterion)
    remove(around, start)
    const more = this.#withTests(around, bare ? 'empty' : criterion.indirect)
    const direct = Uint8Array.from(own.direct)
    const indirect = Uint8Array.from(own.indirect)
    add(direct, more.direct)
    add(indirect, more.indirect)
    return { direct, indirect }
  }

  /** What `@`, `+` and depths add to some nodes. */
  #neighbours(chosen: Mask, criterion: Criterion): Mask {
    const dag = this.#dag
    const matched = verticesOf(chosen)
    const around = emptyMask(dag)
    if (criterion.childrensParents) {
      add(around, descendants(dag, matched))
      add(around, ancestors(dag, [...matched, ...verticesOf(around)]))
    }
    if (criterion.parents) add(around, ancestors(dag, matched, criterion.parentsDepth ?? undefined))
    if (criterion.children) add(around, descendants(dag, matched, criterion.childrenDepth ?? undefined))
    keep(around, this.#enabled)
    return around
  }

  /** Adds the tests of chosen nodes as the mode says; those that cannot be decided yet are given back apart. */
  #withTests(chosen: Mask, mode: Criterion['indirect']): Found {
    const dag = this.#dag
    const direct = Uint8Array.from(chosen)
    const indirect = emptyMask(dag)
    if (mode === 'empty') return { direct, indirect }
    const buildable = mode === 'buildable' ? this.#buildable(chosen) : chosen
    for (const vertex of verticesOf(chosen)) {
      for (const child of dag.children[vertex]!) {
        if (this.#enabled[child] === 0 || !isTest(dag.nodes[child]!)) continue
        if (mode === 'eager' || this.#parentsIn(child, buildable)) direct[child] = 1
        else indirect[child] = 1
      }
    }
    return { direct, indirect }
  }

  #group(group: SpecGroup, bare: boolean): Found {
    const found = group.parts.map((part) => this.evaluate(part, bare))
    const direct = this.#combine(
      group,
      found.map((one) => one.direct),
    )
    const both = this.#combine(
      group,
      found.map(({ direct, indirect }) => {
        const either = Uint8Array.from(direct)
        add(either, indirect)
        return either
      }),
    )
    const complete = bare ? direct : this.#settle(group, direct, both)
    if (group.expectExists && complete.indexOf(1) === -1)
      this.#emit?.(warning.noNodesForSelection(group.raw, this.#near(group)))
    return { direct: complete, indirect: both }
  }

  #near(group: SpecGroup): string | undefined {
    // what comparing brings up has been told already
    const silent = new Selector(this.#manifest, this.#dag, undefined, this.#comparison)
    const matches = (criterion: Criterion): boolean => silent.evaluate(criterion).direct.indexOf(1) !== -1
    return nearMatch(group, this.#manifest, this.#dag.nodes, matches)
  }

  #combine(group: SpecGroup, masks: readonly Mask[]): Mask {
    const [first, ...others] = masks
    if (first === undefined) return emptyMask(this.#dag)
    const result = Uint8Array.from(first)
    for (const mask of others) {
      if (group.op === 'union') add(result, mask)
      else if (group.op === 'intersection') keep(result, mask)
      else remove(result, mask)
    }
    return result
  }

  /** Takes in the waiting tests whose parents have all turned up (cautious, buildable). */
  #settle(group: SpecGroup, direct: Mask, both: Mask): Mask {
    if (group.indirect !== 'cautious' && group.indirect !== 'buildable') return direct
    const result = Uint8Array.from(direct)
    const enough = group.indirect === 'buildable' ? this.#buildable(direct, false) : direct
    for (const vertex of verticesOf(both)) {
      if (this.#dag.nodes[vertex]!.resource_type !== 'test') continue
      if (this.#parentsIn(vertex, enough)) result[vertex] = 1
    }
    return result
  }

  /** Chosen nodes and all they read; sources count as there (dbt-core 1.11: not when sets are combined). */
  #buildable(chosen: Mask, withSources = true): Mask {
    const mask = Uint8Array.from(chosen)
    add(mask, ancestors(this.#dag, verticesOf(chosen)))
    if (withSources) {
      for (const [vertex, node] of this.#dag.nodes.entries()) if (node.resource_type === 'source') mask[vertex] = 1
    }
    return mask
  }

  #parentsIn(vertex: number, mask: Mask): boolean {
    return this.#dag.parents[vertex]!.every((parent) => mask[parent] === 1)
  }

  #flatName(node: NodeOutline): FlatName {
    let flat = this.#flat.get(node)
    if (flat === undefined) {
      flat = { full: node.fqn.join('.'), withoutPackage: node.fqn.slice(1).join('.') }
      this.#flat.set(node, flat)
    }
    return flat
  }
}

const isTest = (node: NodeOutline): boolean => node.resource_type === 'test' || node.resource_type === 'unit_test'

function add(into: Mask, mask: Mask): void {
  for (let vertex = 0; vertex < into.length; vertex++) if (mask[vertex] === 1) into[vertex] = 1
}

function keep(into: Mask, mask: Mask): void {
  for (let vertex = 0; vertex < into.length; vertex++) if (mask[vertex] === 0) into[vertex] = 0
}

function remove(from: Mask, mask: Mask): void {
  for (let vertex = 0; vertex < from.length; vertex++) if (mask[vertex] === 1) from[vertex] = 0
}
