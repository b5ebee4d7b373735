import { OPTIONS } from './flags-table.ts'
import {
  ALIASES,
  COMMAND_GROUPS,
  COMMANDS,
  type CommandGroup,
  type CommandName,
  type OptionGroup,
  type OptionSpec,
  OWN_COMMANDS,
  takesOption,
} from './option.ts'
import { ARGUMENTS } from './usage-error.ts'

interface CommandHelp {
  readonly summary: string
  readonly about: string
  readonly examples: readonly [string, string]
}

const HELP: Readonly<Record<CommandName, CommandHelp>> = {
  build: {
    summary: 'Load seeds, build models and snapshots, run tests, in the order of dependencies',
    about:
      'Works through the graph: seeds, models, snapshots and their tests. What depends on a failed node or test is skipped.',
    examples: ['quern build', 'quern build --select +orders --full-refresh'],
  },
  check: {
    summary: 'Find mistakes in the SQL of models without running it',
    about:
      'Compiles the selected models and snapshots and reads their SQL with the parser of the database: columns that do not exist or are ambiguous, types that do not go together, CTEs and columns that nobody uses. Places are those in the templates.',
    examples: [
      'quern check --rule unused-column=off --fail-on warning',
      'quern check --select state:modified+ --state prod-artifacts --format sarif --output quern.sarif',
    ],
  },
  ci: {
    summary: 'Build what changed against --state, and print a summary for a pull request',
    about:
      'With --state, builds what is new or modified since then and what is downstream (--select state:modified+ --defer), unless told otherwise; without it, everything. Prints a summary in Markdown to standard output, and the lines of the run to standard error. Takes the options of build.',
    examples: [
      'quern ci --state prod-artifacts > summary.md',
      'quern ci --state prod-artifacts --report junit=junit.xml --report github',
    ],
  },
  clean: {
    summary: 'Remove the folders of clean-targets',
    about:
      'Removes the folders that dbt_project.yml lists under clean-targets (the target folder, unless said otherwise).',
    examples: ['quern clean', 'quern clean --no-clean-project-files-only'],
  },
  clone: {
    summary: 'Build the selected nodes as copies of those of --state',
    about:
      'Makes the relations of another environment available in this one: copied without moving data where the database can, else as views over them.',
    examples: ['quern clone --state prod-artifacts', 'quern clone --state prod-artifacts --select state:modified+'],
  },
  compile: {
    summary: 'Write the SQL of models, tests and analyses without running it',
    about: 'Renders templates to SQL in target/compiled; prints the SQL of a single node or of --inline.',
    examples: ['quern compile --select orders', `quern compile --inline "select * from {{ ref('orders') }}"`],
  },
  debug: {
    summary: 'Check project, profile and connection',
    about: 'Says which files are used, whether they are valid, and whether the database can be reached.',
    examples: ['quern debug', 'quern debug --connection --target prod'],
  },
  deps: {
    summary: 'Install the packages of packages.yml',
    about: 'Installs what packages.yml or dependencies.yml lists and writes package-lock.yml.',
    examples: ['quern deps', 'quern deps --upgrade'],
  },
  diff: {
    summary: 'Tell what a change does: nodes, columns and rows against another environment',
    about:
      'Compares the project with the artifacts of --state: nodes added, removed and changed, and why; and the relations of this target with those of the state, or of --against-target or --against-schema: their columns, and with --data their rows, counted in the database. Without a selection, all that changed and what is downstream of it.',
    examples: [
      'quern diff --state prod-artifacts',
      'quern diff --state prod-artifacts --select state:modified+ --data --format markdown --output comment.md',
    ],
  },
  'docs generate': {
    summary: "Write the project's documentation: catalog.json and the page that shows it",
    about:
      'Compiles the project and asks the database for the columns, types and comments of its relations. Writes manifest.json, run_results.json, catalog.json and index.html, the page that "docs serve" shows; --static writes the page and all of its data into one file that can be sent to somebody.',
    examples: ['quern docs generate', 'quern docs generate --static'],
  },
  'docs serve': {
    summary: 'Show the documentation in the browser',
    about:
      'Serves the page and the artifacts of the target folder, to this machine alone unless --host says otherwise, until ctrl-C. "docs generate" has to run before.',
    examples: ['quern docs serve', 'quern docs serve --port 8001 --no-browser'],
  },
  init: {
    summary: 'Start a project',
    about: 'Makes a project that runs at once, and a profile for it. In a project that exists: the profile only.',
    examples: ['quern init shop', 'quern init shop --skip-profile-setup'],
  },
  lineage: {
    summary: 'Show where columns come from and what they go into',
    about:
      'Compiles what it needs and follows columns through the SQL: which columns of other models, seeds, snapshots and sources each is made of, and how. The database is asked by templates only. The answer goes to standard output, all else to standard error. Without a model: of all that is selected.',
    examples: ['quern lineage orders.amount --upstream', 'quern lineage --select marts.* --format json'],
  },
  list: {
    summary: 'List resources',
    about: 'Prints the resources that a selection means, one a line.',
    examples: ['quern list --select tag:nightly', 'quern list --output json --output-keys name config.materialized'],
  },
  ls: {
    summary: 'List resources (same as list)',
    about: 'Prints the resources that a selection means, one a line.',
    examples: ['quern ls --select tag:nightly', 'quern ls --output json --output-keys name config.materialized'],
  },
  parse: {
    summary: 'Read the project and write manifest.json',
    about: 'Reads and checks all files of the project; the database is not asked.',
    examples: ['quern parse', 'quern parse --no-partial-parse'],
  },
  retry: {
    summary: 'Run again what failed in the last run',
    about:
      'Repeats the command of target/run_results.json with its options, for the nodes that failed or were skipped.',
    examples: ['quern retry', 'quern retry --state artifacts-of-the-failed-run --threads 2'],
  },
  run: {
    summary: 'Build models',
    about: 'Runs the SQL of models against the database, in the order of dependencies.',
    examples: ['quern run', 'quern run --select staging.* --threads 8'],
  },
  'run-operation': {
    summary: 'Run a macro',
    about: 'Calls a macro of the project (or package.macro) with the given arguments.',
    examples: [`quern run-operation grant_select --args '{role: reporter}'`, 'quern run-operation my_package.cleanup'],
  },
  seed: {
    summary: 'Load CSV files',
    about: "Loads the project's CSV files into tables.",
    examples: ['quern seed', 'quern seed --select countries --full-refresh'],
  },
  show: {
    summary: 'Print some rows of a node or a query',
    about: 'Compiles a node or --inline, runs it with a limit and prints the rows.',
    examples: ['quern show --select orders --limit 10', `quern show --inline "select 1 as id" --output json`],
  },
  snapshot: {
    summary: 'Bring snapshots up to date',
    about: 'Compares what snapshots read with what they hold, closes rows that changed and adds the new ones.',
    examples: ['quern snapshot', 'quern snapshot --select orders_history'],
  },
  'source freshness': {
    summary: 'Check how old the data of sources is',
    about:
      'Asks each source with a freshness rule when it last got rows, and compares the age with warn_after and error_after. Writes sources.json.',
    examples: ['quern source freshness', 'quern source freshness --select source:shop'],
  },
  'source snapshot-freshness': {
    summary: 'Check how old the data of sources is (same as source freshness)',
    about: 'The old name of source freshness.',
    examples: ['quern source freshness', 'quern source freshness --select source:shop'],
  },
  test: {
    summary: 'Run tests',
    about: 'Runs the data tests and unit tests of what is selected. A test passes when its query finds no rows.',
    examples: ['quern test', 'quern test --select orders --store-failures'],
  },
}

