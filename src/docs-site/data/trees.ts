import type { ArtifactMacro, ArtifactNode } from './artifact-types.ts'
import {
  catalogOf,
  hasColumns,
  isHidden,
  isTest,
  materializationOf,
  ownMacros,
  type Project,
  titleOf,
} from './project.ts'

/** A folder or a resource of a tree. */
export interface TreeItem {
  /** Unique within its tree: what is remembered of open folders. */
  readonly key: string
  readonly label: string
  /** Of a resource. */
  readonly id?: string
  readonly type: string
  readonly children: readonly TreeItem[]
}

interface Draft {
  readonly folders: Map<string, Draft>
  readonly leaves: TreeItem[]
  readonly type: string
}

const draft = (type: string): Draft => ({ folders: new Map(), leaves: [], type })

/** Packages (this project's first), then the folders as they are on disk; tests are with what they test, and not here. */
export function projectTree(project: Project): readonly TreeItem[] {
  const root = draft('root')
  for (const node of project.nodes.values()) {
    if (isTest(node) || isHidden(node)) continue
    const folders = (node.original_file_path ?? '').split('/').slice(0, -1)
    const path = node.resource_type === 'source' ? [...folders, node.source_name ?? ''] : folders
    place(root, [node.package_name, ...path], leafOf(node))
  }
  for (const macro of ownMacros(project)) {
    const folders = (macro.original_file_path ?? 'macros/').split('/').slice(0, -1)
    place(root, [macro.package_name, ...folders], macroLeaf(macro))
  }
  const packages = finish(root, '')
  return [
    ...packages.filter((one) => one.label === project.name),
    ...packages.filter((one) => one.label !== project.name),
  ]
}

/** Databases, schemas, and in them what the project builds or reads, by its name there. */
export function databaseTree(project: Project): readonly TreeItem[] {
  const root = draft('root')
  for (const node of project.nodes.values()) {
    if (!hasColumns(node) || isHidden(node) || materializationOf(node) === 'ephemeral') continue
    const table = catalogOf(project, node.unique_id)
    const database = table?.metadata.database ?? node.database ?? ''
    const schema = table?.metadata.schema ?? node.schema ?? ''
    const label = table?.metadata.name ?? node.alias ?? node.identifier ?? node.name
    place(root, [database, schema], { ...leafOf(node), label })
  }
  return finish(root, '')
}

const leafOf = (node: ArtifactNode): TreeItem => ({
  key: node.unique_id,
  id: node.unique_id,
  label: node.resource_type === 'source' ? node.name : titleOf(node),
  type: node.resource_type,
  children: [],
})

const macroLeaf = (macro: ArtifactMacro): TreeItem => ({
  key: macro.unique_id,
  id: macro.unique_id,
  label: macro.name,
  type: 'macro',
  children: [],
})

function place(root: Draft, path: readonly string[], leaf: TreeItem): void {
  let at = root
  for (const name of path) {
    let next = at.folders.get(name)
    if (next === undefined) at.folders.set(name, (next = draft('folder')))
    at = next
  }
  at.leaves.push(leaf)
}

const byLabel = (a: TreeItem, b: TreeItem): number => a.label.localeCompare(b.label)

function finish({ folders, leaves }: Draft, above: string): TreeItem[] {
  const inner = [...folders].map(([label, folder]): TreeItem => {
    const key = `${above}/${label}`
    return { key, label: label === '' ? '(none)' : label, type: 'folder', children: finish(folder, key) }
  })
  return [...inner.sort(byLabel), ...leaves.sort(byLabel)]
}

/** A line of a tree as it is shown. */
export interface TreeRow {
  readonly item: TreeItem
  readonly depth: number
  readonly open: boolean
}

/** The visible lines of a tree. */
export function visibleRows(items: readonly TreeItem[], isOpen: (item: TreeItem) => boolean, depth = 0): TreeRow[] {
  const rows: TreeRow[] = []
  for (const item of items) {
    const open = item.children.length > 0 && isOpen(item)
    rows.push({ item, depth, open })
    if (open) for (const row of visibleRows(item.children, isOpen, depth + 1)) rows.push(row)
  }
  return rows
}

/** The keys of the folders above a resource, outermost first. */
export function foldersAbove(items: readonly TreeItem[], id: string): readonly string[] | undefined {
  for (const item of items) {
    if (item.id === id) return []
    const inner = foldersAbove(item.children, id)
    if (inner !== undefined) return [item.key, ...inner]
  }
  return undefined
}
