import { Command, CommanderError, Option } from 'commander'
import { didYouMean } from '../errors/did-you-mean.ts'
import { OPTIONS } from './flags-table.ts'
import {
  ALIASES,
  COMMAND_GROUPS,
  COMMANDS,
  type CommandGroup,
  type CommandName,
  type OptionSpec,
  OWN_COMMANDS,
  optionNames,
  takesOption,
} from './option.ts'
import { UsageError } from './usage-error.ts'

/** What a value looks like before it is checked: texts as typed, `true`/`false` of switches, lists of words. */
export type GivenValue = string | boolean | readonly string[]

/** A command line, taken apart. */
export interface ParsedArgv {
  /** Undefined when only help or the version is asked for. */
  readonly command: CommandName | undefined
  /** The group that stands alone, without `command`: its help is meant. */
  readonly group: CommandGroup | undefined
  readonly help: boolean
  readonly version: boolean
  /** By option; only what the command line gives. */
  readonly given: ReadonlyMap<OptionSpec, GivenValue>
  /** Words that belong to no option: the macro of run-operation, the name for init, the model of lineage. */
  readonly words: readonly string[]
}

/**
 * Takes a command line apart as click does for dbt: global options before or after the command (not both), `--opt=value`,
 * options of several words up to the next option. Throws a `UsageError`.
 */
export function parseArgv(argv: readonly string[]): ParsedArgv {
  const found: {
    command?: CommandName
    group?: CommandGroup
    values: Map<OptionSpec, GivenValue>
    words: string[]
    before: Map<OptionSpec, GivenValue>
  } = {
    values: new Map(),
    before: new Map(),
    words: [],
  }
  let asked: Asked = { help: false, version: false }
  const program = prepared(new Command('quern'), undefined)
  const globals = attach(
    program,
    OPTIONS.filter((option) => option.commands === 'all' || option.commands === 'before'),
  )
  program.argument('[words...]').enablePositionalOptions()
  program.action(() => {
    asked = flagsOf(program)
    const [word] = program.args
    // `--version x` asks for the version; in `x --version` x is a command that there is not.
    const first = word === undefined ? argv.length : argv.indexOf(word)
    if ((asked.help || asked.version) && argv.slice(0, first).some((one) => ASKING.has(one))) return
    if (word === undefined) throw new UsageError('Missing command.')
    throw unknownCommand(word)
  })
  /** The word of a command, at the program or in its group. */
  const place = (name: string): { readonly parent: Command; readonly word: string; readonly outer: Outer } => {
    const [first, second] = name.split(' ') as [string, string?]
    if (second === undefined) return { parent: program, word: name, outer: { asked: () => flagsOf(program), globals } }
    const group = groups.get(first) ?? addGroup(first as CommandGroup)
    groups.set(first, group)
    return { parent: group.command, word: second, outer: group.outer }
  }
  const groups = new Map<string, { readonly command: Command; readonly outer: Outer }>()
  const addGroup = (name: CommandGroup): { readonly command: Command; readonly outer: Outer } => {
    const command = prepared(program.command(name), name)
    const own = attach(command, argv.includes(name) ? OPTIONS.filter((option) => option.commands === 'all') : [])
    const outer: Outer = {
      asked: () => either(flagsOf(program), flagsOf(command)),
      globals: () => joined(globals(), own(), name),
    }
    command.argument('[words...]').enablePositionalOptions()
    command.action(() => {
      asked = outer.asked()
      const [word] = command.args
      if (!asked.help && !asked.version && word !== undefined) throw unknownCommand(word, name)
      if (!asked.help && !asked.version && own().size > 0) throw new UsageError('Missing command.', name)
      found.group = name
    })
    return { command, outer }
  }
  for (const name of COMMANDS) {
    const { parent, word, outer } = place(name)
    const command = prepared(parent.command(word), name)
    // Options of commands that nobody names need not be known.
    const own = attach(command, argv.includes(word) ? OPTIONS.filter((option) => takesOption(name, option)) : [])
    command.argument('[words...]')
    command.action(() => {
      asked = either(outer.asked(), flagsOf(command))
      found.command = name
      found.words = command.args
      found.values = own()
      found.before = asked.help || asked.version ? new Map() : outer.globals()
    })
  }
  run(program, splitWords(argv))

  const { help, version } = asked
  const given = help || version ? new Map(found.values) : joined(found.before, found.values, found.command)
  if (!help && !version) checkWords(found.command, found.words)
  return { command: found.command, group: found.group, help, version, given, words: found.words }
}

const ASKING: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-V', '-v'])

/** What stands in front of a command: the program's options, and those of its group. */
interface Outer {
  readonly asked: () => Asked
  readonly globals: () => Map<OptionSpec, GivenValue>
}
interface Asked {
  readonly help: boolean
  readonly version: boolean
}

const either = (a: Asked, b: Asked): Asked => ({ help: a.help || b.help, version: a.version || b.version })

/** Options from before and after a word; none may be given on both sides of it. */
function joined(
  before: ReadonlyMap<OptionSpec, GivenValue>,
  after: ReadonlyMap<OptionSpec, GivenValue>,
  command: string | undefined,
): Map<OptionSpec, GivenValue> {
  for (const option of after.keys()) {
    if (!before.has(option)) continue
    throw new UsageError(
      `${option.key} was provided both before and after the subcommand, it can only be set either before or after.`,
      command,
    )
  }
  return new Map([...before, ...after])
}

/** A command that throws instead of printing and leaving. */
function prepared(command: Command, name: CommandName | CommandGroup | undefined): Command {
  return command
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .option('-h, --help')
    .option('-V, --version')
    .addOption(new Option('-v').hideHelp())
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .exitOverride((error) => {
      throw translated(error, name)
    })
}

