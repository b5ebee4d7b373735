import { isQuernError, placeLines } from '../errors/quern-error.ts'
import { type Span, userSpan } from '../errors/source-file.ts'
import { microseconds, type NodeInfo } from '../events/node-info.ts'
import type { DocumentResult } from '../events/report-events.ts'
import type {
  CompileResult,
  ConnectionEvent,
  Deprecation,
  DeprecationsSummary,
  PartialParsed,
  RunEvent,
  ShowResult,
  Warning,
} from '../events/run-event.ts'
import { runResultData } from '../events/run-result.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { asDict } from '../manifest/node.ts'
import { nodeLine } from './console/node-line.ts'
import { resultBlock, summaryRecords } from './console/summary.ts'
import { blankRecord, type LogRecord, plainRecord, type Style } from './record.ts'
import { counted, durationText } from './stat-lines.ts'
import { wrapMessage } from './wrap.ts'

/**
 * The records that dbt-core 1.11 would log for an event: its names, codes, levels and fields. Most events are one record, a few are
 * several (`run-summary`), none is lost. `now` is the time of the event in milliseconds.
 */
export function recordsOf(event: RunEvent, now: number): readonly LogRecord[] {
  switch (event.kind) {
    case 'invocation-started':
      return [
        plainRecord(
          'MainReportVersion',
          'A001',
          'info',
          { log_version: 3, version: `=${event.version}` },
          `Running with dbt=${event.version}`,
        ),
        plainRecord(
          'MainReportArgs',
          'A002',
          'debug',
          { args: event.args },
          `running dbt with arguments {${Object.entries(event.args)
            .map(([name, value]) => `'${name}': '${value}'`)
            .join(', ')}}`,
        ),
      ]
    case 'adapter-registered':
      return one(
        'AdapterRegistered',
        'E034',
        'info',
        { adapter_name: event.name, adapter_version: `=${event.version}` },
        `Registered adapter: ${event.name}=${event.version}`,
      )
    case 'partial-parse-unavailable':
      return one(
        'UnableToPartialParse',
        'I024',
        'info',
        { reason: event.reason },
        `Unable to do partial parsing because ${event.reason}`,
      )
    case 'partial-parsed':
      return partialParsed(event)
    case 'perf-info-written':
      return one('ParsePerfInfoPath', 'I010', 'info', { path: event.path }, `Performance info: ${event.path}`)
    case 'found-stats':
      return one('FoundStats', 'W006', 'info', { stat_line: event.statLine }, `Found ${event.statLine}`)
    case 'default-selector':
      return one('DefaultSelector', 'Q023', 'info', { name: event.name }, `Using default selector ${event.name}`)
    case 'concurrency':
      return [
        blankRecord(),
        plainRecord(
          'ConcurrencyLine',
          'Q027',
          'info',
          { node_count: event.nodeCount, num_threads: event.threads, target_name: event.targetName },
          `Concurrency: ${event.threads} threads (target='${event.targetName}')`,
        ),
        blankRecord(),
      ]
    case 'run-finished': {
      const execution = durationText(event.elapsed)
      return [
        blankRecord(),
        plainRecord(
          'FinishedRunningStats',
          'E047',
          'info',
          { execution, execution_time: event.elapsed, stat_line: event.statLine },
          `Finished running ${event.statLine}${execution} (${event.elapsed.toFixed(2)}s).`,
        ),
      ]
    }
    case 'run-ended':
      return one(
        'EndRunResult',
        'Q037',
        'debug',
        {
          elapsed_time: event.elapsed,
          generated_at: `${new Date(now).toISOString().slice(0, 19)}Z`,
          results: event.results.map(runResultData),
          success: event.success,
        },
        'Command end result',
      )
    case 'run-summary':
      return summaryRecords(event)
    case 'fail-fast':
      return resultBlock(event.result)
    case 'command-completed': {
      const at = microseconds(now)
      return one(
        'CommandCompleted',
        'Q039',
        'debug',
        { command: event.command, completed_at: `${at}Z`, elapsed: event.elapsed, success: event.success },
        `Command \`${event.command}\` ${event.success ? 'succeeded' : 'failed'} at ${at.slice(11)} after ${event.elapsed.toFixed(2)} seconds`,
      )
    }
    case 'freshness-summary':
      return [
        ...event.results
          .filter(({ status }) => status === 'error' || status === 'runtime error')
          .flatMap((entry) => resultBlock(entry)),
        plainRecord('FreshnessCheckComplete', 'Q003', 'info', {}, 'Done.'),
      ]
    case 'artifact-written':
      return one(
        'ArtifactWritten',
        'P001',
        'debug',
        { artifact_path: event.path, artifact_type: event.type },
        `Wrote artifact ${event.type} to ${event.path}`,
      )
    case 'encountered-error':
      return encounteredError(event.error)
    case 'interrupted':
      return one('MainKeyboardInterrupt', 'Z001', 'info', {}, 'ctrl-c')
    case 'node-started':
      return aboutNode('NodeStart', 'Q024', event.info, 'Began running node')
    case 'node-compiling':
      return aboutNode('NodeCompiling', 'Q030', event.info, 'Began compiling node')
    case 'node-executing':
      return aboutNode('NodeExecuting', 'Q031', event.info, 'Began executing node')
    case 'node-finished':
      return one(
        'NodeFinished',
        'Q025',
        'debug',
        { node_info: asDict(event.info), run_result: runResultData(event.result) },
        `Finished running node ${event.info.unique_id}`,
      )
    case 'sql-injected':
      return one(
        'WritingInjectedSQLForNode',
        'Q029',
        'debug',
        { node_info: asDict(event.info) },
        `Writing injected SQL for node "${event.info.unique_id}"`,
      )
    case 'children-skipped':
      return one(
        'MarkSkippedChildren',
        'Z033',
        'debug',
        { run_result: runResultData(event.result), status: event.result.status, unique_id: event.uniqueId },
        `Marking all children of '${event.uniqueId}' to be skipped because of status '${event.result.status}'. ${event.result.message === null ? '' : ` Reason: ${event.result.message}.`}`,
      )
    case 'node-error':
      return nodeError(event.error, event.info)
    case 'connection':
      return connection(event)
    case 'sql-query':
      return one(
        'SQLQuery',
        'E016',
        'debug',
        { conn_name: event.connection, ...nodeData(event.info), sql: event.sql },
        `On ${event.connection}: ${event.sql}`,
      )
    case 'sql-status':
      return one(
        'SQLQueryStatus',
        'E017',
        'debug',
        { elapsed: event.elapsed, ...nodeData(event.info), query_id: '', status: event.status },
        `SQL status: ${event.status} in ${event.elapsed.toFixed(3)} seconds`,
      )
    case 'jinja-log':
      return event.level === 'info'
        ? one('JinjaLogInfo', 'I062', 'info', { msg: event.text, ...nodeData(event.info) }, event.text)
        : one('JinjaLogDebug', 'I063', 'debug', { msg: event.text, ...nodeData(event.info) }, event.text)
    case 'print':
      return one('PrintEvent', 'Z052', 'info', { msg: event.text }, event.text)
    case 'show-result':
      return [showResult(event)]
    case 'compile-result':
      return [compileResult(event)]
    case 'document-result':
      return [documentResult(event)]
    case 'blank':
      return [blankRecord()]
    case 'message':
      return [
        {
          name: event.name,
          code: event.code,
          level: event.level,
          data: { ...(event.data ?? { msg: event.text }), ...nodeData(event.info) },
          text: ({ paint }) =>
            event.accent === undefined
              ? event.text
              : event.text.replace(event.accent.text, () => paint[event.accent!.colour](event.accent!.text)),
        },
      ]
    case 'warning':
      return [warningRecord(event)]
    case 'deprecation':
      return [deprecationRecord(event)]
    case 'deprecations-summary':
      return [deprecationsSummary(event)]
    case 'project-parsed':
    case 'state-compared':
    case 'failing-rows':
    case 'run-reported':
    case 'piped-text':
      return []
    case 'skipped-because-error':
      return [nodeLine(event), ...(event.cause === undefined ? [] : resultBlock(event.cause).slice(1))]
    default:
      return [nodeLine(event)]
  }
}

