import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { RunResult } from '../data/artifact-types.ts'
import { runCounts } from '../data/overview.ts'
import { titleOf } from '../data/project.ts'
import { HEALTH_WORDS, type Health, healthOf } from '../data/status.ts'
import { type Bar, ticks, timelineOf } from '../data/timeline.ts'
import { DataTable, type TableColumn } from '../parts/data-table.tsx'
import { Empty, HealthDot, ResourceLink, StatusChip } from '../parts/marks.tsx'
import { toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { ago, count, counted, dateTime, duration, typeWord, withoutColours } from '../text/format.ts'

const SHOWN: readonly Health[] = ['bad', 'warn', 'good', 'skipped']
const WORDS: Readonly<Record<string, string>> = { ...HEALTH_WORDS, good: 'passed' }

/** The last run: how it ended, when what ran, and every result. */
export function RunPage(): JSX.Element {
  const { project, now } = useSite()
  const { run } = project
  const [only, setOnly] = useState<Health | undefined>(undefined)
  const counts = useMemo(() => runCounts(project), [project])
  const timeline = useMemo(() => (run === undefined ? undefined : timelineOf(run)), [run])
  const bars = useMemo(() => new Map(timeline?.bars.map((bar) => [bar.result.unique_id, bar])), [timeline])
  if (run === undefined || timeline === undefined) {
    return (
      <article class="article">
        <h1>Runs and tests</h1>
        <Empty>
          There is no run to show. <code>quern build</code> writes run_results.json; then{' '}
          <code>quern docs generate</code> makes this page anew.
        </Empty>
      </article>
    )
  }
  const rows = only === undefined ? run.results : run.results.filter((result) => healthOf(result.status) === only)
  return (
    <article class="article wide">
      <header class="page-head">
        <h1>Runs and tests</h1>
        <p class="muted">
          <code>{String(run.args?.['invocation_command'] ?? run.args?.['which'] ?? '')}</code>{' '}
          {run.metadata.generated_at !== undefined && (
            <time dateTime={run.metadata.generated_at} title={dateTime(run.metadata.generated_at)}>
              {ago(run.metadata.generated_at, now)}
            </time>
          )}
          {run.elapsed_time !== undefined && `, took ${duration(run.elapsed_time)}`}
          {timeline.lanes.length > 0 && ` on ${counted(timeline.lanes.length, 'thread')}`}
        </p>
      </header>
      <div class="segments filters" role="group" aria-label="Results">
        <button type="button" aria-pressed={only === undefined} onClick={() => setOnly(undefined)}>
          all {count(run.results.length)}
        </button>
        {SHOWN.filter((health) => counts[health] > 0).map((health) => (
          <button type="button" key={health} aria-pressed={only === health} onClick={() => setOnly(health)}>
            <HealthDot health={health} /> {WORDS[health]} {count(counts[health])}
          </button>
        ))}
      </div>
      {timeline.bars.length > 0 && <Lanes bars={timeline.bars} lanes={timeline.lanes} seconds={timeline.seconds} />}
      <Results rows={rows} bars={bars} seconds={timeline.seconds} />
    </article>
  )
}

const LANE = 18

/** What each thread did: the gaps are waiting. */
function Lanes({
  bars,
  lanes,
  seconds,
}: {
  readonly bars: readonly Bar[]
  readonly lanes: readonly string[]
  readonly seconds: number
}): JSX.Element {
  const { project } = useSite()
  const height = lanes.length * LANE
  const total = Math.max(seconds, 0.001)
  return (
    <figure class="lanes" aria-label={`Timeline of ${lanes.length} threads over ${duration(seconds)}`}>
      <div class="lanes-chart" style={{ height: `${height + 22}px` }}>
        {ticks(seconds).map((tick) => (
          <span class="tick" key={tick} style={{ left: `${(100 * tick) / total}%` }}>
            {tick} s
          </span>
        ))}
        {bars.map(({ result, start, end, lane }) => (
          // biome-ignore lint/a11y/useAnchorContent: the table below says the same to readers of the screen
          <a
            aria-hidden="true"
            key={result.unique_id}
            class={`lane-bar health-${healthOf(result.status)}`}
            href={toResource(result.unique_id)}
            tabIndex={-1}
            title={`${project.nodes.has(result.unique_id) ? titleOf(project.nodes.get(result.unique_id)!) : result.unique_id}: ${result.status} in ${duration(end - start)}`}
            style={{
              left: `${(100 * start) / total}%`,
              width: `max(2px, ${(100 * (end - start)) / total}%)`,
              top: `${lane * LANE + 2}px`,
            }}
          />
        ))}
      </div>
    </figure>
  )
}

function Results({
  rows,
  bars,
  seconds,
}: {
  readonly rows: readonly RunResult[]
  readonly bars: ReadonlyMap<string, Bar>
  readonly seconds: number
}): JSX.Element {
  const { project } = useSite()
  const columns = useMemo<TableColumn<RunResult>[]>(() => {
    const total = Math.max(seconds, 0.001)
    return [
      {
        title: 'Result',
        cell: (row) => <StatusChip status={row.status} />,
        order: (row) => row.status,
        width: '116px',
      },
      {
        title: 'Name',
        cell: (row) => <ResourceLink id={row.unique_id} />,
        order: (row) => row.unique_id.split('.').slice(2).join('.'),
        width: 'minmax(140px, 3fr)',
      },
      {
        title: 'Type',
        cell: (row) => <span class="muted">{typeWord(row.unique_id.slice(0, row.unique_id.indexOf('.')))}</span>,
        order: (row) => row.unique_id.slice(0, row.unique_id.indexOf('.')),
        width: '92px',
        minor: true,
      },
      {
        title: 'When',
        cell: (row) => {
          const bar = bars.get(row.unique_id)
          return bar === undefined ? null : (
            <span class="gantt" aria-hidden="true">
              <span
                class={`health-${healthOf(row.status)}`}
                style={{
                  left: `${(100 * bar.start) / total}%`,
                  width: `max(2px, ${(100 * (bar.end - bar.start)) / total}%)`,
                }}
              />
            </span>
          )
        },
        order: (row) => bars.get(row.unique_id)?.start,
        width: 'minmax(100px, 2fr)',
        minor: true,
      },
      {
        title: 'Time',
        cell: (row) => <span class="number">{duration(row.execution_time ?? 0)}</span>,
        order: (row) => row.execution_time,
        width: '84px',
        align: 'end',
      },
      {
        title: 'Rows',
        cell: (row) => <span class="number muted">{rowsText(row)}</span>,
        order: (row) => Number(row.adapter_response?.['rows_affected'] ?? row.failures ?? Number.NaN) || undefined,
        width: '84px',
        align: 'end',
        minor: true,
      },
      {
        title: 'Message',
        cell: (row) => (
          <span class="muted clip" title={withoutColours(row.message ?? '')}>
            {withoutColours(row.message ?? '')}
          </span>
        ),
        width: 'minmax(60px, 1fr)',
        minor: true,
      },
    ]
  }, [project, bars, seconds])
  return (
    <DataTable
      rows={rows}
      columns={columns}
      keyOf={(row) => row.unique_id}
      label="Results"
      initial={{ column: 3, down: false }}
    />
  )
}

function rowsText(row: RunResult): string {
  const rows = row.adapter_response?.['rows_affected'] ?? row.failures
  return typeof rows === 'number' && rows >= 0 ? count(rows) : ''
}
