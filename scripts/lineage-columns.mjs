// Compares what the lineage says of columns with what the database has, for every model, snapshot and seed of a project:
//
//     node scripts/lineage-columns.mjs PROJECT [PROFILES] [--no-build] [--vars '{...}'] [--select ...]
//
// Builds the project (without tests), asks for the lineage before there is a catalog, then makes the catalog. Names and their order must be equal for
// every node that was analysed. Needs dist/. Ends with exit code 1 when a node differs.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const words = process.argv.slice(2)
const first = words.findIndex((word) => word.startsWith('--'))
const [project, profiles = project] = first === -1 ? words : words.slice(0, first)
const options = (first === -1 ? [] : words.slice(first)).filter((word) => word !== '--no-build')
const cli = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', 'dist', 'cli.js')
const target = mkdtempSync(join(tmpdir(), 'lineage-columns-'))

function quern(command, ...more) {
  const args = [
    cli,
    ...command.split(' '),
    '--project-dir',
    project,
    '--profiles-dir',
    profiles,
    '--target-path',
    target,
  ]
  const run = spawnSync(process.execPath, [...args, ...options, ...more], { encoding: 'utf8', maxBuffer: 1 << 30 })
  return { ...run, text: run.stdout + run.stderr }
}

if (!words.includes('--no-build')) {
  const built = quern('build', '--exclude-resource-type', 'test', 'unit_test')
  console.log(
    built.text
      .split('\n')
      .filter((line) => /Done\.|ERROR|Error/.test(line))
      .join('\n'),
  )
}
const asked = quern('lineage', '--format', 'json', '--upstream', '--downstream')
if (asked.status !== 0) {
  console.error(asked.text)
  process.exit(2)
}
const lineage = JSON.parse(asked.stdout).nodes
const docs = quern('docs generate', '--no-compile')
const { nodes } = JSON.parse(readFileSync(join(target, 'catalog.json'), 'utf8'))
if (docs.status !== 0) console.error(docs.text)
rmSync(target, { recursive: true })

const count = { complete: 0, partial: 0, failed: 0, same: 0, different: 0, absent: 0 }
for (const [id, { status, reason, columns }] of Object.entries(lineage)) {
  if (!/^(model|snapshot|seed)\./.test(id)) continue
  count[status]++
  if (status !== 'complete') console.log(`${status}: ${id}: ${reason}`)
  const table = nodes[id]
  if (table === undefined) count.absent++
  else if (status !== 'failed') {
    const has = Object.values(table.columns)
      .sort((a, b) => a.index - b.index)
      .map(({ name }) => name)
    const says = Object.keys(columns)
    const equal = has.join('\n') === says.join('\n')
    if (status === 'complete') count[equal ? 'same' : 'different']++
    if (!equal && status === 'complete')
      console.log(`different: ${id}\n  database: ${has.join(', ')}\n  lineage:  ${says.join(', ')}`)
  }
}
console.log(count)
process.exit(count.different > 0 ? 1 : 0)
