import type { Answer, ArtifactName } from '../config/answer.ts'
import { isQuernError, QuernError } from '../errors/quern-error.ts'
import type { CheckDocument } from '../events/check-document.ts'
import type { DiffDocument } from '../events/diff-document.ts'
import type { RunEvent, SummaryEntry } from '../events/run-event.ts'
import { rowsOf } from './cells.ts'
import type { Catalog, ColumnLineage, Manifest, RunResults, Sources } from './published.ts'
import type {
  Check,
  CompiledNode,
  FreshnessResult,
  InvokeResult,
  LineageOutcome,
  NodeResult,
  Outcome,
  ShownColumn,
  ShownTable,
} from './results.ts'

/** Gathers what an invocation tells. */
export class Collector {
  readonly #command: readonly string[]
  readonly #paths: Partial<Record<ArtifactName, string>> = {}
  readonly #compiled: CompiledNode[] = []
  readonly #tables: ShownTable[] = []
  readonly #checks: Check[] = []
  #listed: readonly string[] = []
  #results: readonly NodeResult[] = []
  #runResults: RunResults | undefined
  #check: CheckDocument | undefined
  #diff: DiffDocument | undefined
  #manifest: Manifest | undefined
  #catalog: Catalog | undefined
  #columnLineage: ColumnLineage | undefined
  #lineage: LineageOutcome['nodes'] = {}
  #sources: Sources | undefined
  #freshness: readonly SummaryEntry[] = []
  #error: unknown
  #interrupted = false

  /** `argv`: of a command line; only `parse` is asked for its manifest. */
  constructor(argv: readonly string[]) {
    this.#command = argv
  }

  onEvent(event: RunEvent): void {
    if (event.kind === 'freshness-summary') this.#freshness = event.results
    if (event.kind === 'run-summary' && event.interrupted) this.#interrupted = true
    if (event.kind === 'interrupted') this.#interrupted = true
    if (event.kind === 'encountered-error') this.#error = event.error
  }

  onFailure(error: unknown): void {
    this.#error = error
  }

  onAnswer(answer: Answer): void {
    switch (answer.kind) {
      case 'listed':
        this.#listed = answer.lines
        return
      case 'lineage':
        this.#lineage = JSON.parse(answer.text) as LineageOutcome['nodes']
        return
      case 'compiled':
        this.#compiled.push({ uniqueId: answer.uniqueId, name: answer.name, sql: answer.code })
        return
      case 'found':
        this.#check = answer.document
        return
      case 'compared':
        this.#diff = answer.document
        return
      case 'checked':
        this.#checks.push({
          name: answer.name as Check['name'],
          ok: answer.problem === null,
          problem: answer.problem ?? undefined,
        })
        return
      case 'shown': {
        const { uniqueId, name, table } = answer
        const columns = table.columnNames.map((column, index) => ({
          name: column,
          type: (table.columnTypes[index]?.typeName ?? 'Text') as ShownColumn['type'],
        }))
        this.#tables.push({ uniqueId, name, columns, rows: rowsOf(table) })
        return
      }
      case 'artifact':
        this.#onArtifact(answer)
    }
  }

  #onArtifact({ name, path, text, errors }: Answer & { readonly kind: 'artifact' }): void {
    if (path !== null) this.#paths[name] = path
    switch (name) {
      case 'manifest.json':
        if (this.#command.includes('parse')) this.#manifest = JSON.parse(text) as Manifest
        return
      case 'catalog.json':
        this.#catalog = JSON.parse(text) as Catalog
        return
      case 'column_lineage.json':
        this.#columnLineage = JSON.parse(text) as ColumnLineage
        return
      case 'sources.json':
        this.#sources = JSON.parse(text) as Sources
        return
      case 'run_results.json': {
        const whole = JSON.parse(text) as RunResults
        this.#runResults = whole
        this.#results = whole.results.map((entry) => {
          const error = errors?.get(entry.unique_id)
          return error === undefined ? entry : { ...entry, error }
        })
      }
    }
  }

  result(end: Pick<Outcome, 'exitCode' | 'output' | 'errorOutput'> & { readonly aborted: boolean }): InvokeResult {
    const { aborted, ...rest } = end
    return {
      ...rest,
      success: end.exitCode === 0,
      cancelled: this.#interrupted || (aborted && end.exitCode !== 0),
      error: this.#error === undefined ? undefined : asQuernError(this.#error),
      artifacts: this.#paths,
      results: this.#results,
      runResults: this.#runResults,
      listed: this.#listed,
      compiled: this.#compiled,
      tables: this.#tables,
      freshness: this.#freshness.map((entry) => this.#freshnessOf(entry)),
      checks: this.#checks,
      check: this.#check,
      diff: this.#diff,
      manifest: this.#manifest,
      catalog: this.#catalog,
      columnLineage: this.#columnLineage,
      lineage: this.#lineage,
      sources: this.#sources,
    }
  }

  #freshnessOf({ info, name, status, message, error }: SummaryEntry): FreshnessResult {
    const id = info?.unique_id ?? name
    return {
      unique_id: id,
      status: status as FreshnessResult['status'],
      message,
      ...(error && { error }),
      freshness: this.#sources?.results.find((entry) => entry.unique_id === id),
    }
  }
}

/** Whatever was thrown as an error of ours; `cause` keeps a bug's own. */
function asQuernError(thrown: unknown): QuernError {
  if (isQuernError(thrown)) return thrown
  if (thrown instanceof Error && thrown.name === 'UsageError') {
    const { hint } = thrown as Error & { readonly hint?: string }
    return new QuernError('Usage', 'usage', thrown.message, { hint, cause: thrown })
  }
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new QuernError('Internal', 'bug', message, {
    hint: 'this is a bug in quern: please report it with the stack of `cause`',
    cause: thrown,
  })
}
