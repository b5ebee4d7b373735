import type { Finding } from '../../check/finding.ts'
import { RULES, SEVERITIES, type ShownSeverity } from '../../check/rules.ts'
import { codeFrame } from '../../errors/code-frame.ts'
import type { Span } from '../../errors/source-file.ts'
import type { CheckDocument, CheckFinding } from '../../events/check-document.ts'
import type { Place } from '../ci/run-report.ts'
import type { Paint } from '../colours.ts'
import { sarifDocument } from '../sarif-document.ts'

/** What `quern check` came to. */
export interface CheckReport {
  /** Gravest first, then by file and place. */
  readonly findings: readonly Finding[]
  /** Models that were looked at, and how many of these could be read as far as the rules need it. */
  readonly models: number
  readonly analysed: number
}

const COLOURS = { error: 'red', warning: 'yellow', note: 'green' } as const

/** For a person: each finding with the lines around it, then the sum. */
export function checkText(report: CheckReport, paint: Paint): string[] {
  const isNote = ({ severity }: Finding): boolean => severity === 'note'
  const notes = report.findings.filter(isNote).map((finding) => noteLine(finding, paint))
  const others = report.findings.filter((finding) => !isNote(finding))
  return [
    ...others.flatMap((finding) => [...findingLines(finding, paint), '']),
    ...(notes.length === 0 ? [] : [...notes, '']),
    sumLine(report),
  ]
}

/** Notes are many, and nothing is wrong: one line each. */
const noteLine = ({ rule, message, node, at }: Finding, paint: Paint): string =>
  `${at === undefined ? node : placeText(at)} ${paint[COLOURS.note]('note')} ${rule}: ${message}`

function findingLines({ rule, severity, message, hint, node, at }: Finding, paint: Paint): string[] {
  const where = at === undefined ? node : placeText(at)
  return [
    `${where} ${paint[COLOURS[severity]](severity)} ${rule}`,
    `  ${message}`,
    ...(at === undefined
      ? []
      : codeFrame(at)
          .split('\n')
          .map((line) => `  ${line}`)),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ]
}

function placeText({ file, start }: Span): string {
  const { line, column } = file.position(start)
  return `${file.path}:${line}:${column}`
}

function sumLine({ findings, models, analysed }: CheckReport): string {
  const counts = countBySeverity(findings)
  const found = SHOWN.flatMap((severity) => (counts[severity] === 0 ? [] : plural(counts[severity], severity)))
  const read = analysed === models ? '' : `, of which ${models - analysed} could not be read completely`
  return `${found.length === 0 ? 'Nothing found' : found.join(', ')} in ${plural(models, 'model')}${read}`
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const SHOWN = SEVERITIES.filter((severity): severity is ShownSeverity => severity !== 'off')

function countBySeverity(findings: readonly Finding[]): Record<ShownSeverity, number> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

/** For programs. `metadata` is as in other artifacts. */
export const checkDocument = (
  { findings, models, analysed }: CheckReport,
  metadata: CheckDocument['metadata'],
): CheckDocument => ({
  metadata,
  summary: { ...countBySeverity(findings), models, analysed },
  findings: findings.map(({ rule, severity, message, hint, node, at }) => ({
    rule,
    severity,
    message,
    hint: hint ?? null,
    unique_id: node,
    ...placeFields(at),
  })),
})

type PlaceFields = Pick<CheckFinding, 'path' | 'line' | 'column' | 'end_line' | 'end_column'>

function placeFields(at: Span | undefined): PlaceFields {
  if (at === undefined) return { path: null, line: null, column: null, end_line: null, end_column: null }
  const { file, start, end } = at
  const from = file.position(start)
  const to = file.position(Math.max(start, end))
  return { path: file.path, line: from.line, column: from.column, end_line: to.line, end_column: to.column }
}

/** SARIF 2.1.0 for code scanning; `placeOf` gives the place relative to the repository. */
export function checkSarif(
  { findings }: CheckReport,
  version: string,
  placeOf: (span: Span) => Place | undefined,
  invocation: Readonly<Record<string, unknown>>,
): string {
  return sarifDocument({
    version,
    describe: (rule) => RULES[rule as keyof typeof RULES].finds,
    invocation,
    results: findings.map(({ rule, severity, message, hint, node, at }) => ({
      rule,
      level: severity,
      text: hint === undefined ? message : `${message}. ${capital(hint)}`,
      place: at === undefined ? undefined : placeOf(at),
      identity: `${node}\n${message}`,
    })),
  })
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
