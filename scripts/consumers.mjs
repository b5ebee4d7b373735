#!/usr/bin/env node
/**
 * Lets tools that drive dbt, or read what it writes, work with the reference and with quern, and compares what they found.
 *
 *   node scripts/consumers.mjs --reference PATH/bin/dbt [--cli "node dist/cli.js"] [--python python3] [--work FOLDER] [--only NAME ...] [-v]
 *
 * Each tool gets a virtual environment of its own under `--work` (made once; needs a package index), a fresh copy of consumers/project, and a `dbt`
 * on its PATH that is the reference or quern. `consumers/tool_<name>.py` writes the facts that the tool reported as JSON; texts that name times,
 * process numbers or the order of a Python set are left out there. Exit code 1 when facts differ or a script fails.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const CORE = 'dbt-core==1.11.16'
const DUCKDB = [CORE, 'dbt-duckdb==1.11.1', 'duckdb<1.6']

/** `artifacts`: the tool starts from what build, source freshness and docs generate have written. */
const CONSUMERS = [
  { name: 'dagster', packages: ['dagster-dbt==0.29.27', 'python-dateutil'] },
  { name: 'prefect', packages: ['prefect-dbt==0.7.25', CORE] },
  { name: 'cosmos', packages: ['astronomer-cosmos==1.15.1', 'apache-airflow==3.3.2'], artifacts: true },
  { name: 'openlineage', packages: ['openlineage-dbt==1.54.0', CORE] },
  { name: 'mcp', packages: ['dbt-mcp==1.20.4', 'pydantic<2.12'], python: '3.12' },
  { name: 'elementary', packages: ['elementary-data==0.25.1', ...DUCKDB] },
  { name: 'checkpoint', packages: [], source: 'CHECKPOINT' },
  {
    name: 'readers',
    packages: ['dbt-artifacts-parser==0.15.0', 'dbt-coverage==0.5.0', 'dbterd==1.32.0', 'cube_dbt==0.6.3'],
    artifacts: true,
  },
  { name: 'lineage', packages: ['dbt-colibri==0.3.7', 'altimate-datapilot-cli==0.3.8'], artifacts: true },
  { name: 'bouncer', packages: ['dbt-bouncer==4.3.0'], artifacts: true },
  { name: 'score', packages: ['dbt-score==0.19.0', CORE], artifacts: true },
  { name: 'recce', packages: ['recce==1.69.1', ...DUCKDB], artifacts: true },
  { name: 'loom', packages: ['dbt-loom==0.9.6', ...DUCKDB], artifacts: true },
]

const { values } = parseArgs({
  options: {
    reference: { type: 'string' },
    cli: { type: 'string', default: 'node dist/cli.js' },
    python: { type: 'string', default: 'python3' },
    work: { type: 'string', default: join(tmpdir(), 'quern-consumers') },
    only: { type: 'string', multiple: true, default: [] },
    checkpoint: { type: 'string' },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
})
if (values.reference === undefined) {
  console.error(
    'usage: node scripts/consumers.mjs --reference PATH/bin/dbt [--cli TEXT] [--python COMMAND] [--work FOLDER] [--checkpoint FOLDER] [--only NAME] [-v]',
  )
  process.exit(2)
}
const here = join(dirname(fileURLToPath(import.meta.url)), 'consumers')
const work = resolve(values.work)
const [program, ...first] = values.cli.split(' ').map((word) => (existsSync(word) ? resolve(word) : word))
const TOOLS = { reference: [resolve(values.reference)], quern: [program, ...first] }

/** A folder whose `dbt` is the tool, for PATH. */
function binFolder(tool) {
  const folder = join(work, 'bin', tool)
  mkdirSync(folder, { recursive: true })
  const command = TOOLS[tool].map((word) => `'${word}'`).join(' ')
  writeFileSync(join(folder, 'dbt'), `#!/bin/sh\nexec ${command} "$@"\n`)
  chmodSync(join(folder, 'dbt'), 0o755)
  return folder
}

/** The interpreter of a consumer's environment, made when it is missing; undefined when it could not be. */
function interpreter({ name, packages, source }) {
  const venv = join(work, 'venv', name)
  const python = join(venv, 'bin', 'python')
  if (existsSync(join(venv, 'ready'))) return python
  const wanted = source === undefined ? packages : [values.checkpoint]
  if (wanted.includes(undefined)) return undefined
  for (const [command, args] of [
    [values.python, ['-m', 'venv', '--clear', venv]],
    [python, ['-m', 'pip', 'install', '--quiet', '--prefer-binary', ...wanted]],
  ]) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (status !== 0) {
      console.error(stderr.slice(-1000))
      return undefined
    }
  }
  writeFileSync(join(venv, 'ready'), '')
  return python
}

/** Runs a consumer's script with one tool in a fresh project; the facts, or what went wrong. */
function factsOf(consumer, python, tool) {
  const folder = join(work, 'run', 'shop')
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(here, 'project'), folder, { recursive: true })
  const bin = binFolder(tool)
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    DBT_EXECUTABLE: join(bin, 'dbt'),
    DO_NOT_TRACK: '1',
  }
  const options = { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 900_000 }
  const commands = consumer.artifacts ? [['build'], ['source', 'freshness'], ['docs', 'generate']] : []
  for (const command of commands) spawnSync(join(bin, 'dbt'), command, options)
  const file = join(work, `${consumer.name}.${tool}.json`)
  rmSync(file, { force: true })
  const done = spawnSync(python, [join(here, `tool_${consumer.name}.py`), file], options)
  writeFileSync(join(work, `${consumer.name}.${tool}.log`), `${done.stdout}${done.stderr}`)
  return existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { scriptError: done.stderr.trim().split('\n').at(-1) }
}

/** Paths at which two values differ. */
function differences(a, b, path = '') {
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].flatMap((key) => differences(a[key], b[key], `${path}/${key}`))
  }
  return a === b ? [] : [`${path}: ${JSON.stringify(a)?.slice(0, 300)} <> ${JSON.stringify(b)?.slice(0, 300)}`]
}

let failed = false
for (const consumer of CONSUMERS) {
  if (values.only.length > 0 && !values.only.includes(consumer.name)) continue
  const python = interpreter(consumer)
  if (python === undefined) {
    console.log(`${consumer.name.padEnd(12)} not installed`)
    continue
  }
  const reference = factsOf(consumer, python, 'reference')
  const found = differences(reference, factsOf(consumer, python, 'quern'))
  const broken = reference.scriptError !== undefined
  failed ||= broken || found.length > 0
  console.log(
    `${consumer.name.padEnd(12)} ${broken ? `the script failed: ${reference.scriptError}` : found.length === 0 ? 'same' : `${found.length} differ`}`,
  )
  if (values.verbose || found.length < 6) for (const line of found) console.log(`    ${line}`)
}
process.exit(failed ? 1 : 0)
