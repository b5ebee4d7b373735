// Times quern against other command lines, as whole processes and in turn (A B C A B C ...), and writes bench/RESULTS.md. README.md says more.
//
//     npm run bench -- --reference dbt-core=VENV/bin/dbt
//     node bench/run.mjs [options]
//
//   --reference NAME=CMD          a command line to compare with; the stated targets look for the names dbt-core and rust
//   --quern CMD                   instead of node dist/cli.js
//   --env NAME:VAR=VALUE          environment of one participant
//   --extra NAME:VERB,...=ARGS    arguments of one participant for these verbs (* for all commands)
//   --override NAME:KIND=ARGS     the whole command line of one participant for a kind of case
//   --skip NAME:CASE              leaves a participant out of the cases whose name begins so
//   --pg HOST:PORT:USER           a running Postgres server that lets USER make databases (password: PGPASSWORD); without it its cases are left out
//   --suite quick|full|big        quick when neither --suite nor --case is given
//   --case KIND[:SIZE[:DATABASE[:THREADS]]]
//   --rounds N                    instead of 5 (start: 11)
//   --max-seconds S               a participant takes no further round of a case once its runs took S seconds (120)
//   --timeout S                   ends a run that takes longer (1800)
//   --work DIR                    where a folder quern-bench with projects, databases and logs is made anew (the system's temporary folder)
//   --merge FILE                  reads FILE if it is there, replaces the cases measured now, and writes it: a long benchmark in pieces
//   --note TEXT                   a line for the head of the results
//   --out FILE, --no-out          instead of bench/RESULTS.md; nothing
//   --list                        the kinds and suites
//
// Options may be given several times where that makes sense. Commands and arguments are split at blanks.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KINDS, parseCase, SUITES } from './cases.mjs'
import { duckdb, postgres } from './databases.mjs'
import { Failed, Floor, Projects, Tool } from './participants.mjs'
import { FLOOR, markdown, QUERN, ratioTable, targetsTable } from './report.mjs'
import { median } from './statistics.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const SELF = fileURLToPath(import.meta.url)
const ROUNDS = 5

const several = { type: 'string', multiple: true, default: [] }
const OPTIONS = {
  reference: several,
  quern: { type: 'string', default: `${process.execPath} ${resolve(here, '..', 'dist', 'cli.js')}` },
  env: several,
  extra: several,
  override: several,
  skip: several,
  pg: { type: 'string' },
  suite: several,
  case: several,
  rounds: { type: 'string' },
  'max-seconds': { type: 'string', default: '120' },
  timeout: { type: 'string', default: '1800' },
  work: { type: 'string', default: tmpdir() },
  merge: { type: 'string' },
  note: several,
  out: { type: 'string', default: join(here, 'RESULTS.md') },
  'no-out': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
}

const words = (text) => text.split(/\s+/).filter(Boolean)

