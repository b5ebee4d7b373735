import type { JSX } from 'preact'
import { useCallback, useMemo, useRef, useState } from 'preact/hooks'
import { isTest, titleOf } from '../data/project.ts'
import { HEALTH_WORDS, type Health } from '../data/status.ts'
import { LABEL_FONT } from '../graph/paint.ts'
import { colourName } from '../graph/palette.ts'
import { around, COLOURINGS, type Colouring, columnScene, drawnByDefault, type Scene, sceneOf } from '../graph/scene.ts'
import { GraphCanvas, type GraphHandle } from '../parts/graph-canvas.tsx'
import { Icon } from '../parts/icons.tsx'
import { Empty } from '../parts/marks.tsx'
import { toGraph, toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { counted, typeWord } from '../text/format.ts'
import { DepthSliders } from './depth-sliders.tsx'
import { ExportMenu } from './export-menu.tsx'
import { GraphPanel } from './graph-panel.tsx'
import { depthOf, type GraphParams, graphWith } from './graph-params.ts'
import { SelectorBox } from './selector-box.tsx'

let pen: CanvasRenderingContext2D | null | undefined
const measure = (text: string): number => {
  if (pen === undefined) {
    pen = document.createElement('canvas').getContext('2d')
    if (pen !== null) pen.font = LABEL_FONT
  }
  return pen === null ? text.length * 7.5 : pen.measureText(text).width
}

/** The whole project, what a selector means, the surroundings of a node, or the lineage of a column. */
export function GraphPage({ params }: { readonly params: GraphParams }): JSX.Element {
  const { project } = useSite()
  const handle = useRef<GraphHandle>(null)
  const [picked, setPicked] = useState<string | undefined>(undefined)
  const drawn = useDrawn(params)
  const current = picked !== undefined && drawn.scene?.index.has(picked) === true ? picked : drawn.focus
  const onPick = useCallback(
    (id: string | undefined, column: string | undefined) => {
      setPicked(id)
      if (id !== undefined && column !== undefined) graphWith(params, { node: id, column })
    },
    [params],
  )
  const onOpen = useCallback((id: string) => {
    location.hash = toResource(id)
  }, [])
  const { scene, problem } = drawn
  return (
    <div class="graph-page">
      <div class="graph-bar">
        {drawn.column === undefined ? (
          <SelectorBox params={params} warning={drawn.warning} problem={problem} hint={drawn.hint} />
        ) : (
          <ColumnBar params={params} column={drawn.column} />
        )}
        <div class="graph-options">
          {drawn.column === undefined && <Options params={params} />}
          {scene !== undefined && <ExportMenu scene={scene} handle={handle} name={drawn.focus ?? project.name} />}
        </div>
        {params['node'] !== undefined && drawn.column === undefined && (
          <DepthSliders params={params} node={params['node']} />
        )}
      </div>
      <div class="graph-body">
        {scene === undefined || scene.nodes.length === 0 ? (
          <Empty>
            {problem === undefined ? 'There is nothing to draw.' : 'The selection makes no sense as it stands.'}
          </Empty>
        ) : (
          <>
            <GraphCanvas
              scene={scene}
              current={current}
              label={`Lineage graph of ${counted(scene.nodes.length, 'node')}`}
              handle={handle}
              onPick={onPick}
              onOpen={onOpen}
            />
            <Legend scene={scene} />
          </>
        )}
        {current !== undefined && (
          <GraphPanel
            id={current}
            params={params}
            onClose={() => setPicked(undefined)}
            closable={picked !== undefined}
          />
        )}
      </div>
    </div>
  )
}

interface Drawn {
  readonly scene?: Scene
  readonly focus?: string | undefined
  readonly column?: string | undefined
  readonly problem?: string
  readonly hint?: string | undefined
  readonly warning?: string | undefined
}

function useDrawn(params: GraphParams): Drawn {
  const { project, selecting, lineage } = useSite()
  const { node, column, select = '', exclude = '', colour, tests, up, down, uses } = params
  return useMemo<Drawn>(() => {
    const known = node !== undefined && project.nodes.has(node) ? node : undefined
    if (known !== undefined && column !== undefined && lineage !== undefined) {
      const flow = lineage.flow({ node: known, column })
      return { scene: columnScene(project, flow, uses === '1', measure), focus: known, column }
    }
    const colouring: Colouring = COLOURINGS.find((one) => one === colour) ?? 'type'
    let ids: Iterable<string> = drawnByDefault(project)
    let warning: string | undefined
    if (select !== '' || exclude !== '') {
      const selected = selecting.select(select, exclude)
      if (selected.ids === undefined) return { problem: selected.problem, hint: selected.hint }
      ids = selected.ids
      warning = selected.warning
    } else if (tests === '1') ids = project.nodes.keys()
    if (known !== undefined) {
      const near = around(project, known, depthOf(up, 2), depthOf(down, 2))
      const selectedIds = new Set(ids)
      ids = [...near].filter(
        (id) =>
          id === known || selectedIds.has(id) || (select === '' && exclude === '' && !isTest(project.nodes.get(id)!)),
      )
    }
    const shown =
      tests === '1' || isTestSelection(select)
        ? ids
        : [...ids].filter((id) => id === known || !isTest(project.nodes.get(id)!))
    return { scene: sceneOf(project, shown, colouring, measure), focus: known, warning }
  }, [project, selecting, lineage, node, column, select, exclude, colour, tests, up, down, uses])
}

/** Who asks for tests by a method of tests means to see them. */
const isTestSelection = (select: string): boolean => /(?:test_type|test_name|resource_type:(?:unit_)?test)/.test(select)

const COLOURING_WORDS: Readonly<Record<Colouring, string>> = {
  type: 'Type',
  status: 'Last result',
  tag: 'Tag',
  group: 'Group',
  package: 'Package',
}

const Options = ({ params }: { readonly params: GraphParams }): JSX.Element => (
  <>
    <label class="field">
      <span>Colour</span>
      <select
        value={params['colour'] ?? 'type'}
        onChange={(event) => graphWith(params, { colour: event.currentTarget.value })}
      >
        {COLOURINGS.map((one) => (
          <option key={one} value={one}>
            {COLOURING_WORDS[one]}
          </option>
        ))}
      </select>
    </label>
    <label class="check">
      <input
        type="checkbox"
        checked={params['tests'] === '1'}
        onChange={(event) => graphWith(params, { tests: event.currentTarget.checked ? '1' : undefined })}
      />
      tests
    </label>
  </>
)

function ColumnBar({ params, column }: { readonly params: GraphParams; readonly column: string }): JSX.Element {
  const { project } = useSite()
  const node = project.nodes.get(params['node'] ?? '')
  const back = { ...params }
  delete back['column']
  return (
    <div class="column-bar">
      <a class="button" href={toGraph(back)}>
        <Icon name="graph" size={14} />
        Model graph
      </a>
      <p>
        Lineage of <code class="strong">{column}</code> in {node === undefined ? '' : titleOf(node)}
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={params['uses'] === '1'}
          onChange={(event) => graphWith(params, { uses: event.currentTarget.checked ? '1' : undefined })}
        />
        where it filters or joins
      </label>
    </div>
  )
}

const MOST = 9

function Legend({ scene }: { readonly scene: Scene }): JSX.Element {
  const hows = [...new Set(scene.edges.flatMap((edge) => edge.how ?? []))]
  if (hows.length > 0) {
    return (
      <ul class="legend" aria-label="How columns flow">
        {hows.map((how) => (
          <li key={how} class={`how how-${how}`}>
            {how}
          </li>
        ))}
      </ul>
    )
  }
  return (
    <ul class="legend" aria-label="Colours">
      {scene.legend.slice(0, MOST).map(({ category, count }) => (
        <li key={category}>
          <span class="type-dot" style={{ background: `var(${colourName(scene, category)})` }} aria-hidden="true" />
          {scene.colouring === 'status' ? HEALTH_WORDS[category as Health] : typeWord(category)}{' '}
          <span class="muted">{count}</span>
        </li>
      ))}
      {scene.legend.length > MOST && <li class="muted">and {scene.legend.length - MOST} more</li>}
    </ul>
  )
}
