import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { titleOf } from '../data/project.ts'
import { reach } from '../graph/scene.ts'
import { useSite } from '../site.ts'
import { depthOf, type GraphParams, graphWith } from './graph-params.ts'

/** How many steps up and down from a node are drawn. */
export function DepthSliders({
  params,
  node,
}: {
  readonly params: GraphParams
  readonly node: string
}): JSX.Element | null {
  const { project } = useSite()
  const most = useMemo(() => reach(project, node), [project, node])
  const resource = project.nodes.get(node)
  if (resource === undefined) return null
  return (
    <div class="sliders">
      <span class="sliders-title">
        around <strong>{titleOf(resource)}</strong>
      </span>
      <Slider name="up" label="upstream" most={most.up} params={params} />
      <Slider name="down" label="downstream" most={most.down} params={params} />
    </div>
  )
}

function Slider({
  name,
  label,
  most,
  params,
}: {
  readonly name: 'up' | 'down'
  readonly label: string
  readonly most: number
  readonly params: GraphParams
}): JSX.Element {
  const depth = Math.min(most, depthOf(params[name], 2))
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={most}
        value={depth}
        disabled={most === 0}
        aria-valuetext={`${depth} of ${most} steps`}
        onInput={(event) => graphWith(params, { [name]: event.currentTarget.valueAsNumber })}
      />
      <output class="number">
        {depth}
        <span class="muted"> of {most}</span>
      </output>
    </label>
  )
}
