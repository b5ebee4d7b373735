import { cut } from './plain-text.ts'
import type { Place, Problem, ReportedNode, RunReport } from './run-report.ts'

/** GitHub shows this many annotations of each level for one step. */
const MOST = 10

/** Characters of a message: GitHub cuts annotations at 64 KiB, people read less. */
const MOST_TEXT = 4000

interface Annotation {
  readonly level: 'error' | 'warning'
  readonly title: string
  readonly message: string
  readonly place: Place | undefined
}

/** Workflow commands of GitHub Actions that mark what went wrong in the files of a pull request: errors first, then warnings, no more than GitHub shows. */
export function githubAnnotations(report: RunReport): string[] {
  const failed = report.nodes.filter(({ outcome }) => outcome === 'error' || outcome === 'fail')
  const errors = [...report.errors.map((error) => problemAnnotation('error', error)), ...failed.map(nodeAnnotation)]
  const warnings = [
    ...report.nodes.filter(({ outcome }) => outcome === 'warn').map(nodeAnnotation),
    ...report.warnings.map((warning) => problemAnnotation('warning', warning)),
  ]
  return [...errors.slice(0, MOST), ...warnings.slice(0, MOST)].map(command)
}

function nodeAnnotation(node: ReportedNode): Annotation {
  const { outcome, name, details, message, compiledPath, place } = node
  const verb = outcome === 'error' ? 'could not be run' : outcome === 'warn' ? 'warns' : 'failed'
  const text = outcome === 'error' || node.resourceType === 'unit_test' ? (details ?? message) : message
  return {
    level: outcome === 'warn' ? 'warning' : 'error',
    title: `${node.resourceType.replace('_', ' ')} ${name} ${verb}`,
    message: [text ?? node.status, ...(compiledPath === undefined ? [] : [`Compiled SQL: ${compiledPath}`])].join('\n'),
    place,
  }
}

const problemAnnotation = (level: Annotation['level'], { code, details, place }: Problem): Annotation => ({
  level,
  title: code,
  message: details,
  place,
})

function command({ level, title, message, place }: Annotation): string {
  const properties: [string, string | number | undefined][] = [
    ['file', place?.path],
    ['line', place?.line],
    ['endLine', place?.line === undefined ? undefined : place.endLine],
    // GitHub takes columns of one line only
    ['col', place?.endLine === undefined || place.endLine === place.line ? place?.column : undefined],
    ['endColumn', place?.endLine !== undefined && place.endLine === place.line ? place.endColumn : undefined],
    ['title', title],
  ]
  const given = properties
    .filter((pair) => pair[1] !== undefined)
    .map(([key, value]) => `${key}=${property(`${value}`)}`)
  return `::${level} ${given.join(',')}::${data(cut(message, MOST_TEXT))}`
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')

const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
