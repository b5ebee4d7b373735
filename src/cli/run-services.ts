import { resolve } from 'node:path'
import { type CacheAction, RelationCache } from '../adapter/relation-cache.ts'
import { renewFile } from '../artifacts/write-file.ts'
import { Compiler } from '../compile/compile-node.ts'
import { writePath } from '../compile/node-paths.ts'
import { queryComment } from '../context/query-comment.ts'
import type { RetriedRun, RunServices } from '../context/run-context.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { RunEvent } from '../events/run-event.ts'
import { Database } from '../execute/database.ts'
import type { SqlNode } from '../manifest/node.ts'
import { indexManifest } from '../manifest/resolve-ref.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { readText } from '../project/read-file.ts'
import type { Loaded } from './load-manifest.ts'
import { say } from './say.ts'
import { loadSeedTable } from './seeds/load-seed-table.ts'

/** Commands that change nothing in the database (unless a template of the project does). */
const ONLY_READ: ReadonlySet<string> = new Set(['check', 'compile', 'diff', 'generate', 'lineage', 'show'])

/** A loaded project with a database: what commands that compile or run nodes work with. */
export interface Runtime {
  readonly loaded: Loaded
  readonly services: RunServices
  readonly database: Database
  readonly compiler: Compiler
  /** The ids that `selected_resources` shows. */
  select(ids: readonly UniqueId[]): void
}

/** Opens no connection yet: that happens when the first statement is sent. */
export function makeRuntime(loaded: Loaded, retried?: RetriedRun): Runtime {
  const { invocation, config, adapter } = loaded
  let selected: readonly UniqueId[] = []
  let selectedSet: ReadonlySet<UniqueId> = new Set()
  const services: RunServices = {
    ...loaded.services,
    index: indexManifest(loaded.manifest),
    selectedResources: () => selected,
    isSelected: (id) => selectedSet.has(id),
    retried,
    writeRun: (node, text) => {
      node.build_path = writePath(node, config.project.targetPath, 'run')
      return writeText(loaded, node.build_path, text)
    },
    sourceOf: (node) => sourceOf(loaded, node),
    loadSeed: async (node) => {
      const table = await loadSeedTable(node, loaded)
      table.output = (text) => invocation.emit({ kind: 'print', text })
      return table
    },
  }
  const database = new Database({
    adapter,
    open: () =>
      adapter.open(config.target.fields, {
        baseDir: invocation.cwd,
        threads: config.target.threads,
        behavior: invocation.flags.behavior,
        writes: !ONLY_READ.has(invocation.flags.which),
        signal: invocation.signal,
        lockWait: invocation.flags.lockWait ?? 0,
        tell: (text) => say(invocation.emit, 'Note', 'Z050', text),
      }),
    cache: new RelationCache(adapter.relationDialect, (action) => {
      if (invocation.flags.logCacheEvents) invocation.emit(cacheEvent(action))
    }),
    comment: queryComment(services, config.project.queryComment),
    emit: invocation.emit,
    now: invocation.now,
    signal: invocation.signal,
  })
  const compiler = new Compiler(services, (node) => writeCompiled(loaded, node), services.sourceOf)
  return {
    loaded,
    services,
    database,
    compiler,
    select: (ids) => {
      selected = ids
      selectedSet = new Set(ids)
    },
  }
}

function sourceOf({ config }: Loaded, node: Parameters<RunServices['sourceOf']>[0]): SourceFile | undefined {
  const root = (config.packages.get(node.package_name) ?? config.project).root
  const shown = node.original_file_path.replace(/^\.\//, '')
  try {
    return new SourceFile(shown, readText(resolve(root, shown), shown))
  } catch {
    return undefined
  }
}

/** dbt-core 1.11: snapshots' and seeds' code is not written. */
async function writeCompiled(loaded: Loaded, node: SqlNode): Promise<void> {
  if (node.extra_ctes_injected !== true || node.resource_type === 'snapshot') return
  if (!node.compiled_code) return
  node.compiled_path = writePath(node, loaded.config.project.targetPath, 'compiled')
  await writeText(loaded, node.compiled_path, node.compiled_code)
}

const writeText = (loaded: Loaded, path: string, text: string): Promise<void> =>
  renewFile(resolve(loaded.config.project.root, path), text, loaded.invocation.secrets)

/** `--log-cache-events`: what happened to the relation cache, as a debug line. */
const cacheEvent = ({ action, relation, others }: CacheAction): RunEvent => ({
  kind: 'message',
  level: 'debug',
  name: 'CacheAction',
  code: 'E022',
  text: `cache: ${action.replaceAll('_', ' ')} ${[relation, ...others].join(', ')}`,
  data: { action, ref_key: relation, ref_list: [...others] },
})
