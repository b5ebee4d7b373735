/** The kinds of `--report`. Ours: dbt has none. */
export const REPORT_KINDS = ['junit', 'github', 'sarif', 'markdown'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** One report that is to be written. */
export interface ReportRequest {
  readonly kind: ReportKind
  /** As given, relative to the working folder; null = to standard output (`markdown`), or to where GitHub looks (`github`). */
  readonly path: string | null
}

/** Reads `KIND` or `KIND=PATH`; a text says what is wrong with it. */
export function parseReport(written: string): ReportRequest | string {
  const equals = written.indexOf('=')
  const word = (equals === -1 ? written : written.slice(0, equals)).trim().toLowerCase()
  const path = equals === -1 ? null : written.slice(equals + 1).trim()
  const kind = REPORT_KINDS.find((one) => one === word)
  if (kind === undefined) return `'${word}' is not one of ${REPORT_KINDS.map((one) => `'${one}'`).join(', ')}.`
  if (path === '') return `'${written}' names no file after '='.`
  if (kind === 'github')
    return path === null ? { kind, path } : `'github' takes no path: GitHub says where its reports go.`
  if (path === null && kind !== 'markdown') return `'${kind}' needs a file: ${kind}=PATH.`
  return { kind, path }
}

/** Whether a report shows failing rows. SARIF does not: code scanning keeps what it is given. */
export const showsRows = ({ kind }: ReportRequest): boolean => kind !== 'sarif'

/** Whether a report takes standard output, so that the lines of the run have to go elsewhere. */
export const takesStdout = ({ kind, path }: ReportRequest): boolean => kind === 'markdown' && path === null
