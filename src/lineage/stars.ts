import type { Frame } from './frame.ts'
import { NO_ORIGINS } from './origins.ts'
import {
  type Column,
  field,
  joinedOpen,
  namedTables,
  type OpenColumns,
  resolveName,
  type Scope,
  type Shown,
} from './scope.ts'
import type { ColumnTest, Expression, Star } from './sql-tree.ts'

/** The columns that a star means, after `exclude` and what tests names; without `replace` and `rename`. */
export function shownBy(frame: Frame, scope: Scope, star: Star): Shown[] {
  const { rules } = frame.context
  const { normalise } = rules
  const excluded = star.exclude.map((path) => path.map(normalise))
  const tests = nameTest(star.only)
  return qualified(frame, scope, star).filter(({ column, table }) => {
    if (column === undefined) return true
    const name = normalise(column.name)
    const out = excluded.some(
      (path) =>
        path.at(-1) === name &&
        (path.length === 1 || (table?.name !== undefined && normalise(table.name) === path[path.length - 2])),
    )
    return !out && tests(column.name)
  })
}

function qualified(frame: Frame, scope: Scope, star: Star): readonly Shown[] {
  if (star.qualifier.length === 0) return scope.from.shown
  const { rules } = frame.context
  for (let here: Scope | undefined = scope; here !== undefined; here = here.parent) {
    const [table] = namedTables(rules, here.from, star.qualifier)
    if (table === undefined) continue
    const columns: Shown[] = table.columns.map((column) => ({ column, table }))
    return table.open === undefined ? columns : [...columns, { column: undefined, table }]
  }
  // `s.*` of a structured column: its fields are not known.
  const base = resolveName(frame.context, scope, star.qualifier, star.at)
  const { origins } = base === undefined ? { origins: NO_ORIGINS } : field(base)
  const open: OpenColumns = { of: () => origins, because: [`${star.qualifier.join('.')}.*`] }
  return [{ column: undefined, table: { name: undefined, path: [], columns: [], open } }]
}

function nameTest(only: ColumnTest | undefined): (name: string) => boolean {
  switch (only?.kind) {
    case 'regex': {
      const pattern = compiled(only.pattern)
      return pattern === undefined ? () => true : (name) => pattern.test(name)
    }
    case 'like': {
      const pattern = likePattern(only.pattern, only.anyCase)
      return (name) => pattern.test(name) !== only.negated
    }
    case 'names': {
      const names = new Set(only.names.map((name) => name.toLowerCase()))
      return (name) => names.has(name.toLowerCase())
    }
    default:
      return () => true
  }
}

/** DuckDB's expressions (RE2) are mostly JavaScript's as well; undefined for one that is not. */
function compiled(pattern: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(pattern)
  try {
    return new RegExp(flags === null ? pattern : pattern.slice(flags[0].length), flags?.[1] ?? '')
  } catch {
    return undefined
  }
}

const likePattern = (like: string, anyCase: boolean): RegExp =>
  new RegExp(
    `^${like
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('%', '.*')
      .replaceAll('_', '.')}$`,
    anyCase ? 'is' : 's',
  )

/** Whether quern itself can tell which columns the star means. */
export function isReadable(star: Star): boolean {
  if (star.only?.kind === 'other') return false
  return star.only?.kind !== 'regex' || compiled(star.only.pattern) !== undefined
}

/** The columns that a star puts into a select list, and what could not be listed. `value` evaluates what stands behind `replace`. */
export function starColumns(
  frame: Frame,
  scope: Scope,
  star: Star,
  value: (expression: Expression) => Omit<Column, 'name'>,
): { columns: Column[]; open: OpenColumns | undefined } {
  const { normalise } = frame.context.rules
  const shown = shownBy(frame, scope, star)
  const columns = shown.flatMap(({ column, table }): Column[] => {
    if (column === undefined) return []
    const name = normalise(column.name)
    const replaced = star.replace.find((one) => normalise(one.name) === name)
    if (replaced !== undefined) return [{ ...value(replaced.expression), name: replaced.name }]
    const renamed = star.rename.find(
      ({ path }) =>
        normalise(path.at(-1) as string) === name &&
        (path.length === 1 ||
          (table?.name !== undefined && normalise(table.name) === normalise(path.at(-2) as string))),
    )
    return [renamed === undefined ? column : { ...column, name: renamed.to }]
  })
  const unlisted = isReadable(star) ? undefined : { of: () => NO_ORIGINS, because: ['columns(...)'] }
  const open = joinedOpen([...shown.map((one) => (one.column === undefined ? one.table.open : undefined)), unlisted])
  if (open !== undefined)
    frame.context.problem({
      kind: 'unexpanded_star',
      name: [...star.qualifier, '*'].join('.'),
      at: star.at,
      candidates: open.because,
    })
  return { columns: unlisted === undefined ? columns : [], open }
}

/** The `columns(...)` in an expression, outermost first; undefined when there is none. */
export function repeatedStar(expression: Expression): Star | undefined {
  switch (expression.kind) {
    case 'star':
      return expression.columns ? expression : undefined
    case 'operation':
      return firstOf(expression.operands)
    case 'cast':
      return repeatedStar(expression.operand)
    case 'call':
      return firstOf([...expression.args, ...(expression.filter === undefined ? [] : [expression.filter])])
    case 'case':
      return firstOf([...expression.conditions, ...expression.values])
    case 'field':
      return repeatedStar(expression.base)
    default:
      return undefined
  }
}

function firstOf(expressions: readonly Expression[]): Star | undefined {
  for (const one of expressions) {
    const star = repeatedStar(one)
    if (star !== undefined) return star
  }
  return undefined
}
