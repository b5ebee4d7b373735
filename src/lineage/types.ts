import type { Literal } from './sql-tree.ts'

/** What values of a type are, as far as it matters for what may stand beside what. */
export type TypeFamily = 'number' | 'text' | 'boolean' | 'date' | 'timestamp' | 'time' | 'interval' | 'uuid' | 'binary'

const FAMILIES: readonly (readonly [RegExp, TypeFamily])[] = [
  [
    /^u?(?:tinyint|smallint|integer|int|bigint|hugeint)$|^(?:u?int)(?:1|2|4|8|16|32|64|128)$|^(?:small|big)?serial$/,
    'number',
  ],
  [/^(?:decimal|numeric|real|float[48]?|double|double precision|number)$/, 'number'],
  [/^(?:text|varchar|char|bpchar|character|character varying|string|name)$/, 'text'],
  [/^bool(?:ean)?$/, 'boolean'],
  [/^date$/, 'date'],
  [/^(?:timestamp|timestamptz|timestamp_(?:s|ms|us|ns)|datetime|timestamp with(?:out)? time zone)$/, 'timestamp'],
  [/^(?:time|timetz|time with(?:out)? time zone)$/, 'time'],
  [/^interval$/, 'interval'],
  [/^uuid$/, 'uuid'],
  [/^(?:bytea|blob|binary|varbinary)$/, 'binary'],
]

/** The family of a type as people and databases write it: `numeric(10,2)`, `character varying`. Undefined for lists, structs, json and what is not known. */
export function typeFamily(type: string | undefined): TypeFamily | undefined {
  if (type === undefined) return undefined
  const name = type
    .toLowerCase()
    .replace(/\s*\([^()]*\)/, '')
    .trim()
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1]
}

/** What becomes of two values side by side. `refused`: an error; `converted`: one of them silently becomes something else, which may fail or surprise. */
export type Clash = 'refused' | 'converted'

/** Where values meet: in a comparison (`=`, `in`, `between`, a join's `using`), or in one column of a set operation. */
export type Meeting = 'comparison' | 'set'

/** What a database does with values of different types. */
export interface TypeRules {
  /** What it calls the type of conditions. */
  readonly boolean: string
  /** Undefined: they go together, or nobody can say. */
  clash(left: TypeFamily, right: TypeFamily, meeting: Meeting): Clash | undefined
}

/** Whether text stands for a value of a family when a database reads it as one; true where nobody can say. */
function readsAs(text: string, family: TypeFamily): boolean {
  const plain = text.trim().toLowerCase()
  switch (family) {
    case 'number':
      return /\d|^[+-]?(?:nan|inf(?:inity)?)$/.test(plain)
    case 'boolean':
      return /^(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|y(?:es?)?|no?|on|off?|[01])$/.test(plain)
    case 'date':
    case 'timestamp':
    case 'time':
      return /\d|^(?:epoch|[+-]?inf(?:inity)?|now|today|tomorrow|yesterday|allballs)$/.test(plain)
    default:
      return true
  }
}

/** A value that stands beside others: its type, and the literal that it is. */
export interface Met {
  readonly type: string | undefined
  readonly literal: Literal | undefined
}

/** What becomes of two values side by side: of a text literal, databases try to make what the other side is. */
export function clashOf(rules: TypeRules, left: Met, right: Met, meeting: Meeting): Clash | undefined {
  const [a, b] = [textLiteral(left), textLiteral(right)]
  if (a !== undefined && b !== undefined) return undefined
  if (a !== undefined || b !== undefined) {
    const family = typeFamily((a === undefined ? left : right).type)
    const text = a ?? b ?? ''
    return family === undefined || meeting === 'set' || readsAs(text, family) ? undefined : 'refused'
  }
  const [one, other] = [typeFamily(left.type), typeFamily(right.type)]
  return one === undefined || other === undefined || one === other ? undefined : rules.clash(one, other, meeting)
}

const textLiteral = ({ literal }: Met): string | undefined =>
  typeof literal?.value === 'string' && (literal.type === undefined || typeFamily(literal.type) === 'text')
    ? literal.value
    : undefined

/** The type of a value that is one of several; undefined when they are of different families, or one is not known. */
export function commonType(values: readonly Met[]): string | undefined {
  const known = values.filter(
    ({ literal }) => literal === undefined || literal.value !== null || literal.type !== undefined,
  )
  const [first] = known
  const family = typeFamily(first?.type)
  return family !== undefined && known.every(({ type }) => typeFamily(type) === family) ? first?.type : undefined
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Functions that give their first argument, or one of its values. */
const FIRST = words('min max any_value first last arbitrary lag lead first_value last_value nth_value nullif abs')
/** Functions that give any of their arguments. */
const ANY = words('coalesce ifnull greatest least')
const TEXT = words(`
  lower upper trim ltrim rtrim btrim replace concat_ws substring substr left right lpad rpad md5 initcap split_part string_agg listagg
  to_char strftime regexp_replace`)
const NUMBER = words('count count_star row_number rank dense_rank ntile char_length')
const TRUE_OR_FALSE = words('~~ !~~ ~~* !~~* starts_with regexp_full_match bool_and bool_or every')

/** The type of what a function gives, where its name says it in any database that has it. */
export function callType(name: string, args: readonly Met[], rules: TypeRules): string | undefined {
  // DuckDB's `max(x, 3)` is a list of the three largest.
  if ((name === 'min' || name === 'max') && args.length > 1) return undefined
  if (FIRST.has(name)) return args[0]?.type
  if (ANY.has(name)) return commonType(args)
  if (TEXT.has(name)) return 'text'
  if (NUMBER.has(name)) return 'bigint'
  if (TRUE_OR_FALSE.has(name)) return rules.boolean
  if ((name === 'sum' || name === 'avg') && typeFamily(args[0]?.type) === 'number') return 'numeric'
  return undefined
}
