import { QuernError } from '../../../errors/quern-error.ts'
import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** `source`, `source.table` or `package.source.table`. */
export const source: Method = ({ criterion }) => {
  const value = textValue(criterion)
  const parts = value.split('.')
  if (parts.length > 3) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Invalid source selector value "${value}". Sources must be of the form ` +
        '`${source_name}`, `${source_name}.${target_name}`, or `${package_name}.${source_name}.${target_name}',
    )
  }
  const [first = '*', second = '*', third = '*'] = parts
  const [packageName, sourceName, table] = parts.length === 3 ? [first, second, third] : ['*', first, second]
  const inPackage = wildcard(packageName)
  const inSource = wildcard(sourceName)
  const isTable = wildcard(table)
  return (node) =>
    node.resource_type === 'source' &&
    inPackage(node.package_name) &&
    inSource(node.source_name ?? '') &&
    isTable(node.name)
}
