import type { PlainDict } from '../jinja/runtime/value.ts'
import type { Entry } from './property-file.ts'

/** One table of a `sources:` entry. */
export interface UnpatchedSource {
  readonly entry: Entry
  readonly table: PlainDict & { readonly name: string }
  readonly index: number
}

/** An entry with `overrides:`, which changes a source of another package. */
export interface SourcePatch {
  readonly entry: Entry
  readonly overrides: string
  /** Tables of the other source to which it was applied; undefined until the source was seen. */
  used: Set<string> | undefined
}
