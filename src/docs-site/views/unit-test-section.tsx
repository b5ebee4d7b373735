import type { JSX } from 'preact'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { CodeBlock } from '../parts/code-block.tsx'
import { Section } from '../parts/marks.tsx'

/** Rows of a unit test as the manifest has them: dicts, or the text of CSV or SQL, or the name of a file with it. */
type Data = Readonly<Record<string, unknown>>

/** What a unit test gives to a model, and what has to come out. */
export function UnitTestSection({ node }: { readonly node: ArtifactNode }): JSX.Element | null {
  if (node.resource_type !== 'unit_test') return null
  const given = node.given ?? []
  return (
    <>
      <Section id="given" title="Given">
        {given.map((one, at) => (
          <div class="fixture" key={at}>
            <h3>
              <code>{String(one['input'] ?? '')}</code>
            </h3>
            <Rows data={one} label={`rows of ${String(one['input'] ?? '')}`} />
          </div>
        ))}
      </Section>
      <Section id="expect" title="Expected">
        <Rows data={node.expect ?? {}} label="expected rows" />
      </Section>
    </>
  )
}

function Rows({ data, label }: { readonly data: Data; readonly label: string }): JSX.Element {
  const { rows, fixture, format } = data
  if (typeof rows === 'string') return <CodeBlock code={rows.trim()} language="sql" label={label} />
  if (!Array.isArray(rows) || rows.length === 0) {
    if (typeof fixture !== 'string') return <p class="muted">No rows.</p>
    return (
      <p>
        From the fixture <code>{fixture}</code>
        {typeof format === 'string' && ` (${format})`}
      </p>
    )
  }
  const dicts = rows as readonly Data[]
  const names = [...new Set(dicts.flatMap((row) => Object.keys(row)))]
  return (
    <div class="scroll">
      <table class="plain" aria-label={label}>
        <thead>
          <tr>
            {names.map((name) => (
              <th scope="col" key={name}>
                <code>{name}</code>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dicts.map((row, at) => (
            <tr key={at}>
              {names.map((name) => (
                <td key={name} class={row[name] == null ? 'muted' : ''}>
                  {cellText(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A value as it was given; absent ones are null for the database. */
const cellText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))
