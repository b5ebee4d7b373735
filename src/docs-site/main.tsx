import { type ComponentChild, render } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { ColumnLineage } from './data/column-lineage.ts'
import { LoadError, loadArtifacts } from './data/load.ts'
import { makeProject, type Project } from './data/project.ts'
import { SearchIndex } from './data/search.ts'
import { Selecting } from './data/selection.ts'
import { parseRoute, type Route } from './route.ts'
import { type Site, SiteContext } from './site.ts'
import { applyTheme } from './theme.ts'
import { LoadProblem } from './views/load-problem.tsx'
import { Page } from './views/page.tsx'
import { Rail } from './views/rail.tsx'
import { SearchPalette } from './views/search-palette.tsx'
import { TopBar } from './views/top-bar.tsx'

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const read = (): void => setRoute(parseRoute(location.hash))
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [])
  return route
}

/** `/` and ctrl-K open the search, wherever no text is being typed. From the first picture on, and not only after it was painted. */
function useSearchKeys(open: () => void): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      const asked =
        (event.key === 'k' && (event.ctrlKey || event.metaKey)) ||
        (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey)
      if (!asked) return
      event.preventDefault()
      open()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [open])
}

/** Builds the search index while nothing else happens. */
function buildWhenIdle(search: SearchIndex): () => void {
  let stopped = false
  const idle: (work: (left: number) => void) => void =
    typeof requestIdleCallback === 'function'
      ? (work) => requestIdleCallback((deadline) => work(Math.max(4, deadline.timeRemaining())))
      : (work) => setTimeout(() => work(8), 16)
  const step = (left: number): void => {
    if (!stopped && !search.build(left)) idle(step)
  }
  idle(step)
  return () => {
    stopped = true
  }
}

function App({ project }: { readonly project: Project }): ComponentChild {
  const route = useRoute()
  const [searching, setSearching] = useState(false)
  const [railOpen, setRailOpen] = useState(false)
  const site = useMemo<Site>(() => {
    const { columnLineage } = project.artifacts
    return {
      project,
      search: new SearchIndex(project),
      selecting: new Selecting(project),
      lineage: columnLineage === undefined ? undefined : new ColumnLineage(columnLineage),
      openSearch: () => setSearching(true),
      now: Date.now(),
    }
  }, [project])
  useSearchKeys(site.openSearch)
  useEffect(() => buildWhenIdle(site.search), [site])
  // before the page is painted: a search that someone opens then is not closed again
  useLayoutEffect(() => {
    setRailOpen(false)
    setSearching(false)
  }, [route])
  return (
    <SiteContext.Provider value={site}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <TopBar onMenu={() => setRailOpen(true)} />
      <Rail route={route} open={railOpen} onClose={() => setRailOpen(false)} />
      <main id="main" tabIndex={-1} class={`main page-${route.page}`}>
        <Page route={route} />
      </main>
      {searching && <SearchPalette onClose={() => setSearching(false)} />}
    </SiteContext.Provider>
  )
}

async function start(root: HTMLElement): Promise<void> {
  applyTheme()
  try {
    const project = makeProject(await loadArtifacts(document))
    document.title = `${project.name} · docs`
    root.replaceChildren()
    render(<App project={project} />, root)
  } catch (error) {
    root.replaceChildren()
    const known = error instanceof LoadError
    const advice = known
      ? error.advice
      : 'The files beside this page may be of another version. Run “quern docs generate” again.'
    render(<LoadProblem message={(error as Error).message} advice={advice} />, root)
    if (!known) console.error(error)
  }
}

void start(document.getElementById('app')!)