/** `NAME=CMD` and the like, split at the first separator. */
function split(text, separator, option) {
  const at = text.indexOf(separator)
  if (at <= 0) throw new Error(`--${option} ${text}: there is no '${separator}' in it`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The tools that the options name, by name: quern first, then the references in their order. */
function toolOptions(flags) {
  const tools = new Map([[QUERN, { name: QUERN, argv: words(flags.quern), env: {}, extra: {}, override: {} }]])
  for (const text of flags.reference) {
    const [name, command] = split(text, '=', 'reference')
    if (tools.has(name) || name === FLOOR) throw new Error(`--reference ${text}: the name ${name} is taken`)
    tools.set(name, { name, argv: words(command), env: {}, extra: {}, override: {} })
  }
  const set = (option, change) => {
    for (const text of flags[option]) {
      const [name, rest] = split(text, ':', option)
      if (!tools.has(name)) throw new Error(`--${option} ${text}: nobody is named ${name}`)
      change(tools.get(name)[option], ...split(rest, '=', option))
    }
  }
  set('env', (env, variable, value) => {
    env[variable] = value
  })
  set('extra', (extra, verbs, args) => {
    for (const verb of verbs.split(',')) extra[verb] = words(args)
  })
  set('override', (override, kind, args) => {
    override[kind] = words(args)
  })
  return [...tools.values()]
}

function serverOption(text) {
  const [host, port, user] = text.split(':')
  if (!host || !Number(port) || !user) throw new Error(`--pg ${text}: write HOST:PORT:USER`)
  return { host, port: Number(port), user, password: process.env.PGPASSWORD ?? 'bench' }
}

function wantedCases(flags) {
  const suites = flags.suite.length + flags.case.length > 0 ? flags.suite : ['quick']
  const unknown = suites.find((name) => !Object.hasOwn(SUITES, name))
  if (unknown) throw new Error(`no suite is named ${unknown}; there are ${Object.keys(SUITES).join(', ')}`)
  return [...new Set([...suites.flatMap((name) => SUITES[name]), ...flags.case])].map(parseCase)
}

const machine = () =>
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`

/** All rounds of a case. Each round begins with another participant, so that nobody always runs behind the same one. */
async function measureCase(test, everyone, { rounds, maxSeconds }) {
  const results = {}
  const active = []
  const fail = (participant, error) => {
    if (!(error instanceof Failed)) throw error
    results[participant.name].failed = error.message
    active.splice(active.indexOf(participant), 1)
  }
  for (const participant of everyone) {
    results[participant.name] = { runs: [] }
    active.push(participant)
    await participant.setUp(test).catch((error) => fail(participant, error))
  }
  for (let round = 0; round < rounds && active.length > 0; round++) {
    const turn = round % active.length
    for (const participant of [...active.slice(turn), ...active.slice(0, turn)]) {
      const { runs } = results[participant.name]
      try {
        runs.push(await participant.run(test))
        const spent = runs.reduce((sum, run) => sum + run.wall, 0)
        if (spent >= maxSeconds) active.splice(active.indexOf(participant), 1)
      } catch (error) {
        fail(participant, error)
      }
    }
  }
  return results
}

const summary = (results) =>
  Object.entries(results)
    .map(([name, { runs, failed }]) => {
      if (failed) return `${name} failed: ${failed.slice(0, 200)}`
      return runs.length > 0 ? `${name} ${median(runs.map((run) => run.wall)).toFixed(3)}` : `${name} -`
    })
    .join('  ')

async function main() {
  const { values: flags } = parseArgs({ options: OPTIONS })
  if (flags.help) {
    console.log(
      readFileSync(SELF, 'utf8')
        .split('\nimport')[0]
        .replaceAll(/^\/\/ ?/gm, ''),
    )
    return
  }
  if (flags.list) {
    for (const [name, { about, floor }] of Object.entries(KINDS))
      console.log(`${name}: ${about} (floor: ${floor.about})`)
    for (const [name, names] of Object.entries(SUITES)) console.log(`suite ${name}: ${names.join(' ')}`)
    return
  }
  const tests = wantedCases(flags)
  const work = join(resolve(flags.work), 'quern-bench')
  const options = toolOptions(flags)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })

  const server = flags.pg === undefined ? undefined : serverOption(flags.pg)
  const databases = { duckdb, ...(server && { postgres: postgres(server) }) }
  const shared = { work, databases, projects: new Projects(work), timeout: Number(flags.timeout) }
  const tools = options.map((one) => new Tool(one, shared))
  const floor = new Floor({ ...options[0], name: FLOOR }, shared)

  const earlier =
    flags.merge && existsSync(flags.merge)
      ? JSON.parse(readFileSync(flags.merge, 'utf8'))
      : { participants: [], cases: {} }
  if (earlier.machine !== undefined && earlier.machine !== machine())
    throw new Error(`${flags.merge} comes from another machine: ${earlier.machine}`)
  const now = tools.map((tool, i) => ({
    name: tool.name,
    version: tool.version(),
    extra: ['extra', 'override'].flatMap((option) =>
      flags[option]
        .map((text) => split(text, ':', option))
        .filter(([name]) => name === options[i].name)
        .map(([, text]) => text),
    ),
  }))
  const data = {
    machine: machine(),
    notes: [...new Set([...(earlier.notes ?? []), ...flags.note])],
    participants: [...now, ...earlier.participants.filter(({ name }) => now.every((one) => one.name !== name))],
    cases: earlier.cases,
  }

  try {
    for (const test of tests) {
      if (databases[test.database] === undefined) {
        console.error(`${test.name}: left out, there is no --pg`)
        continue
      }
      const skipped = (name) => flags.skip.some((text) => `${name}:${test.name}`.startsWith(text))
      const everyone = [...tools, floor].filter(({ name }) => !skipped(name))
      const before = loadavg()[0]
      const started = Date.now()
      const results = await measureCase(test, everyone, {
        rounds: Number(flags.rounds ?? test.spec.rounds ?? ROUNDS),
        maxSeconds: Number(flags['max-seconds']),
      })
      data.cases[test.name] = {
        date: new Date(started).toISOString(),
        load: [before, loadavg()[0]],
        ...(test.database === 'postgres' && { server: await databases.postgres.version() }),
        results,
      }
      console.error(`${test.name}: ${summary(results)}  [${Math.round((Date.now() - started) / 1000)} s]`)
      if (flags.merge) writeFileSync(flags.merge, `${JSON.stringify(data)}\n`)
      if (results[QUERN]?.failed) process.exitCode = 1
    }
  } finally {
    await databases.postgres?.end()
  }
  if (Object.keys(data.cases).length === 0) return
  console.log(
    [...ratioTable(data), '', ...targetsTable(data, ({ met, failed }) => met !== undefined || failed.length > 0)].join(
      '\n',
    ),
  )
  if (!flags['no-out']) writeFileSync(flags.out, markdown(data))
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
