import type { NodeOutline } from '../../../manifest/node-map.ts'
import { wildcard } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/** Any tag matches. */
export const tag: Method = ({ criterion }) => {
  const matches = wildcard(textValue(criterion))
  return (node) => tagsOf(node).some((one) => matches(String(one)))
}

/** dbt-core 1.11: a unit test has the tags of its config. */
function tagsOf(node: NodeOutline): readonly unknown[] {
  const tags = node.resource_type === 'unit_test' ? node.config['tags'] : 'tags' in node ? node.tags : undefined
  return Array.isArray(tags) ? tags : typeof tags === 'string' ? [tags] : []
}
