import type {
  BatchResult,
  BatchStart,
  FreshnessResult,
  FunctionResult,
  HookResult,
  HookStart,
  ModelResult,
  NodeNoOp,
  NodeSkipped,
  QueryCancelled,
  SeedResult,
  SkippedBecauseError,
  SnapshotResult,
  StartLine,
  TestResult,
} from '../../events/run-event.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { isPlainDict, type PlainDict, type Value } from '../../jinja/runtime/value.ts'
import { asDict } from '../../manifest/node.ts'
import type { LogRecord, Style } from '../record.ts'
import { fancyLine } from './fancy-line.ts'

export type NodeLineEvent =
  | StartLine
  | ModelResult
  | SeedResult
  | SnapshotResult
  | FunctionResult
  | TestResult
  | FreshnessResult
  | HookStart
  | HookResult
  | NodeSkipped
  | SkippedBecauseError
  | NodeNoOp
  | QueryCancelled
  | BatchStart
  | BatchResult

/** The record of a line about one node: texts, colours, levels and fields of dbt-core 1.11. */
export function nodeLine(event: NodeLineEvent): LogRecord {
  switch (event.kind) {
    case 'start-line':
      return {
        name: 'LogStartLine',
        code: 'Q011',
        level: 'info',
        data: { description: event.description, ...counters(event), ...about(event) },
        text: (style) => fancyLine(style, `START ${event.description}`, 'RUN', { progress: event }),
      }
    case 'model-result':
      return modelResult(event)
    case 'seed-result':
      return {
        name: 'LogSeedResult',
        code: 'Q016',
        level: event.outcome === 'error' ? 'error' : 'info',
        data: {
          ...timed(event),
          ...about(event),
          relation: event.relation,
          result_message: event.outcome === 'error' ? '' : event.message,
          schema: event.schema,
          status: event.outcome,
        },
        text: (style) =>
          event.outcome === 'error'
            ? done(style, `ERROR loading seed file ${event.schema}.${event.relation}`, style.paint.red('ERROR'), event)
            : done(
                style,
                `OK loaded seed file ${event.schema}.${event.relation}`,
                style.paint.green(event.message),
                event,
              ),
      }
    case 'snapshot-result':
      return {
        name: 'LogSnapshotResult',
        code: 'Q015',
        level: event.outcome === 'error' ? 'error' : 'info',
        data: {
          cfg: texts(event.config),
          description: event.description,
          ...timed(event),
          ...about(event),
          result_message: event.outcome === 'error' ? '' : event.message,
          status: event.outcome,
        },
        text: (style) =>
          event.outcome === 'error'
            ? done(style, `ERROR snapshotting ${event.description}`, style.paint.red('ERROR'), event)
            : done(style, `OK snapshotted ${event.description}`, style.paint.green(event.message), event),
      }
    case 'function-result':
      return {
        name: 'LogFunctionResult',
        code: 'Q047',
        level: event.outcome === 'error' ? 'error' : 'info',
        data: { description: event.description, ...timed(event), ...about(event), status: event.outcome },
        text: (style) => built(style, { ...event, status: 'SUCCESS' }),
      }
    case 'test-result':
      return testResult(event)
    case 'freshness-result':
      return freshnessResult(event)
    case 'hook-start':
      return {
        name: 'LogHookStartLine',
        code: 'Q032',
        level: 'info',
        data: { ...counters(event), ...about(event), statement: event.statement },
        text: (style) => fancyLine(style, `START hook: ${event.statement}`, 'RUN', { progress: event, cut: true }),
      }
    case 'hook-result':
      return {
        name: 'LogHookEndLine',
        code: 'Q033',
        level: 'info',
        data: { ...timed(event), ...about(event), statement: event.statement, status: event.status },
        text: (style) => {
          const word = event.status === 'success' ? 'OK' : event.status === 'skipped' ? 'SKIP' : 'ERROR'
          const colour = event.status === 'success' ? 'green' : event.status === 'skipped' ? 'yellow' : 'red'
          return fancyLine(style, `${word} hook: ${event.statement}`, style.paint[colour](word), {
            progress: event,
            seconds: event.executionTime,
            cut: true,
          })
        },
      }
    case 'node-skipped':
      return {
        name: 'SkippingDetails',
        code: 'Q034',
        level: 'info',
        data: {
          ...counters(event),
          ...about(event),
          node_name: event.name,
          resource_type: event.resourceType,
          schema: event.schema,
        },
        text: (style) => {
          const relation = ['model', 'seed', 'snapshot'].includes(event.resourceType)
          const what = relation ? `relation ${event.schema}.${event.name}` : `${event.resourceType} ${event.name}`
          return fancyLine(style, `SKIP ${what}`, style.paint.yellow('SKIP'), { progress: event })
        },
      }
    case 'skipped-because-error':
      return {
        name: 'LogSkipBecauseError',
        code: 'Z034',
        level: 'error',
        data: {
          ...counters(event),
          ...ofGroup(event),
          relation: event.relation,
          schema: event.schema,
          status: event.status,
        },
        text: (style) =>
          fancyLine(
            style,
            `SKIP relation ${event.schema}.${event.relation} due to ephemeral model status '${event.status}'`,
            style.paint.red('ERROR SKIP'),
            { progress: event },
          ),
      }
    case 'node-no-op':
      return {
        name: 'LogNodeNoOpResult',
        code: 'Q019',
        level: 'info',
        data: { description: event.description, ...timed(event), ...about(event), status: '' },
        text: (style) => done(style, `NO-OP ${event.description}`, style.paint.yellow('NO-OP'), event),
      }
    case 'query-cancelled':
      return {
        name: 'LogCancelLine',
        code: 'Q022',
        level: 'error',
        data: { conn_name: event.connection },
        text: (style) => fancyLine(style, `CANCEL query ${event.connection}`, style.paint.red('CANCEL')),
      }
    case 'batch-start':
      return {
        name: 'LogStartBatch',
        code: 'Q045',
        level: 'info',
        data: { batch_index: event.index, description: event.description, ...about(event), total_batches: event.total },
        text: (style) => `Batch ${fancyLine(style, `START ${event.description}`, 'RUN', { progress: event })}`,
      }
    case 'batch-result':
      return {
        name: 'LogBatchResult',
        code: 'Q046',
        level: event.outcome === 'error' ? 'error' : 'info',
        data: {
          batch_index: event.index,
          description: event.description,
          execution_time: event.executionTime,
          ...about(event),
          status: event.outcome === 'success' ? event.status : event.outcome,
          total_batches: event.total,
        },
        text: (style) => `Batch ${built(style, event)}`,
      }
  }
}

