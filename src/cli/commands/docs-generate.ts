import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { catalogJson } from '../../artifacts/catalog.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { catalogTables } from '../../execute/catalog/catalog-tables.ts'
import { matchNodes } from '../../execute/catalog/match-nodes.ts'
import { type CatalogAnswer, readCatalog } from '../../execute/catalog/read-catalog.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { keepLastRun } from '../docs/last-run.ts'
import { hasPage, writePage, writeStaticPage } from '../docs/page-files.ts'
import { ExitCode } from '../exit-code.ts'
import { type KnownCatalog, projectLineage, publishColumnLineage } from '../lineage/project-lineage.ts'
import { type Loaded, tellManifestAgain } from '../load-manifest.ts'
import { publish } from '../publish.ts'
import { artifactMetadata } from '../run-artifacts.ts'
import { makeRuntime } from '../run-services.ts'
import { say } from '../say.ts'
import { compileNodes } from './compile.ts'

/**
 * `docs generate`: compiles, copies the folders of `asset-paths` into the target folder, writes catalog.json and the page that shows it all;
 * with --static also the page with all of it inside.
 */
export async function docsGenerateCommand(loaded: Loaded): Promise<ExitCode> {
  const { flags, emit, signal } = loaded.invocation
  let selected: readonly UniqueId[] | undefined
  keepLastRun(loaded.targetDir)
  if (flags.compile) {
    const end = await compileNodes(loaded, 'generate')
    if (signal.aborted) return interrupted(loaded)
    if (!end.success) {
      const text = 'compile failed, cannot generate docs'
      emit({ kind: 'message', level: 'info', name: 'CannotGenerateDocs', code: 'E043', text, data: {} })
      return ExitCode.failure
    }
    selected = end.selected
  }
  if (signal.aborted) return interrupted(loaded)
  if (hasPage()) writePage(loaded.targetDir)
  else say(emit, 'Note', 'Z050', 'No page is written: it comes with "npm run build"', { level: 'warn' })
  copyAssets(loaded)
  let answer: CatalogAnswer = { rows: [], errors: [] }
  if (flags.emptyCatalog) selected = []
  else {
    emit({ kind: 'message', level: 'info', name: 'BuildingCatalog', code: 'E044', text: 'Building catalog', data: {} })
    const runtime = makeRuntime(loaded)
    try {
      answer = await readCatalog(runtime.services, runtime.database, selected)
    } finally {
      await runtime.database.close()
    }
  }
  if (signal.aborted) return interrupted(loaded)
  const path = resolve(loaded.targetDir, 'catalog.json')
  const matched = matchNodes(
    catalogTables(answer.rows),
    loaded.manifest,
    selected === undefined ? undefined : new Set(selected),
  )
  const errors = answer.errors.length === 0 ? null : answer.errors
  publish(loaded.invocation, {
    name: 'catalog.json',
    type: 'CatalogArtifact',
    path,
    always: true,
    text: () => catalogJson({ metadata: artifactMetadata(loaded), ...matched, errors }),
  })
  if (flags.compile) {
    tellManifestAgain(loaded)
    await writeLineage(loaded, matched, selected)
  }
  if (flags.staticPage) writeStaticPage(loaded.targetDir)
  if (errors !== null) {
    emit({
      kind: 'message',
      level: 'error',
      name: 'WriteCatalogFailure',
      code: 'E041',
      text: `dbt encountered ${errors.length} failure${errors.length === 1 ? '' : 's'} while writing the catalog`,
      data: { num_exceptions: errors.length },
    })
  }
  emit({
    kind: 'message',
    level: 'info',
    name: 'CatalogWritten',
    code: 'E042',
    text: `Catalog written to ${path}`,
    data: { path },
  })
  return errors === null ? ExitCode.success : ExitCode.failure
}

/** Where the columns of the compiled nodes come from; nothing for an adapter whose SQL quern cannot read. */
async function writeLineage(
  loaded: Loaded,
  catalog: KnownCatalog,
  selected: readonly UniqueId[] | undefined,
): Promise<void> {
  const ids = selected === undefined || selected.length === 0 ? {} : { ids: new Set<string>(selected) }
  const lineage = await projectLineage(loaded, { ...ids, catalog })
  if (lineage !== undefined) publishColumnLineage(loaded, lineage)
}

/** A catalog that lacks what was not asked any more would pass for a whole one: the old one stays. */
function interrupted({ invocation }: Loaded): ExitCode {
  invocation.emit({ kind: 'interrupted' })
  return ExitCode.failure
}

/** Replaces the copies of the project's asset folders in the target folder. Folders that do not exist have no copy. */
function copyAssets({ config, targetDir }: Loaded): void {
  for (const asset of config.project.assetPaths) {
    const to = resolve(targetDir, asset)
    const inside = relative(targetDir, to)
    if (inside === '' || inside.startsWith('..') || resolve(inside) === inside) throw outside(asset)
    const from = resolve(config.project.root, asset)
    rmSync(to, { recursive: true, force: true })
    if (!existsSync(from)) continue
    const beside = `${to}.${randomBytes(6).toString('hex')}.tmp`
    cpSync(from, beside, { recursive: true })
    renameSync(beside, to)
  }
}

const outside = (asset: string): QuernError =>
  new QuernError('Runtime', 'asset_path_outside', `The asset path '${asset}' leads out of the project`, {
    hint: 'asset-paths of dbt_project.yml are folders below the project: they are copied to the same place in the target folder',
  })
