import { createHash } from 'node:crypto'
import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { Constraint, ModelNode } from '../manifest/node.ts'
import { readConstraint, validConstraints } from './columns.ts'
import { byCodePoint } from './generic-test-names.ts'
import type { Patch } from './patch.ts'
import type { Entry } from './property-file.ts'
import { parseReference } from './reference-text.ts'
import type { ParseSession } from './session.ts'
import { checkAccess } from './sql-node.ts'
import { warn } from './warn.ts'
import { placeIn, under } from './yaml-place.ts'

/** Copies what only models have: version, access, constraints, contract, time spine. */
export function patchModelProperties(session: ParseSession, node: ModelNode, patch: Patch): void {
  node.version = patch.version
  node.latest_version = patch.latestVersion
  node.deprecation_date = patch.deprecationDate
  if (patch.access !== null) node.access = checkAccess(node.unique_id, patch.access)
  patchConstraints(session, node, patch)
  node.time_spine = patch.timeSpine
  buildContractChecksum(node)
}

/** Sets a model's constraints, checked as far as dbt does, with the references of foreign keys. */
export function patchConstraints(session: ParseSession, node: ModelNode, patch: Patch): void {
  const { constraints, entry } = patch
  if (node.contract.enforced) {
    checkContract(session, node, entry)
    if (!validConstraints(constraints)) {
      throw new QuernError(
        'Parsing',
        'invalid_constraint',
        `Invalid constraint type on model ${node.name}: Type must be one of ['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom']`,
        { at: placeIn(under(entry.place, 'constraints')) },
      )
    }
  }
  checkPrimaryKeys(node, constraints, entry)
  node.constraints = constraints.map((constraint) => readConstraint(constraint, true))
  const keys = [...node.constraints, ...Object.values(node.columns).flatMap((column) => column.constraints)]
  for (const { type, to } of keys) {
    if (type !== 'foreign_key' || to === null) continue
    const reference = parseReference(to, placeIn(under(entry.place, 'constraints')))
    if (reference.kind === 'ref') node.refs.push(reference.ref)
    else node.sources.push(reference.source)
  }
}

function checkContract(session: ParseSession, node: ModelNode, entry: Entry): void {
  const all = [...node.constraints, ...Object.values(node.columns).flatMap((column) => column.constraints)]
  if (all.some((constraint) => constraint.warn_unsupported) && !enforcesConstraints(node)) {
    const { materialized } = node.config
    warn(
      session,
      'UnsupportedConstraintMaterialization',
      `Constraint types are not supported for ${materialized} materializations and will be ignored. Set 'warn_unsupported: false' on this constraint to ignore this warning.`,
      { data: { materialized }, wrap: true },
    )
  }
  const problems: string[] = []
  if (Object.keys(node.columns).length === 0) {
    problems.push('Constraints must be defined in a `yml` schema configuration file like `schema.yml`.')
  }
  if (node.language !== 'sql') problems.push(`Language Error: Expected 'sql' but found '${node.language}'`)
  if (problems.length > 0) {
    throw new QuernError(
      'Parsing',
      'contract_prerequisites',
      `Contract enforcement failed for: (${node.original_file_path})\n${problems.join('\n')}`,
      {
        at: placeIn(entry.place),
        hint: 'list the columns of the model with name and data_type',
      },
    )
  }
}

const enforcesConstraints = (node: ModelNode): boolean => ['table', 'incremental'].includes(node.config.materialized)

function checkPrimaryKeys(node: ModelNode, constraints: readonly PlainDict[], entry: Entry): void {
  const columns = Object.values(node.columns).filter((column) =>
    column.constraints.some(({ type }) => type === 'primary_key'),
  )
  const problems: string[] = []
  if (columns.length > 1) {
    problems.push(
      `Found ${columns.length} columns (${repr(columns.map((column) => column.name))}) with primary key constraints defined. Primary keys for multiple columns must be defined as a model level constraint.`,
    )
  }
  if (columns.length > 0 && constraints.some((constraint) => constraint['type'] === 'primary_key')) {
    problems.push(
      'Primary key constraints defined at the model level and the columns level. Primary keys can be defined at the model level or the column level, not both.',
    )
  }
  if (problems.length > 0) {
    throw new QuernError(
      'Parsing',
      'primary_key',
      `Primary key constraint error: (${node.original_file_path})\n${problems.join('\n')}`,
      {
        at: placeIn(entry.place),
      },
    )
  }
}

