// Loads the seeds of a project through the library, and prints the most memory that the process had: MiB.
import { argv, resourceUsage } from 'node:process'
import { quern } from '../../../dist/index.mjs'

const { success, output } = await quern.seed({}, { cwd: argv[2] })
if (!success) throw new Error(output)
console.log(Math.round(resourceUsage().maxRSS / 1024))
