import type { ConstraintType } from '../../adapter/adapter.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { makeWarning } from '../../events/warnings.ts'
import type { StateNode } from '../../manifest/previous-state.ts'
import type { Comparing } from './comparison.ts'
import { published, sameValue } from './same-value.ts'

type Dict = Readonly<Record<string, unknown>>

/** A model as both manifests have it. */
interface Contracted {
  readonly name: string
  readonly uniqueId: string
  readonly file: string
  readonly enforced: boolean
  readonly checksum: unknown
  readonly version: unknown
  readonly materialized: unknown
  readonly columns: ReadonlyMap<string, Dict>
  readonly constraints: readonly Dict[]
  readonly enabled: boolean
  readonly deprecationDate: unknown
}

function contracted(node: Dict): Contracted {
  const plain = published({
    contract: node['contract'],
    config: node['config'],
    columns: node['columns'],
    constraints: node['constraints'],
  }) as Dict
  const config = dict(plain['config'])
  return {
    name: String(node['name']),
    uniqueId: String(node['unique_id']),
    file: String(node['original_file_path']),
    enforced: dict(plain['contract'])['enforced'] === true,
    checksum: dict(plain['contract'])['checksum'] ?? null,
    version: node['version'] ?? null,
    materialized: config['materialized'],
    columns: new Map(Object.entries(dict(plain['columns'])).map(([key, column]) => [key, dict(column)])),
    constraints: dicts(plain['constraints']),
    enabled: config['enabled'] !== false,
    deprecationDate: node['deprecation_date'] ?? null,
  }
}

/**
 * Whether a model's contract is the same as in the earlier run. A change that breaks who relies on it (a column, type, enforced constraint or the
 * enforcement is gone) is told: as a warning, and of a versioned model as an error. dbt-core 1.11.
 */
export function sameContract(node: Dict, old: StateNode, comparing: Comparing): boolean {
  const mine = contracted(node)
  const before = contracted(old)
  if (!before.enforced) return !mine.enforced
  if (mine.enforced && mine.checksum === before.checksum) return true
  const breaking = breakingChanges(mine, before, comparing)
  if (breaking.length > 0) tell(mine, breaking, comparing)
  return false
}

/** Tells of an enforced contract whose model is gone or disabled, unless its deprecation date has passed. `gone`: the disabled node, else the earlier one. */
export function tellRemovedContract(gone: Dict, comparing: Comparing): void {
  const model = contracted(gone)
  if (!model.enforced) return
  const until = typeof model.deprecationDate === 'string' ? Date.parse(model.deprecationDate) : Number.NaN
  if (until < comparing.now) return
  const change = model.enabled ? 'was deleted or renamed' : 'was disabled'
  tell(model, [`Contracted model '${model.uniqueId}' ${change}.`], comparing)
}

function breakingChanges(mine: Contracted, before: Contracted, comparing: Comparing): string[] {
  const removed: string[] = []
  const retyped: string[] = []
  const unconstrained: string[] = []
  let hadColumnConstraints = false
  const lost = lostConstraints(before, comparing)
  for (const [key, column] of [...before.columns].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const now = mine.columns.get(key)
    const constraints = dicts(column['constraints'])
    if (constraints.length > 0) hadColumnConstraints = true
    if (now === undefined) {
      removed.push(String(column['name']))
      continue
    }
    if (baseType(column['data_type']) !== baseType(now['data_type']))
      retyped.push(`${String(column['name'])} (${shown(column['data_type'])} -> ${shown(now['data_type'])})`)
    for (const constraint of lost(constraints, dicts(now['constraints'])))
      unconstrained.push(`'${constraintName(constraint)}' constraint on column ${key}`)
  }
  const models = lost(before.constraints, mine.constraints).map((constraint) => {
    const columns = (constraint['columns'] as readonly string[] | undefined) ?? []
    return `'${constraintName(constraint)}' constraint on columns [${columns.map((name) => `'${name}'`).join(', ')}]`
  })
  const rebuilt =
    keepsConstraints(before) && !keepsConstraints(mine) && (before.constraints.length > 0 || hadColumnConstraints)
  const changes: [heading: string, items: readonly string[]][] = [
    ['Columns were removed: ', removed],
    ['Columns with data_type changes: ', retyped],
    ['Enforced column level constraints were removed: ', unconstrained],
    ['Enforced model level constraints were removed: ', models],
    [
      'Materialization changed with enforced constraints: ',
      rebuilt ? [`${String(before.materialized)} -> ${String(mine.materialized)}`] : [],
    ],
  ]
  return [
    ...(mine.enforced
      ? []
      : [
          'Contract enforcement was removed: Previously, this model had an enforced contract. It is no longer configured to enforce its contract, and this is a breaking change.',
        ]),
    ...changes
      .filter(([, items]) => items.length > 0)
      .map(([heading, items]) => `${heading}\n    - ${items.join('\n    - ')}`),
  ]
}

/** Constraints that were enforced by the database and are not there any more. */
const lostConstraints =
  (before: Contracted, { constraintSupport }: Comparing) =>
  (old: readonly Dict[], now: readonly Dict[]): Dict[] =>
    keepsConstraints(before)
      ? old.filter(
          (constraint) =>
            constraintSupport[constraint['type'] as ConstraintType] === 'enforced' &&
            !now.some((other) => sameValue(other, constraint)),
        )
      : []

const keepsConstraints = (model: Contracted): boolean =>
  model.materialized === 'table' || model.materialized === 'incremental'

const constraintName = (constraint: Dict): string => String(constraint['name'] ?? constraint['type'])

/** `varchar(10)` and `VARCHAR` are one: size and precision break nobody. */
const baseType = (type: unknown): string | null =>
  typeof type === 'string' ? (type.split('(')[0] as string).trim().toLowerCase() : null

const shown = (type: unknown): string => (typeof type === 'string' ? type : 'None')

function tell(model: Contracted, changes: readonly string[], { emit }: Comparing): void {
  const reasons = changes.join('\n  - ')
  if (model.version === null) {
    const text = `Breaking change to contracted, unversioned model ${model.name} (${model.file})\nWhile comparing to previous project state, dbt detected a breaking change to an unversioned model.\n  - ${reasons}\n`
    const data = { breaking_changes: [...changes], model_name: model.name, model_file_path: model.file }
    emit(makeWarning('UnversionedBreakingChange', 'I071', text, { data }))
    return
  }
  const error = new QuernError(
    'Contract',
    'contract_broken',
    `While comparing to previous project state, dbt detected a breaking change to an enforced contract.\n  - ${reasons}\nConsider making an additive (non-breaking) change instead, if possible.\nOtherwise, create a new model version: https://docs.getdbt.com/docs/collaborate/govern/model-versions`,
    { hint: 'if nobody relies on it any more, give the version a deprecation_date and remove it when that has passed' },
  )
  error.node = `model ${model.name} (${model.file})`
  throw error
}

const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null ? (value as Dict) : {})
const dicts = (value: unknown): readonly Dict[] => (Array.isArray(value) ? value.map(dict) : [])
