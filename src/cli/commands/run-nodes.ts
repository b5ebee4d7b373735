import { tableText } from '../../adapter/table-text.ts'
import { isMicrobatch, usesBatches } from '../../context/event-time.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { NodeRunner, RunnableNode } from '../../execute/node-run.ts'
import { functionRunner } from '../../execute/runners/function.ts'
import { microbatchRunner } from '../../execute/runners/microbatch.ts'
import { modelRunner } from '../../execute/runners/model.ts'
import { seedRunner } from '../../execute/runners/seed.ts'
import { snapshotRunner } from '../../execute/runners/snapshot.ts'
import { testRunner } from '../../execute/runners/test.ts'
import { unitTestRunner } from '../../execute/runners/unit-test.ts'
import type { NodeResult } from '../../manifest/node-result.ts'
import { ExitCode } from '../exit-code.ts'
import type { Loaded } from '../load-manifest.ts'
import type { Runtime } from '../run-services.ts'
import { loadSeedTable } from '../seeds/load-seed-table.ts'
import { runTask } from '../task.ts'

/** `run`, `test`, `seed`, `snapshot` and `build`: the same way of running, over different nodes. */
export async function runNodesCommand(loaded: Loaded): Promise<ExitCode> {
  const command = loaded.invocation.flags.which
  const end = await runTask(loaded, {
    command,
    builds: true,
    waitForTests: command === 'build',
    unordered: command === 'test',
    runnerOf,
    after: async (runtime, results) => {
      if (loaded.invocation.flags.show) await showSeeds(runtime, results)
    },
  })
  return end.success ? ExitCode.success : ExitCode.failure
}

/** `--show`: some rows of every seed that was loaded, in no particular order. */
async function showSeeds(runtime: Runtime, results: readonly NodeResult[]): Promise<void> {
  const { services } = runtime
  const { emit } = services.invocation
  for (const result of results) {
    const node = services.manifest.nodes.get(result.id)
    if (node?.resource_type !== 'seed' || result.status !== 'success') continue
    const table = await loadSeedTable(node, runtime.loaded)
    const rows = [...table.rowTuples()].map((row) => ({ row, place: Math.random() }))
    const sample = rows.sort((a, b) => a.place - b.place).slice(0, 10)
    const header = `Random sample of table: ${node.schema}.${node.alias}`
    emit({ kind: 'blank' })
    emit({ kind: 'message', level: 'info', name: 'SeedHeader', code: 'Q004', text: header })
    emit({ kind: 'message', level: 'info', name: 'Formatting', code: 'Z017', text: '-'.repeat(header.length) })
    const limits = { maxRows: 10, maxColumns: Number.POSITIVE_INFINITY, maxColumnWidth: 20, maxPrecision: 3 }
    emit({
      kind: 'print',
      text: tableText(
        table.columnNames,
        table.columnTypes,
        sample.map(({ row }) => [...row]),
        limits,
      ).trimEnd(),
    })
    emit({ kind: 'blank' })
  }
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
      return isMicrobatch(node) && usesBatches(runtime.services.macros, runtime.services.invocation.flags.behavior)
        ? microbatchRunner(runtime.services)
        : modelRunner(runtime.services)
    case 'function':
      return functionRunner(runtime.services)
    default:
      // no command selects these for running
      throw new QuernError('Internal', 'no_runner', `${node.unique_id} is nothing that can be run`)
  }
}
