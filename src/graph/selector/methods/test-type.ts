import { QuernError } from '../../../errors/quern-error.ts'
import { isGenericTest } from '../../../manifest/node.ts'
import { type Method, textValue } from './method.ts'

/** generic (or schema), singular, data (both of these), unit. dbt-core 1.11 takes any part of the last three words as well (`sin`, `d`, nothing). */
export const testType: Method = ({ criterion }) => {
  const value = textValue(criterion)
  const type = ['generic', 'schema'].includes(value) ? 'generic' : PARTS.find((word) => word.includes(value))
  const generic = type === 'generic' || type === 'data'
  const singular = type === 'singular' || type === 'data'
  const unit = type === 'unit'
  if (type === undefined) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Invalid test type selector ${value}: expected "generic", "singular", "unit", or "data"`,
    )
  }
  return (node) => {
    if (node.resource_type === 'unit_test') return unit
    if (node.resource_type !== 'test') return false
    return isGenericTest(node) ? generic : singular
  }
}

/** In the order in which a part of a word is looked for. */
const PARTS = ['data', 'singular', 'unit'] as const
