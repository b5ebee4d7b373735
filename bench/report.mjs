// The figures as text: ratios, the stated targets, and what was measured. `data` is what run.mjs collects and --merge keeps:
// { machine, notes, participants: [{ name, version, extra }], cases: { [name]: { date, load, server?, results: { [participant]: { runs, failed? } } } } }
import { KINDS, parseCase } from './cases.mjs'
import { median, ratio } from './statistics.mjs'

export const QUERN = 'quern'
export const FLOOR = 'floor'

const cases = (kinds, sizes, ...rest) =>
  kinds.flatMap((kind) =>
    rest.reduce(
      (names, values) => names.flatMap((name) => values.map((value) => `${name}:${value}`)),
      sizes.map((size) => `${kind}:${size}`),
    ),
  )
const SIZES = [100, 1000, 10_000]
const DATABASES = ['duckdb', 'postgres']

/** What is to be reached: `factor` times as fast as the participant of that name, 1 being as fast. */
export const TARGETS = [
  { about: 'start', against: 'dbt-core', factor: 10, cases: ['version', 'help'] },
  {
    about: 'parse',
    against: 'dbt-core',
    factor: 10,
    cases: cases(['parse_cold', 'parse_warm', 'parse_edit', 'parse_edit_yml'], SIZES),
  },
  { about: 'ls', against: 'dbt-core', factor: 10, cases: cases(['ls'], SIZES) },
  { about: 'compile', against: 'dbt-core', factor: 10, cases: cases(['compile_one', 'compile'], SIZES) },
  { about: 'seed', against: 'dbt-core', factor: 10, cases: cases(['seed'], [100_000, 1_000_000], DATABASES) },
  { about: 'run and build', against: 'dbt-core', factor: 5, cases: cases(['run', 'build'], [1000], DATABASES, [1, 8]) },
  { about: 'cold parse', against: 'rust', factor: 1, cases: cases(['parse_cold'], [1000, 10_000]) },
  { about: 'warm parse', against: 'rust', factor: 1, cases: cases(['parse_warm'], [1000, 10_000]) },
  { about: 'ls', against: 'rust', factor: 1, cases: cases(['ls'], [1000, 10_000]) },
  { about: 'compile --select one', against: 'rust', factor: 1, cases: cases(['compile_one'], [1000, 10_000]) },
  { about: 'run', against: 'rust', factor: 1, cases: cases(['run'], [1000], DATABASES, [1, 8]) },
]

/** Three significant digits, without exponents. */
const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** The runs of a participant in a case; none when one of them did not count. */
function runsOf(measured, name) {
  const { runs = [], failed } = measured?.results[name] ?? {}
  return failed === undefined ? runs : []
}

const hasFailed = (measured, name) => measured?.results[name]?.failed !== undefined

/** Whether each target was reached in each of its cases: `met` is true, false, or nothing where it was not measured; `failed` names who could not do the case. */
export function targets(data) {
  return TARGETS.flatMap(({ about, against, factor, cases }) =>
    cases.map((name) => {
      const measured = data.cases[name]
      const share = ratio(runsOf(measured, QUERN), runsOf(measured, against), 'wall')
      const met = share === undefined ? undefined : 1 / share >= factor
      const failed = [QUERN, against].filter((one) => hasFailed(measured, one))
      return { about, against, factor, case: name, times: share && 1 / share, met, failed }
    }),
  )
}

