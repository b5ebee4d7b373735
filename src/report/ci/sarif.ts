import { createHash } from 'node:crypto'
import { failureType } from './junit.ts'
import { cut } from './plain-text.ts'
import type { Place, Problem, ReportedNode, RunReport } from './run-report.ts'

type Level = 'error' | 'warning'

interface Finding {
  readonly rule: string
  readonly level: Level
  readonly text: string
  readonly place: Place | undefined
  /** What makes it the same finding in the next run. */
  readonly identity: string
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
const MOST_TEXT = 8000

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
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort()
  const fallback = report.projectFile === undefined ? undefined : { path: report.projectFile }
  const run = {
    tool: {
      driver: {
        name: 'quern',
        version,
        rules: rules.map((id) => ({ id, shortDescription: { text: RULES[id] ?? id.replaceAll('_', ' ') } })),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: report.exit !== 2 && !report.interrupted,
        exitCode: report.exit,
        startTimeUtc: new Date(report.startedAt).toISOString(),
        endTimeUtc: new Date(report.endedAt).toISOString(),
      },
    ],
    results: findings.map((finding) => ({
      ruleId: finding.rule,
      ruleIndex: rules.indexOf(finding.rule),
      level: finding.level,
      message: { text: cut(finding.text, MOST_TEXT) },
      locations: locations(finding.place ?? fallback),
      partialFingerprints: { 'quernFinding/v1': fingerprint(finding) },
    })),
  }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

function nodeFinding(node: ReportedNode): Finding | undefined {
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

const problemFinding = ({ code, details, message, place }: Problem, level: Level): Finding => ({
  rule: code,
  level,
  text: details === '' ? code : details,
  place,
  identity: `${place?.path ?? ''}\n${message}`,
})

const fingerprint = ({ rule, identity }: Finding): string =>
  createHash('sha256').update(`${rule}\n${identity}`).digest('hex')

function locations(place: Place | undefined): object[] {
  if (place === undefined) return []
  const { path, line, column, endLine, endColumn } = place
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column, endLine, endColumn } }
  return [{ physicalLocation: { artifactLocation: artifact(path), ...region } }]
}

/** Within the repository relative to its root, else a file address. */
const artifact = (path: string): object =>
  path.startsWith('/') || /^[A-Za-z]:/.test(path)
    ? { uri: `file://${path.startsWith('/') ? '' : '/'}${encoded(path)}` }
    : { uri: encoded(path), uriBaseId: '%SRCROOT%' }

const encoded = (path: string): string => path.split('/').map(segment).join('/')

/** Halves of surrogate pairs cannot be encoded. */
const segment = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
