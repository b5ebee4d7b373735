/** The commands of this version, as typed; `docs` of `docs generate` is a group and no command itself. */
export const COMMANDS = [
  'build',
  'check',
  'ci',
  'clean',
  'clone',
  'compile',
  'debug',
  'deps',
  'diff',
  'docs generate',
  'docs serve',
  'init',
  'lineage',
  'list',
  'ls',
  'parse',
  'retry',
  'run',
  'run-operation',
  'seed',
  'show',
  'snapshot',
  'source freshness',
  'source snapshot-freshness',
  'test',
] as const
export type CommandName = (typeof COMMANDS)[number]

/** Other names of a command: they take its options, and help does not list them. */
export const ALIASES: Readonly<Partial<Record<CommandName, CommandName>>> = {
  ls: 'list',
  'source snapshot-freshness': 'source freshness',
}

/** Commands that are another one with defaults of their own: they take its options, and artifacts have its name. */
const KIN: Readonly<Partial<Record<CommandName, CommandName>>> = { ci: 'build' }

/** The words in front of commands of two words, with what help says of them. */
export const COMMAND_GROUPS = {
  docs: "Make the project's documentation, and show it",
  source: "Look after the project's sources",
} as const
export type CommandGroup = keyof typeof COMMAND_GROUPS

/** Commands beside the table: they take no options and need no project. */
export const OWN_COMMANDS = {
  completion: {
    summary: 'Print the script that completes command lines in a shell',
    about:
      'Prints a script for bash, zsh or fish. It completes commands, options and their values, and names of the project: nodes, tags, sources, selectors, targets and macros, as of the last command that wrote target/manifest.json.',
    examples: [
      'quern completion bash >> ~/.bashrc',
      'quern completion zsh > "${fpath[1]}/_quern"',
      'quern completion fish > ~/.config/fish/completions/quern.fish',
    ],
  },
} as const

export type OptionGroup =
  | 'Selection'
  | 'Execution'
  | 'Output'
  | 'Project and profile'
  | 'Logging'
  | 'Parsing'
  | 'Warnings'
  | 'Other'

interface Common {
  /** dbt's name of the flag, snake_case: what `flags:` and errors call it. */
  readonly key: string
  /** Spellings with `--`, the usual one first. */
  readonly long: readonly string[]
  readonly short?: readonly string[]
  readonly group: OptionGroup
  readonly help: string
  /** Commands that have it; `all` = a global option, accepted before the command too; `before` = accepted there only. */
  readonly commands: 'all' | 'before' | readonly CommandName[]
  /** Name of the environment variable after `DBT_` / `DBT_ENGINE_` / `QUERN_`. */
  readonly env?: string
  /** dbt has no such option: only the `QUERN_` spelling counts. */
  readonly own?: boolean
  /** Only the `DBT_ENGINE_` spelling (and `QUERN_`) counts. */
  readonly engineEnvOnly?: boolean
  /** An older variable that beats `env`; `inverted` = its true means this option's false. */
  readonly oldEnv?: { readonly name: string; readonly inverted: boolean }
  /** May be set in `flags:` of dbt_project.yml. */
  readonly inProject?: boolean
  readonly hidden?: boolean
  /** Taken, and without any effect but its value in `args`; in dbt, too, nothing that a user can see depends on it. */
  readonly inert?: boolean
}
/** On or off; `negatable` ones also have a `--no-` form. */
export interface SwitchOption extends Common {
  readonly kind: 'switch'
  readonly negatable: boolean
  readonly default: boolean
}
export interface TextOption extends Common {
  readonly kind: 'text'
  readonly metavar: string
  readonly default: string | null
}
export interface IntOption extends Common {
  readonly kind: 'int'
  readonly default: number | null
}
export interface ChoiceOption extends Common {
  readonly kind: 'choice'
  readonly choices: readonly string[]
  readonly default: string | null
}
/** Takes all words up to the next option; repeatable; a word with blanks counts as several. */
export interface WordsOption extends Common {
  readonly kind: 'words'
  readonly metavar: string
  /** Absent = any words. */
  readonly choices?: readonly string[]
}
/** Takes one word each time it is given; of a variable, several with commas between them. */
export interface ListOption extends Common {
  readonly kind: 'list'
  readonly metavar: string
}
/** A YAML or JSON dict. */
export interface YamlOption extends Common {
  readonly kind: 'yaml'
}
export interface PathOption extends Common {
  readonly kind: 'path'
  readonly metavar: string
  /** Commands for which the path need not exist; absent = it need not for any. */
  readonly mustExistExcept?: readonly CommandName[]
  /** What exists has to be a folder. */
  readonly folder?: boolean
  /** What exists has to be a file. */
  readonly file?: boolean
}
export type OptionSpec =
  | SwitchOption
  | TextOption
  | IntOption
  | ChoiceOption
  | WordsOption
  | ListOption
  | YamlOption
  | PathOption

/** How an option is named in errors: `'--select' / '-s'`. */
export const optionNames = (option: OptionSpec): string =>
  [...option.long, ...(option.short ?? [])].map((name) => `'${name}'`).join(' / ')

/** Whether a command takes an option behind its name. */
export const takesOption = (command: CommandName, option: OptionSpec): boolean =>
  option.commands === 'all' ||
  (option.commands !== 'before' && option.commands.includes(ALIASES[command] ?? KIN[command] ?? command))

/** Whether an option means something to a command, wherever it stands on the command line. */
export const concernsCommand = (command: CommandName, option: OptionSpec): boolean =>
  option.commands === 'before' || takesOption(command, option)

/** What dbt calls `which`: the last word of a command. */
export const whichOf = (command: CommandName): string => {
  const words = KIN[command] ?? command
  return words.slice(words.lastIndexOf(' ') + 1)
}
