import type { JSX } from 'preact'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { Section } from '../parts/marks.tsx'
import { inlineValue } from '../text/format.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** What metrics, semantic models, saved queries and unit tests are made of. */
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
      {node.resource_type === 'unit_test' && (
        <>
          <Table id="given" title="Given" rows={node.given} />
          <Pairs id="expect" title="Expected" of={node.expect} />
        </>
      )}
    </>
  )
}

/** Whether a value says something: the artifacts are full of nulls and empty lists. */
const says = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

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
  const names = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => says(row[name]))))]
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
                  <td key={name}>{says(row[name]) ? inlineValue(row[name]) : ''}</td>
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
  const entries = Object.entries(of ?? {}).filter(([, value]) => says(value))
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
              <td>
                <code>{inlineValue(value)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
