import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import type { NodeInfo } from '../../../src/events/node-info.ts'
import type { RunEvent, SummaryEntry } from '../../../src/events/run-event.ts'
import { makeDeprecation, makeWarning, warning } from '../../../src/events/warnings.ts'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'
import type { NodeResult, ResultStatus } from '../../../src/manifest/node-result.ts'
import type { UniqueId } from '../../../src/manifest/unique-id.ts'
import { paint } from '../../../src/report/colours.ts'
import { recordsOf } from '../../../src/report/records.ts'

/* `fixtures/records.json` holds records of the reference's JSON log (1.11.16, `build --log-level debug` and others), as they were. */

interface Reference {
  readonly name: string
  readonly code: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly msg: string
  readonly data: Record<string, never>
}
const references = JSON.parse(readFileSync(new URL('fixtures/records.json', import.meta.url), 'utf8')) as Reference[]
const coloured = { paint: paint(true), width: 80, quiet: false }

/** The event that stands for a record, made from the record's own fields; undefined when a record is part of a larger event. */
function eventOf({ name, data, level, msg }: Reference): RunEvent | undefined {
  const d = data as unknown as Record<string, string & number & Record<string, never>>
  const info = d.node_info as unknown as NodeInfo
  const place = { index: d.index!, total: d.total!, info }
  const seconds = d.execution_time!
  switch (name) {
    case 'MainReportVersion':
      return { kind: 'invocation-started', version: String(d.version).slice(1), args: {} }
    case 'AdapterRegistered':
      return { kind: 'adapter-registered', name: d.adapter_name!, version: String(d.adapter_version).slice(1) }
    case 'PartialParsingEnabled':
    case 'PartialParsingSkipParsing':
      return { kind: 'partial-parsed', deleted: 0, added: 0, changed: 0, skipped: true }
    case 'ArtifactWritten':
      return { kind: 'artifact-written', type: d.artifact_type!, path: d.artifact_path! }
    case 'FoundStats':
      return { kind: 'found-stats', statLine: d.stat_line! }
    case 'ConcurrencyLine':
      return { kind: 'concurrency', threads: d.num_threads!, targetName: d.target_name!, nodeCount: d.node_count! }
    case 'NewConnection':
      return { kind: 'connection', action: 'open', type: d.conn_type!, name: d.conn_name!, info }
    case 'ConnectionUsed':
      return { kind: 'connection', action: 'use', type: d.conn_type!, name: d.conn_name!, info }
    case 'ConnectionReused':
      return { kind: 'connection', action: 'reuse', type: '', name: d.conn_name!, formerly: d.orig_conn_name!, info }
    case 'ConnectionClosed':
      return { kind: 'connection', action: 'close', type: '', name: d.conn_name!, info }
    case 'Rollback':
      return { kind: 'connection', action: 'rollback', type: '', name: d.conn_name!, info }
    case 'SQLCommit':
      return { kind: 'connection', action: 'commit', type: '', name: d.conn_name!, info }
    case 'SQLQuery':
      return { kind: 'sql-query', connection: d.conn_name!, sql: d.sql!, info }
    case 'SQLQueryStatus':
      return { kind: 'sql-status', status: d.status!, elapsed: d.elapsed!, info }
    case 'WritingInjectedSQLForNode':
      return { kind: 'sql-injected', info }
    case 'NodeStart':
      return { kind: 'node-started', info }
    case 'NodeCompiling':
      return { kind: 'node-compiling', info }
    case 'NodeExecuting':
      return { kind: 'node-executing', info }
    case 'NodeFinished':
      return { kind: 'node-finished', info, result: resultOf(info.unique_id, d.run_result as unknown as RunResult) }
    case 'JinjaLogInfo':
    case 'JinjaLogDebug':
      return { kind: 'jinja-log', level: level as 'info', text: d.msg!, info }
    case 'LogStartLine':
      return { kind: 'start-line', description: d.description!, ...place }
    case 'LogHookStartLine':
      return { kind: 'hook-start', statement: d.statement!, ...place }
    case 'LogHookEndLine':
      return {
        kind: 'hook-result',
        statement: d.statement!,
        status: d.status! as 'success',
        executionTime: seconds,
        ...place,
      }
    case 'LogModelResult': {
      const outcome = String(d.status) === 'error' ? 'error' : 'success'
      return {
        kind: 'model-result',
        description: d.description!,
        outcome,
        status: d.status!,
        executionTime: seconds,
        ...place,
      }
    }
    case 'LogSeedResult':
      return {
        kind: 'seed-result',
        outcome: d.status! as 'success',
        message: d.result_message!,
        schema: d.schema!,
        relation: d.relation!,
        executionTime: seconds,
        ...place,
      }
    case 'LogTestResult':
      return {
        kind: 'test-result',
        name: d.name!,
        status: d.status! as 'pass',
        failures: d.num_failures!,
        executionTime: seconds,
        index: d.index!,
        total: d.num_models!,
        info,
        attachedNode: d.attached_node!,
      }
    case 'LogSnapshotResult':
      return {
        kind: 'snapshot-result',
        outcome: 'success',
        message: d.result_message!,
        description: d.description!,
        config: d.cfg!,
        executionTime: seconds,
        ...place,
      }
    case 'LogNodeNoOpResult':
      return { kind: 'node-no-op', description: d.description!, executionTime: seconds, ...place }
    case 'SkippingDetails':
      return { kind: 'node-skipped', resourceType: d.resource_type!, schema: d.schema!, name: d.node_name!, ...place }
    case 'LogSkipBecauseError':
      return {
        kind: 'skipped-because-error',
        schema: d.schema!,
        relation: d.relation!,
        status: d.status!,
        index: d.index!,
        total: d.total!,
      }
    case 'LogCancelLine':
      return { kind: 'query-cancelled', connection: d.conn_name! }
    case 'FinishedRunningStats':
      return { kind: 'run-finished', statLine: d.stat_line!, elapsed: d.execution_time! }
    case 'PrintEvent':
      return { kind: 'print', text: d.msg! }
    case 'ShowNode':
      return {
        kind: 'show-result',
        name: d.node_name!,
        inline: false,
        format: 'text',
        preview: d.preview!,
        shown: d.preview!,
        quiet: false,
        uniqueId: d.unique_id!,
      }
    case 'CompiledNode':
      return {
        kind: 'compile-result',
        name: d.node_name!,
        inline: false,
        format: 'text',
        compiled: d.compiled!,
        quiet: false,
        uniqueId: d.unique_id!,
      }
    case 'NoNodesForSelectionCriteria':
      return warning.noNodesForSelection(d.spec_raw!)
    case 'StatsLine':
    case 'EndOfRunSummary':
      return undefined
    case 'RunResultError':
      return level === 'debug' ? undefined : blockOf({ message: d.msg!, info })
    case 'RunResultFailure':
      return blockOf({ name: d.node_name!, path: d.path!, resourceType: d.resource_type!, info })
    case 'RunResultWarning':
      return blockOf({ status: 'warn', name: d.node_name!, path: d.path!, resourceType: d.resource_type!, info })
    case 'RunResultWarningMessage':
      return blockOf({ status: 'warn', message: d.msg!, info })
    case 'SQLCompiledPath':
      return blockOf({ compiledPath: d.path!, info })
    case 'CheckNodeTestFailure':
      return blockOf({ failuresRelation: d.relation_name!, info })
    default:
      throw new Error(`no event for ${name}: ${msg}`)
  }
}

