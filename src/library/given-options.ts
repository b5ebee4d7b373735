import { OPTIONS } from '../cli/flags-table.ts'
import { type CommandName, concernsCommand, type OptionSpec } from '../cli/option.ts'
import type { GivenValue, ParsedArgv } from '../cli/parse-argv.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { ARGUMENTS, METHODS, type MethodName, optionName } from './methods.ts'
import { SURROUNDINGS } from './surroundings.ts'

export interface GivenOptions {
  readonly parsed: ParsedArgv
  /** The same as a command line, for artifacts and the log: `['build', '--select', 'orders+']`. */
  readonly argv: readonly string[]
}

/**
 * A method's options as the command line would have given them. Members that are undefined or null are as good as absent, and so are empty lists,
 * but for `select`: an empty one selects nothing. Throws a `QuernError`
 * for names that the command does not have and for values of another type; what a value may be is checked later, as for typed ones.
 */
export function givenOptions(method: MethodName, options: object): GivenOptions {
  if (typeof options !== 'object' || Array.isArray(options))
    throw new QuernError('Usage', 'option_type', `The options of quern.${method} have to be an object`, {
      hint: "such as { select: ['orders+'] }",
    })
  const command: CommandName = METHODS[method]
  const known = new Map(
    OPTIONS.filter((option) => concernsCommand(command, option)).map((option) => [optionName(option), option]),
  )
  const argument = ARGUMENTS[method]
  const given = new Map<OptionSpec, GivenValue>()
  const words: string[] = []
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined || value === null) continue
    if (name === argument?.name) {
      if (typeof value !== 'string') throw wrongType(method, name, 'a text', value)
      words.push(value)
      continue
    }
    const option = known.get(name)
    if (option === undefined) throw unknownOption(method, name, known.keys(), argument?.name)
    // Nothing to select is not the same as no selection.
    const listed = Array.isArray(value) && value.length === 0 && name === 'select' ? '' : value
    const taken = givenValue(method, name, option, listed)
    if (!Array.isArray(taken) || taken.length > 0) given.set(option, taken)
  }
  const before = [...given].filter(([option]) => option.commands === 'before')
  const after = [...given].filter(([option]) => option.commands !== 'before')
  const argv = [
    ...before.flatMap(([option, value]) => typed(option, value)),
    ...command.split(' '),
    ...words,
    ...after.flatMap(([option, value]) => typed(option, value)),
  ]
  return { parsed: { command, group: undefined, help: false, version: false, given, words }, argv }
}

function givenValue(method: MethodName, name: string, option: OptionSpec, value: unknown): GivenValue {
  switch (option.kind) {
    case 'switch':
      if (typeof value === 'boolean') return value
      throw wrongType(method, name, 'true or false', value)
    case 'int':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
      throw wrongType(method, name, 'a whole number', value)
    case 'words':
      // On the command line, too, a word with blanks counts as several.
      return texts(method, name, value).flatMap((word) => word.split(' '))
    case 'list':
      return texts(method, name, value)
    case 'yaml':
      if (typeof value === 'object' && !Array.isArray(value))
        return flowText(value, () => wrongType(method, name, 'an object of plain data', value))
      throw wrongType(method, name, 'an object', value)
    case 'text':
    case 'choice':
    case 'path':
      if (typeof value === 'string') return value
      throw wrongType(method, name, 'a text', value)
  }
}

function texts(method: MethodName, name: string, value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.every((word) => typeof word === 'string')) return [...list]
  throw wrongType(method, name, 'a text or a list of texts', value)
}

/** How an option would have been typed. */
function typed(option: OptionSpec, value: GivenValue): string[] {
  const long = option.long[0] ?? ''
  if (value === true) return [long]
  if (value === false) return option.kind === 'switch' && option.negatable ? [long.replace('--', '--no-')] : []
  if (typeof value === 'string') return [long, value]
  return option.kind === 'list' ? value.flatMap((one) => [long, one]) : [long, ...value]
}

/** Plain data as YAML of one line. Unlike JSON's, its numbers with an exponent need a point. `around`: what it is in, which it cannot hold itself. */
function flowText(value: unknown, fail: () => Error, around: readonly unknown[] = []): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return '.nan'
    if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
    return String(value).replace(/^(-?\d+)e/, '$1.0e')
  }
  if (around.includes(value)) throw fail()
  const within = [...around, value]
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, fail, within)).join(', ')}]`
  if (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) throw fail()
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}: ${flowText(item, fail, within)}`).join(', ')}}`
}

function unknownOption(
  method: MethodName,
  name: string,
  known: Iterable<string>,
  argument: string | undefined,
): QuernError {
  const names = [...known, ...(argument === undefined ? [] : [argument])]
  // `full_refresh` of dbt's Python, or a slip
  const camel = name.replace(/^-+/, '').replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const near = names.includes(camel) ? camel : didYouMean(camel, names)
  const hint = SURROUNDINGS.includes(name)
    ? `it belongs into the second object: quern.${method}({ ... }, { ${name} })`
    : near === undefined
      ? 'options are those of the command line, in camelCase'
      : `did you mean '${near}'?`
  return new QuernError('Usage', 'unknown_option', `quern.${method} has no option '${name}'`, { hint })
}

function wrongType(method: MethodName, name: string, wanted: string, value: unknown): QuernError {
  const given = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
  return new QuernError('Usage', 'option_type', `Option '${name}' of quern.${method} has to be ${wanted}, not ${given}`)
}
