import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { ArtifactMacro, ArtifactNode } from '../data/artifact-types.ts'
import {
  columnsOf,
  hasColumns,
  isHidden,
  materializationOf,
  ownMacros,
  type Project,
  pluralOf,
  tagsOf,
  titleOf,
} from '../data/project.ts'
import { HEALTH_WORDS, healthOf, overallHealth, testCounts } from '../data/status.ts'
import { DataTable, type TableColumn } from '../parts/data-table.tsx'
import { Icon } from '../parts/icons.tsx'
import { Empty, HealthDot, ResourceLink, StatusChip } from '../parts/marks.tsx'
import { useSite } from '../site.ts'
import { ago, count, duration } from '../text/format.ts'
import { plainSummary } from '../text/markdown.ts'

/** All resources of a type, to be filtered and sorted. */
export function ResourceList({ type }: { readonly type: string }): JSX.Element {
  const { project, now } = useSite()
  const [filter, setFilter] = useState('')
  const isMacro = type === 'macro'
  const all = useMemo(
    () =>
      isMacro
        ? ownMacros(project)
        : [...project.nodes.values()].filter((node) => node.resource_type === type && !isHidden(node)),
    [project, type, isMacro],
  )
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
    return words.length === 0 ? all : all.filter((row) => words.every((word) => textOf(row).includes(word)))
  }, [all, filter])
  const columns = useMemo(
    () =>
      (isMacro ? macroColumns(project) : nodeColumns(project, type, now)) as TableColumn<
        ArtifactNode | ArtifactMacro
      >[],
    [project, type, isMacro, now],
  )
  return (
    <article class="article wide">
      <header class="page-head with-filter">
        <h1 class="capital">{pluralOf(type)}</h1>
        <label class="filter">
          <Icon name="search" size={14} />
          <input
            type="search"
            placeholder="Filter"
            aria-label={`Filter ${pluralOf(type)}`}
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <span class="muted number" role="status">
          {shown.length === all.length ? count(all.length) : `${count(shown.length)} of ${count(all.length)}`}
        </span>
      </header>
      {shown.length === 0 ? (
        <Empty>{all.length === 0 ? `This project has no ${pluralOf(type)}.` : 'Nothing has all these words.'}</Empty>
      ) : (
        <DataTable
          rows={shown}
          columns={columns}
          keyOf={(row) => row.unique_id}
          label={pluralOf(type)}
          initial={{ column: 0, down: false }}
        />
      )}
    </article>
  )
}

const textOf = (row: ArtifactNode | ArtifactMacro): string =>
  `${row.name} ${'source_name' in row ? row.source_name : ''} ${row.description ?? ''} ${row.original_file_path ?? ''} ${'resource_type' in row ? tagsOf(row as ArtifactNode).join(' ') : ''}`.toLowerCase()

const byName: TableColumn<ArtifactNode> = {
  title: 'Name',
  cell: (node) => <ResourceLink id={node.unique_id} />,
  order: titleOf,
  width: 'minmax(170px, 2fr)',
}
const byDescription: TableColumn<ArtifactNode> = {
  title: 'Description',
  cell: (node) => <span class="muted clip">{plainSummary(node.description ?? '')}</span>,
  width: 'minmax(120px, 3fr)',
  minor: true,
}
const byPackage: TableColumn<ArtifactNode> = {
  title: 'Package',
  cell: (node) => node.package_name,
  order: (node) => node.package_name,
  width: 'minmax(80px, 0.8fr)',
  minor: true,
}
const byTags: TableColumn<ArtifactNode> = {
  title: 'Tags',
  cell: (node) => <span class="muted clip">{tagsOf(node).join(', ')}</span>,
  order: (node) => tagsOf(node).join(', ') || undefined,
  width: 'minmax(70px, 0.8fr)',
  minor: true,
}

function nodeColumns(project: Project, type: string, now: number): TableColumn<ArtifactNode>[] {
  if (type === 'test' || type === 'unit_test') return testColumns(project)
  if (type === 'exposure')
    return [
      byName,
      { title: 'Kind', cell: (node) => node.type ?? '', order: (node) => node.type, width: '110px' },
      ownerColumn,
      byDescription,
    ]
  if (!['model', 'source', 'seed', 'snapshot'].includes(type))
    return [
      byName,
      { title: 'Kind', cell: (node) => node.type ?? node.label ?? '', order: (node) => node.type, width: '140px' },
      byDescription,
      byPackage,
    ]
  const result = (node: ArtifactNode) => project.results.get(node.unique_id)
  const last: TableColumn<ArtifactNode> =
    type === 'source'
      ? {
          title: 'Freshness',
          cell: (node) => <Freshness node={node} now={now} />,
          order: (node) => project.freshness.get(node.unique_id)?.max_loaded_at_time_ago_in_s,
          width: 'minmax(120px, 1fr)',
        }
      : {
          title: 'Last run',
          cell: (node) =>
            result(node) === undefined ? (
              <span class="muted">–</span>
            ) : (
              <span class="number">{duration(result(node)!.execution_time ?? 0)}</span>
            ),
          order: (node) => result(node)?.execution_time,
          width: '92px',
          align: 'end',
        }
  const build: TableColumn<ArtifactNode> =
    type === 'model'
      ? {
          title: 'Built as',
          cell: (node) => <span class="muted">{materializationOf(node) ?? ''}</span>,
          order: (node) => materializationOf(node),
          width: '104px',
          minor: true,
        }
      : {
          title: 'Schema',
          cell: (node) => <span class="muted clip">{node.schema ?? ''}</span>,
          order: (node) => node.schema ?? undefined,
          width: 'minmax(80px, 0.8fr)',
          minor: true,
        }
  return [
    { ...byName, cell: (node) => <NameWithHealth project={project} node={node} /> },
    byDescription,
    build,
    byTags,
    {
      title: 'Columns',
      cell: (node) => <span class="number muted">{columnCount(project, node)}</span>,
      order: (node) => columnCount(project, node),
      width: '82px',
      align: 'end',
      minor: true,
    },
    {
      title: 'Tests',
      cell: (node) => <Tests project={project} id={node.unique_id} />,
      order: (node) => testCounts(project, node.unique_id).total,
      width: '76px',
      align: 'end',
    },
    last,
  ]
}

