import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { Empty, Section } from '../parts/marks.tsx'
import { inlineValue } from '../text/format.ts'

/** The configuration: what was set in the project; defaults when asked for. */
export function ConfigSection({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const [all, setAll] = useState(false)
  const meta = node.meta ?? {}
  const set = node.unrendered_config
  const isSet = (name: string, value: unknown): boolean =>
    name !== 'meta' && (set === undefined ? name !== 'enabled' && !isNothing(value) : Object.hasOwn(set, name))
  const entries = Object.entries(node.config ?? {}).filter(([name, value]) => all || isSet(name, value))
  const constraints = node.constraints ?? []
  return (
    <Section
      id="config"
      title="Config"
      aside={
        <label class="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          include defaults
        </label>
      }
    >
      {entries.length + Object.keys(meta).length + constraints.length === 0 ? (
        <Empty>Nothing is set.</Empty>
      ) : (
        <table class="pairs">
          <tbody>
            {entries.map(([name, value]) => (
              <Pair key={name} name={name} value={value} />
            ))}
            {!all &&
              Object.entries(meta).map(([name, value]) => (
                <Pair key={`meta ${name}`} name={`meta.${name}`} value={value} />
              ))}
            {constraints.map((one, at) => (
              <Pair key={at} name={`constraint ${one.type}`} value={one.expression ?? one.name ?? ''} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

const Pair = ({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element => (
  <tr>
    <th scope="row">
      <code>{name}</code>
    </th>
    <td>
      <code>{inlineValue(value)}</code>
    </td>
  </tr>
)

/** null, no items, and dicts of nothing else. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.values(value).every((inner) => isNothing(inner) || inner === true)
}