const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `|${' --- |'.repeat(head.length)}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]

/** `0.0521 (19.2x) · 0.0480`: wall, how many times as fast, CPU. */
function ratioCell(measured, name) {
  const wall = ratio(runsOf(measured, QUERN), runsOf(measured, name), 'wall')
  if (wall === undefined) return hasFailed(measured, name) || hasFailed(measured, QUERN) ? 'failed' : '-'
  const cpu = ratio(runsOf(measured, QUERN), runsOf(measured, name), 'cpu')
  return `${digits(wall)} (${digits(1 / wall)}x) · ${cpu === undefined ? '-' : digits(cpu)}`
}

function figuresCell(measured, name) {
  const runs = runsOf(measured, name)
  if (runs.length === 0) return hasFailed(measured, name) ? 'failed' : '-'
  const walls = runs.map((run) => run.wall)
  const spread = runs.length > 1 ? ` (${digits(Math.min(...walls))}-${digits(Math.max(...walls))})` : ''
  const cpu = median(runs.map((run) => run.cpu))
  const memory = median(runs.map((run) => run.memory))
  return `${digits(median(walls))}${spread} · ${cpu.toFixed(2)} · ${memory.toFixed(0)} · ${runs.length}`
}

/** The names of the measured cases by kind, in the order of the kinds, and then by size, database and threads. */
function caseNames(data) {
  const kinds = Object.keys(KINDS)
  return Object.keys(data.cases)
    .map(parseCase)
    .sort(
      (a, b) =>
        kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
        a.size - b.size ||
        a.database.localeCompare(b.database) ||
        a.threads - b.threads,
    )
    .map(({ name }) => name)
}

export const ratioTable = (data) => {
  const others = [...data.participants.map(({ name }) => name).filter((name) => name !== QUERN), FLOOR]
  return table(
    ['case', ...others.map((name) => `quern / ${name}`)],
    caseNames(data).map((name) => [name, ...others.map((other) => ratioCell(data.cases[name], other))]),
  )
}

const figuresTable = (data) => {
  const everyone = [...data.participants.map(({ name }) => name), FLOOR]
  return table(
    ['case', ...everyone],
    caseNames(data).map((name) => [name, ...everyone.map((one) => figuresCell(data.cases[name], one))]),
  )
}

function outcome({ met, failed }) {
  if (failed.length > 0) return `${failed.join(' and ')} failed`
  if (met === undefined) return 'not measured'
  return met ? 'yes' : '**no**'
}

export const targetsTable = (data, which = () => true) =>
  table(
    ['against', 'in', 'case', 'wanted', 'measured', 'met'],
    targets(data)
      .filter(which)
      .map((target) => [
        target.against,
        target.about,
        target.case,
        target.factor === 1 ? 'ahead' : `${target.factor}x`,
        target.times === undefined ? '-' : `${digits(target.times)}x`,
        outcome(target),
      ]),
  )

const failures = (data) =>
  caseNames(data).flatMap((name) =>
    Object.entries(data.cases[name].results)
      .filter(([, { failed }]) => failed !== undefined)
      .map(([participant, { failed }]) => `- ${name}, ${participant}: ${failed.slice(0, 200)}`),
  )

const oneDecimal = (value) => value.toFixed(1)

export function markdown(data) {
  const measured = Object.values(data.cases)
  const dates = [...new Set(measured.map(({ date }) => date.slice(0, 10)))].sort()
  const servers = [...new Set(measured.flatMap(({ server }) => server ?? []))]
  const loads = measured.flatMap(({ load }) => load)
  const kinds = Object.keys(KINDS).filter((kind) => caseNames(data).some((name) => name.split(':')[0] === kind))
  const failed = failures(data)
  const lines = [
    '# Benchmark',
    '',
    'Written by `npm run bench`; [README.md](README.md) says how to run it and what the cases and floors are.',
    '',
    `- measured: ${dates.join(', ')}`,
    `- machine: ${data.machine}`,
    `- load average (1 minute) at the start and the end of the cases: ${oneDecimal(Math.min(...loads))} to ${oneDecimal(Math.max(...loads))}`,
    ...(servers.length > 0 ? [`- Postgres server: ${servers.join(', ')}`] : []),
    ...data.participants.map(
      ({ name, version, extra }) => `- ${name}: ${version}${extra.length > 0 ? ` (with ${extra.join('; ')})` : ''}`,
    ),
    '- floor: the least that the case can cost in Node, measured as a process of its own in the same rounds; what it does is said below',
    ...(data.notes ?? []).map((note) => `- ${note}`),
    '',
    '## Ratios',
    '',
    'Wall time of quern divided by that of the other, below 1 is faster (how many times as fast) · the same of CPU time. Medians of the ratios round by round.',
    '',
    ...ratioTable(data),
    '',
    '## Targets',
    '',
    ...targetsTable(data),
    '',
    '## Figures',
    '',
    'Wall seconds, median (lowest-highest) · CPU seconds · peak MiB of all processes · number of runs. A database server is in the wall time only.',
    '',
    ...figuresTable(data),
    '',
    '## Cases',
    '',
    ...table(
      ['kind', 'what is timed', 'floor'],
      kinds.map((kind) => [kind, KINDS[kind].about, KINDS[kind].floor.about]),
    ),
  ]
  if (failed.length > 0) lines.push('', '## Did not count', '', ...failed)
  return `${lines.join('\n')}\n`
}
