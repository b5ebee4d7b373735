import type { Project } from '../config/project-config.ts'
import { QuernError } from '../errors/quern-error.ts'
import { findText, SourceFile } from '../errors/source-file.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import type { CompiledNodeFields, FileChecksum, Hook, ManifestNode, ModelNode } from '../manifest/node.ts'
import { type ResourceType, type UniqueId, uniqueId } from '../manifest/unique-id.ts'
import { computeConfig, configBasis } from './node-config.ts'
import type { Capture } from './parse-contexts.ts'
import { nodeRelationName } from './relation-name.ts'
import { addDisabled, addNode, behavior, type Draft, inNode, MORE_UNRENDERED, type ParseSession } from './session.ts'
import { staticCapture } from './static-capture.ts'
import { isReadByDbt, unrenderedCall } from './unrendered-call.ts'

/** What a parser says of a new node; the rest follows from the project and the config. */
export interface NewNode {
  readonly type: ResourceType
  readonly project: Project
  readonly file: SourceFile
  readonly name: string
  /** Absent: `<type>.<package>.<name>`. */
  readonly id?: UniqueId
  readonly path: string
  readonly original: string
  readonly fqn: string[]
  readonly code: string
  readonly checksum: FileChecksum
  readonly language?: string
  readonly tags?: string[]
  readonly description?: string
}

const plainDocs = () => ({ show: true, node_color: null })

/**
 * A node before its template has said anything: config from the project files, default names. Fields in the order of manifest.json. Kinds add
 * theirs with `Object.assign`: a literal that begins with a spread costs V8 ten times as much.
 */
export function newNode(session: ParseSession, from: NewNode): ManifestNode {
  const { target } = session.config
  const { config } = computeConfig(session, from.type, from.project, from.fqn)
  const base = {
    database: target.database,
    schema: target.schema,
    name: from.name,
    resource_type: from.type,
    package_name: from.project.name,
    path: from.path,
    original_file_path: from.original,
    unique_id: from.id ?? uniqueId(from.type, from.project.name, from.name),
    fqn: from.fqn,
    alias: from.name,
    checksum: from.checksum,
    config,
    tags: from.tags ?? [],
    description: from.description ?? '',
    columns: {},
    meta: {},
    group: null,
    docs: plainDocs(),
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: session.startedAt,
    relation_name: null,
    raw_code: from.code,
    doc_blocks: [],
  }
  if (from.type === 'seed') {
    return Object.assign(base, { root_path: from.project.root, depends_on: { macros: [] } }) as unknown as ManifestNode
  }
  const compiled = Object.assign(base, {
    language: from.language ?? 'sql',
    refs: [],
    sources: [],
    metrics: [],
    functions: [],
    depends_on: { macros: [], nodes: [] },
    compiled_path: null,
    contract: { enforced: false, alias_types: true, checksum: null },
  })
  if (from.type === 'function') {
    const returns = { data_type: 'INVALID_TYPE', description: null }
    return Object.assign({ returns }, compiled, { arguments: [] }) as unknown as ManifestNode
  }
  if (from.type !== 'model') return compiled as unknown as ManifestNode
  return Object.assign(compiled, {
    access: 'protected',
    constraints: [],
    version: null,
    latest_version: null,
    deprecation_date: null,
    primary_key: [],
    time_spine: null,
  }) as unknown as ManifestNode
}

/** Path of folders below the searched one, then the name: dbt's fqn. */
export function fqnOf(packageName: string, path: string, ...names: string[]): string[] {
  const folders = path.split('/').slice(0, -1)
  return [packageName, ...folders, ...names]
}

/**
 * Makes a node, reads or renders its template, settles its config, and adds it to the manifest (or to the disabled ones).
 * Its names are final only after `finishNode`.
 */
export function parseSqlNode(session: ParseSession, from: NewNode): ManifestNode {
  const node = newNode(session, from)
  return inNode(node, () => {
    const draft = readTemplate(session, from, node)
    session.drafts.set(node, draft)
    settleConfig(session, draft, undefined)
    captureHooks(session, draft)
    if (node.config.enabled) addNode(session, node)
    else addDisabled(session, node)
    return node
  })
}