interface RunResult {
  readonly adapter_response: PlainDict
  readonly execution_time: number
  readonly message: string
  readonly num_failures: number
  readonly status: ResultStatus
  readonly thread: string
  readonly timing_info: readonly { completed_at: string; name: 'compile' | 'execute'; started_at: string }[]
}

/** Times have microseconds, which `Date` cuts off. */
const milliseconds = (time: string): number => Date.parse(time) + Number(time.slice(23, 26)) / 1000

const resultOf = (id: string, told: RunResult): NodeResult => ({
  id: id as UniqueId,
  status: told.status,
  executionTime: told.execution_time,
  threadId: told.thread,
  message: told.message,
  failures: told.num_failures,
  adapterResponse: told.adapter_response,
  timing: told.timing_info.map(({ name, started_at, completed_at }) => ({
    name,
    startedAt: milliseconds(started_at),
    completedAt: milliseconds(completed_at),
  })),
})

const blockOf = (entry: Partial<SummaryEntry>): RunEvent => ({
  kind: 'fail-fast',
  result: {
    status: 'error',
    message: 'm',
    resourceType: 'model',
    name: 'n',
    path: 'p',
    compiledPath: null,
    failuresRelation: null,
    info: null,
    ...entry,
  },
})

describe('records of the reference', () => {
  for (const [at, reference] of references.entries()) {
    const event = eventOf(reference)
    if (event === undefined) continue
    test(`${at} ${reference.name}: ${reference.msg.slice(0, 50)}`, () => {
      const record = recordsOf(event, 0).find(({ name }) => name === reference.name)
      expect(record).toBeDefined()
      const { name, code, level, data } = record!
      expect({ name, code, level, msg: record!.text(coloured) }).toEqual({
        name: reference.name,
        code: reference.code,
        level: reference.level,
        msg: reference.msg,
      })
      expect(rounded(data)).toEqual(rounded(reference.data))
    })
  }
})

/** The fractions of milliseconds since 1970 are not exact to the microsecond. */
const rounded = (data: object): unknown =>
  JSON.parse(JSON.stringify(data).replaceAll(/(T\d\d:\d\d:\d\d\.\d{3})\d{3}Z/g, '$1'))

