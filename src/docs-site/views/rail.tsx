import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pluralOf, TYPES, typeCounts } from '../data/project.ts'
import { databaseTree, foldersAbove, projectTree, type TreeItem, visibleRows } from '../data/trees.ts'
import { Icon, type IconName, Logo } from '../parts/icons.tsx'
import { Tree } from '../parts/tree.tsx'
import { OVERVIEW, type Route, RUNS, toGraph, toList } from '../route.ts'
import { useSite } from '../site.ts'
import { count } from '../text/format.ts'
import { applyTheme, chosenTheme, THEMES, type Theme } from '../theme.ts'

/** The left side: search, the main pages, the project as a tree. On narrow screens it comes when asked for. */
export function Rail({
  route,
  open,
  onClose,
}: {
  readonly route: Route
  readonly open: boolean
  readonly onClose: () => void
}): JSX.Element {
  const { project, openSearch } = useSite()
  const rail = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!open) return
    rail.current?.querySelector('button')?.focus()
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [open, onClose])
  return (
    <>
      {open && <div class="veil" onClick={onClose} aria-hidden="true" />}
      <nav class={`rail${open ? ' open' : ''}`} aria-label="Project" ref={rail}>
        <div class="rail-head">
          <a class="brand" href={OVERVIEW}>
            <Logo />
            <span>{project.name}</span>
          </a>
          <button type="button" class="icon-button rail-close" onClick={onClose} aria-label="Close the menu">
            <Icon name="close" />
          </button>
        </div>
        <button type="button" class="search-button" onClick={openSearch} aria-keyshortcuts="/ Control+K">
          <Icon name="search" />
          <span>Search</span>
          <kbd>/</kbd>
        </button>
        <ul class="nav">
          <NavLink icon="home" href={OVERVIEW} current={route.page === 'overview'}>
            Overview
          </NavLink>
          <NavLink icon="graph" href={toGraph({})} current={route.page === 'graph'}>
            Lineage
          </NavLink>
          <NavLink icon="run" href={RUNS} current={route.page === 'runs'}>
            Runs and tests
          </NavLink>
        </ul>
        <TypeLinks route={route} />
        <Trees route={route} />
        <ThemeSwitch />
      </nav>
    </>
  )
}

const NavLink = ({
  icon,
  href,
  current,
  children,
}: {
  readonly icon: IconName
  readonly href: string
  readonly current: boolean
  readonly children: string
}): JSX.Element => (
  <li>
    <a href={href} aria-current={current ? 'page' : undefined}>
      <Icon name={icon} />
      {children}
    </a>
  </li>
)

function TypeLinks({ route }: { readonly route: Route }): JSX.Element {
  const { project } = useSite()
  const counts = useMemo(() => typeCounts(project), [project])
  return (
    <ul class="type-links" aria-label="Lists">
      {TYPES.filter((type) => (counts.get(type) ?? 0) > 0).map((type) => (
        <li key={type}>
          <a href={toList(type)} aria-current={route.page === 'list' && route.id === type ? 'page' : undefined}>
            <span class={`type-dot type-${type}`} aria-hidden="true" />
            {pluralOf(type)}
            <span class="count">{count(counts.get(type)!)}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}

function Trees({ route }: { readonly route: Route }): JSX.Element {
  const { project } = useSite()
  const [kind, setKind] = useState<'project' | 'database'>('project')
  const items = useMemo(() => (kind === 'project' ? projectTree(project) : databaseTree(project)), [project, kind])
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const current = route.page === 'resource' ? route.id : undefined
  // what leads to the current page is open, unless it was closed by hand since
  useEffect(() => {
    if (current === undefined) return
    const above = foldersAbove(items, current) ?? []
    setToggled((before) => new Map([...before, ...above.map((key) => [key, true] as const)]))
  }, [current, items])
  const isOpen = (item: TreeItem): boolean => toggled.get(item.key) ?? startsOpen(items, item)
  const rows = visibleRows(items, isOpen)
  return (
    <div class="trees">
      <div class="segments" role="group" aria-label="Tree">
        <button type="button" aria-pressed={kind === 'project'} onClick={() => setKind('project')}>
          Project
        </button>
        <button type="button" aria-pressed={kind === 'database'} onClick={() => setKind('database')}>
          Database
        </button>
      </div>
      <Tree
        label={kind === 'project' ? 'Files of the project' : 'Tables of the database'}
        rows={rows}
        current={current}
        onToggle={(item, open) => setToggled((before) => new Map(before).set(item.key, open))}
      />
    </div>
  )
}

/** At first the project and its main folders are open, or the only database. */
const startsOpen = (items: readonly TreeItem[], item: TreeItem): boolean => {
  const [first] = items
  return item === first || (first?.children.length === 1 && first.children[0] === item)
}

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' }
const THEME_NAMES: Readonly<Record<Theme, string>> = { auto: 'As the system', light: 'Light', dark: 'Dark' }

function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(chosenTheme)
  const choose = (next: Theme): void => {
    applyTheme(next)
    setTheme(next)
  }
  return (
    <div class="segments theme" role="group" aria-label="Colours">
      {THEMES.map((one) => (
        <button
          type="button"
          key={one}
          aria-pressed={theme === one}
          aria-label={THEME_NAMES[one]}
          title={THEME_NAMES[one]}
          onClick={() => choose(one)}
        >
          <Icon name={THEME_ICONS[one]} size={14} />
        </button>
      ))}
    </div>
  )
}
