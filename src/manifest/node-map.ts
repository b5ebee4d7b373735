import type { ResourceType, UniqueId } from './unique-id.ts'

/**
 * What drawing the graph, selecting and counting need of a resource. A whole node is an outline of itself; of a node that is kept as text (see
 * `NodeMap`) there is only this until somebody asks for the whole.
 */
export interface NodeOutline {
  readonly unique_id: UniqueId
  readonly resource_type: ResourceType
  readonly name: string
  readonly package_name: string
  readonly original_file_path: string
  readonly patch_path?: string | null
  readonly fqn: readonly string[]
  readonly tags?: unknown
  readonly config: OutlineConfig
  readonly depends_on?: { readonly nodes?: readonly string[]; readonly macros?: readonly string[] }
  readonly database?: string | null
  readonly schema?: unknown
  readonly group?: unknown
  readonly access?: unknown
  readonly version?: string | number | null
  readonly latest_version?: string | number | null
  readonly source_name?: string
  readonly test_metadata?: { readonly name: string }
  /** What a generic test is on. */
  readonly attached_node?: string | null
  /** Of an outline alone, whether there is one. */
  readonly time_spine?: unknown
  readonly raw_code?: string
  /** Of an outline alone: it has a text, and that is blank. */
  readonly has_blank_code?: boolean
}

interface OutlineConfig {
  readonly enabled?: unknown
  readonly materialized?: unknown
  readonly group?: unknown
  readonly tags?: unknown
}

/** An outline without its node. */
export class Outline implements NodeOutline {
  readonly unique_id: UniqueId
  readonly resource_type: ResourceType
  readonly name: string
  readonly package_name: string
  readonly original_file_path: string
  readonly patch_path: string | null
  readonly fqn: readonly string[]
  readonly tags: unknown
  readonly config: OutlineConfig
  readonly depends_on: { readonly nodes?: readonly string[] }
  readonly database: string | null
  readonly schema: unknown
  readonly group: unknown
  readonly access: unknown
  readonly version: string | number | null
  readonly latest_version: string | number | null
  readonly attached_node: string | null
  readonly time_spine: unknown
  readonly has_blank_code: boolean
  declare readonly source_name?: string
  declare readonly test_metadata?: { readonly name: string }

  constructor(of: OutlineFields) {
    const [id, type, name, packageName, path, patch, fqn, tags, config, parents, more = {}] = of
    this.unique_id = id
    this.resource_type = type
    this.name = name
    this.package_name = packageName
    this.original_file_path = path
    this.patch_path = patch
    this.fqn = fqn
    this.tags = tags
    this.config = config
    this.depends_on = parents === null ? NO_PARENTS : { nodes: parents }
    this.database = more.database ?? null
    this.schema = more.schema
    this.group = more.group ?? null
    this.access = more.access
    this.version = more.version ?? null
    this.latest_version = more.latest_version ?? null
    this.attached_node = more.attached_node ?? null
    this.time_spine = more.time_spine ?? null
    this.has_blank_code = more.blank === true
    if (more.source_name !== undefined) this.source_name = more.source_name
    if (more.test !== undefined) this.test_metadata = { name: more.test }
  }
}

const NO_PARENTS = {} as const

/** An outline as data. */
export type OutlineFields = readonly [
  id: UniqueId,
  type: ResourceType,
  name: string,
  packageName: string,
  path: string,
  patch: string | null,
  fqn: readonly string[],
  tags: unknown,
  config: OutlineConfig,
  parents: readonly string[] | null,
  more?: {
    readonly database?: string | null
    readonly schema?: unknown
    readonly group?: unknown
    readonly access?: unknown
    readonly version?: string | number | null
    readonly latest_version?: string | number | null
    readonly attached_node?: string | null
    readonly time_spine?: true
    readonly blank?: true
    readonly source_name?: string
    readonly test?: string
  },
]

const NAMED = [
  'database',
  'schema',
  'group',
  'access',
  'version',
  'latest_version',
  'source_name',
  'attached_node',
] as const

/** The outline of a node as data. */
export function outlineFields(node: NodeOutline): OutlineFields {
  const { time_spine: spine, test_metadata: test } = node
  const config: Record<string, unknown> = {}
  for (const name of ['enabled', 'materialized', 'group'] as const)
    if (node.config[name] !== undefined) config[name] = node.config[name]
  if (node.tags === undefined && node.config.tags !== undefined) config['tags'] = node.config.tags
  const more: Record<string, unknown> = {}
  for (const name of NAMED) if (node[name] !== undefined && node[name] !== null) more[name] = node[name]
  if (spine) more['time_spine'] = true
  if (isBlank(node)) more['blank'] = true
  if (test !== undefined) more['test'] = test.name
  return [
    node.unique_id,
    node.resource_type,
    node.name,
    node.package_name,
    node.original_file_path,
    node.patch_path ?? null,
    node.fqn,
    node.tags ?? null,
    config,
    node.depends_on?.nodes ?? null,
    more,
  ]
}

