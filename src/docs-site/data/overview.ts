import type { ArtifactNode } from './artifact-types.ts'
import { catalogOf, hasColumns, isTest, type Project } from './project.ts'
import { type Health, healthOf } from './status.ts'

/** A share, as two numbers. */
export interface Share {
  readonly part: number
  readonly of: number
}

/** How much of what people build on is described: models, sources, seeds and snapshots, and their columns. */
export function documentation(project: Project): { readonly resources: Share; readonly columns: Share } {
  let [described, all, describedColumns, allColumns] = [0, 0, 0, 0]
  for (const node of project.nodes.values()) {
    if (!hasColumns(node) || node.package_name !== project.name) continue
    all++
    if (node.description) described++
    const [part, of] = columnShare(project, node)
    describedColumns += part
    allColumns += of
  }
  return { resources: { part: described, of: all }, columns: { part: describedColumns, of: allColumns } }
}

/** How many columns of a resource are described, and how many there are: `columnsOf` without making them. */
function columnShare(project: Project, node: ArtifactNode): readonly [part: number, of: number] {
  const described = new Map(Object.values(node.columns ?? {}).map((one) => [one.name.toLowerCase(), one.description]))
  let [part, of] = [0, 0]
  for (const { name, comment } of Object.values(catalogOf(project, node.unique_id)?.columns ?? {})) {
    const key = name.toLowerCase()
    of++
    if (described.get(key) || comment) part++
    described.delete(key)
  }
  for (const description of described.values()) if (description) part++
  return [part, of + described.size]
}

/** How many models have at least one test. */
export function tested(project: Project): Share {
  let [part, of] = [0, 0]
  for (const [id, node] of project.nodes) {
    if (node.resource_type !== 'model' || node.package_name !== project.name) continue
    of++
    if ((project.tests.get(id)?.length ?? 0) > 0) part++
  }
  return { part, of }
}

/** Results of the run by what they mean. */
export function runCounts(project: Project): Readonly<Record<Health, number>> {
  const counts = { good: 0, warn: 0, bad: 0, skipped: 0, unknown: 0 }
  for (const { status } of project.run?.results ?? []) counts[healthOf(status)]++
  return counts
}

/** What somebody has to look after, the worst first. */
export function attention(
  project: Project,
): { readonly id: string; readonly status: string; readonly message: string | undefined }[] {
  const found = []
  for (const [id, result] of project.results) {
    const health = healthOf(result.status)
    if (health === 'bad' || health === 'warn')
      found.push({ id, status: result.status, message: result.message ?? undefined, health })
  }
  for (const [id, result] of project.freshness) {
    const health = healthOf(result.status)
    if (health === 'bad' || health === 'warn')
      found.push({
        id,
        status: result.status,
        message: result.error ?? 'the data is older than its freshness rule allows',
        health,
      })
  }
  return found.sort((a, b) => Number(b.health === 'bad') - Number(a.health === 'bad'))
}

/** Built resources by their time in the last run, the slowest first. */
export function slowest(project: Project, limit: number): { readonly id: string; readonly seconds: number }[] {
  return [...project.results.values()]
    .filter(({ unique_id: id }) => project.nodes.has(id) && !isTest(project.nodes.get(id)!))
    .map(({ unique_id: id, execution_time: seconds = 0 }) => ({ id, seconds }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, limit)
}

/** The project's own words for its first page: the docs block `__overview__`, the root project's before those of packages. */
export function overviewText(project: Project): string | undefined {
  const blocks = Object.values(project.artifacts.manifest.docs ?? {}).filter((doc) => doc.name === '__overview__')
  const block =
    blocks.find((doc) => doc.package_name === project.name) ?? blocks.find((doc) => doc.package_name !== 'dbt')
  return block?.block_contents
}

/** How many rows the last run wrote, where the database said so, or how many the catalog counted. */
export function rowCount(project: Project, id: string): number | undefined {
  const told = project.results.get(id)?.adapter_response?.['rows_affected']
  if (typeof told === 'number' && told >= 0) return told
  const stat = catalogOf(project, id)?.stats?.['row_count']
  const value = stat?.include === true ? Number(stat.value) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}
