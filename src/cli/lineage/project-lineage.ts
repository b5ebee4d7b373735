import { resolve } from 'node:path'
import type { CatalogTable } from '../../artifacts/catalog.ts'
import { columnLineageJson } from '../../artifacts/column-lineage.ts'
import { readCatalogColumns } from '../../artifacts/read-catalog.ts'
import { columnLineage, type LineageInput } from '../../lineage/project/column-lineage.ts'
import type { ProjectLineage } from '../../lineage/project/project-lineage.ts'
import type { NameRules } from '../../lineage/sql-reader.ts'
import type { Loaded } from '../load-manifest.ts'
import { publish } from '../publish.ts'
import { artifactMetadata } from '../run-artifacts.ts'
import { seedColumns } from './seed-columns.ts'

/** The catalog as `docs generate` has it, by unique id. */
export interface KnownCatalog {
  readonly nodes: ReadonlyMap<string, CatalogTable>
  readonly sources: ReadonlyMap<string, CatalogTable>
}

/**
 * Where the columns of a project's nodes come from. The nodes have to be compiled; the database is not asked. What the catalog knows of sources
 * is used: the given one, otherwise target/catalog.json when there is one. Undefined when the adapter has no parser.
 */
export const projectLineage = async (
  loaded: Loaded,
  options: LineageOptions = {},
): Promise<ProjectLineage | undefined> => (await analysedProject(loaded, options))?.lineage

type LineageOptions = Pick<LineageInput, 'ids' | 'failures' | 'unsettled'> & { readonly catalog?: KnownCatalog }

/** The same, with the rules by which the database's names were compared. */
export async function analysedProject(
  loaded: Loaded,
  options: LineageOptions = {},
): Promise<{ readonly lineage: ProjectLineage; readonly rules: NameRules } | undefined> {
  const { adapter, manifest, config } = loaded
  const reader = await adapter.sqlReader?.()
  if (reader === undefined) return undefined
  const { catalog, ...rest } = options
  try {
    const lineage = await columnLineage({
      ...rest,
      manifest,
      reader,
      defaultSchema: config.target.schema,
      seedColumns: (seed) => seedColumns(seed, loaded),
      ownMaterializations: ownMaterializations(loaded),
      catalogColumns: catalog === undefined ? catalogOfTarget(loaded.targetDir) : givenCatalog(catalog),
    })
    return { lineage, rules: reader.rules }
  } finally {
    reader.close()
  }
}

/** Writes target/column_lineage.json. */
export function publishColumnLineage(loaded: Loaded, lineage: ProjectLineage): void {
  publish(loaded.invocation, {
    name: 'column_lineage.json',
    type: null,
    path: resolve(loaded.targetDir, 'column_lineage.json'),
    text: () => columnLineageJson({ metadata: artifactMetadata(loaded), lineage }),
  })
}

/** Names of materializations that the project or a package defines, also under the name of one that comes with quern. */
function ownMaterializations({ manifest, services }: Loaded): ReadonlySet<string> {
  const internal = new Set(services.macros.internals.keys())
  return new Set(
    [...manifest.macros.values()].flatMap(({ node: { name, package_name } }) =>
      internal.has(package_name) ? [] : (/^materialization_(.+)_[^_]+$/.exec(name)?.[1] ?? []),
    ),
  )
}

type CatalogColumns = NonNullable<LineageInput['catalogColumns']>

const givenCatalog =
  ({ nodes, sources }: KnownCatalog): CatalogColumns =>
  (id) => {
    const table = nodes.get(id) ?? sources.get(id)
    return table === undefined ? undefined : [...table.columns.values()].map(({ name, type }) => ({ name, type }))
  }

/** What an earlier `docs generate` found. A file that cannot be read is as good as none. */
function catalogOfTarget(targetDir: string): CatalogColumns {
  try {
    const columns = readCatalogColumns(targetDir)
    return (id) => columns.get(id)
  } catch {
    return () => undefined
  }
}