/** Whether a resource has a text, and that is blank. */
export const isBlank = (node: NodeOutline): boolean =>
  typeof node.raw_code === 'string' ? node.raw_code.trim() === '' : node.has_blank_code === true

/** Where the whole nodes of a map are kept. */
export interface KeptNodes<N> {
  /** A new object each time: the node as it came from parsing. */
  read(id: UniqueId): N
}

/**
 * Resources by id. A map that was taken from an earlier parse, or has been kept for a later one, knows which of its nodes are still as they were:
 * those that nobody has been given. It may hold outlines in the place of nodes; whoever gets a node, or goes through all of them, gets whole ones.
 */
export class NodeMap<N extends NodeOutline> extends Map<UniqueId, N> {
  #kept: KeptNodes<N> | undefined
  #given = new Set<UniqueId>()
  readonly #added = new Set<UniqueId>()
  #allGiven = true

  /** From now on the nodes are known to be kept as they are now; some may be outlines that stand for them. */
  keep(kept: KeptNodes<N>): void {
    this.#kept = kept
    this.#given = new Set()
    this.#allGiven = false
  }

  /** Puts an outline in the place of a kept node. */
  put(outline: Outline): void {
    super.set(outline.unique_id, outline as unknown as N)
  }

  /** The ids of kept nodes that may differ from what is kept; undefined: all of them, and some may be gone. */
  get given(): ReadonlySet<UniqueId> | undefined {
    return this.#allGiven ? undefined : this.#given
  }

  /** The ids that came after the others were kept. */
  get added(): ReadonlySet<UniqueId> {
    return this.#added
  }

  /** What is known of all resources without reading them, in their order. Not to be changed. */
  outlines(): IterableIterator<NodeOutline> {
    return super.values()
  }

  /** The outline of one resource, or the whole of it. Not to be changed. */
  outline(id: UniqueId): NodeOutline | undefined {
    return super.get(id)
  }

  override get(id: UniqueId): N | undefined {
    const known = super.get(id)
    if (known === undefined || this.#kept === undefined) return known
    const node = known instanceof Outline ? this.#whole(known, this.#kept) : known
    if (!this.#added.has(id)) this.#given.add(id)
    return node
  }

  override set(id: UniqueId, node: N): this {
    if (this.#kept !== undefined) (this.has(id) ? this.#given : this.#added).add(id)
    return super.set(id, node)
  }

  override delete(id: UniqueId): boolean {
    if (this.#kept !== undefined) this.#allGiven = true
    return super.delete(id)
  }

  override clear(): void {
    this.#allGiven = true
    super.clear()
  }

  override values(): MapIterator<N> {
    this.#giveAll()
    return super.values()
  }

  override entries(): MapIterator<[UniqueId, N]> {
    this.#giveAll()
    return super.entries()
  }

  override [Symbol.iterator](): MapIterator<[UniqueId, N]> {
    return this.entries()
  }

  override forEach(see: (node: N, id: UniqueId, map: Map<UniqueId, N>) => void): void {
    this.#giveAll()
    super.forEach(see)
  }

  /**
   * The nodes as they are at this moment, for later: those that somebody was given are copied (one level deep) now, the others are read when the
   * answer is asked for.
   */
  snapshot(): () => [UniqueId, N][] {
    const kept = this.#kept
    if (kept === undefined || this.#allGiven) {
      const copies = [...super.entries()].map(([id, node]): [UniqueId, N] => [id, { ...node }])
      return () => copies
    }
    const copies = new Map<UniqueId, N>()
    for (const id of [...this.#given, ...this.#added]) copies.set(id, { ...super.get(id)! })
    const ids = [...super.keys()]
    return () => ids.map((id) => [id, copies.get(id) ?? kept.read(id)])
  }

  #whole(outline: Outline, kept: KeptNodes<N>): N {
    const node = kept.read(outline.unique_id)
    super.set(outline.unique_id, node)
    return node
  }

  #giveAll(): void {
    const kept = this.#kept
    if (kept === undefined || this.#allGiven) return
    for (const [id, node] of super.entries()) {
      if (node instanceof Outline) this.#whole(node, kept)
      if (!this.#added.has(id)) this.#given.add(id)
    }
  }
}
