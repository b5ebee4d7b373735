import { isGenericTest } from '../../../manifest/node.ts'
import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** The generic test's name (`not_null`), or the unit test's own. */
export const testName: Method = ({ criterion }) => {
  const matches = wildcard(textValue(criterion))
  return (node) => {
    if (isGenericTest(node)) return matches(node.test_metadata.name)
    return node.resource_type === 'unit_test' && matches(node.name)
  }
}
