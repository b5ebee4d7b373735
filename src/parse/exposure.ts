import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ExposureNode } from '../manifest/node.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { byCodePoint } from './generic-test-names.ts'
import { computeConfig } from './node-config.ts'
import type { Entry } from './property-file.ts'
import { addResource, inNode, type ParseSession } from './session.ts'
import { fqnOf } from './sql-node.ts'
import { deprecated } from './warn.ts'
import { placeIn, under } from './yaml-place.ts'

const strings = (value: Value | undefined): string[] =>
  Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : []

/** Owners of exposures and groups must say a name or an e-mail address. */
export function ownerOf(entry: Entry, kind: 'Exposure' | 'Group'): PlainDict {
  const { email, name, ...rest } = asPlainDict(entry.data['owner'])!
  if ((name ?? null) === null && (email ?? null) === null) {
    throw new QuernError(
      'Parsing',
      'owner_without_name',
      `Invalid ${entry.section} config given in ${entry.properties.file.original} @ ${entry.section}: ${kind} owner must have at least one of 'name' or 'email'.`,
      { at: placeIn(under(entry.place, 'owner')) },
    )
  }
  return { email: email ?? null, name: name ?? null, ...rest }
}

/** Makes an exposure. What it depends on is resolved when all is read. */
export function parseExposure(session: ParseSession, entry: Entry): void {
  const { data, project } = entry
  const { file, text } = entry.properties
  const owner = ownerOf(entry, 'Exposure')
  if (!/^[\w-]+$/.test(data.name))
    deprecated(session, 'ExposureNameDeprecation', { exposure: data.name }, under(entry.place, 'name'))
  const fqn = fqnOf(project.name, file.relative, data.name)
  const { config, unrenderedConfig } = computeConfig(session, 'exposure', project, fqn, {
    patch: asPlainDict(data['config']) ?? {},
    file: text,
  })
  const tree = project.configTrees.exposures
  const tags = [...new Set([...strings(tree['tags']), ...strings(data['tags']), ...strings(config.tags)])].sort(
    byCodePoint,
  )
  const meta = { ...asPlainDict(tree['meta']), ...asPlainDict(data['meta']), ...config.meta }
  config.tags = tags
  config.meta = meta
  const node: ExposureNode = {
    name: data.name,
    resource_type: 'exposure',
    package_name: project.name,
    path: file.relative,
    original_file_path: file.original,
    unique_id: uniqueId('exposure', project.name, data.name),
    fqn,
    type: data['type'] as string,
    owner,
    description: (data['description'] ?? '') as string,
    label: (data['label'] ?? null) as string | null,
    maturity: (data['maturity'] ?? null) as string | null,
    meta,
    tags,
    config: config as unknown as PlainDict,
    unrendered_config: unrenderedConfig,
    url: (data['url'] ?? null) as string | null,
    depends_on: { macros: [], nodes: [] },
    refs: [],
    sources: [],
    metrics: [],
    created_at: session.startedAt,
  }
  inNode(node, () => {
    for (const line of strings(data['depends_on'])) {
      const found = session.contexts.renderDependency(line, project.name)
      node.refs.push(...found.refs)
      node.sources.push(...found.sources)
      node.metrics.push(...found.metrics)
    }
  })
  addResource(session, session.manifest.exposures, node)
}
