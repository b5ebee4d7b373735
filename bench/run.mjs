// Times quern against a reference, as whole processes and in turn (A B A B ...):
//
//     npm run bench -- --reference /path/to/venv/bin/dbt
//     node bench/run.mjs [--reference CMD] [--quern CMD] [--rounds 5] [--case NAME ...] [--work DIR] [--out FILE | --no-out]
//
// Without --reference only quern is measured. CMD is split at blanks; quern is `node dist/cli.js` unless said otherwise.
// Cases: version, parse-100, parse-1000 (cold: neither target/ nor a cache), warm-1000 (a second parse), run-100 (DuckDB, seeds loaded, warm parse, 4 threads).
// `node -e 0` is measured beside them as the floor of anything that runs on Node.
//
// Per run: wall seconds; CPU seconds of the process and of all children it waited for (cutime + cstime of this process in /proc); the peak of the
// resident memory of the whole tree, sampled every 10 ms (Linux only; elsewhere CPU and memory are left out). Medians are shown with the lowest and
// the highest wall time; the ratio is the median of the ratios round by round. A run that ends with another exit code than 0, or writes no results
// where there should be some, ends the benchmark.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeProject } from './make-project.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = resolve(here, '..')
const linux = process.platform === 'linux'
const TICKS_PER_SECOND = 100
const SAMPLE_EVERY_MS = 10