const GROUPS: readonly OptionGroup[] = [
  'Selection',
  'Execution',
  'Output',
  'Project and profile',
  'Logging',
  'Parsing',
  'Warnings',
  'Other',
]

/** The help of the program. The first line is what tools look for. */
export function programHelp(width: number): string {
  const commands = [
    ...COMMANDS.filter((name) => ALIASES[name] === undefined).map((name) => [`  ${name}`, HELP[name].summary] as const),
    ...Object.entries(OWN_COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary] as const),
  ]
  return [
    'Usage: quern [OPTIONS] COMMAND [ARGS]...',
    '',
    '  Runs dbt projects: SQL models and tests, from raw tables to tested ones.',
    '',
    'Commands:',
    ...table(commands, width),
    '',
    'Options of all commands, before or after the command:',
    ...optionLines(
      OPTIONS.filter((option) => option.commands === 'all'),
      width,
      true,
    ),
    '',
    'Examples:',
    '  quern build',
    '  quern run --select +orders --target prod',
    '',
    '`quern COMMAND --help` tells more. Every option with a variable can be set as DBT_NAME or QUERN_NAME.',
    '',
  ].join('\n')
}

/** What a command does, in two sentences or three. */
export const commandAbout = (command: CommandName): string => HELP[command].about

