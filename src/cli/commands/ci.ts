import { QuernError } from '../../errors/quern-error.ts'
import type { ExitCode } from '../exit-code.ts'
import type { Loaded } from '../load-manifest.ts'
import { runNodesCommand } from './run-nodes.ts'

/**
 * `ci`: `build` with the defaults of `ciDefaults` in build-flags.ts. A state that is asked for has to be there: comparing with nothing would build
 * everything, or nothing.
 */
export async function ciCommand(loaded: Loaded): Promise<ExitCode> {
  const { state, deferState } = loaded.states()
  for (const [option, found] of [
    ['--state', state],
    ['--defer-state', deferState],
  ] as const) {
    if (found === undefined || found.manifest !== undefined) continue
    throw new QuernError(
      'Runtime',
      'ci_without_manifest',
      `There is no manifest.json in '${found.folder}' (${option})`,
      {
        hint: 'give the folder with the manifest.json of the environment to compare with, relative to the project; without --state everything is built',
      },
    )
  }
  return await runNodesCommand(loaded)
}
