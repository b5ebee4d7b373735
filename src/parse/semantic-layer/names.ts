import type { SemanticManifest } from '../../artifacts/semantic-manifest.ts'
import { TIME_GRANULARITIES } from '../../manifest/semantic-terms.ts'
import { eachModel, fault, type Issue, names, type Rule } from './issue.ts'

const VALID_NAME = /^[a-z](?:(?!__)[a-z0-9_])*[a-z0-9]$/
const GRANULARITIES: ReadonlySet<string> = new Set(TIME_GRANULARITIES)
const RESERVED: Readonly<Record<string, string>> = {
  metric_time: 'queries ask by it for the time of a metric',
  mf_internal_uuid: 'it is a column that the metrics engine makes itself',
}
const SQL_KEYWORDS: ReadonlySet<string> = new Set(
  'AND AS CREATE DISTINCT FOR FROM FULL HAVING IN INNER INTO IS JOIN LEFT LIKE NATURAL NOT NULL ON OR RIGHT SELECT UNION USING WHERE WITH'.split(
    ' ',
  ),
)

/** What is wrong with one name. */
export function checkName(name: string): Issue[] {
  const issues: Issue[] = []
  if (!VALID_NAME.test(name)) {
    issues.push(
      fault(
        `Invalid name \`${name}\` - names may only contain lower case letters, numbers, and underscores. They begin with a letter, do not end with an underscore, hold no two underscores in a row and have at least two characters.`,
      ),
    )
  }
  if (GRANULARITIES.has(name.toLowerCase())) {
    const reserved = names(TIME_GRANULARITIES.map((grain) => grain.toUpperCase()))
    issues.push(fault(`Invalid name \`${name}\` - names cannot match reserved time granularity keywords (${reserved})`))
  }
  const reason = RESERVED[name.toLowerCase()]
  if (reason !== undefined)
    issues.push(fault(`Invalid name \`${name}\` - this name is reserved by MetricFlow. Reason: ${reason}.`))
  return issues
}

/** Names of semantic models, metrics, saved queries, their elements and custom granularities: valid, and each used once. */
export const uniqueNames: Rule = (manifest) => [
  ...topLevel(manifest.semantic_models, 'semantic_model'),
  ...topLevel(manifest.metrics, 'metric'),
  ...topLevel(manifest.saved_queries, 'saved_query'),
  ...elementNames(manifest),
  ...granularityNames(manifest),
]

function topLevel(objects: readonly { readonly name: string }[], kind: string): Issue[] {
  const seen = new Set<string>()
  return objects.flatMap(({ name }) => {
    const issues = checkName(name)
    if (seen.has(name))
      issues.push(fault(`Can't use name \`${name}\` for a ${kind} when it was already used for another ${kind}`))
    seen.add(name)
    return issues
  })
}

type Element = readonly [name: string, kind: 'measure' | 'entity' | 'dimension']

const elementsOf = (model: SemanticManifest['semantic_models'][number]): Element[] => [
  ...model.measures.map(({ name }): Element => [name, 'measure']),
  ...model.entities.map(({ name }): Element => [name, 'entity']),
  ...model.dimensions.map(({ name }): Element => [name, 'dimension']),
]

const elementNames = eachModel((model) => {
  const issues: Issue[] = []
  const kinds = new Map<string, string>()
  const elements = elementsOf(model)
  for (const [name, kind] of elements) {
    const before = kinds.get(name)
    if (before === undefined) kinds.set(name, kind)
    else {
      issues.push(
        fault(
          `In semantic model \`${model.name}\`, can't use name \`${name}\` for a ${kind} when it was already used for a ${before}`,
        ),
      )
    }
  }
  return [...issues, ...elements.flatMap(([name]) => checkName(name))]
})

function granularityNames(manifest: SemanticManifest): Issue[] {
  const taken = new Map<string, string>()
  for (const model of manifest.semantic_models) for (const [name, kind] of elementsOf(model)) taken.set(name, kind)
  for (const { name } of manifest.metrics) taken.set(name, 'metric')
  for (const { name } of manifest.semantic_models) taken.set(name, 'semantic_model')
  const issues: Issue[] = []
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const spine of manifest.project_configuration.time_spines) {
    for (const { name } of spine.custom_granularities) {
      issues.push(...checkName(name))
      const kind = taken.get(name)
      if (kind !== undefined)
        issues.push(
          fault(`Can't use name \`${name}\` for a custom granularity when it was already used for a ${kind}.`),
        )
      if (seen.has(name)) twice.add(name)
      seen.add(name)
    }
  }
  if (twice.size > 0) {
    issues.push(
      fault(
        `Custom granularity names must be unique, but found duplicate custom granularities with the names ${names(twice)}.`,
      ),
    )
  }
  return issues
}

