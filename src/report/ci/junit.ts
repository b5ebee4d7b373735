import { cut } from './plain-text.ts'
import { rowsText } from './rows-text.ts'
import type { Outcome, Problem, ReportedNode, RunReport } from './run-report.ts'
import { element, type XmlElement, xmlDocument } from './xml.ts'

/** Characters of one error or sample. */
const MOST_TEXT = 20_000

/**
 * A run as JUnit XML: one suite for each model, seed, snapshot or source, holding it and its tests, in order of ids; what is about no node is in the suite `quern`.
 * As junit-10.xsd of Jenkins' xunit plugin has it, with the attribute `file` of test cases that GitLab reads. Names are the same in every run.
 */
export function junitText(report: RunReport): string {
  const suites = new Map<string, ReportedNode[]>()
  const tested = report.nodes.filter((node) => node.outcome !== 'no-op')
  for (const node of [...tested].sort((a, b) => (a.suite < b.suite ? -1 : a.suite > b.suite ? 1 : byPlace(a, b)))) {
    const suite = node.resourceType === 'operation' ? HOOKS : node.suite
    const cases = suites.get(suite)
    if (cases === undefined) suites.set(suite, [node])
    else cases.push(node)
  }
  const elements = [...suites].map(([name, nodes]) => suiteElement(name, nodes))
  if (report.errors.length + report.warnings.length > 0) elements.push(ownSuite(report))
  const counts = tested.map(({ outcome }) => outcome)
  const attributes = {
    name: 'quern',
    tests: String(tested.length + report.errors.length),
    failures: String(amount(counts, 'fail')),
    errors: String(amount(counts, 'error') + report.errors.length),
    time: seconds((report.endedAt - report.startedAt) / 1000),
  }
  return xmlDocument(element('testsuites', attributes, elements))
}

const HOOKS = 'project hooks'

/** The node itself first, then its tests by id. */
const byPlace = (a: ReportedNode, b: ReportedNode): number =>
  Number(b.id === b.suite) - Number(a.id === a.suite) || (a.id < b.id ? -1 : 1)

const amount = (outcomes: readonly Outcome[], wanted: Outcome): number =>
  outcomes.filter((outcome) => outcome === wanted).length

/** At most three digits after the point. */
const seconds = (value: number): string => Math.max(0, value).toFixed(3)

function suiteElement(name: string, nodes: readonly ReportedNode[]): XmlElement {
  const outcomes = nodes.map(({ outcome }) => outcome)
  const started = nodes.flatMap(({ startedAt }) => startedAt ?? [])
  const attributes = {
    name,
    tests: String(nodes.length),
    failures: String(amount(outcomes, 'fail')),
    errors: String(amount(outcomes, 'error')),
    skipped: String(amount(outcomes, 'skip')),
    time: seconds(nodes.reduce((sum, node) => sum + node.seconds, 0)),
    timestamp: started.length === 0 ? undefined : new Date(Math.min(...started)).toISOString().slice(0, 19),
    file: nodes.find((node) => node.id === name)?.place?.path,
  }
  return element(
    'testsuite',
    attributes,
    nodes.map((node) => caseElement(name, node)),
  )
}

function caseElement(suite: string, node: ReportedNode): XmlElement {
  const attributes = {
    name: caseName(node),
    classname: suite,
    time: seconds(node.seconds),
    file: node.place?.path,
  }
  return element('testcase', attributes, outcomeElements(node))
}

/** A test by its name, another node by what is done with it. */
const caseName = ({ resourceType, name }: ReportedNode): string =>
  resourceType === 'test'
    ? name
    : resourceType === 'source'
      ? `freshness of ${name}`
      : `${resourceType.replace('_', ' ')} ${name}`

function outcomeElements(node: ReportedNode): XmlElement[] {
  const message = node.message ?? node.status
  switch (node.outcome) {
    case 'error':
      return [element('error', { message, type: node.code ?? 'error' }, [caseText(node)])]
    case 'fail':
      return [element('failure', { message, type: failureType(node) }, [caseText(node)])]
    case 'skip':
      return [element('skipped', { message })]
    case 'warn':
      return [element('system-out', {}, [`WARN: ${message}\n${caseText(node)}`])]
    default:
      return []
  }
}

/** What a failure is called: `test_failed`, `unit_test_failed`, `source_stale`. */
export const failureType = ({ resourceType }: ReportedNode): string =>
  resourceType === 'source' ? 'source_stale' : `${resourceType}_failed`

/** Where it is defined and compiled, what went wrong, and rows. */
function caseText({ place, compiledPath, details, sample }: ReportedNode): string {
  const lines: string[] = []
  if (place !== undefined) lines.push(`Defined in: ${place.path}${place.line === undefined ? '' : `:${place.line}`}`)
  if (compiledPath !== undefined) lines.push(`Compiled SQL: ${compiledPath}`)
  if (details !== null) lines.push('', cut(details, MOST_TEXT))
  if (sample !== undefined && sample.rows.length > 0)
    lines.push('', 'Failing rows (a sample):', cut(rowsText(sample), MOST_TEXT))
  return lines.join('\n')
}

/** What ended the run, and warnings that are about no node. */
function ownSuite({ errors, warnings }: RunReport): XmlElement {
  const cases = errors.map((error) =>
    element('testcase', { name: 'run', classname: 'quern', time: '0.000', file: error.place?.path }, [
      element('error', { message: error.message, type: error.code }, [cut(error.details, MOST_TEXT)]),
    ]),
  )
  const told = warnings.length === 0 ? [] : [element('system-out', {}, [warnings.map(warningText).join('\n\n')])]
  const attributes = {
    name: 'quern',
    tests: String(errors.length),
    failures: '0',
    errors: String(errors.length),
    skipped: '0',
    time: '0.000',
  }
  return element('testsuite', attributes, [...cases, ...told])
}

const warningText = ({ code, details, place }: Problem): string =>
  `WARN ${code}${place === undefined ? '' : ` (${place.path}:${place.line ?? 1})`}: ${cut(details, 2000)}`
