import type { JSX } from 'preact'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { Section } from '../parts/marks.tsx'
import { readable } from '../text/format.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** What metrics, semantic models and saved queries are made of. */
export function SemanticSection({ node }: { readonly node: ArtifactNode }): JSX.Element {
  return (
    <>
      <Table id="entities" title="Entities" rows={node.entities} />
      <Table id="dimensions" title="Dimensions" rows={node.dimensions} />
      <Table id="measures" title="Measures" rows={node.measures} />
      <Pairs
        id="metric"
        title="Definition"
        of={node.resource_type === 'metric' ? { ...node.type_params, filter: node.filter } : undefined}
      />
      <Pairs id="query" title="Query" of={node.query_params} />
      <Table id="exports" title="Exports" rows={node.exports} />
    </>
  )
}

function Table({
  id,
  title,
  rows,
}: {
  readonly id: string
  readonly title: string
  readonly rows: Rows | undefined
}): JSX.Element | null {
  if (rows === undefined || rows.length === 0) return null
  const names = [
    ...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => readable(row[name]) !== undefined))),
  ]
  return (
    <Section id={id} title={title}>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {names.map((name) => (
                <th scope="col" key={name}>
                  {name.replaceAll('_', ' ')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {names.map((name) => (
                  <td key={name}>{readable(row[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Pairs({
  id,
  title,
  of,
}: {
  readonly id: string
  readonly title: string
  readonly of: Readonly<Record<string, unknown>> | undefined
}): JSX.Element | null {
  const entries = Object.entries(of ?? {}).filter(([, value]) => readable(value) !== undefined)
  if (entries.length === 0) return null
  return (
    <Section id={id} title={title}>
      <table class="pairs">
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{readable(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
