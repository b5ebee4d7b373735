// Runs a project through the library, and prints the heap (bytes) each time that so many nodes more have ended. Run with --expose-gc.
import { argv, memoryUsage } from 'node:process'
import { quern } from '../../../dist/index.mjs'

const [folder, every] = [argv[2], Number(argv[3])]
let ended = 0
const { success, output } = await quern.run(
  {},
  {
    cwd: folder,
    onEvent: (event) => {
      if (event.kind !== 'node-finished' || ++ended % every !== 0) return
      globalThis.gc()
      console.log(memoryUsage().heapUsed)
    },
  },
)
if (!success) throw new Error(output)