const ownerColumn: TableColumn<ArtifactNode> = {
  title: 'Owner',
  cell: ({ owner }) => <span class="clip">{owner?.name ?? [owner?.email ?? ''].flat().join(', ')}</span>,
  order: ({ owner }) => owner?.name ?? [owner?.email ?? ''].flat().join(', '),
  width: 'minmax(100px, 1fr)',
}

const columnCounts = new WeakMap<ArtifactNode, number>()
function columnCount(project: Project, node: ArtifactNode): number {
  let known = columnCounts.get(node)
  if (known === undefined) columnCounts.set(node, (known = hasColumns(node) ? columnsOf(project, node).length : 0))
  return known
}

function NameWithHealth({ project, node }: { readonly project: Project; readonly node: ArtifactNode }): JSX.Element {
  const health = overallHealth(project, node.unique_id)
  return (
    <span class="name-health">
      <HealthDot health={health} label={HEALTH_WORDS[health]} />
      <ResourceLink id={node.unique_id} dot={false} />
    </span>
  )
}

function Tests({ project, id }: { readonly project: Project; readonly id: string }): JSX.Element {
  const { total, bad, warn } = testCounts(project, id)
  if (total === 0) return <span class="muted">–</span>
  if (bad > 0) return <span class="health-text-bad number">{bad} failed</span>
  if (warn > 0) return <span class="health-text-warn number">{warn} warn</span>
  return <span class="number">{total}</span>
}

function Freshness({ node, now }: { readonly node: ArtifactNode; readonly now: number }): JSX.Element {
  const { project } = useSite()
  const result = project.freshness.get(node.unique_id)
  if (result === undefined) return <span class="muted">{hasRule(node) ? 'not checked' : 'no rule'}</span>
  return (
    <span class="name-health">
      <HealthDot health={healthOf(result.status)} label={result.status} />
      <span>{ago(result.max_loaded_at, now) ?? result.status}</span>
    </span>
  )
}

/** Whether a source says how old its data may be. */
export const hasRule = (node: ArtifactNode): boolean =>
  node.freshness?.warn_after?.count != null || node.freshness?.error_after?.count != null

function testColumns(project: Project): TableColumn<ArtifactNode>[] {
  const result = (node: ArtifactNode) => project.results.get(node.unique_id)
  const subject = (node: ArtifactNode): string | undefined =>
    node.attached_node ?? (project.parents.get(node.unique_id) ?? [])[0]
  return [
    { ...byName, width: 'minmax(200px, 2.4fr)' },
    {
      title: 'Of',
      cell: (node) => (subject(node) === undefined ? '' : <ResourceLink id={subject(node)!} />),
      order: subject,
      width: 'minmax(130px, 1.2fr)',
      minor: true,
    },
    {
      title: 'Column',
      cell: (node) => <code class="clip">{node.column_name ?? ''}</code>,
      order: (node) => node.column_name ?? undefined,
      width: 'minmax(90px, 1fr)',
      minor: true,
    },
    {
      title: 'Result',
      cell: (node) =>
        result(node) === undefined ? <span class="muted">not run</span> : <StatusChip status={result(node)!.status} />,
      order: (node) => result(node)?.status,
      width: '116px',
    },
    {
      title: 'Failures',
      cell: (node) => <span class="number">{result(node)?.failures ?? ''}</span>,
      order: (node) => result(node)?.failures ?? undefined,
      width: '84px',
      align: 'end',
    },
    {
      title: 'Time',
      cell: (node) => (
        <span class="number muted">
          {result(node) === undefined ? '' : duration(result(node)!.execution_time ?? 0)}
        </span>
      ),
      order: (node) => result(node)?.execution_time,
      width: '84px',
      align: 'end',
      minor: true,
    },
  ]
}

function macroColumns(project: Project): TableColumn<ArtifactMacro>[] {
  return [
    {
      title: 'Name',
      cell: (macro) => <ResourceLink id={macro.unique_id} />,
      order: (macro) => macro.name,
      width: 'minmax(170px, 2fr)',
    },
    {
      title: 'Description',
      cell: (macro) => <span class="muted clip">{plainSummary(macro.description ?? '')}</span>,
      width: 'minmax(120px, 3fr)',
      minor: true,
    },
    {
      title: 'Package',
      cell: (macro) => macro.package_name,
      order: (macro) => macro.package_name,
      width: 'minmax(80px, 0.8fr)',
      minor: true,
    },
    {
      title: 'Used by',
      cell: (macro) => <span class="number">{usersOf(project, macro)}</span>,
      order: (macro) => usersOf(project, macro),
      width: '92px',
      align: 'end',
    },
  ]
}

const usersOf = (project: Project, macro: ArtifactMacro): number => project.macroUsers.get(macro.unique_id)?.length ?? 0
