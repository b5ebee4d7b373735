import { QuernError } from '../errors/quern-error.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import { type Awaitable, type Kwargs, PyFloat, type Value } from '../jinja/runtime/value.ts'
import type { ManifestNode, ModelNode, RefArgs } from '../manifest/node.ts'
import { ephemeralRelation, type Relation, type RelationInput } from '../manifest/relation.ts'
import { type RelationNode, relationOfNode } from '../manifest/relation-class.ts'
import { type ManifestIndex, nearbyRef, resolveRef } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { compilationError } from './compilation-error.ts'
import { type Deferral, deferred } from './deferral.ts'
import { type EventTimeUser, eventTimeFilter } from './event-time.ts'
import { Resolver } from './runtime-config.ts'
import { type ContextServices, callerOf } from './services.ts'
import { notFound } from './target-not-found.ts'

/**
 * Sorts the arguments of `ref(name)`, `ref(package, name)`, with `version=`/`v=`. Throws dbt's Compilation Errors for other forms.
 */
export function refArgs(args: readonly Value[], kwargs: Kwargs): RefArgs {
  if (args.length !== 1 && args.length !== 2) {
    throw compilationError(
      'ref_arguments',
      `ref() takes at most two arguments (${args.length} given)`,
      "write ref('model') or ref('package', 'model')",
    )
  }
  const name = args[args.length - 1] as Value
  const packageName = args.length === 2 ? (args[0] as Value) : null
  const given = kwargs.get('version') || kwargs.get('v') || null
  const version = given instanceof PyFloat ? given.value : given
  if (typeof name !== 'string') throw wrongType('name', 'a string', name)
  if (packageName !== null && typeof packageName !== 'string')
    throw wrongType('package', 'a string or None', packageName)
  if (version !== null && typeof version !== 'string' && typeof version !== 'number') {
    throw wrongType('version', 'a string, int, float, or None', version)
  }
  return { name, package: packageName, version }
}

const wrongType = (argument: string, wanted: string, value: Value): QuernError =>
  compilationError(
    'ref_argument_type',
    `The ${argument} argument to ref() must be ${wanted}, got <class '${typeName(value)}'>`,
  )

/** `ref` while parsing: notes the dependency and gives the current node's own relation, as dbt. */
export class ParseRef extends Resolver {
  readonly typeName = 'ParseRefResolver'
  readonly #record: (ref: RefArgs) => void
  readonly #own: () => Relation
  constructor(services: ContextServices, record: (ref: RefArgs) => void, own: () => Relation) {
    super(services)
    this.#record = record
    this.#own = own
  }
  override pyCall(args: readonly Value[], kwargs: Kwargs): Value {
    this.#record(refArgs(args, kwargs))
    return this.#own()
  }
}

/** What `ref` needs of the node that says it while running. */
export interface RefUser extends EventTimeUser {
  readonly name: string
  readonly unique_id: UniqueId
  readonly package_name: string
  readonly original_file_path: string
  /** Ids that parsing found; null for operations, where anything may be referred to. */
  readonly dependsOn: readonly string[] | null
  readonly group: string | null
}

/** `ref` while running: the relation of the node that is meant. */
export class RuntimeRef extends Resolver {
  readonly typeName = 'RuntimeRefResolver'
  readonly #services: ContextServices
  readonly #index: ManifestIndex
  readonly #user: RefUser
  readonly #onEphemeral: ((node: ModelNode) => void) | undefined
  readonly #hint: (ref: RefArgs) => string | undefined
  readonly #deferral: Deferral | undefined
  readonly #onFound: ((ref: RefArgs, node: ManifestNode) => void) | undefined

  /**
   * `onEphemeral` hears of ephemeral models whose SQL has to be put in front; without it they cannot be referred to. `hint` is what to do about
   * a name that was not found, else the nearest name. `deferral`: with `--defer`. `onFound` hears of what is meant.
   */
  constructor(
    services: ContextServices,
    index: ManifestIndex,
    user: RefUser,
    onEphemeral?: (node: ModelNode) => void,
    hint: (ref: RefArgs) => string | undefined = (ref) => nearbyRef(index, ref.name),
    deferral?: Deferral,
    onFound?: (ref: RefArgs, node: ManifestNode) => void,
  ) {
    super(services)
    this.#deferral = deferral
    this.#onFound = onFound
    this.#hint = hint
    this.#services = services
    this.#index = index
    this.#user = user
    this.#onEphemeral = onEphemeral
  }

