import { resolve } from 'node:path'
import { readCatalogColumns } from '../../artifacts/read-catalog.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { RelationPair } from '../../execute/diff/diff-relations.ts'
import type { PlainDict } from '../../jinja/runtime/value.ts'
import { type ManifestNode, REFABLE } from '../../manifest/node.ts'
import type { StateNode } from '../../manifest/previous-state.ts'
import type { Relation } from '../../manifest/relation.ts'
import { type RelationNode, relationOfNode } from '../../manifest/relation-class.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Loaded } from '../load-manifest.ts'

/** Whose relations are compared with, other than those of the state. */
export interface OtherTarget {
  /** Null: the target of this run. */
  readonly target: string | null
  /** Null: its own. */
  readonly schema: string | null
}

/** The relations that are compared with. */
export interface BeforeSide {
  /** The target to open, with which those relations can be read. */
  readonly loaded: Loaded
  /** A node's relations on both sides, or why there is nothing to compare; undefined for what is no relation. `old`: the node in the state. */
  pairOf(node: ManifestNode, old: StateNode | undefined): RelationPair | string | undefined
  /** Gives back what was opened to know them. */
  close(): void
}

/**
 * Where the relations of the other side are: as `--against-target` and `--against-schema` would have them, else as the manifest of the state says. Throws
 * for a target that cannot be read together with this one.
 */
export async function beforeSide(
  loaded: Loaded,
  loadOther: (other: OtherTarget) => Promise<Loaded>,
): Promise<BeforeSide> {
  const { flags } = loaded.invocation
  const { state } = loaded.states()
  const other: OtherTarget = { target: flags.diff?.againstTarget ?? null, schema: flags.diff?.againstSchema ?? null }
  const pair = (
    node: ManifestNode,
    before: Relation,
    { catalog, viewMisleads = false }: { catalog?: RelationPair['catalog']; viewMisleads?: boolean },
  ): RelationPair => ({
    node,
    before,
    after: relationOfNode(node, loaded.services.relations),
    catalog,
    viewMisleads,
  })
  if (other.target === null && other.schema === null) {
    const catalog =
      state === undefined ? new Map() : readCatalogColumns(resolve(loaded.config.project.root, state.folder))
    return {
      loaded,
      pairOf: (node, old) => {
        if (!isRelation(node)) return undefined
        if (old === undefined) return 'it is not in the state'
        if (!isRelation(old as unknown as ManifestNode)) return 'it was ephemeral in the state: it had no relation'
        return pair(node, relationOfNode(asRelationNode(old), loaded.services.relations), {
          catalog: catalog.get(old.unique_id),
        })
      },
      close: () => undefined,
    }
  }
  const { config, invocation, adapter } = loaded
  if (other.schema === null && other.target === config.target.name) throw sameTarget(config.target.name)
  const theirs = await loadOther(other)
  const close = (): void => theirs.manifest.published?.close()
  try {
    if (theirs.adapter.type !== adapter.type) throw otherAdapter(theirs, loaded)
    const { fields, database, viewsKeepMeaning } = adapter.beside(config.target.fields, theirs.config.target.fields, {
      baseDir: invocation.cwd,
    })
    const theirDatabase = theirs.config.target.database
    const scope = theirs.services.relations
    return {
      loaded: withFields(loaded, fields),
      pairOf: (node, old) => {
        if (!isRelation(node)) return undefined
        const found = theirs.manifest.nodes.get(node.unique_id as UniqueId)
        if (found === undefined) return `it is not enabled for ${described(other)}`
        if (!isRelation(found)) return `it is ephemeral for ${described(other)}`
        const name = old !== undefined && old.unique_id !== node.unique_id ? { alias: String(old['alias']) } : {}
        const there = found.database === theirDatabase ? { database } : {}
        const before = relationOfNode({ ...found, ...name, ...there }, scope)
        return pair(node, before, { viewMisleads: !viewsKeepMeaning })
      },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

const described = ({ target, schema }: OtherTarget): string =>
  target === null ? `schema ${schema}` : `target ${target}`

const isRelation = ({ resource_type: type, config }: Pick<ManifestNode, 'resource_type' | 'config'>): boolean =>
  REFABLE.has(type) && config?.materialized !== 'ephemeral'

const asRelationNode = (old: StateNode): RelationNode => {
  const text = (key: string): string | null => (typeof old[key] === 'string' ? (old[key] as string) : null)
  return {
    resource_type: old.resource_type,
    database: text('database'),
    schema: text('schema') ?? '',
    alias: text('alias') ?? text('name') ?? '',
    config: (old['config'] ?? {}) as PlainDict,
  }
}

const withFields = (loaded: Loaded, fields: PlainDict): Loaded => ({
  ...loaded,
  config: { ...loaded.config, target: { ...loaded.config.target, fields } },
})

const sameTarget = (name: string): QuernError =>
  new QuernError('Runtime', 'diff_with_itself', `--against-target ${name} is the target of this run itself`, {
    hint: 'choose the target to look at with --target, and the one to compare it with by --against-target',
  })

const otherAdapter = (theirs: Loaded, own: Loaded): QuernError =>
  new QuernError(
    'Runtime',
    'other_target_unreadable',
    `Target '${theirs.config.target.name}' is a ${theirs.adapter.type} database and target '${own.config.target.name}' a ${own.adapter.type} one: one connection cannot read both`,
    { hint: 'compare targets of the same type' },
  )
