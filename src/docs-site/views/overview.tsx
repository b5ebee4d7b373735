import type { ComponentChildren, JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { attention, documentation, overviewText, runCounts, type Share, slowest, tested } from '../data/overview.ts'
import { pluralOf, TYPES, typeCounts } from '../data/project.ts'
import { healthOf } from '../data/status.ts'
import { Empty, HealthDot, Markdown, ResourceLink, Section, StatusChip } from '../parts/marks.tsx'
import { RUNS, toGraph, toList } from '../route.ts'
import { useSite } from '../site.ts'
import { ago, count, counted, dateTime, duration, withoutColours } from '../text/format.ts'

/** The first page: what the project is, how it is, what needs somebody. */
export function Overview(): JSX.Element {
  const { project, now } = useSite()
  const { metadata } = project.artifacts.manifest
  const words = useMemo(() => overviewText(project), [project])
  const generated = project.artifacts.catalog?.metadata?.generated_at ?? metadata.generated_at
  return (
    <article class="article">
      <header class="page-head">
        <h1>{project.name}</h1>
        <p class="muted">
          {DATABASES[metadata.adapter_type ?? ''] ?? metadata.adapter_type ?? 'dbt project'}
          {generated !== undefined && (
            <>
              {' · '}documented{' '}
              <time dateTime={generated} title={dateTime(generated)}>
                {ago(generated, now)}
              </time>
            </>
          )}
        </p>
      </header>
      <Cards />
      <Counts />
      {words !== undefined && <Markdown text={words} />}
      <Attention />
      <Slowest />
    </article>
  )
}

const DATABASES: Readonly<Record<string, string>> = {
  duckdb: 'DuckDB',
  postgres: 'Postgres',
  snowflake: 'Snowflake',
  bigquery: 'BigQuery',
}

function Cards(): JSX.Element {
  const { project, now } = useSite()
  const counts = useMemo(() => runCounts(project), [project])
  const docs = useMemo(() => documentation(project), [project])
  const withTests = useMemo(() => tested(project), [project])
  const { run } = project
  const health = counts.bad > 0 ? 'bad' : counts.warn > 0 ? 'warn' : run === undefined ? 'unknown' : 'good'
  return (
    <div class="cards">
      <Card title="Last run" href={RUNS}>
        {run === undefined ? (
          <strong class="card-value muted">none yet</strong>
        ) : (
          <>
            <strong class={`card-value health-text-${health}`}>
              <HealthDot health={health} />
              {counts.bad > 0
                ? `${count(counts.bad)} failed`
                : counts.warn > 0
                  ? counted(counts.warn, 'warning')
                  : 'all good'}
            </strong>
            <span class="muted">
              {counted(run.results.length, 'result')}
              {run.elapsed_time !== undefined && ` in ${duration(run.elapsed_time)}`},{' '}
              {ago(run.metadata.generated_at, now)}
            </span>
          </>
        )}
      </Card>
      <ShareCard title="Models with tests" share={withTests} href={toList('model')} />
      <ShareCard title="Described resources" share={docs.resources} href={toList('model')} />
      <ShareCard title="Described columns" share={docs.columns} href={toList('model')} />
    </div>
  )
}

const Card = ({
  title,
  href,
  children,
}: {
  readonly title: string
  readonly href: string
  readonly children: ComponentChildren
}): JSX.Element => (
  <a class="card" href={href}>
    <span class="card-title">{title}</span>
    {children}
  </a>
)

function ShareCard({
  title,
  share: { part, of },
  href,
}: {
  readonly title: string
  readonly share: Share
  readonly href: string
}): JSX.Element {
  const percent = of === 0 ? 0 : Math.round((100 * part) / of)
  return (
    <Card title={title} href={href}>
      <strong class="card-value">{of === 0 ? <span class="muted">none</span> : `${percent} %`}</strong>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span class="muted">
        {count(part)} of {count(of)}
      </span>
    </Card>
  )
}

function Counts(): JSX.Element {
  const { project } = useSite()
  const counts = useMemo(() => typeCounts(project), [project])
  return (
    <ul class="counts" aria-label="Resources">
      {TYPES.filter((type) => (counts.get(type) ?? 0) > 0).map((type) => (
        <li key={type}>
          <a href={toList(type)}>
            <strong>{count(counts.get(type)!)}</strong>
            <span>
              <span class={`type-dot type-${type}`} aria-hidden="true" />
              {counts.get(type) === 1 ? type.replaceAll('_', ' ') : pluralOf(type)}
            </span>
          </a>
        </li>
      ))}
      <li>
        <a href={toGraph({})}>
          <strong aria-hidden="true">→</strong>
          <span>see the lineage</span>
        </a>
      </li>
    </ul>
  )
}

const MOST = 12

function Attention(): JSX.Element {
  const { project } = useSite()
  const found = useMemo(() => attention(project), [project])
  if (project.run === undefined && project.freshness.size === 0) {
    return (
      <Section id="attention" title="Needs attention">
        <Empty>
          No run is known. After <code>quern build</code> and <code>quern docs generate</code> this page shows what
          failed, and how long everything took.
        </Empty>
      </Section>
    )
  }
  return (
    <Section
      id="attention"
      title="Needs attention"
      aside={found.length > MOST && <a href={RUNS}>all {count(found.length)}</a>}
    >
      {found.length === 0 ? (
        <Empty>Nothing failed in the last run.</Empty>
      ) : (
        <ul class="rows">
          {found.slice(0, MOST).map(({ id, status, message }) => (
            <li key={`${id} ${status}`}>
              <StatusChip status={status} health={healthOf(status)} />
              <ResourceLink id={id} />
              <span class="muted clip">{withoutColours(message ?? '')}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Slowest(): JSX.Element | null {
  const { project } = useSite()
  const found = useMemo(() => slowest(project, 6), [project])
  const longest = found[0]?.seconds ?? 0
  if (longest === 0) return null
  return (
    <Section id="slowest" title="Slowest in the last run" aside={<a href={RUNS}>timeline</a>}>
      <ul class="rows">
        {found.map(({ id, seconds }) => (
          <li key={id} class="slow">
            <ResourceLink id={id} />
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${(100 * seconds) / longest}%` }} />
            </span>
            <span class="number">{duration(seconds)}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
