import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { asPlainDict } from '../config/python-data.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { CommandName, OptionSpec } from './option.ts'
import { type GivenValue, invalidValue } from './parse-argv.ts'

export interface ValueContext {
  readonly command: CommandName
  readonly cwd: string
  readonly parseYaml: (text: string) => Value
}

const TRUE = ['1', 't', 'true', 'y', 'yes', 'on']
const FALSE = ['', '0', 'f', 'false', 'n', 'no', 'off']

/** A boolean as click reads one from a variable, or undefined. */
export const booleanText = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase()
  return TRUE.includes(word) ? true : FALSE.includes(word) ? false : undefined
}

/** Checks and converts what the command line or a variable gives. Throws a `UsageError`; `fromEnv` leaves the command out of its text. */
export function optionValue(option: OptionSpec, given: GivenValue, context: ValueContext, fromEnv = false): Value {
  const fail = (problem: string): Error => invalidValue(option, problem, fromEnv ? undefined : context.command)
  switch (option.kind) {
    case 'switch': {
      if (typeof given === 'boolean') return given
      const value = booleanText(String(given))
      if (value === undefined)
        throw fail(
          `'${String(given)}' is not a valid boolean. Recognized values: ${[...FALSE.slice(1), ...TRUE].sort().join(', ')}`,
        )
      return value
    }
    case 'int': {
      const text = String(given).trim()
      if (!/^[+-]?\d+$/.test(text)) throw fail(`'${String(given)}' is not a valid integer.`)
      return Number(text)
    }
    case 'choice': {
      const chosen = option.choices.find((choice) => choice === String(given).toLowerCase())
      if (chosen === undefined) throw fail(notAChoice(String(given), option.choices))
      return chosen
    }
    case 'words': {
      const words =
        typeof given === 'string' ? given.split(' ').filter((word) => word !== '') : (given as readonly string[])
      const { choices } = option
      const wrong = choices === undefined ? undefined : words.find((word) => !choices.includes(word.toLowerCase()))
      if (wrong !== undefined) throw fail(notAChoice(wrong, choices!))
      return choices === undefined ? [...words] : words.map((word) => word.toLowerCase())
    }
    case 'list':
      return typeof given === 'string'
        ? given.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))
        : [...(given as readonly string[])]
    case 'yaml':
      return yamlDict(String(given), context.parseYaml, fail)
    case 'path':
      return pathText(option, String(given), context, fail)
    case 'text':
      return String(given)
  }
}

const notAChoice = (given: string, choices: readonly string[]): string =>
  `'${given}' is not one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`

function yamlDict(text: string, parse: ValueContext['parseYaml'], fail: (problem: string) => Error): PlainDict {
  let value: Value
  try {
    value = parse(text)
  } catch {
    throw fail(`String '${text}' is not valid YAML`)
  }
  if (!isDict(value))
    throw fail(`String '${text}' is not valid YAML: it must be a dict, such as '{name: value}', but is ${repr(value)}`)
  return asPlainDict(value)!
}

function pathText(
  option: OptionSpec & { readonly kind: 'path' },
  text: string,
  context: ValueContext,
  fail: (problem: string) => Error,
): string {
  const { mustExistExcept } = option
  if (option.file === true && statSync(resolve(context.cwd, text), { throwIfNoEntry: false })?.isDirectory() === true)
    throw fail(`File '${text}' is a directory.`)
  if (option.folder === true && statSync(resolve(context.cwd, text), { throwIfNoEntry: false })?.isFile() === true)
    throw fail(`Directory '${text}' is a file. Give the folder that it is in.`)
  if (mustExistExcept !== undefined && !mustExistExcept.includes(context.command)) {
    const found = statSync(resolve(context.cwd, text), { throwIfNoEntry: false })
    if (found === undefined) throw fail(`Path '${text}' does not exist.`)
  }
  return text
}