test("a model that an error stopped shows the code frame and the hint below dbt's text", () => {
  const file = new SourceFile('models/o.sql', "select *\nfrom {{ ref('stg_ordrs') }}\n")
  const error = new QuernError('Compilation', 'x', 'not found', {
    at: { file, start: 17, end: 28 },
    hint: "did you mean 'stg_orders'?",
  })
  const [, , record] = recordsOf(
    blockOf({ message: 'Compilation Error in model o (models/o.sql)\n  not found', error }),
    0,
  )
  expect(record!.text({ ...coloured, paint: paint(false) })).toBe(
    [
      '  Compilation Error in model o (models/o.sql)',
      '  not found',
      '  models/o.sql:2:9',
      '    1 | select *',
      "  > 2 | from {{ ref('stg_ordrs') }}",
      '      |         ^^^^^^^^^^^',
      '    3 |',
      "  hint: did you mean 'stg_orders'?",
    ].join('\n'),
  )
  expect(record!.data.msg).toBe('Compilation Error in model o (models/o.sql)\n  not found')
})

test('deprecations are wrapped, counting escape codes, as the reference does', () => {
  const event = makeDeprecation(
    'MissingArgumentsPropertyInGenericTestDeprecation',
    'D039',
    "Found top-level arguments to test `relationships` defined on 'orders' in package 'jaffle_shop' (models/schema.yml). Arguments to generic tests should be nested under the `arguments` property.",
  )
  expect(recordsOf(event, 0)[0]!.text(coloured)).toBe(
    "[\u001b[33mWARNING\u001b[0m][MissingArgumentsPropertyInGenericTestDeprecation]: Deprecated\nfunctionality\nFound top-level arguments to test `relationships` defined on 'orders' in package\n'jaffle_shop' (models/schema.yml). Arguments to generic tests should be nested\nunder the `arguments` property.",
  )
  const summary = {
    kind: 'deprecations-summary',
    summaries: [{ name: event.name, code: 'D039', occurrences: 4 }],
    showAllHint: true,
  } as const
  expect(recordsOf(summary, 0)[0]!.text(coloured)).toBe(
    '[\u001b[33mWARNING\u001b[0m][DeprecationsSummary]: Deprecated functionality\nSummary of encountered deprecations:\n- MissingArgumentsPropertyInGenericTestDeprecation: 4 occurrences\nTo see all deprecation instances instead of just the first occurrence of each,\nrun command again with the `--show-all-deprecations` flag. You may also need to\nrun with `--no-partial-parse` as some deprecations are only encountered during\nparsing.',
  )
})

test('a user error ends without a stack, a bug with one and a request', () => {
  const user = recordsOf({ kind: 'encountered-error', error: new QuernError('Parsing', 'x', 'bad\nfile') }, 0)
  expect(user[0]!.text(coloured)).toBe('Encountered an error:\nParsing Error\n  bad\n  file')
  expect(user.slice(1).map(({ level }) => level)).toEqual(['debug'])
  const bug = recordsOf({ kind: 'encountered-error', error: new TypeError('oops') }, 0)
  expect(bug.map(({ name }) => name)).toEqual(['MainEncounteredError', 'MainStackTrace'])
  expect(bug[1]!.text(coloured)).toContain('records.test.ts')
})

test('show and compile as JSON', () => {
  const text = (event: RunEvent): string => recordsOf(event, 0)[0]!.text(coloured)
  const show = {
    kind: 'show-result',
    name: 'm',
    format: 'json',
    preview: '[{"id": 1}]',
    shown: '[\n  {\n    "id": 1\n  }\n]',
    quiet: false,
    uniqueId: 'model.a.m',
  } as const
  expect(JSON.parse(text({ ...show, inline: false }))).toEqual({ node: 'm', show: [{ id: 1 }] })
  expect(JSON.parse(text({ ...show, inline: true }))).toEqual({ show: [{ id: 1 }] })
  const compile = {
    kind: 'compile-result',
    name: 'm',
    format: 'json',
    compiled: 'select "1"',
    quiet: false,
    uniqueId: 'model.a.m',
  } as const
  expect(text({ ...compile, inline: false })).toBe('{\n  "node": "m",\n  "compiled": "select \\"1\\""\n}')
})

test('warnings show their place and hint', () => {
  const file = new SourceFile('dbt_project.yml', 'name: a\nmodel:\n  x: 1\n')
  const event = makeWarning('W', 'I000', 'unused', { at: { file, start: 8, end: 13 }, hint: 'remove it' })
  expect(
    recordsOf(event, 0)[0]!
      .text({ ...coloured, paint: paint(false) })
      .split('\n')
      .slice(0, 2),
  ).toEqual(['[WARNING]: unused', '  dbt_project.yml:2:1'])
})