function readTemplate(session: ParseSession, from: NewNode, node: ManifestNode): Draft {
  const configCalls: PlainDict[] = []
  if (from.type === 'seed' || from.language === 'python')
    return { node, file: from.file, project: from.project, configCalls, template: undefined }
  const options = { kind: from.type, name: from.name }
  const { capture, unrenderedCall } = session.memory.recall(
    `${node.unique_id} ${from.original}`,
    () => [...newBasis(session, from), ...flagBasis(session), from.file.text],
    () => captureOf(session, from, node, Template.parse(from.file, options)),
  )
  record(node, capture)
  configCalls.push(...capture.configCalls)
  const template = Template.unread(from.file, options)
  return { node, file: from.file, project: from.project, configCalls, unrenderedCall, template }
}

/** What rendering a node's template may see of the node, and the flags that decide how it is read. */
const basis = (session: ParseSession, node: ManifestNode): readonly unknown[] => [
  { ...node, created_at: 0, raw_code: '' },
  ...flagBasis(session),
]

/** What a new node follows from, and with it what rendering its template may see of it. */
export function newBasis(session: ParseSession, from: NewNode): readonly unknown[] {
  const { target } = session.config
  const { type, project, name, id, path, original, fqn, checksum, language, tags, description } = from
  return [
    [target.database, target.schema, type, project.name, name, id ?? '', path, original, fqn, checksum],
    [language ?? '', tags ?? [], description ?? ''],
    configBasis(session, type, project, fqn),
  ]
}

/** The flags that decide how a template is read. */
export function flagBasis(session: ParseSession): readonly unknown[] {
  return [session.invocation.flags.staticParser, behavior(session, MORE_UNRENDERED)]
}

interface TemplateFacts {
  readonly capture: Capture
  readonly unrenderedCall?: PlainDict | undefined
}

function captureOf(session: ParseSession, from: NewNode, node: ManifestNode, template: Template): TemplateFacts {
  const read = staticCapture(session, from.project.name, template)
  const capture = read ?? session.contexts.renderNode(node, template)
  const readByDbt = (): boolean => read !== undefined && from.type === 'model' && isReadByDbt(template)
  const written = unrenderedCallOf(session, capture, template)
  return {
    capture: capture.sources.length > 1 && readByDbt() ? { ...capture, sources: onlyOnce(capture.sources) } : capture,
    unrenderedCall: written !== undefined && readByDbt() ? undefined : written,
  }
}

/** dbt-core 1.11 lists each source once where a model's template is read without rendering it, and as often as it is asked for everywhere else. */
const onlyOnce = (sources: Capture['sources']): Capture['sources'] => [
  ...new Map(sources.map((path) => [JSON.stringify(path), path])).values(),
]

/** What stands for the `config()` calls of a template that dbt renders in `unrendered_config`, when the flag asks for it. */
export const unrenderedCallOf = (session: ParseSession, capture: Capture, template: Template): PlainDict | undefined =>
  capture.configCalls.length > 0 && behavior(session, MORE_UNRENDERED) ? unrenderedCall(template) : undefined

/** Adds to a node what its template asked for. */
export function record(node: ManifestNode, capture: Capture): void {
  const target = node as unknown as CompiledNodeFields
  for (const id of capture.macros) if (!target.depends_on.macros.includes(id)) target.depends_on.macros.push(id)
  if (target.refs === undefined) return
  target.refs.push(...capture.refs)
  target.sources.push(...capture.sources)
  target.metrics.push(...capture.metrics)
  target.functions.push(...capture.functions)
}

const ACCESS: ReadonlySet<unknown> = new Set(['private', 'protected', 'public'])

/** Throws for an access that does not exist. */
export function checkAccess(id: string, access: unknown): string {
  if (!ACCESS.has(access)) {
    throw new QuernError(
      'Parsing',
      'invalid_access',
      `Node ${id} has an invalid value (${String(access)}) for the access field`,
      {
        hint: 'access is private, protected or public',
      },
    )
  }
  return access as string
}

/**
 * Computes a node's config from the project files, the properties (`patch`) and its own `config()` calls, and copies tags, meta, group, access,
 * docs and contract to the node, as dbt does. `unrenderedPatch`: what stands for `patch` in `unrendered_config`; absent = itself.
 */
