import type { Table } from '../adapter/table.ts'
import type { QuernError } from '../errors/quern-error.ts'
import type { CheckDocument } from '../events/check-document.ts'
import type { DiffDocument } from '../events/diff-document.ts'

export type ArtifactName =
  | 'manifest.json'
  | 'run_results.json'
  | 'sources.json'
  | 'catalog.json'
  | 'column_lineage.json'

/** What a command found out, for callers that want data instead of lines and files. */
export type Answer =
  /** `path`: where the text was written, null when it was not. `errors`: of the results in it, by unique id. */
  | {
      readonly kind: 'artifact'
      readonly name: ArtifactName
      readonly path: string | null
      readonly text: string
      readonly errors?: ReadonlyMap<string, QuernError>
    }
  /** The lines of `list`, one for each resource. */
  | { readonly kind: 'listed'; readonly lines: readonly string[] }
  /** `nodes` of column_lineage.json, restricted to what `lineage` shows. */
  | { readonly kind: 'lineage'; readonly text: string }
  | { readonly kind: 'shown'; readonly uniqueId: string; readonly name: string; readonly table: Table }
  | { readonly kind: 'compiled'; readonly uniqueId: string; readonly name: string; readonly code: string }
  | { readonly kind: 'compared'; readonly document: DiffDocument }
  | { readonly kind: 'found'; readonly document: CheckDocument }
  /** A check of `debug`; `problem` null = passed. */
  | { readonly kind: 'checked'; readonly name: string; readonly problem: string | null }