/** `contract.checksum`, by which a change of an enforced contract is found: dbt's, over Python's texts of columns and constraints. */
export function buildContractChecksum(node: ModelNode): void {
  if (node.contract.checksum !== null || !node.contract.enforced) return
  let state = ''
  for (const column of Object.values(node.columns).sort((a, b) => byCodePoint(a.name, b.name))) {
    state += `|${column.name}${column.data_type ?? 'None'}${constraintsText(column.constraints)}`
  }
  if (enforcesConstraints(node)) state += node.config.materialized + constraintsText(node.constraints)
  node.contract.checksum = createHash('sha256').update(state).digest('hex')
}

function constraintsText(constraints: readonly Constraint[]): string {
  return `[${constraints.map(constraintText).join(', ')}]`
}

function constraintText(constraint: Constraint): string {
  const { type, columns, ...rest } = constraint
  const fields = [
    `type=<ConstraintType.${type}: '${type}'>`,
    ...Object.entries(rest).map(([key, value]) => `${key}=${repr(value as Value)}`),
  ]
  if (columns !== undefined) fields.push(`columns=${repr(columns)}`)
  return `${columns === undefined ? 'ColumnLevelConstraint' : 'ModelLevelConstraint'}(${fields.join(', ')})`
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** Other ways to write the day of a date that dbt-core 1.11 (dateutil) reads: `July 4 2030`, `4 Jul 2030`, `2030/7/4`, `7/4/2030`, `20300704`. */
function isoDate(text: string): string {
  const two = (part: string): string => part.padStart(2, '0')
  const month = (name: string): string | undefined => {
    const index = MONTHS.indexOf(name.slice(0, 3).toLowerCase())
    return index === -1 ? undefined : two(String(index + 1))
  }
  const parts =
    /^(?<m>[a-z]{3,9})\.? (?<d>\d\d?)(?:st|nd|rd|th)?,? (?<y>\d{4})(?<rest>.*)$/i.exec(text) ??
    /^(?<d>\d\d?)(?:st|nd|rd|th)?[ -](?<m>[a-z]{3,9})\.?,?[ -](?<y>\d{4})(?<rest>.*)$/i.exec(text) ??
    /^(?<y>\d{4})[/-](?<m>\d\d?)[/-](?<d>\d\d?)(?<rest>\D.*|)$/.exec(text) ??
    /^(?<m>\d\d?)[/-](?<d>\d\d?)[/-](?<y>\d{4})(?<rest>.*)$/.exec(text) ??
    /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)(?<rest>)$/.exec(text)
  const { y, m, d, rest } = parts?.groups ?? {}
  if (y === undefined || m === undefined || d === undefined) return text
  const number = /^\d/.test(m) ? two(m) : month(m)
  return number === undefined ? text : `${y}-${number}-${two(d)}${rest ?? ''}`
}

/** A date as manifest.json has it: ISO, with time, in the local time zone unless it has its own. Null stays null. */
export function dateText(value: Value | undefined): string | null {
  if (value === undefined || value === null) return null
  const text = typeof value === 'string' ? value.trim() : ''
  const match = DATE.exec(isoDate(text))
  if (match === null) {
    throw new QuernError('Parsing', 'invalid_date', `${repr(value)} is not a date`, {
      hint: 'write a date as 2025-12-31',
    })
  }
  const [, year, month, day, clock = '00:00:00', zone] = match
  const time = clock.length === 5 ? `${clock}:00` : clock
  const local = new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(time.slice(0, 2)),
    Number(time.slice(3, 5)),
  )
  return `${year}-${month}-${day}T${time}${zone === undefined ? offsetText(-local.getTimezoneOffset()) : zone === 'Z' || zone === 'UTC' ? '+00:00' : zone.replace(/^(...)(\d\d)$/, '$1:$2')}`
}

const offsetText = (minutes: number): string => {
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}
