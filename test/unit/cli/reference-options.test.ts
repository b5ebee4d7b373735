import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { OPTIONS } from '../../../src/cli/flags-table.ts'
import {
  ALIASES,
  COMMAND_GROUPS,
  COMMANDS,
  type CommandName,
  type OptionSpec,
  takesOption,
} from '../../../src/cli/option.ts'

/** An option as the reference has it; recorded by test/flags/record-options.py. */
interface Fact {
  readonly name: string
  readonly forms: readonly string[]
  readonly negative: readonly string[]
  readonly type: string
  readonly choices?: readonly string[]
  readonly default?: unknown
  readonly env?: readonly string[]
  readonly hidden?: true
  readonly exists?: boolean
  readonly commands: 'all' | readonly string[]
}
interface Facts {
  readonly commands: Readonly<Record<string, { hidden: boolean; arguments: { name: string; required: boolean }[] }>>
  readonly options: readonly Fact[]
}
const facts: Facts = JSON.parse(readFileSync(new URL('../../flags/options.json', import.meta.url), 'utf8'))

/** What quern does differently, and why. */
const DIFFERENT = {
  /** Doubles of a variable's old name (`oldEnv` in our table): the reference refuses them on the command line. */
  doubles: ['deprecated_defer', 'deprecated_favor_state', 'deprecated_print', 'deprecated_state'],
  /** Read before the options are: see `flagsOf` in parse-argv.ts. */
  version: 'version',
  /** quern's own; the options among them are marked `own` in the table. */
  ourCommands: ['check', 'ci', 'diff', 'lineage'] as readonly CommandName[],
  ourOptions: ['--lock-wait', '--longest-first', '--report', '--report-rows'],
  /** Of later versions of the reference: dbt-core 1.12. */
  newer: ['run-operation --sql'],
  /** Choices that quern adds. */
  choices: { '--source': ['tarball'] } as Readonly<Record<string, readonly string[]>>,
}

const KINDS: Readonly<Record<string, OptionSpec['kind']>> = {
  boolean: 'switch',
  choice: 'choice',
  datetime: 'text',
  directory: 'path',
  file: 'path',
  integer: 'int',
  newpackage: 'text',
  path: 'path',
  sample: 'text',
  sqlparseoptionstype: 'yaml',
  switch: 'switch',
  text: 'text',
  warnerroroptionstype: 'yaml',
  words: 'words',
  yaml: 'yaml',
}
/** Defaults that are written in another way: what the reference computes or leaves out is `null` here. */
const defaultOf = (fact: Fact): unknown => {
  const kind = KINDS[fact.type]
  if (kind === 'switch') return fact.default ?? false
  if (kind === 'path' || kind === 'yaml' || kind === 'words') return undefined
  return fact.default ?? null
}
const shape = (option: OptionSpec): unknown => ({
  forms: [...option.long, ...(option.short ?? [])].sort(),
  negative: option.kind === 'switch' && option.negatable ? option.long.map((one) => one.replace('--', '--no-')) : [],
  kind: option.kind,
  choices: 'choices' in option && option.choices !== undefined ? [...option.choices].sort() : undefined,
  default: 'default' in option ? option.default : undefined,
  env:
    option.env === undefined
      ? []
      : option.engineEnvOnly === true
        ? [`DBT_ENGINE_${option.env}`]
        : [`DBT_ENGINE_${option.env}`, `DBT_${option.env}`],
  hidden: option.hidden === true,
})
const wanted = (fact: Fact): unknown => ({
  forms: [...fact.forms].sort(),
  negative: [...fact.negative],
  kind: KINDS[fact.type],
  choices:
    fact.choices === undefined ? undefined : [...fact.choices, ...(DIFFERENT.choices[fact.forms[0]!] ?? [])].sort(),
  default: defaultOf(fact),
  env: [...(fact.env ?? [])],
  hidden: fact.hidden === true,
})
const has = (fact: Fact, command: string): boolean => fact.commands === 'all' || fact.commands.includes(command)

const REFERENCE_COMMANDS = COMMANDS.filter((name) => !DIFFERENT.ourCommands.includes(name))

test('the same commands', () => {
  const groups = ['', ...Object.keys(COMMAND_GROUPS)]
  const ours = [...REFERENCE_COMMANDS, ...groups].sort()
  expect(ours).toEqual(Object.keys(facts.commands).sort())
  for (const [name, { hidden }] of Object.entries(facts.commands))
    expect([name, ALIASES[name as CommandName] !== undefined]).toEqual([name, hidden])
})

describe.each(REFERENCE_COMMANDS)('%s', (command) => {
  const theirs = facts.options.filter(
    (fact) => has(fact, command) && !DIFFERENT.doubles.includes(fact.name) && fact.name !== DIFFERENT.version,
  )
  const ours = OPTIONS.filter((option) => takesOption(command, option))
  test('has the options of the reference and those that are listed', () => {
    const same = ours.flatMap(({ long, own }) =>
      own === true || DIFFERENT.newer.includes(`${command} ${long[0]}`) ? [] : long[0]!,
    )
    expect(same.sort()).toEqual(theirs.map((fact) => fact.forms.find((form) => form.startsWith('--'))).sort())
  })
  test.each(theirs.map((fact) => [fact.name, fact] as const))('%s', (_, fact) => {
    const option = ours.find((one) => one.long.includes(fact.forms.find((form) => form.startsWith('--'))!))
    expect(option === undefined ? undefined : shape(option)).toEqual(wanted(fact))
  })
})

test('what stands before a command, there and here', () => {
  const before = facts.options.filter(
    (fact) => has(fact, '') && !DIFFERENT.doubles.includes(fact.name) && fact.name !== DIFFERENT.version,
  )
  const ours = OPTIONS.filter((option) => option.commands === 'all' || option.commands === 'before')
  expect(ours.map((option) => option.long[0]).sort()).toEqual(before.map((fact) => fact.forms[0]).sort())
})

test('old variables', () => {
  const renamed = {
    deprecated_defer: 'defer',
    deprecated_favor_state: 'favor_state',
    deprecated_print: 'print',
    deprecated_state: 'state',
  } as const
  for (const fact of facts.options.filter((one) => DIFFERENT.doubles.includes(one.name))) {
    const option = OPTIONS.find((one) => one.key === renamed[fact.name as keyof typeof renamed])
    expect(`DBT_${option?.oldEnv?.name}`).toBe(fact.env?.[1])
  }
})

test("quern's own options are those that are listed", () => {
  expect(OPTIONS.flatMap(({ long, own }) => (own === true ? long[0]! : []))).toEqual(DIFFERENT.ourOptions)
})
