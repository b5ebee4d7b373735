import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Empty } from '../parts/marks.tsx'
import { OVERVIEW, type Route } from '../route.ts'
import { useSite } from '../site.ts'
import { GraphPage } from './graph-page.tsx'
import { MacroPage } from './macro-page.tsx'
import { NodePage } from './node-page.tsx'
import { Overview } from './overview.tsx'
import { ResourceList } from './resource-list.tsx'
import { RunPage } from './run-page.tsx'

/** What the address asks for. */
export function Page({ route }: { readonly route: Route }): JSX.Element {
  const { project } = useSite()
  const { page, id } = route
  useEffect(() => {
    if (route.params['section'] === undefined) document.getElementById('main')?.scrollTo(0, 0)
  }, [page, id])
  switch (page) {
    case 'overview':
      return <Overview />
    case 'list':
      return <ResourceList key={id} type={id} />
    case 'graph':
      return <GraphPage params={route.params} />
    case 'runs':
      return <RunPage />
    case 'resource': {
      const node = project.nodes.get(id)
      if (node !== undefined) return <NodePage key={id} node={node} section={route.params['section']} />
      const macro = project.macros.get(id)
      if (macro !== undefined) return <MacroPage key={id} macro={macro} />
      return <NotFound id={id} />
    }
  }
}

const NotFound = ({ id }: { readonly id: string }): JSX.Element => (
  <article class="article">
    <h1>Not in this project</h1>
    <Empty>
      There is no resource <code>{id}</code>. It may have been renamed, disabled or deleted since the link was made.{' '}
      <a href={OVERVIEW}>To the overview</a>
    </Empty>
  </article>
)
