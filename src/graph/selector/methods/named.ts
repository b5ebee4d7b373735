import { QuernError } from '../../../errors/quern-error.ts'
import type { ResourceType } from '../../../manifest/unique-id.ts'
import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** The methods of resources found by `name` or `package.name`: exposures, metrics, semantic models, saved queries, unit tests. */
export const named =
  (type: ResourceType, words: string): Method =>
  ({ criterion }) => {
    const value = textValue(criterion)
    const parts = value.split('.')
    if (parts.length > 2) {
      const name = type
      throw new QuernError(
        'Runtime',
        'invalid_selector_value',
        `Invalid ${words} selector value "${value}". ${words[0]!.toUpperCase()}${plural(words.slice(1))} must be of the form ` +
          `\${${name}_name} or \${${name}_package.${name}_name}`,
      )
    }
    const inPackage = wildcard(parts.length === 2 ? parts[0]! : '*')
    const isName = wildcard(parts.at(-1)!)
    return (node) => node.resource_type === type && inPackage(node.package_name) && isName(node.name)
  }

const plural = (words: string): string => (words.endsWith('y') ? `${words.slice(0, -1)}ies` : `${words}s`)
