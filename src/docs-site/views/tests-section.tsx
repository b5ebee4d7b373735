import type { JSX } from 'preact'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { isTest } from '../data/project.ts'
import { healthOf } from '../data/status.ts'
import { ResourceLink, Section, StatusChip } from '../parts/marks.tsx'
import { RUNS } from '../route.ts'
import { useSite } from '../site.ts'
import { duration, inlineValue, withoutColours } from '../text/format.ts'

const RANK = ['bad', 'warn', 'skipped', 'unknown', 'good']

/** The tests of a resource and how each ended, the worst first. */
export function TestsSection({ ids }: { readonly ids: readonly string[] }): JSX.Element {
  const { project } = useSite()
  const rank = (id: string): number => RANK.indexOf(healthOf(project.results.get(id)?.status))
  const sorted = [...ids].sort((a, b) => rank(a) - rank(b))
  return (
    <Section id="tests" title="Tests" aside={project.run !== undefined && <a href={RUNS}>last run</a>}>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col">Test</th>
              <th scope="col">Column</th>
              <th scope="col">With</th>
              <th scope="col" class="end">
                Failures
              </th>
              <th scope="col" class="end">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((id) => (
              <TestRow key={id} test={project.nodes.get(id)!} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function TestRow({ test }: { readonly test: ArtifactNode }): JSX.Element {
  const { project } = useSite()
  const result = project.results.get(test.unique_id)
  const name = test.test_metadata?.name
  return (
    <tr>
      <td>{result === undefined ? <span class="muted">not run</span> : <StatusChip status={result.status} />}</td>
      <td>
        <ResourceLink id={test.unique_id} label={name ?? test.name} dot={false} />
      </td>
      <td>
        <code>{test.column_name ?? ''}</code>
      </td>
      <td class="muted">{argumentsOf(test)}</td>
      <td class="end number">{result?.failures ?? ''}</td>
      <td class="end number muted">{result === undefined ? '' : duration(result.execution_time ?? 0)}</td>
    </tr>
  )
}

/** What a generic test was given, but for the model and the column. */
function argumentsOf(test: ArtifactNode): string {
  const given = Object.entries(test.test_metadata?.kwargs ?? {}).filter(
    ([name]) => name !== 'model' && name !== 'column_name',
  )
  return given.map(([name, value]) => `${name}: ${inlineValue(value)}`).join(', ')
}

/** What a test, or whatever went wrong, said of itself in the last run. */
export function ResultSection({ node }: { readonly node: ArtifactNode }): JSX.Element | null {
  const { project } = useSite()
  const result = project.results.get(node.unique_id)
  if (result?.message == null || result.message.trim() === '') return null
  const health = healthOf(result.status)
  if (!isTest(node) && health !== 'bad' && health !== 'warn') return null
  return (
    <Section id="result" title="Message">
      <pre class="message">{withoutColours(result.message).trim()}</pre>
    </Section>
  )
}