/** Elements are selected by their names, and relations by theirs: common keywords of SQL cannot be one. */
export const sqlKeywords: Rule = eachModel((model) => {
  const keywords = model.node_relation.relation_name
    .split('.')
    .map((part) => part.toUpperCase())
    .filter((part) => SQL_KEYWORDS.has(part))
  const issues =
    keywords.length === 0
      ? []
      : [
          fault(
            `'${model.node_relation.relation_name}' contains the SQL reserved keyword(s) ${names(keywords)}, and thus cannot be used for 'node_relation'.`,
          ),
        ]
  const element = (name: string, what: string): Issue[] =>
    SQL_KEYWORDS.has(name.toUpperCase())
      ? [fault(`'${name}' is an SQL reserved keyword, and thus cannot be used as ${what} 'name'.`)]
      : []
  return [
    ...issues,
    ...model.dimensions.flatMap(({ name }) => element(name, 'a dimension')),
    ...model.entities.flatMap(({ name }) => element(name, 'an entity')),
    ...model.measures.flatMap(({ name }) => element(name, 'a measure')),
  ]
})

/** A name means the same kind of element in all semantic models. */
export const elementKinds: Rule = (manifest) => {
  const uses = new Map<string, Map<string, Set<string>>>()
  for (const model of manifest.semantic_models) {
    for (const [name, kind] of elementsOf(model)) {
      const kinds = uses.get(name) ?? new Map<string, Set<string>>()
      uses.set(name, kinds)
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(model.name))
    }
  }
  return [...uses].flatMap(([name, kinds]) => {
    if (kinds.size < 2) return []
    const used = [...kinds.keys()].sort()
    return used.map((kind) =>
      fault(
        `In semantic models ${names(kinds.get(kind)!)}, element \`${name}\` is of type ${kind}, but it is used as types ${names(used)} across the model.`,
      ),
    )
  })
}

/** Labels: of metrics and semantic models each used once, of elements once in their semantic model, of an entity the same everywhere. */
export const labels: Rule = (manifest) => [
  ...ownLabels(manifest.metrics, 'metric'),
  ...manifestLabels(manifest),
  ...entityLabels(manifest),
]

type Labelled = { readonly name: string; readonly label: string | null }

function ownLabels(objects: readonly Labelled[], kind: string, owners = new Map<string, string>()): Issue[] {
  return objects.flatMap(({ name, label }) => {
    if (label === null) return []
    const owner = owners.get(label)
    if (owner === undefined) {
      owners.set(label, name)
      return []
    }
    return [
      fault(`Can't use label \`${label}\` for  ${kind} \`${name}\` as it's already used for ${kind} \`${owner}\``),
    ]
  })
}

function manifestLabels(manifest: SemanticManifest): Issue[] {
  const owners = new Map<string, string>()
  return manifest.semantic_models.flatMap((model) => {
    const within = (elements: readonly Labelled[], kind: string, plural: string): Issue[] => {
      const counts = new Map<string, number>()
      for (const { label } of elements) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
      return [...counts]
        .filter(([, count]) => count > 1)
        .map(([label, count]) =>
          fault(
            `${kind} labels must be unique within a semantic model. The label \`${label}\` stands on ${count} ${plural} of semantic model \`${model.name}\``,
          ),
        )
    }
    return [
      ...ownLabels([model], 'semantic model', owners),
      ...within(model.dimensions, 'Dimension', 'dimensions'),
      ...within(model.entities, 'Entity', 'entities'),
      ...within(model.measures, 'Measure', 'measures'),
    ]
  })
}

function entityLabels(manifest: SemanticManifest): Issue[] {
  const first = new Map<string, { readonly model: string; readonly label: string }>()
  return manifest.semantic_models.flatMap((model) =>
    model.entities.flatMap(({ name, label }) => {
      if (label === null) return []
      const before = first.get(name)
      if (before === undefined) first.set(name, { model: model.name, label })
      if (before === undefined || before.label === label) return []
      return [
        fault(
          `Entities with the same name must have the same label or the label must be \`None\`. Entity \`${name}\` has label \`${label}\` on semantic model \`${model.name}\`, and \`${before.label}\` on semantic model \`${before.model}\``,
        ),
      ]
    }),
  )
}
