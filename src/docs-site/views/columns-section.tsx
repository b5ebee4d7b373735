import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ArtifactNode } from '../data/artifact-types.ts'
import type { ColumnEdge, ColumnKey } from '../data/column-lineage.ts'
import type { Column } from '../data/project.ts'
import { healthOf, worst } from '../data/status.ts'
import { Icon } from '../parts/icons.tsx'
import { HealthDot, Markdown, ResourceLink, Section, StatusChip } from '../parts/marks.tsx'
import { toGraph, toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { counted, inlineValue } from '../text/format.ts'

/** Columns with types, descriptions, tests, and where each one comes from. `open`: the section of the address, `column-x` opens x. */
export function ColumnsSection({
  node,
  columns,
  open,
}: {
  readonly node: ArtifactNode
  readonly columns: readonly Column[]
  readonly open: string | undefined
}): JSX.Element {
  const { lineage } = useSite()
  const asked = open?.startsWith('column-') === true ? open.slice('column-'.length).toLowerCase() : undefined
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (asked !== undefined) setOpened((before) => new Set(before).add(asked))
  }, [asked])
  const toggle = (name: string): void => {
    const next = new Set(opened)
    if (!next.delete(name)) next.add(name)
    setOpened(next)
  }
  const known = lineage?.statusOf(node.unique_id)
  const described = columns.filter((column) => column.description !== '').length
  return (
    <Section
      id="columns"
      title="Columns"
      aside={
        <span class="muted">
          {described} of {counted(columns.length, 'column')} described
        </span>
      }
    >
      {known !== undefined && known.status !== 'complete' && (
        <p class="note">
          {known.status === 'failed'
            ? 'Where these columns come from could not be worked out'
            : 'Where these columns come from is known in part'}
          {known.reason === undefined ? '.' : `: ${known.reason}.`}
        </p>
      )}
      <div class="scroll">
        <table class="columns">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Description</th>
              <th scope="col">Tests</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <ColumnRows
                key={column.name}
                node={node}
                column={column}
                open={opened.has(column.name.toLowerCase())}
                onToggle={() => toggle(column.name.toLowerCase())}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function ColumnRows({
  node,
  column,
  open,
  onToggle,
}: {
  readonly node: ArtifactNode
  readonly column: Column
  readonly open: boolean
  readonly onToggle: () => void
}): JSX.Element {
  const { project, lineage } = useSite()
  const isKey = node.primary_key?.some((name) => name.toLowerCase() === column.name.toLowerCase()) === true
  const key: ColumnKey = { node: node.unique_id, column: column.name }
  const health = worst(column.tests.map((id) => healthOf(project.results.get(id)?.status)))
  return (
    <>
      <tr id={`section-column-${column.name}`} class={open ? 'open' : ''}>
        <th scope="row">
          <button type="button" class="column-name" aria-expanded={open} onClick={onToggle}>
            <Icon name="chevron" size={11} />
            <code>{column.name}</code>
          </button>
          {isKey && (
            <span class="chip small" title="primary key">
              key
            </span>
          )}
          {column.constraints.map((text) => (
            <span class="chip small" key={text}>
              {text.replaceAll('_', ' ')}
            </span>
          ))}
          {lineage?.knows(key) === true && (
            <a
              class="icon-button"
              href={toGraph(columnParams(key))}
              aria-label={`Lineage of ${column.name}`}
              title={`Lineage of ${column.name}`}
            >
              <Icon name="lineage" size={14} />
            </a>
          )}
        </th>
        <td>
          <code class="type">{column.type ?? ''}</code>
        </td>
        <td>{column.description === '' ? <span class="muted">–</span> : <Markdown text={column.description} />}</td>
        <td class="test-cell">
          {column.tests.length > 0 && (
            <>
              <HealthDot health={health} label={`tests: ${health === 'unknown' ? 'not run' : health}`} />
              {column.tests
                .map((id) => project.nodes.get(id)?.test_metadata?.name ?? project.nodes.get(id)?.name)
                .join(', ')}
            </>
          )}
        </td>
      </tr>
      {open && (
        <tr class="column-more">
          <td colSpan={4}>
            <ColumnDetails column={column} of={key} />
          </td>
        </tr>
      )}
    </>
  )
}

const columnParams = (key: ColumnKey): Record<string, string> => ({ node: key.node, column: key.column })

function ColumnDetails({ column, of }: { readonly column: Column; readonly of: ColumnKey }): JSX.Element {
  const { project, lineage } = useSite()
  const flow = lineage?.flow(of)
  const same = (key: ColumnKey): boolean => key.node === of.node && key.column.toLowerCase() === of.column.toLowerCase()
  const above = flow?.edges.filter((edge) => same(edge.to)) ?? []
  const below = flow?.edges.filter((edge) => same(edge.from)) ?? []
  return (
    <div class="column-details">
      {column.inDatabase === false && (
        <p class="note">The project describes this column, but the database’s table does not have it.</p>
      )}
      {lineage !== undefined && (
        <>
          <Steps title="Comes from" edges={above} end={(edge) => edge.from} none="no other column" />
          <Steps title="Goes into" edges={below} end={(edge) => edge.to} none="no other column" />
          {lineage.knows(of) && (
            <p>
              <a class="button" href={toGraph(columnParams(of))}>
                <Icon name="lineage" size={14} />
                Show full lineage
              </a>
            </p>
          )}
        </>
      )}
      {column.constraints.length > 0 && <p>Constraints: {column.constraints.join(', ')}</p>}
      {column.tags.length > 0 && <p>Tags: {column.tags.join(', ')}</p>}
      {Object.entries(column.meta).map(([name, value]) => (
        <p key={name}>
          <code>{name}</code>: {inlineValue(value)}
        </p>
      ))}
      {column.tests.length > 0 && (
        <ul class="rows">
          {column.tests.map((id) => (
            <li key={id}>
              {project.results.has(id) ? (
                <StatusChip status={project.results.get(id)!.status} />
              ) : (
                <span class="muted">not run</span>
              )}
              <ResourceLink id={id} />
            </li>
          ))}
        </ul>
      )}
      {lineage === undefined &&
        column.constraints.length + column.tags.length + column.tests.length + Object.keys(column.meta).length === 0 &&
        column.inDatabase !== false && <p class="muted">Nothing else is known of this column.</p>}
    </div>
  )
}

function Steps({
  title,
  edges,
  end,
  none,
}: {
  readonly title: string
  readonly edges: readonly ColumnEdge[]
  readonly end: (edge: ColumnEdge) => ColumnKey
  readonly none: string
}): JSX.Element {
  return (
    <div class="steps">
      <span class="steps-title">{title}</span>
      {edges.length === 0 ? (
        <span class="muted">{none}</span>
      ) : (
        <ul>
          {edges.map((edge) => {
            const { node, column } = end(edge)
            return (
              <li key={`${node} ${column} ${edge.how}`}>
                <ResourceLink id={node} />
                <a href={toResource(node, `column-${column}`)}>
                  <code>{column}</code>
                </a>
                <span class={`how how-${edge.how}`}>{edge.how}</span>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
