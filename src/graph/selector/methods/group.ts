import { wildcard } from '../wildcard.ts'
import { type Method, PARSED, textValue } from './method.ts'

/** The `group` config matches; models, seeds, snapshots, tests and metrics have one. */
export const group: Method = ({ criterion }) => {
  const matches = wildcard(textValue(criterion))
  return (node) => {
    if (!PARSED.has(node.resource_type) && node.resource_type !== 'metric') return false
    const name = node.config.group
    return typeof name === 'string' && name !== '' && matches(name)
  }
}
