import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { OPTIONS } from '../../../src/cli/flags-table.ts'
import { type CommandName, takesOption } from '../../../src/cli/option.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'
import { isQuernError } from '../../../src/errors/quern-error.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { folderWith } from '../config/project-files.ts'

type Values = Readonly<Record<string, unknown>>
interface Case {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** `flags:` of dbt_project.yml. */
  readonly flags?: Values
  /** `config:` of profiles.yml. */
  readonly config?: Values
  /** What differs from the defaults. */
  readonly values?: Values
  /** The exception of the reference. */
  readonly error?: string
}
/** Recorded by test/flags/record-values.py. */
const facts: { defaults: Readonly<Record<string, Values>>; cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../../flags/values.json', import.meta.url), 'utf8'),
)

/** Defaults of options that a command does not have: the reference has no value then. */
const NOT_HERE: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(facts.defaults).map(([command, values]) => [
    command,
    Object.keys(values).filter((name) => {
      const options = OPTIONS.filter((option) => option.key === name)
      return options.length > 0 && !options.some((option) => takesOption(command as CommandName, option))
    }),
  ]),
)

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** The flags under the reference's names, those of `names`; or that there is no answer. */
function ours(one: Case, names: readonly string[]): Values | 'refused' {
  const cwd = folderWith({
    'dbt_project.yml': JSON.stringify({ name: 'shop', profile: 'one', ...(one.flags && { flags: one.flags }) }),
    'profiles.yml': JSON.stringify({ one: { outputs: {} }, ...(one.config && { config: one.config }) }),
  })
  try {
    const parsed = parseArgv(one.argv)
    const { flags } = buildFlags({
      parsed: { ...parsed, command: parsed.command! },
      argv: one.argv,
      env: one.env ?? {},
      cwd,
      home: '/home/u',
      interactive: false,
      parseYaml,
      now: () => 0,
    })
    const all = flags as unknown as Values
    return Object.fromEntries(names.map((name) => [name, all[camelCase(name)] ?? flags.behavior[name] ?? null]))
  } catch (error) {
    if (error instanceof UsageError || isQuernError(error)) return 'refused'
    throw error
  }
}

/**
 * The reference's odd values in our words: switches that nobody set are null there, `*` is `all` here, a text of `flags:` is not checked
 * there, and DBT_FAVOR_STATE_MODE is a text that counts as true whatever it says.
 */
function inOurWords(name: string, value: unknown): unknown {
  if (value === null && ['warn_error', 'config_dir', 'connection'].includes(name)) return false
  if (name === 'warn_error_options' && (value as { error: unknown }).error === '*')
    return { ...(value as object), error: 'all' }
  if (name === 'indirect_selection') return String(value).toLowerCase()
  return name === 'favor_state' && typeof value === 'string' ? value === '1' || value === 'true' : value
}

test.each(facts.cases.map((one, index) => [index, one] as const))('%i', (_, one) => {
  const command = Object.keys(facts.defaults).find((name) => one.argv.includes(name))!
  const defaults = facts.defaults[command]!
  const names = Object.keys(defaults).filter((name) => !NOT_HERE[command]?.includes(name))
  const wanted = one.error === undefined ? { ...defaults, ...one.values } : undefined
  expect(ours(one, names), JSON.stringify(one)).toEqual(
    wanted === undefined ? 'refused' : Object.fromEntries(names.map((name) => [name, inOurWords(name, wanted[name])])),
  )
})
