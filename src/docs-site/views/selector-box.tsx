import type { JSX } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import { type GraphParams, graphWith } from './graph-params.ts'

/** The command line's `--select` and `--exclude`. What is typed counts on enter. */
export function SelectorBox({
  params,
  problem,
  hint,
  warning,
}: {
  readonly params: GraphParams
  readonly problem: string | undefined
  readonly hint: string | undefined
  readonly warning: string | undefined
}): JSX.Element {
  const [select, setSelect] = useState(params['select'] ?? '')
  const [exclude, setExclude] = useState(params['exclude'] ?? '')
  // not after painting: what is typed by then would be taken back
  useLayoutEffect(() => setSelect(params['select'] ?? ''), [params['select']])
  useLayoutEffect(() => setExclude(params['exclude'] ?? ''), [params['exclude']])
  const apply = (event: Event): void => {
    event.preventDefault()
    graphWith(params, { select: select.trim() || undefined, exclude: exclude.trim() || undefined })
  }
  const isSet = Boolean(params['select'] || params['exclude'] || params['node'])
  return (
    <form class="selector-box" onSubmit={apply} role="search" aria-label="Which nodes">
      <label class="field grow">
        <span>Select</span>
        <input
          class="mono"
          value={select}
          onInput={(event) => setSelect(event.currentTarget.value)}
          placeholder="+orders+1  tag:nightly,config.materialized:table  source:raw+"
          aria-invalid={problem !== undefined}
          aria-describedby="selector-message"
          spellcheck={false}
          autocapitalize="off"
        />
      </label>
      <label class="field">
        <span>Exclude</span>
        <input
          class="mono"
          value={exclude}
          onInput={(event) => setExclude(event.currentTarget.value)}
          spellcheck={false}
          autocapitalize="off"
        />
      </label>
      <button type="submit" class="button">
        Show
      </button>
      {isSet && (
        <button
          type="button"
          class="icon-button"
          aria-label="Show the whole project"
          title="Show the whole project"
          onClick={() =>
            graphWith(params, {
              select: undefined,
              exclude: undefined,
              node: undefined,
              up: undefined,
              down: undefined,
            })
          }
        >
          <Icon name="close" size={14} />
        </button>
      )}
      <p id="selector-message" class={problem === undefined ? 'selector-note' : 'selector-note problem'} role="status">
        {problem ?? warning ?? ''} {problem === undefined ? '' : (hint ?? '')}
      </p>
    </form>
  )
}
