import type { ManifestNode } from '../manifest/node.ts'

/**
 * Where a node's compiled or run SQL is written, relative to the project: `target/compiled/shop/models/a.sql`; nodes that share a file
 * (tests of a property file, snapshot blocks) get a folder of the file's name.
 */
export function writePath(node: ManifestNode, targetPath: string, folder: 'compiled' | 'run'): string {
  const base = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const path =
    base(node.path) === base(node.original_file_path)
      ? node.original_file_path
      : `${node.original_file_path}/${node.path}`
  return `${targetPath.replace(/\/+$/, '')}/${folder}/${node.package_name}/${path}`
}
