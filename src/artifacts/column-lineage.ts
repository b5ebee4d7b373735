import type { PlainDict } from '../jinja/runtime/value.ts'
import type { NodeLineage, ProjectLineage } from '../lineage/project/project-lineage.ts'
import { toJson } from './json-text.ts'
import { type ArtifactMetadata, metadataDict } from './metadata.ts'

/** The text of column_lineage.json, an artifact of quern's own (docs/lineage.md). */
export function columnLineageJson(artifact: {
  readonly metadata: ArtifactMetadata
  readonly lineage: ProjectLineage
}): string {
  const { dbt_schema_version: _, ...metadata } = metadataDict('', artifact.metadata)
  return toJson({
    metadata: { quern_schema_version: 'column_lineage/v1', ...metadata },
    nodes: lineageNodes(artifact.lineage),
  })
}

/** `nodes` of column_lineage.json. */
export const lineageNodes = (lineage: ProjectLineage): PlainDict =>
  Object.fromEntries([...lineage].map(([id, node]) => [id, nodeDict(node)]))

const nodeDict = ({ status, reason, columns, used }: NodeLineage): PlainDict => ({
  status,
  ...(reason === undefined ? {} : { reason }),
  columns: Object.fromEntries(
    columns.map(({ name, type, sources }) => [
      name,
      {
        ...(type === undefined ? {} : { type }),
        sources: sources.map(({ node, column, how }) => ({ node, column, how })),
      },
    ]),
  ),
  used: used.map(({ node, column, how }) => ({ node, column, how })),
})
