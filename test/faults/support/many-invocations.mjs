// Runs one project again and again in this process, through the library, and prints what it holds after each: a line of JSON. Run with --expose-gc.
import { readdirSync } from 'node:fs'
import { argv, memoryUsage } from 'node:process'
import { quern } from '../../../dist/index.mjs'

const [folder, times, every] = [argv[2], Number(argv[3]), Number(argv[4])]
const descriptors = () => {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
for (let time = 1; time <= times; time++) {
  // what fails, what is cancelled and what succeeds
  const command = time % 5 === 0 ? 'test' : time % 7 === 0 ? 'docsGenerate' : 'build'
  const controller = new AbortController()
  if (time % 11 === 0) setTimeout(() => controller.abort(), 50)
  const { exitCode, error } = await quern[command]({}, { cwd: folder, signal: controller.signal })
  if (error !== undefined || (exitCode !== 1 && time % 11 !== 0 && command !== 'docsGenerate'))
    throw error ?? new Error(`${command} ended with ${exitCode}`)
  if (time % every !== 0) continue
  globalThis.gc()
  await new Promise((resolve) => setTimeout(resolve, 50))
  globalThis.gc()
  const { heapUsed, rss } = memoryUsage()
  console.log(
    JSON.stringify({
      time,
      heap: heapUsed,
      rss,
      descriptors: descriptors(),
      resources: process.getActiveResourcesInfo().length,
    }),
  )
}
