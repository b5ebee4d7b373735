import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { columnsOf, hasColumns, materializationOf, titleOf } from '../data/project.ts'
import { HEALTH_WORDS, overallHealth } from '../data/status.ts'
import { Icon } from '../parts/icons.tsx'
import { HealthDot, TypeChip } from '../parts/marks.tsx'
import { toGraph, toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { plainSummary } from '../text/markdown.ts'
import type { GraphParams } from './graph-params.ts'

/** What the node in the focus of a graph is; its columns lead to their lineage. */
export function GraphPanel({
  id,
  params,
  closable,
  onClose,
}: {
  readonly id: string
  readonly params: GraphParams
  readonly closable: boolean
  readonly onClose: () => void
}): JSX.Element | null {
  const { project, lineage } = useSite()
  const node = project.nodes.get(id)
  const columns = useMemo(
    () => (node !== undefined && hasColumns(node) ? columnsOf(project, node) : []),
    [project, node],
  )
  if (node === undefined) return null
  const health = overallHealth(project, id)
  const kind = materializationOf(node)
  const asked = params['node'] === id ? params['column']?.toLowerCase() : undefined
  return (
    <aside class="graph-panel" aria-label={titleOf(node)}>
      <div class="panel-head">
        <h2>
          <a href={toResource(id)}>{titleOf(node)}</a>
        </h2>
        {closable && (
          <button type="button" class="icon-button" onClick={onClose} aria-label="Close">
            <Icon name="close" size={14} />
          </button>
        )}
      </div>
      <p class="chips">
        <TypeChip type={node.resource_type} />
        {kind !== undefined && kind !== node.resource_type && <span class="chip">{kind}</span>}
        {health !== 'unknown' && (
          <span class={`chip status health-${health}`}>
            <HealthDot health={health} />
            {HEALTH_WORDS[health]}
          </span>
        )}
      </p>
      {node.description && <p class="panel-text">{plainSummary(node.description)}</p>}
      <p class="panel-links">
        <a class="button" href={toResource(id)}>
          Open
        </a>
        {params['node'] !== id && (
          <a class="button" href={toGraph({ node: id, up: 2, down: 2, colour: params['colour'] })}>
            Focus here
          </a>
        )}
      </p>
      {columns.length > 0 && (
        <>
          <h3>Columns</h3>
          <ul class="panel-columns">
            {columns.map((column) => {
              const known = lineage?.knows({ node: id, column: column.name }) === true
              const text = (
                <>
                  <code>{column.name}</code>
                  <span class="type">{column.type ?? ''}</span>
                </>
              )
              return (
                <li key={column.name} class={column.name.toLowerCase() === asked ? 'current' : ''}>
                  {known ? (
                    <a
                      href={toGraph({ ...params, node: id, column: column.name })}
                      aria-current={column.name.toLowerCase() === asked ? 'true' : undefined}
                    >
                      {text}
                    </a>
                  ) : (
                    <span>{text}</span>
                  )}
                </li>
              )
            })}
          </ul>
          {lineage === undefined && (
            <p class="muted">Lineage of columns is shown when there is a column_lineage.json.</p>
          )}
        </>
      )}
    </aside>
  )
}