  override pyCall(args: readonly Value[], kwargs: Kwargs): Awaitable<Value> {
    return this.relation(refArgs(args, kwargs))
  }

  /** Throws when the target is missing, disabled, private to another group, or was not seen while parsing. */
  relation(ref: RefArgs): Awaitable<Relation> {
    const found = resolveRef(this.#index, ref, callerOf(this.#services, this.#user.package_name))
    if (found.kind === 'ambiguous') {
      throw compilationError(
        'ref_ambiguous',
        `dbt found more than one resource that ref('${ref.name}') could mean: ${found.ids.join(', ')}`,
        `name the package: ref('<package>', '${ref.name}')`,
      )
    }
    if (found.kind !== 'found') {
      throw notFound(
        this.#user,
        'node',
        ref.name,
        { package: ref.package, version: ref.version, disabled: found.kind === 'disabled' },
        this.#hint(ref),
      )
    }
    const node = found.node
    this.#checkAccess(node)
    if (this.#user.dependsOn !== null && !this.#user.dependsOn.includes(node.unique_id))
      throw unseenRef(this.#user.name, ref)
    this.#onFound?.(ref, node)
    return this.#relationOf(node)
  }

  #relationOf(node: ManifestNode): Awaitable<Relation> {
    if (node.resource_type === 'model' && node.config.materialized === 'ephemeral') {
      if (this.#onEphemeral === undefined) {
        throw compilationError(
          'operation_refs_ephemeral',
          `Operations can not ref() ephemeral nodes, but ${node.name} is ephemeral`,
        )
      }
      this.#onEphemeral(node)
      return ephemeralRelation({
        identifier: node.alias,
        dialect: this.#services.relations.dialect,
        ...this.#rows(node),
      })
    }
    const made = (meant: RelationNode): Relation => relationOfNode(meant, this.#services.relations, this.#rows(node))
    const meant = deferred(node, node.defer_relation, this.#deferral)
    return meant instanceof Promise ? meant.then(made) : made(meant)
  }

  /** Which rows are read: none under `--empty`, those of the batch or of the sample. */
  #rows(node: ManifestNode): Pick<RelationInput, 'limit' | 'eventTimeFilter'> {
    return {
      limit: this.#services.invocation.flags.empty ? 0 : null,
      eventTimeFilter: eventTimeFilter(this.#services, this.#user, node),
    }
  }

  #checkAccess(node: ManifestNode): void {
    // dbt-core 1.11: an inline query may read anything.
    if (this.#user.resource_type === 'sql_operation') return
    const access = (node as Partial<ModelNode>).access
    const other = node.package_name !== this.#user.package_name
    const restricted =
      this.#services.config.packages.get(node.package_name)?.restrictAccess === true ||
      (this.#services.config.project.name === node.package_name && this.#services.config.project.restrictAccess)
    const isPrivate = access === 'private' && node.group !== this.#user.group && (!other || restricted)
    const isProtected = access === 'protected' && other && restricted
    if (isPrivate || isProtected)
      throw accessError(
        this.#user.unique_id,
        node.unique_id,
        isPrivate ? 'private' : 'protected',
        isPrivate ? (node.group ?? '') : node.package_name,
      )
  }
}

/** The error of a `ref` that access rules forbid. */
export const accessError = (user: string, target: string, access: 'private' | 'protected', scope: string): QuernError =>
  new QuernError(
    'Parsing',
    'ref_not_allowed',
    `Node ${user} attempted to reference node ${target}, which is not allowed because the referenced node is ${access} to the '${scope}' ${access === 'private' ? 'group' : 'package'}.`,
  )

function unseenRef(name: string, ref: RefArgs): QuernError {
  const positional = [ref.package, ref.name].filter((part) => part !== null).map((part) => `'${part}'`)
  const call = `{{ ref(${positional.join(', ')}${ref.version === null ? '' : `, version='${ref.version}'`}) }}`
  return compilationError(
    'ref_unseen_while_parsing',
    `dbt was unable to infer all dependencies for the model "${name}".\nThis typically happens when ref() is placed within a conditional block.\n\n` +
      `To fix this, add the following hint to the top of the model "${name}":\n\n-- depends_on: ${call}`,
  )
}
