import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import {
  dictGet,
  isDict,
  type Kwargs,
  type PlainDict,
  PyFunction,
  PyObject,
  Undefined,
  type Value,
} from '../jinja/runtime/value.ts'
import { ALL_PARTS, type PerPart, Relation, type RelationDialect, type RelationInput, relation } from './relation.ts'
import { createdFields, relationClassAttribute } from './relation-attributes.ts'
import { ephemeralName } from './relation-type.ts'

/** What relations of one project have in common. */
export interface RelationScope {
  readonly dialect: RelationDialect
  /** Quoting of the project, over the adapter's default. */
  readonly quoting: Partial<PerPart<boolean>>
  /** A source's text instead of its name (`Adapter.sourceLocation`). */
  readonly sourceLocation?: ((source: PlainDict) => string | undefined) | undefined
}

/** The parts of a manifest node that make its relation. Sources have an identifier, other nodes an alias. */
export interface RelationNode {
  readonly resource_type: string
  readonly database: string | null
  readonly schema: string
  readonly alias?: string
  readonly identifier?: string
  readonly quoting?: unknown
  readonly config?: { readonly quoting?: unknown; readonly [key: string]: unknown }
}

/**
 * The relation of a node. Quoting, weakest first: adapter, project, the node's config (a source's own `quoting`),
 * `extra.quotePolicy`.
 */
export function relationOfNode(
  node: RelationNode,
  scope: RelationScope,
  extra: Omit<Partial<RelationInput>, 'dialect'> = {},
): Relation {
  const isSource = node.resource_type === 'source'
  const own = flags(isSource ? node.quoting : node.config?.quoting)
  const external = isSource ? scope.sourceLocation?.(node as unknown as PlainDict) : undefined
  return relation({
    database: node.database,
    schema: node.schema,
    identifier: (isSource ? node.identifier : node.alias) ?? node.identifier ?? null,
    ...(external === undefined ? {} : { external }),
    ...extra,
    quotePolicy: { ...scope.quoting, ...own, ...extra.quotePolicy },
    dialect: scope.dialect,
  })
}

function flags(quoting: unknown): Partial<PerPart<boolean>> {
  if (typeof quoting !== 'object' || quoting === null) return {}
  const entries = Object.entries(quoting).filter(
    ([part, flag]) => Object.hasOwn(ALL_PARTS, part) && typeof flag === 'boolean',
  )
  return Object.fromEntries(entries)
}

/** `api.Relation` and `adapter.Relation`: makes relations under the project's quoting. */
export class RelationClass extends PyObject {
  readonly typeName = 'RelationProxy'
  override readonly moduleName = 'dbt.context.providers'
  readonly #scope: RelationScope
  constructor(scope: RelationScope) {
    super()
    this.#scope = scope
  }
  override getAttr(name: string): Value | undefined {
    switch (name) {
      case 'create':
        return new PyFunction(name, (args, kwargs) => this.create(args, kwargs))
      case 'create_from':
      case 'create_from_source':
        return new PyFunction(name, (args, kwargs) => this.#createFrom(name, args, kwargs))
      case 'create_ephemeral_from':
        return new PyFunction(name, (args, kwargs) => this.#createEphemeral(args, kwargs))
      default:
        return relationClassAttribute(name)
    }
  }
  create(args: readonly Value[], kwargs: Kwargs): Relation {
    return new Relation(createdFields(this.#scope, args, kwargs, this.#scope.quoting))
  }
  /** `create_from(quoting, node, **kwargs)`; the node is a dict like `model` or those of `graph.nodes`. */
  #createFrom(name: string, args: readonly Value[], kwargs: Kwargs): Relation {
    const node = args[1] ?? kwargs.get('relation_config') ?? kwargs.get('source') ?? args[0] ?? null
    if (!isDict(node)) {
      throw new QuernError(
        'Compilation',
        'relation_create_from',
        `Relation.${name}() needs a node, got ${toText(node)}`,
        {
          hint: 'pass a node of `graph.nodes`, or use api.Relation.create(database=..., schema=..., identifier=...)',
        },
      )
    }
    const extra = new Map([...kwargs].filter(([key]) => !['relation_config', 'source', 'quoting'].includes(key)))
    const made = relationOfNode(nodeOf(node as PlainDict), this.#scope)
    const changes = createdFields(this.#scope, [], extra, made.fields.quotePolicy)
    return new Relation({ ...changes, path: made.fields.path, external: changes.external ?? made.fields.external })
  }
  #createEphemeral(args: readonly Value[], kwargs: Kwargs): Relation {
    const node = args[0] ?? kwargs.get('relation_config') ?? null
    const name = isDict(node) ? (dictGet(node, 'alias') ?? dictGet(node, 'identifier')) : node
    return relation({
      identifier: ephemeralName(toText(name ?? null)),
      type: 'cte',
      quotePolicy: { identifier: false },
      dialect: this.#scope.dialect,
    })
  }
  override pyRepr(): string {
    return `<class '${this.#scope.dialect.moduleName}.${this.#scope.dialect.className}'>`
  }
}

const nodeOf = (node: PlainDict): RelationNode => {
  const text = (key: string): string | null => {
    const value = dictGet(node, key)
    return value === undefined || value === null || value instanceof Undefined ? null : toText(value)
  }
  const alias = text('alias')
  const identifier = text('identifier')
  return {
    ...(isDict(node) ? node : {}),
    resource_type: text('resource_type') ?? 'model',
    database: text('database'),
    schema: text('schema') ?? '',
    ...(alias === null ? {} : { alias }),
    ...(identifier === null ? {} : { identifier }),
  } as RelationNode
}
