import { didYouMean } from '../../../errors/did-you-mean.ts'
import { QuernError } from '../../../errors/quern-error.ts'
import { RESOURCE_TYPES } from '../../../manifest/unique-id.ts'
import { type Method, textValue } from './method.ts'

/** Exactly this resource type. */
export const resourceType: Method = ({ criterion }) => {
  const value = textValue(criterion)
  const type = RESOURCE_TYPES.find((one) => one === value)
  if (type === undefined) {
    const near = didYouMean(value, RESOURCE_TYPES)
    throw new QuernError('Runtime', 'invalid_selector_value', `Invalid resource_type selector "${value}"`, {
      hint: near === undefined ? `resource types are ${RESOURCE_TYPES.join(', ')}` : `did you mean '${near}'?`,
    })
  }
  return (node) => node.resource_type === type
}
