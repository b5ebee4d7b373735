import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isTest } from '../data/project.ts'
import { HEALTH_WORDS, overallHealth } from '../data/status.ts'
import { HealthDot, ResourceLink, Section } from '../parts/marks.tsx'
import { toGraph } from '../route.ts'
import { useSite } from '../site.ts'
import { count } from '../text/format.ts'

/** What a resource reads, and what reads it. */
export function NeighboursSection({ id }: { readonly id: string }): JSX.Element {
  const { project } = useSite()
  const used = (project.children.get(id) ?? []).filter((child) => !isTest(project.nodes.get(child)!))
  const macros = (project.nodes.get(id)?.depends_on?.macros ?? []).filter((macro) => project.macros.has(macro))
  return (
    <Section id="lineage" title="Lineage" aside={<a href={toGraph({ node: id, up: 2, down: 2 })}>open the graph</a>}>
      <div class="neighbours">
        <Neighbours title="Depends on" ids={project.parents.get(id) ?? []} none="Reads nothing of the project." />
        <Neighbours title="Used by" ids={used} none="Nothing in the project reads it." />
        {macros.length > 0 && <Neighbours title="Macros" ids={macros} none="" />}
      </div>
    </Section>
  )
}

const FEW = 10

/** A list of resources, long ones cut until asked for. */
export function Neighbours({
  title,
  ids,
  none,
}: {
  readonly title: string
  readonly ids: readonly string[]
  readonly none: string
}): JSX.Element {
  const { project } = useSite()
  const [all, setAll] = useState(false)
  const shown = all ? ids : ids.slice(0, FEW)
  return (
    <div class="neighbour-list">
      <h3>
        {title} {ids.length > 0 && <span class="count">{count(ids.length)}</span>}
      </h3>
      {ids.length === 0 ? (
        <p class="muted">{none}</p>
      ) : (
        <ul>
          {shown.map((id) => {
            const health = overallHealth(project, id)
            return (
              <li key={id}>
                <ResourceLink id={id} />
                {(health === 'bad' || health === 'warn') && <HealthDot health={health} label={HEALTH_WORDS[health]} />}
              </li>
            )
          })}
        </ul>
      )}
      {ids.length > shown.length && (
        <button type="button" class="text-button" onClick={() => setAll(true)}>
          {count(ids.length - shown.length)} more
        </button>
      )}
    </div>
  )
}
