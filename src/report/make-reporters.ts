import { join } from 'node:path'
import type { Flags } from '../config/flags.ts'
import type { RunEvent } from '../events/run-event.ts'
import { makeWarning } from '../events/warnings.ts'
import { coloursOn, paint } from './colours.ts'
import { ConsoleReporter } from './console/console-reporter.ts'
import { LiveLine } from './console/live-line.ts'
import { customEnvironment } from './format.ts'
import { LogFileReporter } from './log-file.ts'
import type { Style } from './record.ts'
import type { Output, Reporter, Scrub } from './reporter.ts'

/** What reporters need of the outside world. */
export interface ReporterIo {
  readonly stdout: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly invocationId: string
  readonly pid: number
  /** Absolute folder of dbt.log; undefined = no log file (no project was found). */
  readonly logFolder: string | undefined
  /** `--use-colors` (or its variable) was given by the user, so that pipes get colours too. */
  readonly coloursAsked?: boolean
  /** Likewise for the log file; by default it has none. */
  readonly fileColoursAsked?: boolean
  now(): number
}

type ReportFlags = Pick<
  Flags,
  | 'debug'
  | 'logFileMaxBytes'
  | 'logFormat'
  | 'logFormatFile'
  | 'logLevel'
  | 'logLevelFile'
  | 'printerWidth'
  | 'quiet'
  | 'useColors'
  | 'useColorsFile'
>

/** All consumers of an invocation's events as one: console and log file, as the flags say. */
export function makeReporters(flags: ReportFlags, io: ReporterIo, scrub: Scrub): Reporter {
  const context = {
    invocationId: io.invocationId,
    pid: io.pid,
    extra: customEnvironment(io.env),
  }
  const now = (): number => io.now()
  const style = (colours: boolean): Style => ({ paint: paint(colours), width: flags.printerWidth, quiet: flags.quiet })
  const isTerminal = io.stdout.isTTY === true
  const reporters: Reporter[] = []
  if (flags.logLevel !== 'none') {
    const level = flags.quiet ? 'error' : flags.debug ? 'debug' : flags.logLevel
    const text = flags.logFormat === 'text' || flags.logFormat === 'default'
    const live = isTerminal && text && level === 'info' && !inCi(io.env) ? new LiveLine(io.stdout, now) : undefined
    const colours = coloursOn({ useColors: flags.useColors, asked: io.coloursAsked === true, isTerminal, env: io.env })
    reporters.push(
      new ConsoleReporter({
        output: io.stdout,
        format: flags.logFormat,
        level,
        style: style(colours),
        scrub,
        context,
        now,
        live,
      }),
    )
  }
  if (flags.logLevelFile !== 'none' && io.logFolder !== undefined) {
    const path = join(io.logFolder, 'dbt.log')
    const console = reporters[0]
    reporters.push(
      new LogFileReporter({
        path,
        format: flags.logFormatFile,
        level: flags.debug ? 'debug' : flags.logLevelFile,
        maxBytes: flags.logFileMaxBytes,
        style: style(flags.useColorsFile && io.fileColoursAsked === true),
        scrub,
        context,
        now,
        onFailure: (error) => console?.on(cannotWrite(path, error)),
      }),
    )
  }
  return together(reporters)
}

const inCi = (env: ReporterIo['env']): boolean => (env.CI ?? '') !== '' && env.CI !== 'false'

const cannotWrite = (path: string, error: unknown): RunEvent =>
  makeWarning(
    'LogFileNotWritten',
    'Z005',
    `Could not write to path ${path}: ${error instanceof Error ? error.message : String(error)}`,
    { hint: 'the run goes on without a log file; --log-path chooses another folder' },
  )

/** Several reporters as one. */
export function together(reporters: readonly Reporter[]): Reporter {
  return {
    on: (event) => {
      for (const reporter of reporters) reporter.on(event)
    },
    flush: () => {
      for (const reporter of reporters) reporter.flush()
    },
    end: async () => {
      for (const reporter of reporters) await reporter.end()
    },
  }
}
