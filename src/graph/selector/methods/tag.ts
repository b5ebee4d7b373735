import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** Any tag matches. */
export const tag: Method = ({ criterion }) => {
  const matches = wildcard(textValue(criterion))
  return (node) => 'tags' in node && Array.isArray(node.tags) && node.tags.some((one) => matches(String(one)))
}