function modelResult(event: ModelResult): LogRecord {
  return {
    name: 'LogModelResult',
    code: 'Q012',
    level: event.outcome === 'error' ? 'error' : 'info',
    data: {
      description: event.description,
      ...timed(event),
      ...about(event),
      status: event.outcome === 'error' ? 'error' : event.status,
    },
    text: (style) => {
      if (event.outcome === 'error') {
        return done(style, `ERROR creating ${event.description}`, style.paint.red('ERROR'), event)
      }
      if (event.outcome === 'partial success') {
        return done(
          style,
          `PARTIALLY created ${event.description}`,
          style.paint.yellow(event.status.toUpperCase()),
          event,
        )
      }
      return done(style, `OK created ${event.description}`, style.paint.green(event.status), event)
    },
  }
}

function built(
  style: Style,
  event: Pick<BatchResult, 'outcome' | 'description' | 'status' | 'index' | 'total' | 'executionTime'>,
): string {
  if (event.outcome === 'error')
    return done(style, `ERROR creating ${event.description}`, style.paint.red('ERROR'), event)
  if (event.outcome === 'skipped') return done(style, `SKIP ${event.description}`, style.paint.yellow('SKIPPED'), event)
  return done(style, `OK created ${event.description}`, style.paint.green(event.status), event)
}

function testResult(event: TestResult): LogRecord {
  const level = event.status === 'pass' ? 'info' : event.status === 'warn' ? 'warn' : 'error'
  return {
    name: 'LogTestResult',
    code: 'Q007',
    level,
    data: {
      attached_node: event.attachedNode ?? '',
      execution_time: event.executionTime,
      index: event.index,
      name: event.name,
      ...about(event),
      num_failures: event.failures ?? 0,
      num_models: event.total,
      status: event.status,
    },
    text: (style) => {
      const word = { pass: 'PASS', error: 'ERROR', warn: `WARN ${event.failures}`, fail: `FAIL ${event.failures}` }[
        event.status
      ]
      const colour = ({ pass: 'green', error: 'red', warn: 'yellow', fail: 'red' } as const)[event.status]
      return done(style, `${word} ${event.name}`, style.paint[colour](word), event)
    },
  }
}

function freshnessResult(event: FreshnessResult): LogRecord {
  return {
    name: 'LogFreshnessResult',
    code: 'Q018',
    level: event.status === 'pass' ? 'info' : event.status === 'warn' ? 'warn' : 'error',
    data: {
      ...timed(event),
      ...about(event),
      source_name: event.sourceName,
      status: event.status,
      table_name: event.tableName,
    },
    text: (style) => {
      const word = ({ pass: 'PASS', warn: 'WARN', error: 'ERROR STALE', 'runtime error': 'ERROR' } as const)[
        event.status
      ]
      const colour = ({ pass: 'green', warn: 'yellow', error: 'red', 'runtime error': 'red' } as const)[event.status]
      return done(
        style,
        `${word} freshness of ${event.sourceName}.${event.tableName}`,
        style.paint[colour](word),
        event,
      )
    },
  }
}

const done = (
  style: Style,
  text: string,
  status: string,
  event: { index: number; total: number; executionTime: number },
): string => fancyLine(style, text, status, { progress: event, seconds: event.executionTime })

const counters = ({ index, total }: { index: number; total: number }): PlainDict => ({ index, total })

const timed = (event: { index: number; total: number; executionTime: number }): PlainDict => ({
  execution_time: event.executionTime,
  ...counters(event),
})

const ofGroup = ({ group }: { group?: PlainDict | undefined }): PlainDict => (group === undefined ? {} : { group })

const about = (event: { info: object; group?: PlainDict | undefined }): PlainDict => ({
  ...ofGroup(event),
  node_info: asDict(event.info),
})

/** dbt-core 1.11 shows the values of a snapshot's config as Python prints them, without those that are None. */
const texts = (config: PlainDict): PlainDict =>
  Object.fromEntries(Object.entries(withoutNone(config)).map(([key, value]) => [key, toText(value as Value)]))

const withoutNone = (dict: PlainDict): PlainDict =>
  Object.fromEntries(
    Object.entries(dict)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, isPlainDict(value as Value) ? withoutNone(value as PlainDict) : value]),
  ) as PlainDict