const one = (...args: Parameters<typeof plainRecord>): LogRecord[] => [plainRecord(...args)]

const aboutNode = (name: string, code: string, info: NodeInfo, words: string): LogRecord[] =>
  one(name, code, 'debug', { node_info: asDict(info) }, `${words} ${info.unique_id}`)

const nodeData = (info: NodeInfo | undefined | null): PlainDict =>
  info === undefined || info === null ? {} : { node_info: asDict(info) }

function partialParsed({ deleted, added, changed, skipped }: PartialParsed): LogRecord[] {
  const counts = plainRecord(
    'PartialParsingEnabled',
    'I040',
    'debug',
    { added, changed, deleted },
    `Partial parsing enabled: ${deleted} files deleted, ${added} files added, ${changed} files changed.`,
  )
  if (!skipped) return [counts]
  const text = 'Partial parsing enabled, no changes found, skipping parsing'
  return [counts, plainRecord('PartialParsingSkipParsing', 'I017', 'debug', {}, text)]
}

/**
 * A user's error is shown in full. Anything else is a bug of quern: its stack follows and a report is asked for.
 * The stack of a user's error is a debug record.
 */
function encounteredError(error: unknown): LogRecord[] {
  if (isQuernError(error)) {
    const text = error.render()
    const first = plainRecord('MainEncounteredError', 'Z002', 'error', { exc: text }, `Encountered an error:\n${text}`)
    const stack = stackOf(error)
    return stack === ''
      ? [first]
      : [first, plainRecord('LogDebugStackTrace', 'Z011', 'debug', { exc_info: stack }, stack)]
  }
  const text = error instanceof Error ? error.message : String(error)
  const stack = stackOf(error)
  return [
    plainRecord(
      'MainEncounteredError',
      'Z002',
      'error',
      { exc: text },
      `Encountered an error:\nInternal Error\n  ${text}\n  This is a bug of quern. Please report it with the lines below.`,
    ),
    ...(stack === '' ? [] : one('MainStackTrace', 'Z003', 'error', { stack_trace: stack }, stack)),
  ]
}

