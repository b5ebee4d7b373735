import type { Compiler } from '../../compile/compile-node.ts'
import { keepGraph } from '../../context/model.ts'
import { runNodes } from '../../execute/run-nodes.ts'
import { compileRunner } from '../../execute/runners/compile.ts'
import { unorderedSubDag } from '../../graph/sub-dag.ts'
import { deferTo } from '../../manifest/defer.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Loaded } from '../load-manifest.ts'
import { deferManifest } from '../previous-states.ts'
import { makeRuntime } from '../run-services.ts'

export interface CompiledNodes {
  /** Knows where their SQL is from. */
  readonly compiler: Compiler
  /** Of those that could not be compiled: why. */
  readonly failures: ReadonlyMap<string, string>
  /** Those whose templates asked the database for columns or rows: what they compile to depends on what is built. */
  readonly asked: ReadonlySet<string>
  /** The user ended it. */
  readonly cancelled: boolean
}

/**
 * Compiles nodes as `compile` does, and no artifact tells of it but target/compiled. One that fails is in no other's way: nothing is built, so that
 * those downstream only need its name. */
export async function compileForLineage(loaded: Loaded, ids: readonly UniqueId[]): Promise<CompiledNodes> {
  const { manifest, invocation, config } = loaded
  const { flags } = invocation
  const runtime = makeRuntime(loaded)
  runtime.select(ids)
  const failures = new Map<string, string>()
  const asked = new Set<string>()
  if (flags.defer) deferTo(manifest, deferManifest(loaded.states()))
  keepGraph(manifest)
  try {
    const end = await runNodes({
      services: runtime.services,
      database: runtime.database,
      compiler: runtime.compiler,
      graph: unorderedSubDag(ids),
      threads: config.target.threads,
      failFast: false,
      lines: false,
      keepEphemeral: true,
      runnerOf: () =>
        compileRunner({ injectCtes: true, introspect: flags.introspect, onAsked: (id) => void asked.add(id) }),
      onResult: ({ id, error, message }) => {
        const reason = error?.message ?? message
        if (error !== undefined) failures.set(id, `it could not be compiled: ${reason?.split('\n')[0] ?? ''}`)
      },
    })
    return { compiler: runtime.compiler, failures, asked, cancelled: end.ended === 'cancelled' }
  } finally {
    await runtime.database.close()
  }
}
