import { typeName } from '../jinja/runtime/type-name.ts'
import type { Kwargs, Value } from '../jinja/runtime/value.ts'
import { asDict } from '../manifest/node.ts'
import type { Relation } from '../manifest/relation.ts'
import { relationOfNode } from '../manifest/relation-class.ts'
import { type ManifestIndex, nearbySource, resolveSource } from '../manifest/resolve-ref.ts'
import { compilationError } from './compilation-error.ts'
import { eventTimeFilter } from './event-time.ts'
import type { RefUser } from './ref.ts'
import { Resolver } from './runtime-config.ts'
import { type ContextServices, callerOf } from './services.ts'
import { notFound } from './target-not-found.ts'

/** The two arguments of `source(source_name, table_name)`. Throws dbt's Compilation Errors for other forms. */
export function sourceArgs(args: readonly Value[], kwargs: Kwargs): [string, string] {
  if (args.length !== 2 || kwargs.size > 0) {
    throw compilationError(
      'source_arguments',
      `source() takes exactly two arguments (${args.length + kwargs.size} given)`,
      "write source('source', 'table')",
    )
  }
  const [source, table] = args as [Value, Value]
  if (typeof source !== 'string')
    throw compilationError(
      'source_argument_type',
      `The source name (first) argument to source() must be a string, got <class '${typeName(source)}'>`,
    )
  if (typeof table !== 'string')
    throw compilationError(
      'source_argument_type',
      `The table name (second) argument to source() must be a string, got <class '${typeName(table)}'>`,
    )
  return [source, table]
}

/** `source` while parsing: notes the dependency and gives the current node's own relation, as dbt. */
export class ParseSource extends Resolver {
  readonly typeName = 'ParseSourceResolver'
  readonly #record: (source: [string, string]) => void
  readonly #own: () => Relation
  constructor(services: ContextServices, record: (source: [string, string]) => void, own: () => Relation) {
    super(services)
    this.#record = record
    this.#own = own
  }
  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    this.#record(sourceArgs(args, kwargs))
    return this.#own()
  }
}

/** `source` while running: the relation of the source table. */
export class RuntimeSource extends Resolver {
  readonly typeName = 'RuntimeSourceResolver'
  readonly #services: ContextServices
  readonly #index: ManifestIndex
  readonly #user: RefUser

  constructor(services: ContextServices, index: ManifestIndex, user: RefUser) {
    super(services)
    this.#services = services
    this.#index = index
    this.#user = user
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    const [source, table] = sourceArgs(args, kwargs)
    const found = resolveSource(this.#index, source, table, callerOf(this.#services, this.#user.package_name))
    if (found.kind !== 'found') {
      throw notFound(
        this.#user,
        'source',
        `${source}.${table}`,
        { disabled: found.kind === 'disabled' },
        nearbySource(this.#index, source, table),
      )
    }
    this.#services.adapter.checkSource?.(asDict(found.node))
    // dbt-core 1.11: sources do not follow the project's quoting.
    const scope = { ...this.#services.relations, quoting: {} }
    return relationOfNode(found.node, scope, {
      limit: this.#services.invocation.flags.empty ? 0 : null,
      eventTimeFilter: eventTimeFilter(this.#services, this.#user, found.node),
    })
  }
}
