import type { QuernError } from '../../errors/quern-error.ts'
import type { RunSummary, SummaryEntry } from '../../events/run-event.ts'
import type { PlainDict } from '../../jinja/runtime/value.ts'
import { asDict } from '../../manifest/node.ts'
import { blankRecord, type LogRecord, plainRecord } from '../record.ts'
import { counted, doneLine, runStats } from '../stat-lines.ts'

/** What a run ends with: the verdict, a block for each error and then for each warning, and the `Done.` line. */
export function summaryRecords(event: RunSummary): LogRecord[] {
  const errors = event.results.filter(isError)
  const warnings = event.results.filter((entry) => entry.status === 'warn')
  const partial = event.results.filter((entry) => entry.status === 'partial success').length
  const stats = runStats(event.results.map((entry) => entry.status))
  return [
    blankRecord(),
    verdict(errors.length, warnings.length, partial, event.interrupted),
    ...errors.flatMap((entry) => resultBlock(entry)),
    ...warnings.flatMap((entry) => resultBlock(entry)),
    blankRecord(),
    plainRecord('StatsLine', 'Z023', 'info', { stats: { ...stats } }, doneLine(stats)),
  ]
}

/** dbt-core 1.11: a skipped node with a message (not an exposure) counts as an error, too. */
function isError(entry: SummaryEntry): boolean {
  if (entry.status === 'skipped')
    return entry.message !== null && entry.message !== '' && entry.resourceType !== 'exposure'
  return entry.status === 'error' || entry.status === 'fail' || entry.status === 'runtime error'
}

function verdict(errors: number, warnings: number, partial: number, interrupted: boolean): LogRecord {
  const partialText = `${partial} partial ${partial === 1 ? 'success' : 'successes'}`
  const warningText = counted(warnings, 'warning')
  return {
    name: 'EndOfRunSummary',
    code: 'Z030',
    level: 'info',
    data: { keyboard_interrupt: interrupted, num_errors: errors, num_partial_success: partial, num_warnings: warnings },
    text: ({ paint }) => {
      if (interrupted) return paint.yellow('Exited because of keyboard interrupt')
      if (errors > 0)
        return paint.red(`Completed with ${counted(errors, 'error')}, ${partialText}, and ${warningText}:`)
      if (partial > 0) return paint.yellow(`Completed with ${partialText} and ${warningText}`)
      if (warnings > 0) return paint.yellow(`Completed with ${warningText}:`)
      return paint.green('Completed successfully')
    },
  }
}

/** The block of one result: whose it is, its message, where the compiled code is, how to look at stored failures. */
export function resultBlock(entry: SummaryEntry): LogRecord[] {
  const info: PlainDict = entry.info === null ? {} : { node_info: asDict(entry.info) }
  const group: PlainDict = entry.group === undefined ? {} : { group: entry.group }
  const isWarning = entry.status === 'warn'
  if (!isWarning && entry.status !== 'error' && entry.status !== 'fail') {
    if (entry.message === null) return []
    const level = entry.status === 'skipped' ? 'debug' : 'error'
    return [
      blankRecord(level === 'debug' ? 'debug' : 'info'),
      errorMessage(entry, level, entry.status === 'skipped' ? {} : { ...group, ...info }),
    ]
  }
  const records: LogRecord[] = [blankRecord()]
  const word = isWarning ? 'Warning' : 'Failure'
  records.push({
    name: isWarning ? 'RunResultWarning' : 'RunResultFailure',
    code: isWarning ? 'Z021' : 'Z022',
    level: isWarning ? 'warn' : 'error',
    data: { ...group, ...info, node_name: entry.name, path: entry.path, resource_type: entry.resourceType },
    text: ({ paint }) =>
      paint[isWarning ? 'yellow' : 'red'](`${word} in ${entry.resourceType} ${entry.name} (${entry.path})`),
  })
  if (entry.message === null || entry.message === '') {
    records.push(
      plainRecord(
        'RunResultErrorNoMessage',
        'Z025',
        'error',
        { ...info, status: entry.status },
        `  Status: ${entry.status}`,
      ),
    )
  } else if (isWarning) {
    records.push(plainRecord('RunResultWarningMessage', 'Z046', 'warn', { msg: entry.message, ...info }, entry.message))
  } else {
    records.push(errorMessage(entry, 'error', { ...group, ...info }))
  }
  if (entry.compiledPath !== null) {
    const text = `  compiled code at ${entry.compiledPath}`
    records.push(
      blankRecord(),
      plainRecord('SQLCompiledPath', 'Z026', 'info', { ...info, path: entry.compiledPath }, text),
    )
  }
  if (entry.failuresRelation !== null) {
    const query = `select * from ${entry.failuresRelation}`
    const border = '-'.repeat(query.length)
    records.push(
      blankRecord(),
      plainRecord(
        'CheckNodeTestFailure',
        'Z027',
        'info',
        { ...info, relation_name: entry.failuresRelation },
        `  See test failures:\n  ${border}\n  ${query}\n  ${border}`,
      ),
    )
  }
  return records
}

function errorMessage(entry: SummaryEntry, level: 'error' | 'debug', data: PlainDict): LogRecord {
  const message = entry.message ?? ''
  const extra = detailLines(entry.error, message)
  return plainRecord('RunResultError', 'Z024', level, { ...data, msg: message }, [`  ${message}`, ...extra].join('\n'))
}

/** Code frame, template stack, notes and hint of an error, unless the message already holds them. */
function detailLines(error: QuernError | undefined, message: string): string[] {
  if (error === undefined) return []
  // The message of a node already has the macro stack when dbt shows one.
  const lines = error
    .details()
    .filter((line) => !(/^> (in |called by |\.\.\. )/.test(line) && /\n *> in macro /.test(message)))
  return lines.length === 0 || message.includes(lines[0]!) ? [] : lines.map((line) => (line === '' ? '' : `  ${line}`))
}
