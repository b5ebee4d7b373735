import { PLACE, serve } from './child.ts'

// Started by `scripts/fuzz.mjs`, and by itself for the process that reads.
if (process.env[PLACE] !== undefined) serve()
else {
  const { fuzz } = await import('./main.ts')
  process.exitCode = await fuzz(process.argv[1]!, process.argv.slice(2))
}
