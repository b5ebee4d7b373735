// What is measured: the kinds of cases, and the suites that name cases of them. A case is written kind[:size[:database[:threads]]], for instance
// run:1000:postgres:8; size is a number of models, or of rows for seed.
//
// A kind says
//   about     what is timed, for people
//   on        the project it needs: none, models or seed
//   args      the command line, from the project's facts (what make-project.mjs returned)
//   database  the state the database is in before each run: empty, seeded or built; a kind without it asks none
//   cold      whether target/ is removed before each run; otherwise the project was parsed by the same command line tool before
//   edit      the file that is changed before each run, and how
//   done      tells why a run does not count, or nothing (checks.mjs)
//   floor     what bench/floor.mjs does beside it and what that stands for, from the project's folder and facts
//   rounds    how often at the least when nothing else is said (5)
import { catalog, compiled, listed, manifest, printed, results } from './checks.mjs'

const start = {
  on: 'none',
  rounds: 11,
  done: printed,
  floor: { about: 'node -e 0', args: () => ['-e', '0'] },
}
const knowsNothingChanged = { about: 'listing the files, stat of each', script: () => ['list'] }

const nonEphemeral = (facts) => facts.models - facts.ephemeral.length

export const KINDS = {
  version: { ...start, about: '--version', args: () => ['--version'] },
  help: { ...start, about: '--help', args: () => ['--help'] },
  parse_cold: {
    about: 'parse without target/',
    on: 'models',
    args: () => ['parse'],
    cold: true,
    done: manifest,
    floor: { about: 'reading the files, js-yaml, nunjucks parser', script: () => ['parse'] },
  },
  parse_warm: {
    about: 'parse when nothing changed',
    on: 'models',
    args: () => ['parse'],
    done: manifest,
    floor: knowsNothingChanged,
  },
  parse_edit: {
    about: 'parse after an edit of one model',
    on: 'models',
    args: () => ['parse'],
    edit: { file: (facts) => facts.editedModel, change: (text, count) => `${text}-- edit ${count}\n` },
    done: manifest,
    floor: knowsNothingChanged,
  },
  parse_edit_yml: {
    about: 'parse after an edit of one properties file (up to 50 models)',
    on: 'models',
    args: () => ['parse'],
    edit: {
      file: (facts) => facts.editedProperties,
      change: (text, count) => text.replace('description: >\n      ', `description: >\n      Edit ${count}. `),
    },
    done: manifest,
    floor: knowsNothingChanged,
  },
  ls: {
    about: 'ls of everything when nothing changed',
    on: 'models',
    args: () => ['ls'],
    done: listed,
    floor: knowsNothingChanged,
  },
  compile_one: {
    about: 'compile --select one model when nothing changed',
    on: 'models',
    args: (facts) => ['compile', '--select', facts.one],
    database: 'seeded',
    done: (run) => compiled(run, [run.facts.editedModel]),
    floor: knowsNothingChanged,
  },
  compile: {
    about: 'compile of everything when nothing changed',
    on: 'models',
    args: () => ['compile'],
    database: 'seeded',
    done: compiled,
    floor: {
      about: 'reading the files, js-yaml, nunjucks parser, a file for each model',
      script: () => ['compile'],
    },
  },
  run: {
    about: 'run of all models; seeds loaded, nothing else built',
    on: 'models',
    args: () => ['run'],
    database: 'seeded',
    done: (run) => results(run, nonEphemeral(run.facts)),
    floor: {
      about: "the models' compiled SQL as create view/table in the graph's order, one connection",
      script: () => ['sql', 'models'],
    },
  },
  build: {
    about: 'build; seeds loaded, nothing else built',
    on: 'models',
    args: () => ['build'],
    database: 'seeded',
    done: (run) => results(run, nonEphemeral(run.facts) + run.facts.seeds + run.facts.snapshots + run.facts.tests),
    floor: {
      about: 'as for run, and snapshots as tables and tests as counts, without seeds',
      script: () => ['sql', 'everything'],
    },
  },
  run_one: {
    about: 'run --select one model, everything built',
    on: 'models',
    args: (facts) => ['run', '--select', facts.one],
    database: 'built',
    done: (run) => results(run, 1),
    floor: { about: "the model's compiled SQL as create table", script: () => ['sql', 'one'] },
  },
  test: {
    about: 'test of all not_null tests (as many as models), everything built',
    on: 'models',
    args: () => ['test', '--select', 'test_name:not_null'],
    database: 'built',
    done: (run) => results(run, run.facts.notNullTests),
    floor: { about: "the tests' compiled SQL as counts, one connection", script: () => ['sql', 'not_null'] },
  },
  docs: {
    about: 'docs generate, everything built',
    on: 'models',
    args: () => ['docs', 'generate'],
    database: 'built',
    done: catalog,
    floor: { about: "one query for all columns of the database's catalog", script: () => ['sql', 'columns'] },
  },
  seed: {
    about: 'seed of one file of ten columns into an empty database',
    on: 'seed',
    args: () => ['seed'],
    database: 'empty',
    done: (run) => results(run, 1),
    floor: { about: "the database's own reader of CSV (read_csv, COPY FROM STDIN)", script: () => ['load'] },
  },
}

const each = (kinds, ...rest) =>
  kinds.flatMap((kind) =>
    rest.reduce((names, values) => names.flatMap((name) => values.map((value) => `${name}:${value}`)), [kind]),
  )
const BOTH = ['duckdb', 'postgres']
const PARSING = ['parse_cold', 'parse_warm', 'parse_edit', 'parse_edit_yml', 'ls', 'compile_one', 'compile']

export const SUITES = {
  quick: [
    'version',
    'help',
    ...each(PARSING, [100]),
    ...each(['run', 'build', 'run_one', 'test', 'docs'], [100], BOTH, [8]),
    ...each(['seed'], [10_000], BOTH),
  ],
  full: [
    'version',
    'help',
    ...each(PARSING, [100, 1000]),
    ...each(['run', 'build'], [100, 1000], BOTH, [1, 8]),
    ...each(['run_one', 'test', 'docs'], [1000], BOTH, [8]),
    ...each(['seed'], [100_000], BOTH),
  ],
  big: [...each(PARSING, [10_000]), ...each(['seed'], [1_000_000], BOTH)],
}

/** `run:1000:postgres:8` taken apart. Throws when there is no such kind, or something in it means nothing to the kind. */
export function parseCase(name) {
  const [kind, size, database = 'duckdb', threads = '4', ...rest] = name.split(':')
  if (!Object.hasOwn(KINDS, kind))
    throw new Error(`no kind of case is named '${kind}'; there are ${Object.keys(KINDS).join(', ')}`)
  const sized = KINDS[kind].on !== 'none'
  const wrong =
    rest.length > 0 ||
    !BOTH.includes(database) ||
    !(Number(threads) > 0) ||
    (sized ? !(Number(size) > 0) : size !== undefined)
  if (wrong) throw new Error(`'${name}' is no case: write ${sized ? `${kind}:SIZE[:duckdb|postgres[:THREADS]]` : kind}`)
  return { name, kind, spec: KINDS[kind], size: Number(size ?? 0), database, threads: Number(threads) }
}
