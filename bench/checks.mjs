// Whether a run did what it was to do. Each check gets `run` (its folder, the project's facts, the file with what it printed, and when it began) and
// gives the reason why the run does not count, or nothing. The exit code is checked before.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** File systems keep the time of their last tick, which may be a little before the clock's. */
const CLOCK_TICK_MS = 10

const isFresh = (run, path) =>
  existsSync(join(run.folder, path)) && statSync(join(run.folder, path)).mtimeMs >= run.since - CLOCK_TICK_MS

const artifact = (run, name) => JSON.parse(readFileSync(join(run.folder, 'target', name), 'utf8'))

export function printed(run) {
  if (readFileSync(run.log, 'utf8').trim() === '') return 'nothing was printed'
}

export function manifest(run) {
  if (!isFresh(run, 'target/manifest.json')) return 'no manifest.json was written'
  const { nodes } = artifact(run, 'manifest.json')
  const models = Object.keys(nodes).filter((id) => id.startsWith('model.')).length
  if (models !== run.facts.models) return `manifest.json has ${models} models instead of ${run.facts.models}`
}

/** Lines that name a node of the project; engines differ in how they name sources and exposures. */
export function listed(run) {
  const { models, tests, seeds, snapshots } = run.facts
  const lines = readFileSync(run.log, 'utf8').split('\n')
  const nodes = lines.filter((line) => line.startsWith('bench.')).length
  const expected = models + tests + seeds + snapshots
  if (nodes < expected) return `${nodes} nodes were listed instead of ${expected}`
}

const modelFiles = (folder) =>
  readdirSync(join(folder, 'models'), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.sql'))
    .map((path) => `models/${path}`)

/** The compiled file of each model was written anew. Some engines write none for an ephemeral model. */
export function compiled(run, files = modelFiles(run.folder)) {
  const fresh = files.filter((file) => isFresh(run, `target/compiled/bench/${file}`)).length
  const expected = files.length === 1 ? 1 : files.length - run.facts.ephemeral.length
  if (fresh < expected) return `${fresh} compiled models were written instead of ${expected}`
}

/**
 * Exactly so many results, all well. Ephemeral models and exposures are left out, of which nothing is run: some engines report them, as skipped or
 * no-op, and some do not.
 */
export function results(run, expected) {
  if (!isFresh(run, 'target/run_results.json')) return 'no run_results.json was written'
  const ephemeral = new Set(run.facts.ephemeral)
  const all = artifact(run, 'run_results.json').results.filter(
    ({ unique_id }) => !ephemeral.has(unique_id) && !unique_id.startsWith('exposure.'),
  )
  if (all.length !== expected) return `run_results.json has ${all.length} results instead of ${expected}`
  const bad = all.find((result) => result.status !== 'success' && result.status !== 'pass')
  if (bad) return `${bad.unique_id} ended as ${bad.status}: ${String(bad.message).split('\n')[0]}`
}

export function catalog(run) {
  if (!isFresh(run, 'target/catalog.json')) return 'no catalog.json was written'
  const { models, ephemeral, seeds } = run.facts
  const found = Object.keys(artifact(run, 'catalog.json').nodes).length
  const expected = models - ephemeral.length + seeds
  if (found < expected) return `catalog.json has ${found} relations instead of ${expected}`
}
