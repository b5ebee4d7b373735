import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import { type CheckedNode, checkProject } from '../../check/check-project.ts'
import type { Finding } from '../../check/finding.ts'
import { ruleOptions } from '../../check/rule-settings.ts'
import { SEVERITIES } from '../../check/rules.ts'
import type { CheckFlags } from '../../config/check-flags.ts'
import { QUERN_VERSION } from '../../config/version.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { CheckDocument } from '../../events/check-document.ts'
import { warning } from '../../events/warnings.ts'
import { throwIfCancelled } from '../../execute/cancelled.ts'
import { ancestors, type Dag, verticesOf } from '../../graph/dag.ts'
import type { ManifestNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { type CheckReport, checkDocument, checkSarif, checkText } from '../../report/check/check-report.ts'
import { RepositoryPaths, repositoryRoot, spanPlace } from '../../report/ci/repository-paths.ts'
import { paint } from '../../report/colours.ts'
import { ExitCode } from '../exit-code.ts'
import { compileForLineage } from '../lineage/compile-nodes.ts'
import { analysedProject } from '../lineage/project-lineage.ts'
import type { Loaded } from '../load-manifest.ts'
import { say } from '../say.ts'
import { selectNodes } from '../task.ts'

/**
 * `check`: compiles the selected models and snapshots, and those that they are made of, and reports what the rules find in their SQL. Nothing is
 * written but the report, and no SQL of a model is run (templates may ask the database, as for `compile`).
 */
export async function checkCommand(loaded: Loaded): Promise<ExitCode> {
  const { invocation } = loaded
  const flags = invocation.flags.check as CheckFlags
  const options = ruleOptions(flags.rules)
  const { selection, graph } = selectNodes(loaded, 'check')
  if (selection.ids.length === 0) invocation.emit(warning.noNodesSelected())
  const isChecked = (node: ManifestNode | undefined): node is CheckedNode =>
    node?.resource_type === 'model' || node?.resource_type === 'snapshot'
  const own = selection.ids.map((id) => loaded.manifest.nodes.get(id)).filter(isChecked)
  const needed = withParents(
    graph,
    own.map(({ unique_id }) => unique_id),
  )
  const isCompiled = (id: UniqueId): boolean => isChecked(loaded.manifest.nodes.get(id))
  const { compiler, failures, asked } = await compileForLineage(loaded, needed.filter(isCompiled))
  const analysed = await analysedProject(loaded, { ids: new Set(needed), failures, unsettled: asked })
  throwIfCancelled(invocation.signal)
  if (analysed === undefined) throw noParser(loaded.adapter.type)
  const { lineage, rules } = analysed
  const findings = checkProject({
    manifest: loaded.manifest,
    lineage,
    rules,
    nodes: own,
    mapOf: (node) => compiler.mapOf(node),
    options,
    unsettled: asked,
    projectName: loaded.config.project.name,
    catalogDate: catalogDate(loaded.targetDir),
  })
  const report: CheckReport = {
    findings,
    models: own.length,
    analysed: own.filter(({ unique_id }) => lineage.get(unique_id)?.status === 'complete').length,
  }
  const document = checkDocument(report, {
    check_schema_version: 1,
    quern_version: QUERN_VERSION,
    generated_at: new Date(invocation.now()).toISOString(),
    invocation_id: invocation.id,
  })
  invocation.answer?.({ kind: 'found', document })
  publishReport(loaded, flags, report, document)
  return fails(flags, findings) ? ExitCode.failure : ExitCode.success
}

/** When target/catalog.json was written. */
function catalogDate(targetDir: string): string | undefined {
  const written = statSync(resolve(targetDir, 'catalog.json'), { throwIfNoEntry: false })?.mtime
  return written?.toISOString().slice(0, 10)
}

/** The nodes and all that they are made of. */
function withParents(graph: Dag, ids: readonly UniqueId[]): UniqueId[] {
  const start = ids.flatMap((id) => graph.index.get(id) ?? [])
  return [...new Set([...ids, ...verticesOf(ancestors(graph, start)).map((vertex) => graph.ids[vertex] as UniqueId)])]
}

const noParser = (adapter: string): QuernError =>
  new QuernError(
    'Runtime',
    'check_without_parser',
    `The adapter '${adapter}' cannot read SQL, so there is nothing to check with`,
  )

const fails = ({ failOn }: CheckFlags, findings: readonly Finding[]): boolean =>
  failOn !== 'never' && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn))

/** Writes the report where it was asked for; the console has its text form, unless another form takes standard output. */
function publishReport(loaded: Loaded, { format }: CheckFlags, report: CheckReport, document: CheckDocument): void {
  const { emit, flags, cwd } = loaded.invocation
  if (flags.output === null && format !== 'text') {
    emit({ kind: 'piped-text', text: reportText(loaded, format, report, document) })
    return
  }
  emit({
    kind: 'document-result',
    name: 'CheckResult',
    document,
    text: (colours) => checkText(report, paint(colours)).join('\n'),
  })
  if (flags.output === null) return
  const path = resolve(cwd, flags.output)
  writeFileAtomically(path, reportText(loaded, format, report, document), { secrets: loaded.invocation.secrets })
  say(emit, 'Note', 'Z050', `Written to ${path}`)
}

function reportText(
  loaded: Loaded,
  format: CheckFlags['format'],
  report: CheckReport,
  document: CheckDocument,
): string {
  switch (format) {
    case 'text':
      return `${checkText(report, paint(false)).join('\n')}\n`
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`
    case 'sarif': {
      const { root } = loaded.config.project
      const { env, cwd, startedAt, now } = loaded.invocation
      const paths = new RepositoryPaths(repositoryRoot(env, root), [root, cwd])
      const invocation = {
        executionSuccessful: true,
        startTimeUtc: startedAt.toISOString(),
        endTimeUtc: new Date(now()).toISOString(),
      }
      return checkSarif(report, QUERN_VERSION, (span) => spanPlace(span, paths), invocation)
    }
  }
}
