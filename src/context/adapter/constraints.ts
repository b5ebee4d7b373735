import type { ConstraintType } from '../../adapter/adapter.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { repr, toText } from '../../jinja/runtime/text.ts'
import { dictEntries, dictGet, isDict, type PlainDict, type PyDict, type Value } from '../../jinja/runtime/value.ts'
import type { AdapterOptions } from './adapter-runtime.ts'

const TYPES: readonly ConstraintType[] = ['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom']

interface ParsedConstraint {
  readonly type: ConstraintType
  readonly name: string
  readonly expression: string
  readonly to: string
  readonly toColumns: readonly string[]
  readonly columns: readonly string[]
  readonly warnUnenforced: boolean
  readonly warnUnsupported: boolean
}

function parse(raw: Value): ParsedConstraint {
  const fail = (): never => {
    throw new QuernError('Runtime', 'constraint_invalid', `Could not parse constraint: ${repr(raw)}`, {
      hint: `a constraint is a dict with a type: ${TYPES.join(', ')}`,
    })
  }
  if (!isDict(raw)) return fail()
  const text = (key: string): string => {
    const value = dictGet(raw, key) ?? null
    return value === null ? '' : toText(value)
  }
  const texts = (key: string): string[] => {
    const value = dictGet(raw, key) ?? null
    return Array.isArray(value) ? value.map(toText) : []
  }
  const type = text('type') as ConstraintType
  if (!TYPES.includes(type)) return fail()
  return {
    type,
    name: text('name'),
    expression: text('expression'),
    to: text('to'),
    toColumns: texts('to_columns'),
    columns: texts('columns'),
    warnUnenforced: dictGet(raw, 'warn_unenforced') !== false,
    warnUnsupported: dictGet(raw, 'warn_unsupported') !== false,
  }
}

/** The text of a constraint as far as the database supports it; unsupported ones are left out with a warning. */
function supported(
  constraint: ParsedConstraint,
  { adapter, warn }: AdapterOptions,
  render: (constraint: ParsedConstraint) => string | null,
): string | null {
  if (constraint.type === 'custom') return render(constraint)
  const support = adapter.constraintSupport[constraint.type]
  if (support === 'not_supported') {
    if (constraint.warnUnsupported) {
      warn?.(
        `Constraint types are not supported for ${adapter.type}: ${constraint.type}. Set 'warn_unsupported: false' on this constraint to ignore this warning.`,
      )
    }
    return null
  }
  if (support === 'not_enforced' && constraint.warnUnenforced) {
    warn?.(
      `Constraint types are not enforced for ${adapter.type}: ${constraint.type}. Set 'warn_unenforced: false' on this constraint to ignore this warning.`,
    )
  }
  return render(constraint)
}

/** The table a foreign key points to, without its database where the database demands that. */
function target({ to }: ParsedConstraint, { adapter }: AdapterOptions): string {
  const parts = to.split('.')
  return adapter.foreignKeyWithoutDatabase && parts.length > 2 ? parts.slice(1).join('.') : to
}

function columnConstraint(constraint: ParsedConstraint, options: AdapterOptions): string | null {
  const { expression } = constraint
  switch (constraint.type) {
    case 'check':
      return expression === '' ? null : `check (${expression})`
    case 'not_null':
      return `not null ${expression}`.trim()
    case 'unique':
      return `unique ${expression}`.trim()
    case 'primary_key':
      return `primary key ${expression}`.trim()
    case 'foreign_key':
      if (constraint.to !== '' && constraint.toColumns.length > 0) {
        return `references ${target(constraint, options)} (${constraint.toColumns.join(', ')})`
      }
      return expression === '' ? null : `references ${expression}`.trim()
    case 'custom':
      return expression === '' ? null : expression.trim()
  }
}

/** `name type [constraint ...]` of each column, for `create table`. */
export function rawColumnConstraints(columns: Value, options: AdapterOptions): Value[] {
  if (!isDict(columns)) return []
  return [...dictEntries(columns)].map(([, column]) => {
    const item = column as PyDict | PlainDict
    const name = toText(dictGet(item, 'name') ?? null)
    const isQuoted = dictGet(item, 'quote') === true
    const parts = [
      `${isQuoted ? `"${String(name).replaceAll('"', '""')}"` : name} ${toText(dictGet(item, 'data_type') ?? null)}`,
    ]
    const constraints = dictGet(item, 'constraints') ?? []
    for (const raw of Array.isArray(constraints) ? constraints : []) {
      const text = supported(parse(raw), options, (constraint) => columnConstraint(constraint, options))
      if (text !== null) parts.push(text)
    }
    return parts.join(' ')
  })
}

/** A constraint over several columns; null when the database has no such constraint. */
export function modelConstraint(raw: Value, options: AdapterOptions): string | null {
  return supported(parse(raw), options, (constraint) => {
    const prefix = constraint.name === '' ? '' : `constraint ${constraint.name} `
    const columns = constraint.columns.join(', ')
    const expression = constraint.expression === '' ? '' : ` ${constraint.expression}`
    switch (constraint.type) {
      case 'check':
        return expression === '' ? null : `${prefix}check (${constraint.expression})`
      case 'unique':
        return `${prefix}unique${expression} (${columns})`
      case 'primary_key':
        return `${prefix}primary key${expression} (${columns})`
      case 'foreign_key':
        if (constraint.to !== '' && constraint.toColumns.length > 0) {
          return `${prefix}foreign key (${columns}) references ${target(constraint, options)} (${constraint.toColumns.join(', ')})`
        }
        return expression === '' ? null : `${prefix}foreign key (${columns}) references${expression}`
      case 'custom':
        return expression === '' ? null : `${prefix}${constraint.expression}`
      case 'not_null':
        return null
    }
  })
}
