import { createHash } from 'node:crypto'
import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { notFound } from '../context/target-not-found.ts'
import { SourceFile } from '../errors/source-file.ts'
import { Template } from '../jinja/template.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { SqlOperationNode } from '../manifest/node.ts'
import { indexManifest, resolveRef, resolveSource } from '../manifest/resolve-ref.ts'
import { type UniqueId, uniqueId } from '../manifest/unique-id.ts'
import type { ParseContexts } from './parse-contexts.ts'

const NAME = 'inline_query'

/** Makes a node of an inline query, resolves what it refers to, and adds it to the manifest. Gives its id. */
export function parseInlineQuery(
  project: {
    readonly config: ProjectConfig
    readonly manifest: Manifest
    readonly invocation: Invocation
    readonly adapter: Adapter
  },
  sql: string,
  contexts: ParseContexts,
): UniqueId {
  const { config, manifest, invocation } = project
  const root = config.project.name
  const id = uniqueId('sql_operation', root, NAME)
  const node: SqlOperationNode = {
    database: config.target.database,
    schema: config.target.schema,
    name: NAME,
    resource_type: 'sql_operation',
    package_name: root,
    path: `sql/${NAME}`,
    original_file_path: `from remote system.sql`,
    unique_id: id,
    fqn: [root, 'sql', NAME],
    alias: NAME,
    checksum: { name: 'sha256', checksum: createHash('sha256').update(sql).digest('hex') },
    config: { enabled: true, tags: [], meta: {}, materialized: 'view', 'pre-hook': [], 'post-hook': [], quoting: {} },
    tags: [],
    description: '',
    columns: {},
    meta: {},
    group: null,
    docs: { show: true, node_color: null },
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: invocation.now() / 1000,
    relation_name: null,
    raw_code: sql,
    doc_blocks: [],
    language: 'sql',
    refs: [],
    sources: [],
    metrics: [],
    functions: [],
    depends_on: { macros: [], nodes: [] },
    compiled_path: null,
    contract: { enforced: false, alias_types: true, checksum: null },
  }
  const file = new SourceFile(`--inline`, sql)
  const capture = contexts.renderNode(node, Template.parse(file, { kind: 'query', name: NAME }))
  node.refs = capture.refs
  node.sources = capture.sources
  node.depends_on.macros = capture.macros
  for (const call of capture.configCalls) Object.assign(node.config, call)
  const index = indexManifest(manifest)
  const caller = { packageName: root, rootProject: root, ownPackageFirst: false }
  for (const ref of capture.refs) {
    const found = resolveRef(index, ref, caller)
    if (found.kind !== 'found')
      throw notFound(node, 'node', ref.name, {
        package: ref.package,
        version: ref.version,
        disabled: found.kind === 'disabled',
      })
    addOnce(node.depends_on.nodes, found.node.unique_id)
  }
  for (const [source, table] of capture.sources) {
    const found = resolveSource(index, source, table, caller)
    if (found.kind !== 'found')
      throw notFound(node, 'source', `${source}.${table}`, { disabled: found.kind === 'disabled' })
    addOnce(node.depends_on.nodes, found.node.unique_id)
  }
  manifest.nodes.set(id, node)
  return id
}

const addOnce = (list: string[], id: string): void => {
  if (!list.includes(id)) list.push(id)
}
