import { toText } from '../jinja/runtime/text.ts'
import { PyFunction, PyObject, type Value } from '../jinja/runtime/value.ts'
import { type RelationNode, relationOfNode } from '../manifest/relation-class.ts'
import { type ManifestIndex, resolveFunction, resolveMetric } from '../manifest/resolve-ref.ts'
import { compilationError } from './compilation-error.ts'
import { type Deferral, deferred } from './deferral.ts'
import type { RefUser } from './ref.ts'
import { type ContextServices, callerOf } from './services.ts'
import { notFound } from './target-not-found.ts'

/** What `metric()` gives while running: prints as the metric's name. */
class MetricReference extends PyObject {
  readonly typeName = 'ResolvedMetricReference'
  readonly name: string
  constructor(name: string) {
    super()
    this.name = name
  }
  override pyRepr(): string {
    return this.name
  }
  override getAttr(name: string): Value | undefined {
    return name === 'metric_name' || name === 'name' ? this.name : undefined
  }
}

function names(call: string, args: readonly Value[]): { name: string; packageName: string | null } {
  if (args.length !== 1 && args.length !== 2) {
    throw compilationError(`${call}_arguments`, `${call}() takes at most two arguments (${args.length} given)`)
  }
  return {
    name: toText(args[args.length - 1] as Value),
    packageName: args.length === 2 ? toText(args[0] as Value) : null,
  }
}

/** `metric(name)` / `metric(package, name)` while running. */
export const runtimeMetric = (services: ContextServices, index: ManifestIndex, user: RefUser): PyFunction =>
  new PyFunction('metric', (args) => {
    const { name, packageName } = names('metric', args)
    const found = resolveMetric(index, name, packageName, callerOf(services, user.package_name))
    if (found.kind !== 'found')
      throw notFound(user, 'metric', name, { package: packageName, disabled: found.kind === 'disabled' })
    return new MetricReference(found.node.name)
  })

/** `function(name)` / `function(package, name)` while running: the relation of the function. */
export const runtimeFunction = (
  services: ContextServices,
  index: ManifestIndex,
  user: RefUser,
  deferral?: Deferral,
): PyFunction =>
  new PyFunction('function', (args) => {
    const { name, packageName } = names('function', args)
    const found = resolveFunction(index, name, packageName, callerOf(services, user.package_name))
    if (found.kind !== 'found')
      throw notFound(user, 'function', name, { package: packageName, disabled: found.kind === 'disabled' })
    const made = (meant: RelationNode): Value =>
      relationOfNode(meant, { ...services.relations, quoting: {} }, { type: 'function' })
    const meant = deferred(found.node, found.node.defer_relation, deferral)
    return meant instanceof Promise ? meant.then(made) : made(meant)
  })
