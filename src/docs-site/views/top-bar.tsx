import type { JSX } from 'preact'
import { Icon, Logo } from '../parts/icons.tsx'
import { OVERVIEW } from '../route.ts'
import { useSite } from '../site.ts'

/** The bar of narrow screens, where the rail is out of sight. */
export function TopBar({ onMenu }: { readonly onMenu: () => void }): JSX.Element {
  const { project, openSearch } = useSite()
  return (
    <header class="top-bar">
      <button type="button" class="icon-button" onClick={onMenu} aria-label="Open the menu">
        <Icon name="menu" size={20} />
      </button>
      <a class="brand" href={OVERVIEW}>
        <Logo />
        <span>{project.name}</span>
      </a>
      <button type="button" class="icon-button" onClick={openSearch} aria-label="Search">
        <Icon name="search" size={20} />
      </button>
    </header>
  )
}