function stackOf(error: unknown): string {
  const stacks: string[] = []
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = at.cause) stacks.push(at.stack ?? '')
  return stacks.filter((stack) => stack !== '').join('\ncaused by: ')
}

function nodeError(error: unknown, info: NodeInfo | null): LogRecord[] {
  const text = isQuernError(error) ? `${error.heading()}\n${indented(error.message)}` : String(error)
  return one(
    'CatchableExceptionOnRun',
    'W002',
    'debug',
    { exc: text, exc_info: stackOf(error), ...nodeData(info) },
    text,
  )
}

const indented = (text: string): string => text.replace(/^/gm, '  ')

function connection(event: ConnectionEvent): LogRecord[] {
  const data: PlainDict = { conn_name: event.name, ...nodeData(event.info) }
  switch (event.action) {
    case 'open':
      return one(
        'NewConnection',
        'E005',
        'debug',
        { ...data, conn_type: event.type },
        `Acquiring new ${event.type} connection '${event.name}'`,
      )
    case 'use':
      return one(
        'ConnectionUsed',
        'E015',
        'debug',
        { ...data, conn_type: event.type },
        `Using ${event.type} connection "${event.name}"`,
      )
    case 'reuse':
      return one(
        'ConnectionReused',
        'E006',
        'debug',
        { ...data, orig_conn_name: event.formerly ?? '' },
        `Re-using an available connection from the pool (formerly ${event.formerly ?? ''}, now ${event.name})`,
      )
    case 'close':
      return one('ConnectionClosed', 'E010', 'debug', data, `On ${event.name}: Close`)
    case 'rollback':
      return one('Rollback', 'E012', 'debug', data, `On ${event.name}: ROLLBACK`)
    case 'commit':
      return one('SQLCommit', 'E018', 'debug', data, `On ${event.name}: COMMIT`)
  }
}

