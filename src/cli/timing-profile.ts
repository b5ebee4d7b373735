import { Session } from 'node:inspector/promises'
import { writeFileAtomically } from '../artifacts/write-file.ts'
import type { Secrets } from '../util/secrets.ts'

/** Records a CPU profile from now on; the result ends it and writes the `.cpuprofile` file. Throws what stands in the way of writing. */
export async function startProfile(path: string, secrets: Secrets): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    // V8 calls a regular expression by its source, and what hides secrets is one that is made of them
    for (const { callFrame } of profile.nodes)
      if (callFrame.functionName.startsWith('RegExp:')) callFrame.functionName = 'RegExp'
    writeFileAtomically(path, JSON.stringify(profile), { secrets })
  }
}