const { values: flags } = parseArgs({
  options: {
    reference: { type: 'string' },
    quern: { type: 'string', default: `${process.execPath} ${join(root, 'dist', 'cli.js')}` },
    rounds: { type: 'string', default: '5' },
    case: { type: 'string', multiple: true },
    work: { type: 'string', default: join(tmpdir(), 'quern-bench-run') },
    out: { type: 'string', default: join(here, 'RESULTS.md') },
    'no-out': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const rounds = Math.max(1, Number(flags.rounds))
const words = (command) => command.split(/\s+/).filter(Boolean)
const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** CPU seconds of all children that ended so far. */
function childrenCpu() {
  if (!linux) return 0
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

/** Resident bytes of a process and all below it, now. */
function treeMemory(pid) {
  try {
    const own = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
    return children === '' ? own : children.split(' ').reduce((sum, child) => sum + treeMemory(child), own)
  } catch {
    return 0
  }
}

/** One run from start to exit. Rejects when the exit code is not 0. */
function timed([command, ...args], cwd, env) {
  return new Promise((done, failed) => {
    const cpuBefore = childrenCpu()
    const start = process.hrtime.bigint()
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (output = (output + text).slice(-4000)))
    let memory = 0
    const sampler = linux
      ? setInterval(() => (memory = Math.max(memory, treeMemory(child.pid))), SAMPLE_EVERY_MS)
      : undefined
    child.on('error', failed)
    let wall = 0
    child.on('exit', () => (wall = Number(process.hrtime.bigint() - start) / 1e9))
    child.on('close', (code) => {
      clearInterval(sampler)
      if (code !== 0) failed(new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`))
      else done({ wall, cpu: childrenCpu() - cpuBefore, memory: memory / 2 ** 20 })
    })
  })
}

const ENVIRONMENT = {
  DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
  DBT_VERSION_CHECK: 'false',
  NO_COLOR: '1',
  DBT_USE_COLORS: '0',
  BENCH_THREADS: '4',
}

const forget = (folder, ...names) => {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
}

/** `models`: size of the project; `setUp`: once per command line; `before`: before each run; `produces`: a file that the run must write. */
const CASES = {
  version: { models: 0, args: ['--version'] },
  'parse-100': {
    models: 100,
    args: ['parse', '--no-partial-parse'],
    before: (folder) => forget(folder, 'target', 'logs'),
    produces: 'target/manifest.json',
  },
  'parse-1000': {
    models: 1000,
    args: ['parse', '--no-partial-parse'],
    before: (folder) => forget(folder, 'target', 'logs'),
    produces: 'target/manifest.json',
  },
  'warm-1000': { models: 1000, args: ['parse'], setUp: [['parse']], produces: 'target/manifest.json' },
  'run-100': {
    models: 100,
    args: ['run'],
    setUp: [['seed'], ['parse']],
    keep: 'bench.duckdb',
    before: (folder) => {
      forget(folder, 'bench.duckdb', 'bench.duckdb.wal', 'target/run_results.json')
      cpSync(join(folder, 'bench.duckdb.seeded'), join(folder, 'bench.duckdb'))
    },
    produces: 'target/run_results.json',
  },
}

async function measure(name, clis) {
  const spec = CASES[name]
  const folders = {}
  for (const [cli, argv] of clis) {
    const folder = join(flags.work, `${cli}-${name}`)
    rmSync(folder, { recursive: true, force: true })
    if (spec.models > 0) makeProject(spec.models, folder)
    else mkdirSync(folder, { recursive: true })
    for (const args of spec.setUp ?? []) await timed([...argv, ...args], folder, ENVIRONMENT)
    if (spec.keep) cpSync(join(folder, spec.keep), join(folder, `${spec.keep}.seeded`))
    folders[cli] = folder
  }
  const runs = Object.fromEntries(clis.map(([cli]) => [cli, []]))
  for (let round = 0; round < rounds; round++)
    for (const [cli, argv] of clis) {
      spec.before?.(folders[cli])
      runs[cli].push(await timed([...argv, ...spec.args], folders[cli], ENVIRONMENT))
      if (spec.produces && !existsSync(join(folders[cli], spec.produces)))
        throw new Error(`${cli} ${name}: no ${spec.produces} was written`)
    }
  return runs
}

const cell = (runs) => {
  const walls = runs.map((run) => run.wall)
  const figures = [`${median(walls).toFixed(3)} (${Math.min(...walls).toFixed(3)}-${Math.max(...walls).toFixed(3)})`]
  if (linux)
    figures.push(median(runs.map((run) => run.cpu)).toFixed(2), median(runs.map((run) => run.memory)).toFixed(0))
  return figures.join(' / ')
}

async function main() {
  if (flags.help) {
    console.log(
      readFileSync(fileURLToPath(import.meta.url), 'utf8')
        .split('\nimport')[0]
        .replaceAll(/^\/\/ ?/gm, ''),
    )
    return
  }
  const names = flags.case ?? Object.keys(CASES)
  const unknown = names.find((name) => !Object.hasOwn(CASES, name))
  if (unknown) throw new Error(`no case is named ${unknown}; there are ${Object.keys(CASES).join(', ')}`)
  const clis = [['quern', words(flags.quern)], ...(flags.reference ? [['reference', words(flags.reference)]] : [])]
  mkdirSync(flags.work, { recursive: true })

  const floor = []
  for (let round = 0; round < Math.max(rounds, 5); round++)
    floor.push(await timed([process.execPath, '-e', '0'], flags.work, {}))
  const head = ['case', 'n', ...clis.map(([cli]) => cli), ...(flags.reference ? ['quern / reference'] : [])]
  const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`]
  lines.push(`| node -e 0 | ${floor.length} | ${cell(floor)} |${' - |'.repeat(head.length - 3)}`)
  console.log(lines.join('\n'))
  for (const name of names) {
    const runs = await measure(name, clis)
    const row = [name, rounds, ...clis.map(([cli]) => cell(runs[cli]))]
    if (flags.reference) row.push(median(runs.quern.map((run, i) => run.wall / runs.reference[i].wall)).toFixed(3))
    lines.push(`| ${row.join(' | ')} |`)
    console.log(lines.at(-1))
  }
  if (flags['no-out']) return
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}, Node ${process.version}`
  const about = [
    '# Benchmark',
    '',
    `${new Date().toISOString().slice(0, 10)}; ${machine}`,
    '',
    'Written by `npm run bench`; what the cases are stands at the top of `bench/run.mjs`.',
    linux
      ? 'Cells: wall seconds, median (lowest-highest) / CPU seconds / peak MiB of all processes.'
      : 'Cells: wall seconds, median (lowest-highest).',
    ...clis.map(([cli, argv]) => `- ${cli}: \`${argv.join(' ')}\``),
  ]
  writeFileSync(flags.out, `${about.join('\n')}\n\n${lines.join('\n')}\n`)
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
