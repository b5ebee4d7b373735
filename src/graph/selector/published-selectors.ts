import type { SelectorDefinition } from '../../config/project-config.ts'
import { dictEntries, isDict, type PlainDict, type Value } from '../../jinja/runtime/value.ts'
import { parseCriterion } from './grammar.ts'

/**
 * The `selectors` of manifest.json: definitions with their texts taken apart into dictionaries and inherited ones written out
 * (dbt-core 1.11). The definitions have been checked by `namedSelectors`.
 */
export function publishedSelectors(definitions: readonly SelectorDefinition[]): PlainDict {
  const published: PlainDict = {}
  const known = new Map<string, Value>()
  for (const { name, description, isDefault, definition } of definitions) {
    const normal = normalise(definition, known)
    known.set(name, normal)
    published[name] = {
      name,
      ...(description === null ? {} : { description }),
      ...(isDefault ? { default: true } : {}),
      definition: normal,
    }
  }
  return published
}

function normalise(definition: Value, known: ReadonlyMap<string, Value>): Value {
  if (typeof definition === 'string') return criterionDict(definition)
  if (!isDict(definition)) return definition
  const entries = new Map([...dictEntries(definition)].map(([key, value]) => [String(key), value]))
  for (const set of ['union', 'intersection']) {
    if (entries.has(set)) return { [set]: list(entries.get(set)!, known) }
  }
  const [first] = entries
  if (entries.size === 1 && first !== undefined) {
    const [key, value] = first
    if (key === 'exclude') return { exclude: list(value, known) }
    if (key === 'selector') return known.get(String(value)) ?? definition
    return { method: key, value }
  }
  if (entries.get('method') === 'selector') return known.get(String(entries.get('value'))) ?? definition
  return Object.fromEntries(entries)
}

const list = (value: Value, known: ReadonlyMap<string, Value>): Value =>
  Array.isArray(value) ? value.map((item) => normalise(item, known)) : value

/** Only what the text says: `tag:daily+` has method, value and children. */
function criterionDict(text: string): PlainDict {
  const {
    method,
    arguments: rest,
    value,
    childrensParents,
    parents,
    parentsDepth,
    children,
    childrenDepth,
  } = parseCriterion(text)
  return {
    ...(childrensParents ? { childrens_parents: true } : {}),
    ...(parents ? { parents: true } : {}),
    ...(parentsDepth === null ? {} : { parents_depth: String(parentsDepth) }),
    method: [method, ...rest].join('.'),
    value,
    ...(children ? { children: true } : {}),
    ...(childrenDepth === null ? {} : { children_depth: String(childrenDepth) }),
  }
}
