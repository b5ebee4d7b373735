import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { ArtifactNode } from '../data/artifact-types.ts'
import { rowCount } from '../data/overview.ts'
import {
  catalogOf,
  columnsOf,
  hasColumns,
  isTest,
  materializationOf,
  type Project,
  pluralOf,
  tagsOf,
  titleOf,
} from '../data/project.ts'
import { testCounts } from '../data/status.ts'
import { Icon } from '../parts/icons.tsx'
import { CopyButton, Empty, Fact, Markdown, ResourceLink, StatusChip, TypeChip } from '../parts/marks.tsx'
import { toGraph, toList, toResource } from '../route.ts'
import { useSite } from '../site.ts'
import { ago, count, counted, dateTime, duration, typeWord } from '../text/format.ts'
import { safeLink } from '../text/markdown.ts'
import { CodeSection } from './code-section.tsx'
import { ColumnsSection } from './columns-section.tsx'
import { ConfigSection } from './config-section.tsx'
import { FreshnessFact } from './freshness-fact.tsx'
import { NeighboursSection } from './neighbours-section.tsx'
import { SemanticSection } from './semantic-section.tsx'
import { ResultSection, TestsSection } from './tests-section.tsx'
import { UnitTestSection } from './unit-test-section.tsx'

/** A resource: what it is, where from, whether it is healthy, and then all the rest. */
export function NodePage({
  node,
  section,
}: {
  readonly node: ArtifactNode
  readonly section: string | undefined
}): JSX.Element {
  const { project } = useSite()
  useEffect(() => {
    if (section !== undefined) document.getElementById(`section-${section}`)?.scrollIntoView({ block: 'start' })
  }, [section, node])
  const columns = useMemo(() => (hasColumns(node) ? columnsOf(project, node) : []), [project, node])
  const tests = project.tests.get(node.unique_id) ?? []
  const hasCode = Boolean(node.raw_code)
  const parts = [
    columns.length > 0 && (['columns', `Columns ${count(columns.length)}`] as const),
    tests.length > 0 && (['tests', `Tests ${count(tests.length)}`] as const),
    ['lineage', 'Lineage'] as const,
    hasCode && (['code', 'Code'] as const),
    ['config', 'Config'] as const,
  ].filter((part) => part !== false)
  return (
    <article class="article">
      <Head node={node} />
      {node.description ? <Markdown text={node.description} /> : !isTest(node) && <Empty>No description.</Empty>}
      {node.source_description ? <SourceWords node={node} text={node.source_description} /> : null}
      <Facts node={node} />
      <ul class="part-links" aria-label="Parts of this page">
        {parts.map(([id, title]) => (
          <li key={id}>
            <a href={toResource(node.unique_id, id)}>{title}</a>
          </li>
        ))}
      </ul>
      <ResultSection node={node} />
      <SemanticSection node={node} />
      <UnitTestSection node={node} />
      {columns.length > 0 && <ColumnsSection node={node} columns={columns} open={section} />}
      {tests.length > 0 && <TestsSection ids={tests} />}
      <NeighboursSection id={node.unique_id} />
      {hasCode && <CodeSection node={node} />}
      <ConfigSection node={node} />
    </article>
  )
}