const flagsOf = (command: Command): Asked => {
  const { help, version, v } = command.opts<{ help?: boolean; version?: boolean; v?: boolean }>()
  return { help: help === true, version: version === true || v === true }
}

/** Registers options; the result reads what was given. Commander is told nothing of defaults and variables: they are resolved later. */
function attach(command: Command, options: readonly OptionSpec[]): () => Map<OptionSpec, GivenValue> {
  const values = new Map<OptionSpec, GivenValue>()
  for (const option of options) {
    const shorts = option.short ?? []
    for (const [index, long] of option.long.entries()) {
      // A commander option has one short and one long form: further spellings are options of their own.
      const short = shorts[index]
      add(command, `${short === undefined ? '' : `${short}, `}${long}`, option, values, true)
    }
    for (const short of shorts.slice(option.long.length)) add(command, short, option, values, true)
    if (option.kind === 'switch' && option.negatable) {
      for (const long of option.long) add(command, long.replace('--', '--no-'), option, values, false)
    }
  }
  return () => values
}

function add(
  command: Command,
  spelling: string,
  option: OptionSpec,
  values: Map<OptionSpec, GivenValue>,
  on: boolean,
): void {
  const value = option.kind === 'switch' ? '' : option.kind === 'words' ? ' <word...>' : ' <value>'
  const made = new Option(`${spelling}${value}`)
  command.addOption(made)
  command.on(`option:${made.name()}`, (word: string | null) => {
    if (option.kind === 'switch') values.set(option, on)
    else if (option.kind === 'words')
      values.set(option, [...((values.get(option) as readonly string[] | undefined) ?? []), ...(word ?? '').split(' ')])
    else if (option.kind === 'list')
      values.set(option, [...((values.get(option) as readonly string[] | undefined) ?? []), word ?? ''])
    else values.set(option, word ?? '')
  })
}

/** `--select=a b` means `--select a b`: commander would end the list after `a`. */
function splitWords(argv: readonly string[]): string[] {
  const lists = new Set(OPTIONS.filter((option) => option.kind === 'words').flatMap((option) => option.long))
  return argv.flatMap((word) => {
    const equals = word.indexOf('=')
    return equals > 0 && lists.has(word.slice(0, equals)) ? [word.slice(0, equals), word.slice(equals + 1)] : [word]
  })
}

function run(program: Command, argv: string[]): void {
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? translated(error, undefined) : error
  }
}

function translated(error: CommanderError, command: CommandName | CommandGroup | undefined): Error {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError(`Option '${/--[\w-]+/.exec(word)?.[0] ?? word.split(' ')[0]}' requires an argument.`, command)
  }
  if (error.code !== 'commander.unknownOption') return error
  const name = word.split('=')[0]!
  if (word.includes('=') && OPTIONS.some((option) => option.kind === 'switch' && spellings(option).includes(name))) {
    return new UsageError(`Option '${name}' does not take a value.`, command)
  }
  const known = OPTIONS.filter((option) =>
    command === undefined
      ? option.commands === 'all' || option.commands === 'before'
      : isGroup(command)
        ? option.commands === 'all'
        : takesOption(command, option),
  )
  const usable = known.filter((option) => option.hidden !== true).flatMap(spellings)
  const longer = name.length > 3 ? usable.filter((one) => one.startsWith(name)) : []
  const near = longer.length === 1 ? longer[0] : didYouMean(name, usable)
  const namesakes = OPTIONS.filter((option) => spellings(option).includes(name))
  const elsewhere = COMMANDS.filter(
    (one) => ALIASES[one] === undefined && namesakes.some((option) => takesOption(one, option)),
  )
  const hint = namesakes.some((option) => option.commands === 'before')
    ? 'It stands before the command.'
    : near !== undefined
      ? `Did you mean ${near}?`
      : elsewhere.length > 0
        ? `It belongs to: ${elsewhere.join(', ')}.`
        : undefined
  return new UsageError(`No such option '${name}'.`, command, hint)
}

const spellings = (option: OptionSpec): string[] => [
  ...option.long,
  ...(option.short ?? []),
  ...(option.kind === 'switch' && option.negatable ? option.long.map((long) => long.replace('--', '--no-')) : []),
]

const isGroup = (name: string): name is CommandGroup => Object.hasOwn(COMMAND_GROUPS, name)

/** A word that is no command; `group` = where it was looked for. */
function unknownCommand(word: string, group?: CommandGroup): UsageError {
  const known =
    group === undefined
      ? [
          ...COMMANDS.filter((name) => !name.includes(' ')),
          ...Object.keys(COMMAND_GROUPS),
          ...Object.keys(OWN_COMMANDS),
        ]
      : COMMANDS.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1))
  const near = didYouMean(word, known)
  return new UsageError(`No such command '${word}'.`, group, near === undefined ? undefined : `Did you mean '${near}'?`)
}

/** Commands that a word may follow which belongs to no option. */
const TAKES_WORD: ReadonlySet<CommandName> = new Set(['init', 'lineage', 'run-operation'])

function checkWords(command: CommandName | undefined, words: readonly string[]): void {
  const allowed = command !== undefined && TAKES_WORD.has(command) ? 1 : 0
  if (words.length <= allowed) return
  const extra = words.slice(allowed)
  throw new UsageError(`Got unexpected extra argument${extra.length === 1 ? '' : 's'} (${extra.join(' ')})`, command)
}

/** The error for a value that an option does not take. */
export const invalidValue = (option: OptionSpec, problem: string, command: string | undefined): UsageError =>
  new UsageError(`Invalid value for ${optionNames(option)}: ${problem}`, command)
