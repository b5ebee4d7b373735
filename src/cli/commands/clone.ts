import { cloneRunner } from '../../execute/runners/clone.ts'
import { ExitCode } from '../exit-code.ts'
import type { Loaded } from '../load-manifest.ts'
import { runTask } from '../task.ts'

/** `clone`: models, seeds and snapshots as copies of their counterparts in the state. */
export async function cloneCommand(loaded: Loaded): Promise<ExitCode> {
  const end = await runTask(loaded, {
    command: 'clone',
    builds: false,
    clones: true,
    waitForTests: false,
    unordered: true,
    runnerOf: () => cloneRunner(),
  })
  return end.success ? ExitCode.success : ExitCode.failure
}
