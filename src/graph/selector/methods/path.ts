import { QuernError } from '../../../errors/quern-error.ts'
import { pathGlob } from '../wildcard.ts'
import { type Method, textValue } from './method.ts'

/**
 * A glob relative to the root project: matches a node's file, the YAML file that describes it, or any folder above its file.
 * dbt-core 1.11 expands the glob over the files of the root project and then compares the paths of all nodes, those of packages
 * too; here the files and folders of the root project's nodes, macros and docs stand for the file system.
 */
export const path: Method = ({ manifest, criterion, nodes }) => {
  const value = textValue(criterion).replaceAll('\\', '/')
  if (value.startsWith('/') || /^[A-Za-z]:\//.test(value)) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Invalid path selector value "${value}": the path must be relative`,
      {
        hint: 'paths are relative to the folder of dbt_project.yml: path:models/staging',
      },
    )
  }
  // the project's own folder is above every file
  if (/^(\.\/|\*\*\/)*\*\*\/?$/.test(value)) return () => true
  const matches = pathGlob(value)
  const found = new Set<string>()
  const seen = new Set<string>()
  const look = (candidate: string): void => {
    if (seen.has(candidate)) return
    seen.add(candidate)
    if (matches(candidate)) found.add(candidate)
  }
  const macros = [...manifest.macros.values()].map((macro) => macro.node)
  for (const node of [...nodes, ...macros, ...manifest.docs.values()]) {
    if (node.package_name !== manifest.projectName) continue
    for (const file of filesOf(node)) {
      look(file)
      for (const folder of foldersAbove(file)) look(folder)
    }
  }
  return (node) => {
    const [file = '', patch] = filesOf(node)
    return (
      found.has(file) ||
      (patch !== undefined && found.has(patch)) ||
      foldersAbove(file).some((folder) => found.has(folder))
    )
  }
}

function filesOf(node: { original_file_path: string; patch_path?: unknown }): string[] {
  const files = [node.original_file_path.replaceAll('\\', '/')]
  if (typeof node.patch_path === 'string') files.push(node.patch_path.replace(/^.*?:\/\//, '').replaceAll('\\', '/'))
  return files
}

function foldersAbove(file: string): string[] {
  const folders: string[] = []
  for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) folders.push(file.slice(0, at))
  return folders
}
