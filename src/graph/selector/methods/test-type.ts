import { QuernError } from '../../../errors/quern-error.ts'
import { isGenericTest } from '../../../manifest/node.ts'
import { type Method, textValue } from './method.ts'

/** generic (or schema), singular, data (both of these), unit. */
export const testType: Method = ({ criterion }) => {
  const value = textValue(criterion)
  const generic = ['generic', 'schema', 'data'].includes(value)
  const singular = ['singular', 'data'].includes(value)
  const unit = value === 'unit'
  if (!generic && !singular && !unit) {
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
