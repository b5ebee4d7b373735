import type { ReadLog } from '../context-base/reads.ts'
import { FileReader } from '../project/file-reader.ts'

/**
 * What a parse may know from an earlier one, and keeps for a later one. Whoever makes something of a file's text asks here first; what is given
 * back is always as good as made anew.
 */
export interface ParseMemory {
  /** Every file of the project is read with this. */
  readonly files: FileReader
  /** Hears of what templates read. */
  readonly reads: ReadLog | undefined
  /** The text of a seed whose rows become part of another resource. */
  rows(path: string, shown: string): string
  /**
   * What was made under this id before, when it was made from the same data (`from`: texts, nodes, flags) and all that templates read in the making
   * is as it was; else what `make` gives. That must be data, and must follow from `from` and what templates read alone; warnings told in
   * the making are told again. What `make` throws passes.
   */
  recall<T>(id: string, from: () => readonly unknown[], make: () => T): T
  /** What `run` recalls and tells belongs to the file with this absolute path. */
  within<T>(path: string, run: () => T): T
}

/** Knows nothing and keeps nothing. */
export function noMemory(): ParseMemory {
  const files = new FileReader()
  return {
    files,
    reads: undefined,
    rows: (path, shown) => files.text(path, shown),
    recall: (_id, _from, make) => make(),
    within: (_path, run) => run(),
  }
}
