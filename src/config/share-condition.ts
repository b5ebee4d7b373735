import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'

/** A threshold in percent: `warn_if` or `error_if` of a test. */
export interface ShareCondition {
  readonly operator: '>' | '>=' | '<' | '<=' | '=' | '!=' | '<>'
  /** The percentage is `units / 10 ** scale`: exact. */
  readonly units: bigint
  readonly scale: number
}

const FORM = /^\s*(>=|<=|<>|!=|>|<|=)\s*(\d+)(?:\.(\d+))?\s*%\s*$/

/** Whether a condition means a share: SQL never ends with a percent sign. */
export const isShare = (condition: Value): boolean => typeof condition === 'string' && /%\s*$/.test(condition)

/** Reads `> 1%` or `>= 0.5 %`. Undefined for what is no share; the text of the problem for one that is written wrongly. */
export function readShare(condition: Value): ShareCondition | string | undefined {
  if (!isShare(condition)) return undefined
  const found = FORM.exec(condition as string)
  if (found === null) {
    return `'${toText(condition)}' is no threshold in percent: it is a comparison (>, >=, <, <=, =, !=) and a number, such as '> 1%' or '>= 0.5 %'`
  }
  const [, operator, whole, fraction = ''] = found as unknown as [string, ShareCondition['operator'], string, string?]
  return { operator, units: BigInt(whole + fraction), scale: fraction.length }
}

/** The condition in SQL that a number of failures out of `rows` has to meet, to stand behind the number. Of no rows the share is 0. */
export function shareAsSql({ operator, units, scale }: ShareCondition, rows: bigint): string {
  if (rows === 0n) return holds(operator, units) ? 'is not null' : 'is null'
  const digits = (units * rows).toString().padStart(scale + 3, '0')
  return `${operator} ${digits.slice(0, -(scale + 2))}.${digits.slice(-(scale + 2))}`
}

/** Whether 0 meets the condition. */
const holds = (operator: ShareCondition['operator'], units: bigint): boolean => {
  if (units === 0n) return operator === '>=' || operator === '<=' || operator === '='
  return operator === '<' || operator === '<=' || operator === '!=' || operator === '<>'
}
