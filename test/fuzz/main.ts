import { parseArgs } from 'node:util'
import { keepFinding } from './found.ts'
import { Reader } from './parent.ts'
import { TARGETS, targetNamed } from './targets/all.ts'

const HELP = `npm run fuzz -- [--count 1000000] [--minutes 60] [--seed now] [--only templates,yaml] [--from 0] [--show]
  --count    inputs in all, divided among the parsers by their share
  --minutes  ends then, whatever is left
  --seed     the same seed gives the same inputs; today's date unless given
  --only     these parsers
  --from     number of the first input of each parser
  --show     prints the inputs instead of reading them
`

/** Feeds the parsers and prints a line for each; resolves with the exit code: 1 when something was found. */
export async function fuzz(program: string, argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      count: { type: 'string', default: '1000000' },
      minutes: { type: 'string', default: '240' },
      seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
      only: { type: 'string' },
      from: { type: 'string', default: '0' },
      show: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const targets = values.only === undefined ? TARGETS : values.only.split(',').map(targetNamed)
  const shares = targets.reduce((sum, target) => sum + target.share, 0)
  const until = Date.now() + Number(values.minutes) * 60_000
  const from = Number(values.from)
  const { inputOf } = await import('./input.ts')
  const reader = new Reader(program)
  let total = 0
  let found = 0
  process.stdout.write(`seed ${values.seed}\n`)
  try {
    for (const target of targets) {
      const count = Math.ceil((Number(values.count) * target.share) / shares)
      if (values.show) {
        for (let index = from; index < from + count; index++)
          process.stdout.write(`${JSON.stringify(inputOf(target, values.seed, index))}\n`)
        continue
      }
      const ran = await reader.run(target, values.seed, from, from + count, until)
      total += ran.count
      found += ran.findings.length
      const rate = Math.round(ran.count / Math.max(0.001, ran.seconds))
      process.stdout.write(
        `${target.name.padEnd(16)} ${String(ran.count).padStart(9)} inputs ${String(Math.round(ran.seconds)).padStart(6)} s ${String(rate).padStart(7)}/s ${String(ran.findings.length).padStart(4)} findings\n`,
      )
      for (const finding of ran.findings) {
        const { message, stack } = finding.problem
        process.stdout.write(`  ${keepFinding(finding)}: ${message.slice(0, 400)}\n`)
        process.stdout.write(`${stack.split('\n').slice(1, 5).join('\n')}\n`)
      }
    }
  } finally {
    reader.close()
  }
  process.stdout.write(`${total} inputs, ${found} findings\n`)
  return found === 0 ? 0 : 1
}
