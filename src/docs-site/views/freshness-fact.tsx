import type { JSX } from 'preact'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { Fact, StatusChip } from '../parts/marks.tsx'
import { useSite } from '../site.ts'
import { ago, dateTime } from '../text/format.ts'

type Limit = { readonly count: number | null; readonly period: string | null } | undefined

const limitText = (limit: Limit): string | undefined =>
  limit?.count == null ? undefined : `${limit.count} ${limit.period}${limit.count === 1 ? '' : 's'}`

/** How old a source's data is and may be. */
export function FreshnessFact({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const { project, now } = useSite()
  const result = project.freshness.get(node.unique_id)
  const rules = [
    ['warn after', limitText(node.freshness?.warn_after)],
    ['fail after', limitText(node.freshness?.error_after)],
  ].filter(([, text]) => text !== undefined)
  return (
    <>
      <Fact name="Freshness">
        {result === undefined ? (
          <span class="muted">{rules.length === 0 ? 'no rule' : 'not checked yet: quern source freshness'}</span>
        ) : (
          <>
            <StatusChip status={result.status} />{' '}
            <span class="muted">
              {result.max_loaded_at === undefined ? (
                (result.error ?? '')
              ) : (
                <>
                  newest data{' '}
                  <time dateTime={result.max_loaded_at} title={dateTime(result.max_loaded_at)}>
                    {ago(result.max_loaded_at, now)}
                  </time>
                </>
              )}
            </span>
          </>
        )}
      </Fact>
      {rules.length > 0 && <Fact name="Rule">{rules.map(([word, text]) => `${word} ${text}`).join(', ')}</Fact>}
      {node.loaded_at_field != null && (
        <Fact name="Loaded at">
          <code>{node.loaded_at_field}</code>
        </Fact>
      )}
    </>
  )
}
