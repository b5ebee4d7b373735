import { createHash } from 'node:crypto'

/** A JSON line of the log. */
export interface LogLine {
  readonly info: {
    readonly name: string
    readonly code: string
    readonly level: string
    readonly msg: string
    readonly thread: string
    readonly ts: string
    readonly [more: string]: unknown
  }
  readonly data: Json
}
type Json = Record<string, unknown>

/** What stays of a line: what is the same in every run of the same command. */
export interface EventFact {
  /** `info Q011 LogStartLine` */
  readonly event: string
  /** `main`, or `worker` for a thread that runs nodes. */
  readonly thread: string
  /** `model.shop.orders started`, with `+` behind for each time that is set. */
  readonly node?: string
  readonly msg: string
  readonly data: Json
}

export interface StepFacts {
  readonly exit: number | null
  /** All events but those of `UNORDERED`, in order. */
  readonly events: readonly EventFact[]
  /** By event: the types of `data`'s fields; every variant that occurred, events of every level. */
  readonly shapes: Readonly<Record<string, readonly string[]>>
  /** `node_info` of each node without its status and times. */
  readonly nodes: Readonly<Record<string, Json>>
}

/** Debug events that depend on how an adapter works: only their shape is compared. */
const SHAPE_ONLY: ReadonlySet<string> = new Set(['SQLQuery', 'SQLQueryStatus', 'JinjaLogDebug'])

/** Debug events whose place and number are compared. Others of that level are the reference's own affair. */
const DEBUG_EVENTS: ReadonlySet<string> = new Set([
  'MainReportArgs',
  'ArtifactWritten',
  'NodeStart',
  'NodeCompiling',
  'NodeExecuting',
  'NodeFinished',
  'CatchableExceptionOnRun',
  'MarkSkippedChildren',
  'RunResultError',
  'EndRunResult',
  'CommandCompleted',
])

/** The reference has a thread of its own for these: their place is chance. */
const ANYWHERE: ReadonlySet<string> = new Set(['MarkSkippedChildren'])

/** What depends on target/partial_parse.msgpack, which is not the reference's here. */
const PARTIAL_PARSING: ReadonlySet<string> = new Set(['UnableToPartialParse', 'PartialParsingEnabled'])

/** Warnings whose text is the user's own or stands in every console; that of others is in our words. */
const QUOTED: ReadonlySet<string> = new Set([
  'LogTestResult',
  'LogFreshnessResult',
  'RunResultWarning',
  'RunResultWarningMessage',
  'JinjaLogWarning',
])

/** Events that are in our words, also where they hold their text as data. */
const PROSE: ReadonlySet<string> = new Set([
  'UnpinnedRefNewVersionAvailable',
  'DebugCmdResult',
  'SemanticValidationFailure',
  'FreshnessConfigProblem',
  'InvalidMacroAnnotation',
])

/** Texts of errors: the first line counts, the rest is the database's or ours. */
const ERROR_TEXTS: ReadonlySet<string> = new Set([
  'RunResultError',
  'CatchableExceptionOnRun',
  'MainEncounteredError',
  'GenericExceptionOnRun',
  'NodeFinished',
  'EndRunResult',
  'MarkSkippedChildren',
])

/** Facts of what a command wrote to stdout as JSON lines. */
export function factsOf(exit: number | null, lines: readonly LogLine[]): StepFacts {
  const events: EventFact[] = []
  const shapes = new Map<string, Set<string>>()
  const nodes: Record<string, Json> = {}
  for (const { info, data } of lines) {
    const event = `${info.level} ${info.code} ${info.name}`
    if (PARTIAL_PARSING.has(info.name) || isOfMachine(info)) continue
    const debug = info.level === 'debug'
    if (debug && !DEBUG_EVENTS.has(info.name) && !SHAPE_ONLY.has(info.name)) continue
    if (SHAPE_ONLY.has(info.name) && data['node_info'] === undefined) continue
    const shape = shapes.get(event) ?? new Set()
    shapes.set(event, shape.add(shapeOf(data)))
    const { node_info: about, ...rest } = data as { node_info?: Json }
    if (about !== undefined) nodes[String(about['unique_id'])] = constantOf(about)
    if (SHAPE_ONLY.has(info.name) || isOfUnitTest(info, about)) continue
    events.push({
      event,
      thread: info.thread === 'MainThread' ? 'main' : 'worker',
      ...(about === undefined ? {} : { node: momentOf(about) }),
      msg: isProse(info) ? '{prose}' : textOf(info.name, info.msg),
      data: maskedValue(info.name, '', rest) as Json,
    })
  }
  const sorted = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([event, set]) => [event, [...set].sort()])
  const ordered = events.filter(({ event }) => !isAnywhere(event))
  const others = events.filter(({ event }) => isAnywhere(event)).sort((a, b) => (a.msg < b.msg ? -1 : 1))
  return { exit, events: [...ordered, ...others], shapes: Object.fromEntries(sorted), nodes }
}

const isProse = ({ level, name }: LogLine['info']): boolean =>
  PROSE.has(name) || (level === 'warn' && !QUOTED.has(name))