export function settleConfig(
  session: ParseSession,
  draft: Draft,
  patch: PlainDict | undefined,
  unrenderedPatch?: PlainDict,
): void {
  const { node, project } = draft
  const python = node.resource_type === 'model' && node.language === 'python'
  const given = python ? { ...(patch ?? {}), materialized: patch?.['materialized'] ?? 'table' } : patch
  const { config, unrenderedConfig } = computeConfig(session, node.resource_type, project, node.fqn, {
    patch: given,
    unrenderedPatch,
    calls: draft.configCalls,
    unrenderedCall: draft.unrenderedCall,
    file: draft.file,
    before: node.config as unknown as PlainDict,
  })
  for (const tag of config.tags) if (!node.tags.includes(tag)) node.tags.push(tag)
  if (Object.keys(config.meta ?? {}).length > 0) node.meta = config.meta
  if (config.group) node.group = config.group
  if (node.resource_type === 'model' && config['access'])
    (node as ModelNode).access = checkAccess(node.unique_id, config['access'])
  if (config.docs) node.docs = { show: config.docs.show ?? node.docs.show, node_color: config.docs.node_color ?? null }
  if (config.contract !== undefined && 'contract' in node) {
    node.contract = { enforced: config.contract.enforced, alias_types: config.contract.alias_types, checksum: null }
  }
  node.unrendered_config = unrenderedConfig
  node.config = config
}

/** Gives a node its database, schema and alias through the `generate_*_name` macros, and its relation name. */
export function settleNames(session: ParseSession, node: ManifestNode): void {
  const { config } = node
  const custom = (key: string): string | null => {
    const value = config[key]
    return value === null || value === undefined ? null : (value as string)
  }
  const name = session.contexts.generateName
  inNode(node, () => {
    node.database = name.call(session.contexts, 'database', custom('database'), node)
    node.schema = name.call(session.contexts, 'schema', custom('schema'), node) as string
    node.alias = name.call(session.contexts, 'alias', custom('alias'), node) as string
    if (node.resource_type === 'snapshot') {
      if (config['target_database']) node.database = config['target_database'] as string
      if (config['target_schema']) node.schema = config['target_schema'] as string
    }
    node.relation_name = nodeRelationName(session, node)
  })
}

/** Renders the hooks of a node's config, for what they refer to. */
export function captureHooks(session: ParseSession, draft: Draft): void {
  const { node } = draft
  if (node.resource_type === 'test') return
  const hooks: Hook[] = [...(node.config['pre-hook'] ?? []), ...(node.config['post-hook'] ?? [])]
  for (const [index, hook] of hooks.entries()) {
    if (!/\{[{%]/.test(hook.sql)) continue
    const file = new SourceFile(node.original_file_path, hook.sql, () => findText(draft.file, hook.sql))
    inNode(node, () => {
      const capture = session.memory.recall(
        `${node.unique_id} ${node.original_file_path} hook ${index}`,
        () => [...basis(session, node), hook.sql],
        () => session.contexts.renderNode(node, Template.parse(file, { kind: 'hook', name: node.name })),
      )
      if (node.resource_type === 'seed') refuseReferences(node, capture, file)
      record(node, capture)
    })
  }
}

/** dbt-core 1.11: seeds have no place in the graph for what their hooks read. */
function refuseReferences(seed: ManifestNode, capture: Capture, hook: SourceFile): void {
  if (capture.refs.length === 0 && capture.sources.length === 0 && capture.metrics.length === 0) return
  throw new QuernError(
    'Parsing',
    'seed_hook_reference',
    `Seeds cannot depend on other nodes. A pre- or post-hook of '${seed.unique_id}' calls 'ref', 'source', or 'metric', itself or through a macro: ${hook.text}`,
    {
      at: { file: hook, start: 0, end: hook.text.length },
      hint: 'read the relation by its name in the database, or move the hook to a model that reads the seed',
    },
  )
}

/** `extra` of a generic test's template. */
export const testKwargs = (kwargs: PlainDict): ReadonlyMap<string, Value> =>
  new Map([['_dbt_generic_test_kwargs', kwargs]])
