import type { Origins } from './origins.ts'
import { Way } from './origins.ts'
import type { NameRules } from './sql-reader.ts'
import type { Place } from './sql-tree.ts'
import type { CteUse, Problem, Relations, RelationUse, Use, UsedColumn } from './statement-lineage.ts'
import { clashOf, type Meeting, type Met } from './types.ts'

/** What the analysis of one statement has at hand everywhere, and what it notes. Noting the same twice is noting it once. */
export class AnalysisContext {
  readonly rules: NameRules
  readonly relations: Relations
  readonly #problems = new Map<string, Problem>()
  readonly #uses = new Map<string, RelationUse>()
  readonly ctes: (() => CteUse)[] = []

  constructor(rules: NameRules, relations: Relations) {
    this.rules = rules
    this.relations = relations
  }

  problem(problem: Problem): void {
    this.#problems.set(`${problem.kind}\0${problem.name}\0${problem.at}`, problem)
  }
  relation(use: RelationUse): void {
    this.#uses.set(`${use.path.join('\0')}\0${use.at}`, use)
  }
  get problems(): Problem[] {
    return [...this.#problems.values()]
  }
  get relationUses(): RelationUse[] {
    return [...this.#uses.values()]
  }
}

/** Notes it when values that meet do not go together; `at` is where the first of them stands. */
export function noteClash(context: AnalysisContext, left: Met, right: Met, meeting: Meeting, at: Place): void {
  const clash = clashOf(context.rules.types, left, right, meeting)
  if (clash === undefined) return
  const kind = clash === 'refused' ? 'refused_types' : 'converted_types'
  context.problem({ kind, name: meeting, at, candidates: [left, right].map(shownType) })
}

const shownType = ({ type, literal }: Met): string =>
  typeof literal?.value === 'string' ? `'${literal.value}'` : (type ?? 'unknown')

/** Bits of `Way` with which a value is something of the column, and not only placed by it. */
const VALUE = Way.same | Way.computed | Way.aggregated | Way.condition | Way.aggregatedCondition

/** The columns that a query uses otherwise than in its result. */
export class UsedColumns {
  readonly #columns = new Map<string, UsedColumn>()

  add(use: Use, origins: Origins): void {
    for (const { relation, column, ways } of origins.values())
      if (use === 'window' || ways & VALUE) this.#set({ relation, column, use })
  }
  addAll(others: UsedColumns): void {
    if (others === this) return
    for (const one of others.#columns.values()) this.#set(one)
  }
  list(): UsedColumn[] {
    return [...this.#columns.values()]
  }
  #set(one: UsedColumn): void {
    this.#columns.set(`${one.relation}\0${one.column}\0${one.use}`, one)
  }
}
