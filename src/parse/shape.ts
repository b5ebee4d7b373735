import { asPlainDict } from '../config/python-data.ts'
import { didYouMean } from '../errors/did-you-mean.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isInt } from '../jinja/runtime/type-name.ts'
import { isDict, PyFloat, type Value } from '../jinja/runtime/value.ts'

/** What is wrong with a value, in dbt's words (those of JSON Schema), and where below it. */
export interface ShapeProblem {
  readonly path: readonly (string | number)[]
  readonly text: string
  readonly hint?: string | undefined
  /** The key itself is wrong, not its value. */
  readonly atKey?: boolean
}

/** Checks a value of a property file. */
export type Shape = (value: Value) => ShapeProblem | undefined

const isNumber = (value: Value): boolean => isInt(value) || typeof value === 'number' || value instanceof PyFloat
const wrongType = (value: Value, type: string): ShapeProblem => ({
  path: [],
  text: `${repr(value)} is not of type '${type}'`,
  hint: typeHint(value, type),
})

function typeHint(value: Value, type: string): string | undefined {
  if (value === null) return 'nothing stands after the colon: remove the key, or give it a value'
  if (type === 'array') return isDict(value) ? 'begin each entry with a dash: - name: ...' : 'write it as a list: [...]'
  if (type === 'string' && typeof value !== 'object') return 'put the value in quotes'
  return undefined
}

export const anything: Shape = () => undefined
export const text: Shape = (value) => (typeof value === 'string' ? undefined : wrongType(value, 'string'))
export const bool: Shape = (value) => (typeof value === 'boolean' ? undefined : wrongType(value, 'boolean'))
export const int: Shape = (value) => (isInt(value) ? undefined : wrongType(value, 'integer'))
export const dict: Shape = (value) => (isDict(value) ? undefined : wrongType(value, 'object'))

/** null, or what the shape says. */
export const optional =
  (shape: Shape): Shape =>
  (value) => {
    if (value === null) return undefined
    const problem = shape(value)
    if (problem === undefined || problem.path.length > 0) return problem
    return { ...problem, text: `${repr(value)} is not valid under any of the given schemas` }
  }

/** Any of several; the problem of the last is told when the kind of the value fits it. */
export const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) => {
    const problems = shapes.map((shape) => shape(value))
    if (problems.includes(undefined)) return undefined
    const deeper = problems.find((problem) => problem!.path.length > 0)
    return (
      deeper ?? {
        path: [],
        text: `${repr(value)} is not valid under any of the given schemas`,
        hint: problems.find((p) => p!.hint !== undefined)?.hint,
      }
    )
  }

export const version: Shape = (value) =>
  typeof value === 'string' || isNumber(value)
    ? undefined
    : {
        path: [],
        text: `${repr(value)} is not valid under any of the given schemas`,
        hint: 'a version is a text or a number',
      }

export const oneOf =
  (...allowed: readonly string[]): Shape =>
  (value) =>
    typeof value === 'string' && allowed.includes(value)
      ? undefined
      : {
          path: [],
          text: `${repr(value)} is not one of ${repr([...allowed])}`,
          hint: typeof value === 'string' ? meant(value, allowed) : undefined,
        }

export const list =
  (item: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return wrongType(value, 'array')
    for (const [index, entry] of value.entries()) {
      const problem = item(entry)
      if (problem !== undefined) return { ...problem, path: [index, ...problem.path] }
    }
    return undefined
  }

/** A dict with known keys. `open`: others are allowed, as dbt has it. */
export const record =
  (
    fields: Readonly<Record<string, Shape>>,
    options: { readonly required?: readonly string[]; readonly open?: boolean } = {},
  ): Shape =>
  (value) => {
    const given = asPlainDict(value)
    if (given === undefined) return wrongType(value, 'object')
    for (const key of options.required ?? []) {
      if (!Object.hasOwn(given, key)) {
        const near = didYouMean(
          key,
          Object.keys(given).filter((other) => !Object.hasOwn(fields, other)),
        )
        return {
          path: [],
          text: `'${key}' is a required property`,
          hint: near === undefined ? undefined : `did you mean '${key}' where it says '${near}'?`,
        }
      }
    }
    for (const [key, item] of Object.entries(given)) {
      const shape = Object.hasOwn(fields, key) ? fields[key] : undefined
      if (shape === undefined) {
        if (options.open === true) continue
        return {
          path: [key],
          text: `Additional properties are not allowed ('${key}' was unexpected)`,
          hint: meant(key, Object.keys(fields)),
          atKey: true,
        }
      }
      const problem = shape(item)
      if (problem !== undefined) return { ...problem, path: [key, ...problem.path] }
    }
    return undefined
  }

const meant = (name: string, known: readonly string[]): string => {
  const near = didYouMean(name, known)
  return near === undefined ? `allowed are ${known.join(', ')}` : `did you mean '${near}'?`
}
