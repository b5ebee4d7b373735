import { type BatchSize, formatBatchStart } from '../manifest/batch.ts'
import type { ManifestNode } from '../manifest/node.ts'

/**
 * Where a node's compiled or run SQL is written, relative to the project: `target/compiled/shop/models/a.sql`; nodes that share a file
 * (tests of a property file, snapshot blocks) get a folder of the file's name; a batch of a model is `models/a/a_2024-01-31.sql`.
 */
export function writePath(node: ManifestNode, targetPath: string, folder: 'compiled' | 'run'): string {
  const base = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const path =
    base(node.path) === base(node.original_file_path)
      ? node.original_file_path
      : `${node.original_file_path}/${node.path}`
  return `${targetPath.replace(/\/+$/, '')}/${folder}/${node.package_name}/${ofBatch(node, path)}`
}

function ofBatch(node: ManifestNode, path: string): string {
  const batch = node.resource_type === 'model' ? node.batch : undefined
  if (batch === undefined) return path
  const [, folder = '', stem = '', suffix = ''] = /^(.*\/)?([^/]+?)(\.[^./]*)?$/.exec(path) ?? []
  const start = formatBatchStart(batch.event_time_start, node.config['batch_size'] as BatchSize)
  return `${folder}${stem}/${stem}_${start}${suffix}`
}
