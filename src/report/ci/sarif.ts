import { type SarifResult, sarifDocument } from '../sarif-document.ts'
import { failureType } from './junit.ts'
import type { Problem, ReportedNode, RunReport } from './run-report.ts'

/** What rules say of themselves; of errors and warnings the code says it. */
const RULES: Readonly<Record<string, string>> = {
  test_failed: 'A data test found rows that should not be there',
  unit_test_failed: 'A model gives other rows than its unit test expects',
  source_stale: 'A source has no new rows for longer than its freshness rule allows',
}

/** A run as SARIF 2.1.0 (OASIS): errors, failures and warnings, one rule for each kind. */
export function sarifText(report: RunReport, version: string): string {
  const findings = [
    ...report.errors.map((error) => problemFinding(error, 'error')),
    ...report.nodes.flatMap((node) => nodeFinding(node) ?? []),
    ...report.warnings.map((warning) => problemFinding(warning, 'warning')),
  ]
  const fallback = report.projectFile === undefined ? undefined : { path: report.projectFile }
  return sarifDocument({
    version,
    results: findings.map((finding) => ({ ...finding, place: finding.place ?? fallback })),
    describe: (rule) => RULES[rule] ?? rule.replaceAll('_', ' '),
    invocation: {
      executionSuccessful: report.exit !== 2 && !report.interrupted,
      exitCode: report.exit,
      startTimeUtc: new Date(report.startedAt).toISOString(),
      endTimeUtc: new Date(report.endedAt).toISOString(),
    },
  })
}

function nodeFinding(node: ReportedNode): SarifResult | undefined {
  const { outcome, place, id } = node
  if (outcome !== 'error' && outcome !== 'fail' && outcome !== 'warn') return undefined
  const text =
    outcome === 'warn' || node.details === null ? `${node.name}: ${node.message ?? node.status}` : node.details
  return {
    rule: outcome === 'error' ? (node.code ?? 'error') : failureType(node),
    level: outcome === 'warn' ? 'warning' : 'error',
    text,
    place,
    identity: id,
  }
}

const problemFinding = ({ code, details, message, place }: Problem, level: SarifResult['level']): SarifResult => ({
  rule: code,
  level,
  text: details === '' ? code : details,
  place,
  identity: `${place?.path ?? ''}\n${message}`,
})
