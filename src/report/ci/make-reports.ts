import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import type { ReportRequest } from '../../config/report-request.ts'
import { QUERN_VERSION } from '../../config/version.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { RunEvent } from '../../events/run-event.ts'
import type { Secrets } from '../../util/secrets.ts'
import type { Output } from '../reporter.ts'
import { type CollectorIo, ReportCollector, type ReportEnd } from './collect.ts'
import { githubAnnotations } from './github.ts'
import { junitText } from './junit.ts'
import { markdownText } from './markdown.ts'
import type { RunReport } from './run-report.ts'
import { sarifText } from './sarif.ts'

export interface ReportsIo extends CollectorIo {
  readonly stdout: Output
  /** Where the lines of the run go, and the annotations of GitHub after them. */
  readonly output: Output
}

/** The reports of one invocation: hear of its events and are written at its end, however it ends. */
export interface CiReports {
  on(event: RunEvent): void
  /** Writes all of them, then throws the first error that there was. */
  finish(end: ReportEnd): Promise<void>
}

/** A job summary may have 1 MiB; characters of Markdown have up to 4 bytes. */
const SUMMARY_LIMIT = 250_000

/** Throws a `QuernError` for a report that cannot be written, before anything runs. Relative paths begin in the working folder. */
export function makeReports(requests: readonly ReportRequest[], io: ReportsIo, secrets: Secrets): CiReports {
  const collector = new ReportCollector(io)
  const summaryPath = io.env['GITHUB_STEP_SUMMARY'] || undefined
  for (const { kind, path } of requests) {
    if (path !== null) checkWritable(resolve(io.cwd, path), `--report ${kind}=${path}`)
  }
  const write = (request: ReportRequest, report: RunReport): void => {
    if (request.kind === 'github') {
      for (const line of githubAnnotations(report)) io.output.write(`${line}\n`)
      if (summaryPath === undefined) io.output.write('No job summary: the variable GITHUB_STEP_SUMMARY is not set.\n')
      else appendFileSync(summaryPath, `${markdownText(report, SUMMARY_LIMIT)}\n`)
      return
    }
    const text =
      request.kind === 'junit'
        ? junitText(report)
        : request.kind === 'sarif'
          ? sarifText(report, QUERN_VERSION)
          : markdownText(report)
    if (request.path === null) io.stdout.write(text)
    else writeFileAtomically(resolve(io.cwd, request.path), text, { secrets })
  }
  return {
    on: (event) => collector.on(event),
    finish: async (end) => {
      const report = collector.report(end, (text) => secrets.scrub(text))
      const errors: unknown[] = []
      for (const request of requests) {
        try {
          write(request, report)
        } catch (error) {
          errors.push(error instanceof QuernError ? error : unwritable(summaryPath ?? '', '--report github', error))
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}

/** Makes the folder and tries whether a file can be made in it. */
function checkWritable(path: string, option: string): void {
  const probe = `${path}.${process.pid}.tmp`
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder')
    mkdirSync(dirname(path), { recursive: true })
    closeSync(openSync(probe, 'wx'))
    rmSync(probe)
  } catch (error) {
    throw unwritable(path, option, error)
  }
}

const unwritable = (path: string, option: string, cause: unknown): QuernError =>
  new QuernError(
    'Runtime',
    'report_not_writable',
    `The report ${path} cannot be written (${option}): ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause, hint: 'name a file in a folder that can be written; folders are made as needed' },
  )