function showResult(event: ShowResult): LogRecord {
  return {
    name: 'ShowNode',
    code: 'Q041',
    level: 'info',
    data: {
      is_inline: event.inline,
      node_name: event.name,
      output_format: event.format,
      preview: event.preview,
      quiet: event.quiet,
      unique_id: event.uniqueId,
    },
    text: ({ quiet }) => {
      if (event.format === 'json') {
        const head = event.inline ? '' : `\n  "node": ${JSON.stringify(event.name)},`
        return `{${head}\n  "show": ${event.shown.trim().replaceAll('\n', '\n  ')}\n}`
      }
      if (quiet) return event.shown
      return event.inline
        ? `Previewing inline node:\n${event.shown}`
        : `Previewing node '${event.name}':\n${event.shown}`
    },
  }
}

/** Names and codes of our own: dbt has no such events. */
const documentResult = ({ name, document, text }: DocumentResult): LogRecord => ({
  name,
  code: name === 'DiffResult' ? 'Q943' : 'Q944',
  level: 'info',
  data: { document: document as unknown as PlainDict },
  text: ({ paint }) => text(paint.on),
})

function compileResult(event: CompileResult): LogRecord {
  return {
    name: 'CompiledNode',
    code: 'Q042',
    level: 'info',
    data: {
      compiled: event.compiled,
      is_inline: event.inline,
      node_name: event.name,
      output_format: event.format,
      quiet: event.quiet,
      unique_id: event.uniqueId,
    },
    text: ({ quiet }) => {
      if (event.format === 'json') {
        return JSON.stringify(
          event.inline ? { compiled: event.compiled } : { node: event.name, compiled: event.compiled },
          undefined,
          2,
        )
      }
      if (quiet) return event.compiled
      return event.inline
        ? `Compiled inline node is:\n${event.compiled}`
        : `Compiled node '${event.name}' is:\n${event.compiled}`
    },
  }
}

const tag = ({ paint }: Style): string => `[${paint.yellow('WARNING')}]`

function warningRecord(event: Warning): LogRecord {
  return {
    name: event.name,
    code: event.code,
    level: 'warn',
    data: { ...event.data, ...nodeData(event.info) },
    text: (style) => {
      const text =
        event.style === 'tag'
          ? `${tag(style)}: ${event.text}`
          : event.style === 'yellow'
            ? style.paint.yellow(event.text)
            : event.text
      const shown = event.wrap ? wrapMessage(text, style.width) : text
      return [shown, ...placeOf(event.at), ...(event.hint === undefined ? [] : [`  hint: ${event.hint}`])].join('\n')
    },
  }
}

function deprecationRecord(event: Deprecation): LogRecord {
  return {
    name: event.name,
    code: event.code,
    level: 'warn',
    data: event.data,
    text: (style) => {
      const text = event.named
        ? `${tag(style)}[${event.name}]: Deprecated functionality\n\n${event.text}`
        : `${tag(style)}: ${event.text}`
      return [wrapMessage(text, style.width), ...placeOf(event.at)].join('\n')
    },
  }
}

function placeOf(span: Span | undefined): string[] {
  const shown = span === undefined ? undefined : userSpan(span)
  return shown === undefined ? [] : placeLines(shown).map((line) => `  ${line}`)
}

function deprecationsSummary(event: DeprecationsSummary): LogRecord {
  const lines = event.summaries.map(({ name, occurrences }) => `- ${name}: ${counted(occurrences, 'occurrence')}`)
  const hint =
    'To see all deprecation instances instead of just the first occurrence of each, run command again with the `--show-all-deprecations` flag. You may also need to run with `--no-partial-parse` as some deprecations are only encountered during parsing.'
  return {
    name: 'DeprecationsSummary',
    code: 'D028',
    level: 'warn',
    data: {
      show_all_hint: event.showAllHint,
      summaries: event.summaries.map(({ name, code, occurrences }) => ({
        event_code: code,
        event_name: name,
        occurrences,
      })),
    },
    text: (style) => {
      const parts = ['Summary of encountered deprecations:', ...lines, ...(event.showAllHint ? [hint] : [])]
      return wrapMessage(
        `${tag(style)}[DeprecationsSummary]: Deprecated functionality\n\n${parts.join('\n\n')}`,
        style.width,
      )
    },
  }
}
