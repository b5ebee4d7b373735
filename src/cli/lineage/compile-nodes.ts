import { Compiler } from '../../compile/compile-node.ts'
import { isQuernError } from '../../errors/quern-error.ts'
import { withoutIntrospection } from '../../execute/no-introspection.ts'
import { deferTo } from '../../manifest/defer.ts'
import type { SqlNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { throwIfCancelled } from '../cancelled.ts'
import type { Loaded } from '../load-manifest.ts'
import { deferManifest } from '../previous-states.ts'
import { makeRuntime } from '../run-services.ts'

export interface CompiledNodes {
  /** Knows where their SQL is from. */
  readonly compiler: Compiler
  /** Of those that could not be compiled, the first line of why. */
  readonly failures: ReadonlyMap<string, string>
}

/**
 * Compiles nodes so that their SQL can be read: a node that fails is noted, and the others go on. Nothing is written to the target folder and nothing
 * is told. Templates may ask the database, unless `--no-introspect` was given.
 * @throws QuernError when the run was cancelled.
 */
export async function compileForReading(loaded: Loaded, ids: readonly UniqueId[]): Promise<CompiledNodes> {
  const { manifest, invocation } = loaded
  const { services, database, select } = makeRuntime(loaded)
  const compiler = new Compiler(services, async () => undefined, services.sourceOf)
  const failures = new Map<string, string>()
  select(ids)
  try {
    if (invocation.flags.defer) deferTo(manifest, deferManifest(loaded.states()))
    for (const id of ids) {
      const node = manifest.nodes.get(id)
      if (node?.resource_type !== 'model' && node?.resource_type !== 'snapshot') continue
      throwIfCancelled(invocation.signal)
      const session = database.session(id, { node })
      try {
        const asked = invocation.flags.introspect ? session : withoutIntrospection(session)
        await compiler.compile(node as SqlNode, asked)
      } catch (error) {
        if (!isQuernError(error)) throw error
        failures.set(id, error.message.split('\n')[0] ?? '')
      } finally {
        await session.release()
      }
    }
  } finally {
    await database.close()
  }
  return { compiler, failures }
}