function Head({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const folders = (node.original_file_path ?? '').split('/').slice(0, -1)
  const kind = materializationOf(node)
  return (
    <header class="page-head">
      <ol class="crumbs" aria-label="Place in the project">
        <li>
          <a href={toList(node.resource_type)}>{pluralOf(node.resource_type)}</a>
        </li>
        <li>{node.package_name}</li>
        {folders.map((folder, at) => (
          <li key={at}>{folder}</li>
        ))}
      </ol>
      <div class="title-line">
        <h1>{node.label && node.resource_type === 'exposure' ? node.label : titleOf(node)}</h1>
        <TypeChip type={node.resource_type} />
        {kind !== undefined && kind !== node.resource_type && <span class="chip">{kind}</span>}
        {node.version != null && <VersionChip node={node} />}
        {node.contract?.enforced === true && <span class="chip">contract</span>}
        <a class="button" href={toGraph({ node: node.unique_id, up: 2, down: 2 })}>
          <Icon name="graph" size={14} />
          Lineage graph
        </a>
      </div>
    </header>
  )
}

function VersionChip({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const isLatest = String(node.version) === String(node.latest_version)
  return <span class="chip">{isLatest ? 'latest version' : `latest is v${node.latest_version}`}</span>
}

/** What is said of a source as a whole, beside what is said of this table of it. */
const SourceWords = ({ node, text }: { readonly node: ArtifactNode; readonly text: string }): JSX.Element => (
  <div class="source-words">
    <h2>
      Source <code>{node.source_name}</code>
    </h2>
    <Markdown text={text} />
  </div>
)

/** The group with its owner. */
function groupText(project: Project, name: string): string {
  const owner = Object.values(project.artifacts.manifest.groups ?? {}).find((group) => group.name === name)?.owner
  const people = [owner?.name, ...[owner?.email ?? []].flat()].filter(Boolean)
  return people.length === 0 ? name : `${name} (${people.join(', ')})`
}

function Facts({ node }: { readonly node: ArtifactNode }): JSX.Element {
  const { project, now } = useSite()
  const id = node.unique_id
  const result = project.results.get(id)
  const rows = rowCount(project, id)
  const tests = testCounts(project, id)
  const table = catalogOf(project, id)
  const group = node.group ?? node.config?.['group']
  const relation = node.relation_name ?? undefined
  const owner = node.owner
  const finished =
    result?.timing?.findLast((one) => one.completed_at != null)?.completed_at ?? project.run?.metadata.generated_at
  const url = safeLink(node.url)
  return (
    <dl class="facts">
      {result !== undefined && (
        <Fact name={isTest(node) ? 'Result' : 'Last run'}>
          <StatusChip status={result.status} />
          <span class="muted">
            {' '}
            in {duration(result.execution_time ?? 0)}
            {finished !== undefined && (
              <>
                ,{' '}
                <time dateTime={finished} title={dateTime(finished)}>
                  {ago(finished, now)}
                </time>
              </>
            )}
          </span>
        </Fact>
      )}
      {rows !== undefined && <Fact name="Rows">{count(rows)}</Fact>}
      {tests.total > 0 && (
        <Fact name="Tests">
          <a class="plain-link" href={toResource(id, 'tests')}>
            {tests.bad > 0 && <span class="health-text-bad">{count(tests.bad)} failed </span>}
            {tests.warn > 0 && <span class="health-text-warn">{counted(tests.warn, 'warning')} </span>}
            {tests.good > 0 && <span class="health-text-good">{count(tests.good)} passed</span>}
            {tests.unknown + tests.skipped > 0 && (
              <span class="muted"> {count(tests.unknown + tests.skipped)} not run</span>
            )}
          </a>
        </Fact>
      )}
      {node.resource_type === 'source' && <FreshnessFact node={node} />}
      {relation !== undefined && (
        <Fact name={table === undefined ? 'Relation' : table.metadata.type.toLowerCase().replace('base ', '')}>
          <code class="relation">{relation}</code>
          <CopyButton text={relation} label="Copy the name of the relation" />
        </Fact>
      )}
      {url !== undefined && (
        <Fact name="Address">
          <a href={url} target="_blank" rel="noopener noreferrer">
            {url} <Icon name="external" size={12} />
          </a>
        </Fact>
      )}
      {node.url != null && url === undefined && (
        <Fact name="Address">
          <code>{node.url}</code>
        </Fact>
      )}
      {node.type !== undefined && <Fact name="Kind">{node.type}</Fact>}
      {node.maturity != null && <Fact name="Maturity">{node.maturity}</Fact>}
      {owner !== undefined && (owner.name || owner.email) && (
        <Fact name="Owner">{[owner.name, ...[owner.email ?? ''].flat()].filter(Boolean).join(' · ')}</Fact>
      )}
      {table?.metadata.owner != null && <Fact name="Owned in the database by">{table.metadata.owner}</Fact>}
      {typeof group === 'string' && <Fact name="Group">{groupText(project, group)}</Fact>}
      {node.access != null && node.access !== 'protected' && <Fact name="Access">{node.access}</Fact>}
      {tagsOf(node).length > 0 && (
        <Fact name="Tags">
          {tagsOf(node).map((tag) => (
            <a class="chip" key={tag} href={toGraph({ select: /[\s,]/.test(tag) ? undefined : `tag:${tag}` })}>
              {tag}
            </a>
          ))}
        </Fact>
      )}
      {node.deprecation_date != null && (
        <Fact name="Deprecated from">{dateTime(node.deprecation_date) ?? node.deprecation_date}</Fact>
      )}
      {node.loader ? <Fact name="Loaded by">{node.loader}</Fact> : null}
      {Object.values(table?.stats ?? {})
        .filter((stat) => stat.include && stat.id !== 'has_stats' && stat.id !== 'row_count')
        .map((stat) => (
          <Fact name={stat.label} key={stat.id}>
            {typeof stat.value === 'number' ? count(stat.value) : String(stat.value)}
          </Fact>
        ))}
      {isTest(node) && node.attached_node != null && (
        <Fact name="Tests">
          <ResourceLink id={node.attached_node} />
          {node.column_name != null && <code> {node.column_name}</code>}
        </Fact>
      )}
      {node.original_file_path !== undefined && (
        <Fact name={node.resource_type === 'source' ? 'Declared in' : 'File'}>
          <code>{node.original_file_path}</code>
        </Fact>
      )}
      {node.patch_path != null && (
        <Fact name={`${typeWord(node.resource_type)} described in`}>
          <code>{node.patch_path.replace(/^.*?:\/\//, '')}</code>
        </Fact>
      )}
    </dl>
  )
}
