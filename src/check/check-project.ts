import type { SqlMap } from '../compile/sql-map.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { userSpan } from '../errors/source-file.ts'
import { published } from '../graph/state/same-value.ts'
import type { ProjectLineage } from '../lineage/project/project-lineage.ts'
import type { NameRules } from '../lineage/sql-reader.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ModelNode, SnapshotNode } from '../manifest/node.ts'
import type { Finding } from './finding.ts'
import { nodeFindings } from './node-findings.ts'
import { type RuleSettings, ruleMeta, severityOf } from './rule-settings.ts'
import { SEVERITIES } from './rules.ts'
import { suppressionsIn } from './suppressions.ts'
import { unusedColumns } from './unused-columns.ts'

/** What a rule says before anybody asked how severe it is. */
export type RuleFinding = Omit<Finding, 'severity' | 'node'>

/** A node that is checked: its SQL is compiled. */
export type CheckedNode = ModelNode | SnapshotNode

export interface CheckInput {
  readonly manifest: Manifest
  readonly lineage: ProjectLineage
  readonly rules: NameRules
  /** The nodes to say something of. */
  readonly nodes: readonly CheckedNode[]
  /** Where in the templates a node's compiled SQL is from. */
  readonly mapOf: (node: CheckedNode) => SqlMap | undefined
  /** Nodes whose templates asked the database: what macros make in them may be out of date. */
  readonly unsettled: ReadonlySet<string>
  /** When the catalog was written that says what columns sources have; undefined without one. */
  readonly catalogDate: string | undefined
  /** Name of the project itself: of packages only errors are told, since nobody here can tidy them up. */
  readonly projectName: string
  /** `--rule`. */
  readonly options: RuleSettings
}

/**
 * Everything that the rules find in the nodes, gravest first, then by file and place. Findings in files that are not the user's (macros that come
 * with quern) stand where the user's file calls them, or nowhere.
 * @throws QuernError for settings in a node's `meta` that name no rule or severity.
 */
export function checkProject(input: CheckInput): Finding[] {
  const unused = unusedColumns(input)
  const suppressions = new Map<SourceFile, ReturnType<typeof suppressionsIn>>()
  const silenced = ({ rule, at }: RuleFinding): boolean => {
    if (at === undefined) return false
    const found = suppressions.get(at.file) ?? suppressionsIn(at.file)
    suppressions.set(at.file, found)
    return found.silences(rule, at.file.position(at.start).line)
  }
  const findings = input.nodes.flatMap((node): Finding[] => {
    const settings = ruleMeta(published(node.config['meta']), `${node.resource_type} ${node.name}`)
    const lineage = input.lineage.get(node.unique_id)
    const found =
      lineage === undefined ? [] : nodeFindings(node, lineage, input.mapOf(node), input.unsettled.has(node.unique_id))
    return [...found.map(dated(input, node)), ...(unused.get(node.unique_id) ?? [])].flatMap((finding): Finding[] => {
      const severity = severityOf(finding.rule, input.options, settings)
      if (severity === 'off' || (severity !== 'error' && node.package_name !== input.projectName)) return []
      const shown = { ...finding, at: finding.at === undefined ? undefined : userSpan(finding.at) }
      return silenced(shown) ? [] : [{ ...shown, severity, node: node.unique_id }]
    })
  })
  return oncePerPlace(findings.sort(gravestFirst))
}

/** What a rule says of one place is said once: a loop of the template, or several operands, may have brought it up again. */
function oncePerPlace(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ rule, at, message, node }) => {
    const key = at === undefined ? `${rule} ${node} ${message}` : `${rule} ${at.file.path} ${at.start}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** What a catalog says of sources may be out of date: a finding that may rest on it says so. */
const dated =
  ({ catalogDate }: CheckInput, node: CheckedNode) =>
  (finding: RuleFinding): RuleFinding => {
    const isOfSource = node.depends_on.nodes.some((id) => id.startsWith('source.'))
    if (finding.rule !== 'unknown-column' || catalogDate === undefined || !isOfSource) return finding
    const note = `sources are as of ${catalogDate}, in target/catalog.json: \`quern docs generate\` looks anew`
    return { ...finding, hint: finding.hint === undefined ? note : `${finding.hint} (${note})` }
  }

function gravestFirst(a: Finding, b: Finding): number {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  if (bySeverity !== 0) return bySeverity
  const byFile = compare(a.at?.file.path ?? '', b.at?.file.path ?? '')
  return byFile !== 0 ? byFile : (a.at?.start ?? 0) - (b.at?.start ?? 0)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
