import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ColumnLineage } from './data/column-lineage.ts'
import type { Project } from './data/project.ts'
import type { SearchIndex } from './data/search.ts'
import type { Selecting } from './data/selection.ts'

/** What every part of the page may use. */
export interface Site {
  readonly project: Project
  readonly search: SearchIndex
  readonly selecting: Selecting
  /** Undefined without column_lineage.json. */
  readonly lineage: ColumnLineage | undefined
  readonly openSearch: () => void
  /** Milliseconds since the epoch. */
  readonly now: number
}

export const SiteContext = createContext<Site | undefined>(undefined)

/** Throws outside of the page's frame. */
export function useSite(): Site {
  const site = useContext(SiteContext)
  if (site === undefined) throw new Error('a part of the page was used without the page')
  return site
}
