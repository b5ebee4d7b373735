import { createHash } from 'node:crypto'
import { cut } from './ci/plain-text.ts'
import type { Place } from './ci/run-report.ts'

/** One result of a SARIF log. */
export interface SarifResult {
  readonly rule: string
  readonly level: 'error' | 'warning' | 'note'
  readonly text: string
  readonly place: Place | undefined
  /** What makes it the same finding in the next run. */
  readonly identity: string
}

export interface SarifRun {
  readonly version: string
  readonly results: readonly SarifResult[]
  /** What a rule says of itself. */
  readonly describe: (rule: string) => string
  readonly invocation: Readonly<Record<string, unknown>>
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
const MOST_TEXT = 8000

/** A SARIF 2.1.0 log (OASIS) with one run of quern; its rules are those that have results. */
export function sarifDocument({ version, results, describe, invocation }: SarifRun): string {
  const rules = [...new Set(results.map(({ rule }) => rule))].sort()
  const run = {
    tool: {
      driver: { name: 'quern', version, rules: rules.map((id) => ({ id, shortDescription: { text: describe(id) } })) },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [invocation],
    results: results.map((result) => ({
      ruleId: result.rule,
      ruleIndex: rules.indexOf(result.rule),
      level: result.level,
      message: { text: cut(result.text, MOST_TEXT) },
      locations: locations(result.place),
      partialFingerprints: { 'quernFinding/v1': fingerprint(result) },
    })),
  }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

const fingerprint = ({ rule, identity }: SarifResult): string =>
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