/** What a command does, in one line. */
export const commandSummary = (command: CommandName): string => HELP[command].summary

/** Two or more command lines that show what a command is for. */
export const commandExamples = (command: CommandName): readonly string[] => HELP[command].examples

/** The help of a command beside the table. */
export function ownCommandHelp(command: keyof typeof OWN_COMMANDS, width: number): string {
  const { about, examples } = OWN_COMMANDS[command]
  return [
    `Usage: quern ${command} [OPTIONS]${ARGUMENTS[command] ?? ''}`,
    '',
    ...wrap(about, width - 2).map((line) => `  ${line}`),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

/** The help of a group of commands. */
export function groupHelp(group: CommandGroup, width: number): string {
  const members = COMMANDS.filter((name) => name.startsWith(`${group} `) && ALIASES[name] === undefined)
  return [
    `Usage: quern ${group} [OPTIONS]${ARGUMENTS[group] ?? ''}`,
    '',
    `  ${COMMAND_GROUPS[group]}.`,
    '',
    'Commands:',
    ...table(
      members.map((name) => [`  ${name.slice(group.length + 1)}`, HELP[name].summary] as const),
      width,
    ),
    '',
    'Options of all commands, before or after the command:',
    ...optionLines(
      OPTIONS.filter((option) => option.commands === 'all'),
      width,
      true,
    ),
    '',
    'Examples:',
    ...members.map((name) => `  ${HELP[name].examples[0]}`),
    '',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp(command: CommandName, width: number): string {
  const { about, examples } = HELP[command]
  const own = OPTIONS.filter((option) => takesOption(command, option) && option.commands !== 'all')
  const common = OPTIONS.filter((option) => option.commands === 'all')
  return [
    `Usage: quern ${command} [OPTIONS]${ARGUMENTS[command] ?? ''}`,
    '',
    ...wrap(about, width - 2).map((line) => `  ${line}`),
    '',
    `Options of ${command}:`,
    ...optionLines(own, width),
    '',
    'Options of all commands:',
    ...optionLines(common, width, true),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

const HELP_OPTIONS = [
  ['    -h, --help', 'This text.'],
  ['    -V, -v, --version', 'Versions.'],
] as const

function optionLines(options: readonly OptionSpec[], width: number, common = false): string[] {
  const shown = options.filter((option) => option.hidden !== true)
  const lines: string[] = []
  for (const group of GROUPS) {
    const members = shown.filter((option) => option.group === group)
    const rows = members.map((option) => [`    ${spelling(option)}`, describe(option)] as const)
    if (group === 'Other' && common) rows.push(...HELP_OPTIONS)
    if (rows.length === 0) continue
    lines.push(`  ${group}`, ...table(rows, width))
  }
  return lines
}

function spelling(option: OptionSpec): string {
  const forms = [...(option.short ?? []), ...option.long].join(', ')
  switch (option.kind) {
    case 'switch':
      return option.negatable ? `${forms} / ${option.long[0]!.replace('--', '--no-')}` : forms
    case 'int':
      return `${forms} NUMBER`
    case 'choice':
      return `${forms} ${option.choices.join('|')}`
    case 'yaml':
      return `${forms} YAML`
    default:
      return `${forms} ${option.metavar}`
  }
}

function describe(option: OptionSpec): string {
  const facts: string[] = []
  if (option.kind === 'switch' && option.negatable) facts.push(`default: ${option.default ? 'on' : 'off'}`)
  if ((option.kind === 'int' || option.kind === 'choice') && option.default !== null)
    facts.push(`default: ${option.default}`)
  if (option.env !== undefined)
    facts.push(
      `${option.own === true ? 'QUERN_' : option.engineEnvOnly === true ? 'DBT_ENGINE_' : 'DBT_'}${option.env}`,
    )
  return facts.length === 0 ? option.help : `${option.help} [${facts.join('; ')}]`
}

/** Two columns; a left side that is too long stands on its own line. */
function table(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(34, Math.max(...rows.map(([name]) => name.length)) + 2)
  return rows.flatMap(([name, text]) => {
    const [first, ...rest] = wrap(text, Math.max(30, width - left))
    const indent = ' '.repeat(left)
    const more = rest.map((line) => `${indent}${line}`)
    return name.length + 2 > left
      ? [name, `${indent}${first ?? ''}`, ...more]
      : [`${name.padEnd(left)}${first ?? ''}`, ...more]
  })
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
