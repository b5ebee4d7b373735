import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** The package's name matches; `this` is the root project. */
export const packageMethod: Method = ({ manifest, criterion }) => {
  const value = textValue(criterion)
  const matches = wildcard(value === 'this' ? manifest.projectName : value)
  return (node) => matches(node.package_name)
}
