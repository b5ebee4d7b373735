import { QuernError } from '../errors/quern-error.ts'
import type { ManifestNode, ModelNode } from '../manifest/node.ts'
import { isRelational, relationText } from './relation-name.ts'
import { behavior, duplicateResource, type ParseSession } from './session.ts'
import { deprecated } from './warn.ts'

/** Names without spaces, one resource per name in a package, one resource per relation. */
export function checkResourceNames(session: ParseSession): void {
  checkSpaces(session)
  const relations = new Map<string, ManifestNode>()
  const plain = new Map<string, ManifestNode>()
  const versioned = new Map<string, ManifestNode>()
  for (const node of session.manifest.nodes.values()) {
    if (!isRelational(session, node)) continue
    const key = `${node.package_name}.${node.name}`
    const isVersioned = ((node as ModelNode).version ?? null) !== null
    const same = plain.get(key)
    if (same !== undefined && !isVersioned) sameName(session, same, node)
    ;(isVersioned ? versioned : plain).set(key, node)
    const relation = relationText(session, node)
    const existing = relations.get(relation)
    if (existing !== undefined) throw ambiguousAlias(relation, existing, node)
    relations.set(relation, node)
  }
  for (const [key, node] of versioned) {
    const other = plain.get(key)
    if (other !== undefined) throw versionedAndNot(node, other)
  }
}

function sameName(session: ParseSession, first: ManifestNode, second: ManifestNode): void {
  if (behavior(session, 'require_unique_project_resource_names')) throw duplicateResource(first, second)
  deprecated(session, 'DuplicateNameDistinctNodeTypesDeprecation', {
    resource_name: second.name,
    unique_id1: first.unique_id,
    unique_id2: second.unique_id,
    package_name: second.package_name,
  })
}

function ambiguousAlias(relation: string, first: ManifestNode, second: ManifestNode): QuernError {
  const list = [first, second].map((node) => `- ${node.unique_id} (${node.original_file_path})`).join('\n')
  return new QuernError(
    'Compilation',
    'ambiguous_alias',
    `dbt found two resources with the database representation "${relation}".\ndbt cannot create two resources with identical database representations. To fix this,\nchange the configuration of one of these resources:\n${list}`,
    { hint: 'give one of them another alias or schema' },
  )
}

function versionedAndNot(versioned: ManifestNode, plain: ManifestNode): QuernError {
  return new QuernError(
    'Parsing',
    'versioned_and_not',
    `dbt found versioned and unversioned models with the name "${versioned.name}".\n\nSince these resources have the same name, dbt will be unable to find the correct resource\nwhen looking for ref('${versioned.name}').\n\nTo fix this, change the name of the unversioned resource\n${plain.unique_id} (${plain.original_file_path})\nor add the unversioned model to the versions in ${versioned.patch_path}`,
  )
}

function checkSpaces(session: ParseSession): void {
  const spaced = [...session.manifest.nodes.values()].filter((node) => node.name.includes(' '))
  if (spaced.length === 0) return
  if (behavior(session, 'require_resource_names_without_spaces')) {
    const list = spaced.map((node) => `  * '${node.unique_id}' (${node.original_file_path})`).join('\n')
    throw new QuernError('Validation', 'spaces_in_name', `Resource names cannot contain spaces:\n${list}`, {
      hint: 'rename them',
    })
  }
  session.memory.reads?.note('flag', 'DEBUG')
  const shown = session.invocation.flags.debug ? spaced : spaced.slice(0, 1)
  for (const node of shown) deprecated(session, 'SpacesInResourceNameDeprecation', { unique_id: node.unique_id })
  deprecated(session, 'ResourceNamesWithSpacesDeprecation', { count_invalid_names: spaced.length })
}
