import { toJson } from '../jinja/python/json.ts'
import type { NodeLineage, ProjectLineage } from '../lineage/project/project-lineage.ts'
import type { NameRules } from '../lineage/sql-reader.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { type GenericTestNode, isGenericTest, type ModelNode } from '../manifest/node.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import type { CheckedNode, CheckInput, RuleFinding } from './check-project.ts'
import { lastWordAt } from './sql-names.ts'

/**
 * Columns that end nowhere: of models that only other models and snapshots of the project read, those that none of these makes anything of that
 * somebody may look at, or uses to filter, join, group, order or test. Models at the end are for people, and so are those that anybody else may
 * read; about what reads them in a way that is not known (singular tests, analyses, failed analyses) nothing is said.
 */
export function unusedColumns({ manifest, lineage, rules, nodes, mapOf }: CheckInput): Map<UniqueId, RuleFinding[]> {
  const live = new LiveColumns(manifest, lineage, rules)
  const found = new Map<UniqueId, RuleFinding[]>()
  for (const node of nodes) {
    const own = lineage.get(node.unique_id)
    if (node.resource_type !== 'model' || own === undefined || !live.isInner(node)) continue
    const findings = own.columns.flatMap(({ name }): RuleFinding[] => {
      if (live.has(node.unique_id, name)) return []
      // What comes along with a star, or out of a macro, is not written here by anybody.
      const sql = node.compiled_code ?? ''
      const start = lastWordAt(sql, name)
      const end = start === undefined ? 0 : start + name.length
      const span = start === undefined ? undefined : mapOf(node)?.spanOf(start, end)
      if (span === undefined || span.file.text.slice(span.start, span.end) !== sql.slice(start, end)) return []
      return [
        {
          rule: 'unused-column',
          message: `No model uses the column '${name}' of '${node.name}'`,
          hint: undefined,
          at: span,
        },
      ]
    })
    if (findings.length > 0) found.set(node.unique_id, findings)
  }
  return found
}

/** Which columns somebody needs. */
class LiveColumns {
  readonly #lineage: ProjectLineage
  readonly #rules: NameRules
  readonly #inner = new Set<string>()
  readonly #live = new Set<string>()

  constructor(manifest: Manifest, lineage: ProjectLineage, rules: NameRules) {
    this.#lineage = lineage
    this.#rules = rules
    const readers = readersOf(manifest)
    for (const node of manifest.nodes.values()) {
      if (node.resource_type === 'model' && isPrivate(node) && this.#onlyModels(readers.get(node.unique_id) ?? []))
        this.#inner.add(node.unique_id)
    }
    const waiting: string[] = []
    const need = (node: string, column: string): void => {
      const key = this.#key(node, column)
      if (this.#live.has(key)) return
      this.#live.add(key)
      waiting.push(key)
    }
    const columnsBelow = new Map<string, NodeLineage['columns'][number]>()
    for (const [id, one] of lineage) {
      for (const used of one.used) need(used.node, used.column)
      for (const column of one.columns) {
        columnsBelow.set(this.#key(id, column.name), column)
        if (!this.#inner.has(id)) need(id, column.name)
      }
    }
    for (const node of manifest.nodes.values()) {
      if (isGenericTest(node)) for (const [tested, column] of testedColumns(node, lineage)) need(tested, column)
    }
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const column = columnsBelow.get(key)
      for (const source of [...(column?.sources ?? []), ...(column?.windows ?? [])]) need(source.node, source.column)
    }
  }

  /** Whether the node is read by models and snapshots of the project only, all of which are understood. */
  isInner(node: CheckedNode): boolean {
    return this.#inner.has(node.unique_id)
  }

  has(node: string, column: string): boolean {
    return this.#live.has(this.#key(node, column))
  }

  #key(node: string, column: string): string {
    return `${node}\0${this.#rules.normalise(column)}`
  }

  #onlyModels(readers: readonly Reader[]): boolean {
    return (
      readers.some(({ kind }) => kind === 'query') &&
      readers.every(
        ({ kind, id }) => kind === 'test' || (kind === 'query' && this.#lineage.get(id)?.status === 'complete'),
      )
    )
  }
}

interface Reader {
  readonly id: string
  readonly kind: 'query' | 'test' | 'other'
}

/** Who depends on a node. */
function readersOf(manifest: Manifest): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>()
  const add = (id: string, parents: readonly string[], kind: Reader['kind']): void => {
    for (const parent of parents) readers.set(parent, [...(readers.get(parent) ?? []), { id, kind }])
  }
  for (const node of manifest.nodes.values()) {
    if (node.resource_type === 'seed') continue
    const isQuery = node.resource_type === 'model' || node.resource_type === 'snapshot'
    add(node.unique_id, node.depends_on.nodes, isQuery ? 'query' : isGenericTest(node) ? 'test' : 'other')
  }
  for (const others of [
    manifest.exposures,
    manifest.metrics,
    manifest.semanticModels,
    manifest.savedQueries,
    manifest.unitTests,
  ])
    for (const node of others.values()) add(node.unique_id, node.depends_on.nodes, 'other')
  return readers
}

/** dbt: models with `access: public`, and versions of a model, are there for other projects too. */
const isPrivate = (node: ModelNode): boolean => node.access !== 'public' && node.version === null

/** The columns that a generic test speaks of: by name, or as a word in any of its arguments. */
function testedColumns(test: GenericTestNode, lineage: ProjectLineage): [string, string][] {
  const words = new Set(
    toJson(test.test_metadata.kwargs)
      .match(/[\p{L}\p{N}_$]+/gu)
      ?.map((word) => word.toLowerCase()),
  )
  return test.depends_on.nodes.flatMap((id) =>
    (lineage.get(id)?.columns ?? []).flatMap(({ name }): [string, string][] =>
      words.has(name.toLowerCase()) ? [[id, name]] : [],
    ),
  )
}
