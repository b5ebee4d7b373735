import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Hit } from '../data/search.ts'
import { overallHealth } from '../data/status.ts'
import { Icon } from '../parts/icons.tsx'
import { HealthDot, TypeDot } from '../parts/marks.tsx'
import { toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { counted, typeWord } from '../text/format.ts'
import { plainSummary } from '../text/markdown.ts'

/** Search as you type, over everything; arrows and enter choose, escape closes. */
export function SearchPalette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { search } = useSite()
  const dialog = useRef<HTMLDialogElement>(null)
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const { hits, total } = useMemo(() => search.search(query), [search, query])
  // not after painting: what is typed right after the key that opened the search belongs into it
  useLayoutEffect(() => {
    dialog.current?.showModal()
  }, [])
  useEffect(() => {
    document.getElementById(`hit-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const follow = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    const column = hit.where?.startsWith('column ') === true ? hit.where.slice('column '.length) : undefined
    location.hash = toResource(hit.id, column === undefined ? undefined : `column-${column}`)
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((at) => Math.min(hits.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setActive((at) => Math.max(0, at - 1))
    else if (event.key === 'Enter') follow(hits[active])
    else return
    event.preventDefault()
  }
  return (
    <dialog
      class="palette"
      ref={dialog}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      aria-label="Search"
    >
      <div class="palette-box">
        <div class="palette-input">
          <Icon name="search" size={18} />
          <input
            type="text"
            role="combobox"
            aria-expanded={hits.length > 0}
            aria-controls="hits"
            aria-activedescendant={hits.length > 0 ? `hit-${active}` : undefined}
            aria-label="Names, columns, tags, descriptions"
            placeholder="Names, columns, tags, descriptions …"
            autocomplete="off"
            spellcheck={false}
            value={query}
            onInput={(event) => {
              setQuery(event.currentTarget.value)
              setActive(0)
            }}
            onKeyDown={onKeyDown}
          />
          <kbd>esc</kbd>
        </div>
        <ul id="hits" role="listbox" aria-label="Results" class="hits">
          {hits.map((hit, at) => (
            <HitLine
              key={hit.id}
              hit={hit}
              at={at}
              active={at === active}
              onPoint={() => setActive(at)}
              onPick={() => follow(hit)}
            />
          ))}
        </ul>
        <p class="palette-foot" role="status">
          {query.trim() === ''
            ? 'Type to search. type:model, type:source … narrows.'
            : total === 0
              ? 'Nothing found.'
              : total > hits.length
                ? `The best ${hits.length} of ${counted(total, 'result')}`
                : counted(total, 'result')}
        </p>
      </div>
    </dialog>
  )
}

function HitLine({
  hit,
  at,
  active,
  onPoint,
  onPick,
}: {
  readonly hit: Hit
  readonly at: number
  readonly active: boolean
  readonly onPoint: () => void
  readonly onPick: () => void
}): JSX.Element {
  const { project } = useSite()
  const node = project.nodes.get(hit.id)
  const description = node?.description ?? project.macros.get(hit.id)?.description ?? ''
  const health = overallHealth(project, hit.id)
  return (
    <li
      id={`hit-${at}`}
      role="option"
      aria-selected={active}
      class={active ? 'active' : ''}
      onPointerMove={onPoint}
      onClick={onPick}
    >
      <TypeDot type={hit.type} />
      <span class="hit-title">{hit.title}</span>
      {hit.where !== undefined && <span class="hit-where">{hit.where}</span>}
      <span class="hit-text">{plainSummary(description)}</span>
      {(health === 'bad' || health === 'warn') && (
        <HealthDot health={health} label={health === 'bad' ? 'failed' : 'warning'} />
      )}
      <span class="hit-type">{typeWord(hit.type)}</span>
    </li>
  )
}