/** How often the model of a unit test is rendered is a matter of how it is run. */
const isOfUnitTest = ({ name }: LogLine['info'], about: Json | undefined): boolean =>
  name === 'JinjaLogInfo' && about?.['resource_type'] === 'unit_test'

/** What `debug` says of the program and the machine. */
const isOfMachine = ({ name, msg }: LogLine['info']): boolean =>
  name === 'DebugCmdOut' && /^(dbt|quern|node|python|os|executable)\b.*(version|path|info)/.test(msg)

const isAnywhere = (event: string): boolean => ANYWHERE.has(event.split(' ')[2] as string)

/** Fields that depend on project and options; `node_info` is compared on its own. */
const OPAQUE: ReadonlySet<string> = new Set(['node_info', 'meta', 'cfg', 'args', 'adapter_response', 'results'])

/** `{execution_time: number, index: number}`; lists by their first element. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeOf(value[0])}]`
  if (typeof value !== 'object') return typeof value
  const fields = Object.entries(value as Json).map(([key, inner]) =>
    OPAQUE.has(key) ? key : `${key}: ${shapeOf(inner)}`,
  )
  return `{${fields.join(', ')}}`
}

function constantOf(info: Json): Json {
  const { node_status: _, node_started_at: __, node_finished_at: ___, ...rest } = info
  return rest
}

const momentOf = (info: Json): string =>
  `${info['unique_id']} ${info['node_status']}${info['node_started_at'] === '' ? '' : '+'}${info['node_finished_at'] === '' ? '' : '+'}`

const NUMBERS: ReadonlySet<string> = new Set(['execution_time', 'elapsed', 'elapsed_time'])

function maskedValue(name: string, key: string, value: unknown): unknown {
  if (Array.isArray(value) && key === 'results') return value.length
  if (Array.isArray(value) && key === 'timing_info') return value.map((one: Json) => one['name']).join(' ')
  if (Array.isArray(value)) return value.map((inner) => maskedValue(name, key, inner))
  if (value !== null && typeof value === 'object') {
    // Of `show` the reference keeps what its adapter leaves empty.
    const known =
      key === 'adapter_response' ? Object.entries(value).filter(([, at]) => at !== null) : Object.entries(value)
    if (key === 'args' && name === 'MainReportArgs') return Object.keys(value).sort().join(' ')
    return Object.fromEntries(known.map(([inner, at]) => [inner, maskedValue(name, inner, at)]))
  }
  if (typeof value === 'number' && NUMBERS.has(key)) return '{number}'
  if (typeof value !== 'string') return value
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z?$/.test(value)) return '{time}'
  if (key === 'exc_info' || key === 'stack_trace') return '{stack}'
  if (key === 'exc' && name === 'MainEncounteredError') return '{error}'
  return key === 'msg' && PROSE.has(name) ? '{prose}' : textOf(name, value)
}

/** A text without times and durations. Prose is kept as a fingerprint. */
function textOf(name: string, text: string): string {
  const masked = text
    .replaceAll(/\d\d:\d\d:\d\d\.\d{6}/g, '{time}')
    .replaceAll(/ in \d+\.\d+s\]/g, ' in 0.00s]')
    .replaceAll(/ in \d+ hours? \d+ minutes? and [\d.]+ seconds/g, ' in {duration}')
    .replaceAll(/\([\d.]+s\)\./g, '(0.00s).')
    .replaceAll(/after [\d.]+ seconds/g, 'after {duration}')
    .replaceAll(/, \d+ macros/g, ', N macros')
  // The reference reads folders in any order, and so are the kinds of what it found. Golden projects compare this line.
  if (name === 'FoundStats') return '{found}'
  const counted = ERROR_TEXTS.has(name) ? (masked.trim().split('\n')[0] as string) : masked
  if (name === 'MainReportArgs') return '{args}'
  const words = counted.trim().split(/\s+/)
  if (words.length < 12 || /\[[^\]]*\]$/.test(counted)) return counted
  return `sha256 ${createHash('sha256').update(words.join(' ')).digest('hex').slice(0, 16)}`
}

/** The JSON lines of an output; other lines are dropped. */
export const jsonLinesOf = (output: string): LogLine[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{"data": '))
    .map((line) => JSON.parse(line) as LogLine)

/** The lines of the console without times; of debug lines only those of level info and higher. Escape codes stay. */
export const consoleLines = (output: string): string[] =>
  output
    .split('\n')
    .filter(
      (line) =>
        !/ \[debug\] \[/.test(line) && !/^(\u001b\[0m)?[\d:]+ +(Unable to do partial|Registered adapter)/.test(line),
    )
    .map((line) =>
      line
        .replace(/^(\u001b\[0m)?\d\d:\d\d:\d\d\.\d{6} /, '$1{micros} ')
        .replace(/^(\u001b\[0m)?\d\d:\d\d:\d\d {2}/, '$1{time}  ')
        .replace(/^=+ [\d:.]+ \| [0-9a-f-]+ =+$/, '{header}')
        .replaceAll(/ in \d+\.\d+s/g, ' in 0.00s')
        .replaceAll(/ in \d+ hours? \d+ minutes? and [\d.]+ seconds \([\d.]+s\)/g, ' in {duration}')
        .replaceAll(/, \d+ macros/g, ', N macros')
        .trimEnd(),
    )
