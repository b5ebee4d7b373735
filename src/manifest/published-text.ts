import type { UniqueId } from './unique-id.ts'

/** The members of manifest.json behind `metadata`, in dbt's order. */
export const PUBLISHED = [
  'nodes', 'sources', 'macros', 'docs', 'exposures', 'metrics', 'groups', 'selectors', 'disabled', 'parent_map', 'child_map', 'group_map',
  'saved_queries', 'semantic_models', 'unit_tests', 'functions',
] as const // biome-ignore format: one list
export type PublishedMember = (typeof PUBLISHED)[number]

/** A part of a text, in bytes: from the first to the one behind the last. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/**
 * What manifest.json says of a manifest as it came from parsing, from the `"nodes"` member to the closing brace, as ASCII text that is kept somewhere.
 */
export interface PublishedText {
  readonly length: number
  /** Where the value of a member stands. */
  member(name: PublishedMember): TextRange
  /** Where the text of a resource stands (the value, not its key). Undefined: it was not there. */
  resource(member: PublishedMember, id: UniqueId): TextRange | undefined
  /** The text of a part, piece by piece; each piece is only good until the next is asked for. */
  read(range: TextRange): Iterable<Uint8Array>
  /**
   * The whole text stands in one piece of a file: gives the file with room for `room` bytes in front of the text, or undefined when there is no such
   * file or not as much room. `isSame`: whether there is still that very file at the path.
   */
  file(room: number): { readonly path: string; readonly at: number; readonly isSame: () => boolean } | undefined
  /** Nothing can be read any more. */
  close(): void
}
