import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ColumnInfo, Constraint } from '../manifest/node.ts'
import { semanticTerm } from './semantic-term.ts'
import { type Place, placeIn, under } from './yaml-place.ts'

const CONSTRAINT_TYPES: ReadonlySet<unknown> = new Set([
  'check',
  'not_null',
  'unique',
  'primary_key',
  'foreign_key',
  'custom',
])

/** Whether every constraint has a type that exists. */
export const validConstraints = (constraints: readonly PlainDict[]): boolean =>
  constraints.every(({ type }) => CONSTRAINT_TYPES.has(type))

/** A constraint with all its published fields. */
export function readConstraint(given: PlainDict, modelLevel: boolean): Constraint {
  const constraint: Constraint = {
    type: given['type'] as Constraint['type'],
    name: (given['name'] ?? null) as string | null,
    expression: (given['expression'] ?? null) as string | null,
    warn_unenforced: (given['warn_unenforced'] ?? true) as boolean,
    warn_unsupported: (given['warn_unsupported'] ?? true) as boolean,
    to: (given['to'] ?? null) as string | null,
    to_columns: (given['to_columns'] ?? []) as string[],
  }
  if (modelLevel) constraint.columns = (given['columns'] ?? []) as string[]
  return constraint
}

/** A list of dicts of a checked entry. */
export const dicts = (value: Value | undefined): PlainDict[] =>
  Array.isArray(value)
    ? value.flatMap((item) => {
        const one = asPlainDict(item)
        return one === undefined ? [] : [one]
      })
    : []

const KNOWN: ReadonlySet<string> = new Set([
  'name',
  'description',
  'meta',
  'data_type',
  'constraints',
  'docs',
  'config',
  'data_tests',
  'tests',
  'quote',
  'tags',
  'granularity',
])
/**
 * The columns of an entry under their names. Meta and tags of `config:` join those of the column itself; keys that dbt does not know are kept.
 */
export function readColumns(columns: readonly PlainDict[], place: Place): Record<string, ColumnInfo> {
  const read: Record<string, ColumnInfo> = {}
  for (const [index, column] of columns.entries()) {
    const name = column['name'] as string
    const constraints = dicts(column['constraints'])
    if (!validConstraints(constraints)) {
      throw new QuernError('Parsing', 'invalid_constraint', `Invalid constraint type on column ${name}`, {
        at: placeIn(under(place, index, 'constraints')),
        hint: `the types are ${[...CONSTRAINT_TYPES].join(', ')}`,
      })
    }
    const granularity = column['granularity']
      ? semanticTerm('TimeGranularity', column['granularity'], under(place, index, 'granularity'))
      : null
    const config = asPlainDict(column['config']) ?? {}
    const meta = { ...asPlainDict(column['meta']), ...asPlainDict(config['meta']) }
    const tags = columnTags(column)
    const info: ColumnInfo = {
      name,
      description: (column['description'] ?? '') as string,
      meta,
      data_type: (column['data_type'] ?? null) as string | null,
      constraints: constraints.map((constraint) => readConstraint(constraint, false)),
      quote: (column['quote'] ?? null) as boolean | null,
      config: { meta, tags },
      tags,
      granularity,
      doc_blocks: [],
    }
    const others = Object.entries(column).filter(([key]) => !KNOWN.has(key))
    read[name] = others.length === 0 ? info : { ...info, ...Object.fromEntries(others) }
  }
  return read
}

/** Tags of a column and of its config, each once. */
export function columnTags(column: PlainDict): string[] {
  const own = (column['tags'] ?? []) as string[]
  const config = asPlainDict(column['config'])?.['tags']
  const more = typeof config === 'string' ? [config] : Array.isArray(config) ? (config as string[]) : []
  return [...new Set([...own, ...more])]
}
