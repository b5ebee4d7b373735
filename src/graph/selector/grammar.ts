import type { IndirectSelection } from '../../config/flags.ts'
import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { type Criterion, METHODS, type MethodName, type Spec, type SpecGroup } from './spec.ts'

/** What is selected when nothing was asked for (dbt-core 1.11). */
export const DEFAULT_INCLUDES = ['fqn:*', 'source:*', 'exposure:*', 'metric:*', 'semantic_model:*'] as const

/**
 * `--select` and `--exclude` as one spec: words are joined by union, comma parts by intersection, excluded ones taken away.
 * Empty `select` means everything. Throws a `QuernError` for unknown methods and impossible operators.
 */
export function parseSelection(
  select: readonly string[],
  exclude: readonly string[],
  indirect: IndirectSelection = 'eager',
  lookUp?: LookUp,
): SpecGroup {
  const included =
    select.length === 0 ? parseUnion(DEFAULT_INCLUDES, false, indirect) : parseUnion(select, true, indirect, lookUp)
  const excluded = parseUnion(exclude, true, indirect, lookUp)
  return { op: 'difference', parts: [included, excluded], expectExists: false, raw: '', indirect: 'eager' }
}

/**
 * `['a b', 'c,d']` = a or b or (c and d). Words end at a space and at nothing else; an empty word is a criterion that matches nothing
 * (dbt-core 1.11: `--select ""` selects nothing, not everything).
 */
export function parseUnion(
  words: readonly string[],
  expectExists: boolean,
  indirect: IndirectSelection,
  lookUp?: LookUp,
): SpecGroup {
  const parts = words.flatMap((text) => text.split(' '))
  return {
    op: 'union',
    parts: parts.map((part) => ({
      op: 'intersection' as const,
      parts: part.split(',').map((single) => parseCriterion(single, indirect, lookUp)),
      expectExists,
      raw: part,
      indirect,
    })),
    expectExists: false,
    raw: words.join(' '),
    indirect,
  }
}

const CRITERION = /^(@)?((\d*)\+)?(?:([\w.]+):)?([\s\S]*?)(\+(\d*))?$/

/** What a name (or pattern of names) of selectors.yml means, for `selector:name`; throws when there is none. */
export type LookUp = (pattern: string) => Spec

/** One criterion of the command line. Throws a `QuernError`. */
export function parseCriterion(raw: string, indirect: IndirectSelection = 'eager', lookUp?: LookUp): Criterion {
  const match = CRITERION.exec(raw)
  if (match === null) throw new QuernError('Runtime', 'invalid_selector', `Invalid selector spec "${raw}"`)
  const [, at, up, upDepth, method, value = '', down, downDepth] = match
  const { name, rest } = method === undefined ? { name: defaultMethod(value), rest: [] } : methodName(method, raw)
  return checkOperators({
    op: 'criterion',
    raw,
    method: name,
    arguments: rest,
    value,
    childrensParents: at !== undefined,
    parents: up !== undefined,
    parentsDepth: depth(upDepth),
    children: down !== undefined,
    childrenDepth: depth(downDepth),
    indirect,
    of: name === 'selector' ? lookUp?.(value) : undefined,
  })
}

const depth = (text: string | undefined): number | null =>
  text === undefined || text === '' ? null : Math.min(Number(text), Number.MAX_SAFE_INTEGER)

/** Throws when `@` and a `+` suffix are combined. */
export function checkOperators(criterion: Criterion): Criterion {
  if (criterion.children && criterion.childrensParents) {
    throw new QuernError(
      'Runtime',
      'invalid_selector',
      `Invalid node spec ${criterion.raw} - "@" prefix and "+" suffix are incompatible`,
      { hint: '"@x" already takes the children of x, and all their parents' },
    )
  }
  return criterion
}

/** The method of a criterion without one: paths by their separator, files by their ending, else names. */
export function defaultMethod(value: string): MethodName {
  if (value.includes('/') || value.includes('\\')) return 'path'
  return /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn'
}

/** `config.meta.owner` -> config with [meta, owner]. Throws dbt's message for a name that is no method. */
export function methodName(text: string, raw: string): { name: MethodName; rest: readonly string[] } {
  const [first = '', ...rest] = text.split('.')
  const name = METHODS.find((method) => method === first)
  if (name !== undefined) return { name, rest }
  const near = didYouMean(first, METHODS)
  throw new QuernError('Runtime', 'invalid_selector_method', `'${first}' is not a valid method name`, {
    hint: `${near === undefined ? '' : `did you mean '${near}:'? `}in "${raw}", the word before the colon must be one of ${METHODS.join(', ')}`,
  })
}

/** The text that parses to this spec. Only specs of the command line's shape have one. */
export function printSpec(spec: Spec): string {
  if (spec.op === 'criterion') {
    const method = [spec.method, ...spec.arguments].join('.')
    const up = spec.parents ? `${spec.parentsDepth ?? ''}+` : ''
    const down = spec.children ? `+${spec.childrenDepth ?? ''}` : ''
    return `${spec.childrensParents ? '@' : ''}${up}${method}:${spec.value}${down}`
  }
  return spec.parts.map(printSpec).join(spec.op === 'intersection' ? ',' : ' ')
}
