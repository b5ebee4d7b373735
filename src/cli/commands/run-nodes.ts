import type { NodeRunner, RunnableNode } from '../../execute/node-run.ts'
import { modelRunner } from '../../execute/runners/model.ts'
import { seedRunner } from '../../execute/runners/seed.ts'
import { snapshotRunner } from '../../execute/runners/snapshot.ts'
import { testRunner } from '../../execute/runners/test.ts'
import { unitTestRunner } from '../../execute/runners/unit-test.ts'
import { unsupportedRunner } from '../../execute/runners/unsupported.ts'
import { ExitCode } from '../exit-code.ts'
import type { Loaded } from '../load-manifest.ts'
import type { Runtime } from '../run-services.ts'
import { runTask } from '../task.ts'

/** `run`, `test`, `seed` and `build`: the same way of running, over different nodes. */
export async function runNodesCommand(loaded: Loaded): Promise<ExitCode> {
  const command = loaded.invocation.flags.which
  const end = await runTask(loaded, {
    command,
    builds: true,
    waitForTests: command === 'build',
    unordered: command === 'test',
    runnerOf,
  })
  return end.success ? ExitCode.success : ExitCode.failure
}

/** How a node is run, by its type. */
export function runnerOf(node: RunnableNode, runtime: Runtime): NodeRunner<RunnableNode> {
  switch (node.resource_type) {
    case 'seed':
      return seedRunner(runtime.services)
    case 'test':
      return testRunner()
    case 'unit_test':
      return unitTestRunner()
    case 'snapshot':
      return snapshotRunner(runtime.services)
    case 'model':
      return isMicrobatch(node)
        ? unsupportedRunner(
            'microbatch models',
            'choose another incremental_strategy, or leave the model out: --exclude config.incremental_strategy:microbatch',
          )
        : modelRunner(runtime.services)
    default:
      return unsupportedRunner(`a ${node.resource_type}`, `leave it out: --exclude resource_type:${node.resource_type}`)
  }
}

/** Run in one go, a microbatch model would be built from the wrong rows. */
const isMicrobatch = (node: RunnableNode): boolean =>
  node.config.materialized === 'incremental' && node.config['incremental_strategy'] === 'microbatch'
