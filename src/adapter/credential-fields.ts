import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'

export type FieldKind = 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'any'

/** One field of a profile output. */
export interface CredentialField {
  readonly name: string
  readonly kind: FieldKind
  readonly required?: boolean
  /** May be null; fields that are not required and have no default may be too. */
  readonly nullable?: boolean
  readonly fallback?: Value
  /** Other names of the field (`dbname`, `pass`). */
  readonly aliases?: readonly string[]
  /** For objects: their fields. For arrays: the fields of each item, which may be a bare string where `orString` is set. */
  readonly fields?: readonly CredentialField[]
  readonly orString?: boolean
  readonly minimum?: number
  readonly maximum?: number
}

/** Fields that every output may have. */
const COMMON_FIELDS = new Set(['type', 'threads', 'target', 'name'])

export interface CheckedFields {
  /** Every field under its main name, defaults filled in. */
  readonly values: Readonly<Record<string, Value>>
  readonly unknown: readonly { readonly field: string; readonly meant: string | undefined }[]
}

/**
 * Checks a profile output against its fields. Throws `Credentials in profile "p", target "t" invalid: ...` with the words of
 * Python's jsonschema, as dbt does; a hint names mistyped fields. Unknown fields are allowed, as in dbt, and reported.
 */
export function checkCredentials(
  fields: PlainDict,
  table: readonly CredentialField[],
  where: { readonly profile: string; readonly target: string },
): CheckedFields {
  const names = table.flatMap((field) => [field.name, ...(field.aliases ?? [])])
  const known = new Set(names)
  const unknown = Object.keys(fields)
    .filter((field) => !known.has(field) && !COMMON_FIELDS.has(field))
    .map((field) => ({ field, meant: didYouMean(field, names) }))
  const fail = (message: string, hint?: string): never => {
    throw invalidCredentials(message, where, hint)
  }
  const values: Record<string, Value> = {}
  for (const field of table) {
    const given = [field.name, ...(field.aliases ?? [])].filter((name) => Object.hasOwn(fields, name))
    if (given.length > 1) {
      fail(
        `Got duplicate keys: (${given.map((name) => `"${name}"`).join(', ')}) all map to "${field.name}"`,
        `keep one of them`,
      )
    }
    const name = given[0]
    if (name === undefined) {
      if (field.required === true) {
        const typo = unknown.find(({ meant }) => meant === field.name || (field.aliases ?? []).includes(meant ?? ''))
        const aliases =
          field.aliases === undefined
            ? ''
            : ` (also written ${field.aliases.map((alias) => `\`${alias}\``).join(', ')})`
        fail(
          `'${field.name}' is a required property`,
          typo === undefined
            ? `add \`${field.name}:\`${aliases} to the output`
            : `\`${typo.field}\` is not a field; did you mean \`${typo.meant}\`?`,
        )
      }
      values[field.name] = field.fallback ?? null
      continue
    }
    const problem = problemOf(fields[name]!, field)
    if (problem !== undefined) fail(problem, `field \`${name}\` of the output`)
    values[field.name] = fields[name] ?? field.fallback ?? null
  }
  return { values, unknown }
}

export const invalidCredentials = (
  message: string,
  where: { readonly profile: string; readonly target: string },
  hint?: string,
): QuernError =>
  new QuernError(
    'Runtime',
    'credentials_invalid',
    `Credentials in profile "${where.profile}", target "${where.target}" invalid: ${message}`,
    { hint },
  )

/** What is wrong with a value, in jsonschema's words; undefined = nothing. */
function problemOf(value: Value, field: CredentialField): string | undefined {
  if (value === null) {
    return field.required === true ||
      (field.fallback !== undefined && field.fallback !== null && field.nullable !== true)
      ? `None is not of type '${field.kind}'`
      : undefined
  }
  const isType =
    field.kind === 'any' ||
    (field.kind === 'object'
      ? isDict(value)
      : field.kind === 'array'
        ? Array.isArray(value)
        : isScalar(value, field.kind))
  if (!isType) {
    return field.required === true || field.fallback !== undefined
      ? `${repr(value)} is not of type '${field.kind}'`
      : `${repr(value)} is not valid under any of the given schemas`
  }
  if (typeof value === 'number' && field.minimum !== undefined && value < field.minimum) {
    return `${value} is less than the minimum of ${field.minimum}`
  }
  if (typeof value === 'number' && field.maximum !== undefined && value > field.maximum) {
    return `${value} is greater than the maximum of ${field.maximum}`
  }
  if (field.fields === undefined) return undefined
  const nested = field.kind === 'array' && Array.isArray(value) ? value : [value]
  for (const item of nested) {
    if (typeof item === 'string' && field.orString === true) continue
    if (!isDict(item)) return `${repr(value)} is not valid under any of the given schemas`
    const problem = field.fields
      .map((inner) => nestedProblem(item as PlainDict, inner))
      .find((text) => text !== undefined)
    if (problem !== undefined) return `${repr(value)} is not valid under any of the given schemas: ${problem}`
  }
  return undefined
}

function nestedProblem(item: PlainDict, field: CredentialField): string | undefined {
  if (!Object.hasOwn(item, field.name))
    return field.required === true ? `'${field.name}' is a required property` : undefined
  return problemOf(item[field.name]!, field)
}

const isScalar = (value: Value, kind: FieldKind): boolean =>
  kind === 'string'
    ? typeof value === 'string'
    : kind === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
