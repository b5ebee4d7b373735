import { QuernError } from '../errors/quern-error.ts'
import { findText, SourceFile } from '../errors/source-file.ts'
import type { ManifestNode } from '../manifest/node.ts'

const KINDS = ['pre-hook', 'post-hook'] as const

/** Gives the texts that a node's context renders a name and a place: those of its hooks are the user's, from the node's file or a YAML file. */
export class RenderedHooks {
  readonly #node: ManifestNode
  readonly #nodeFile: () => SourceFile | undefined
  #last: SourceFile | undefined

  /** `nodeFile` reads the file that the node is from. */
  constructor(node: ManifestNode, nodeFile: () => SourceFile | undefined) {
    this.#node = node
    this.#nodeFile = nodeFile
  }

  /** The file to render `text` as. */
  fileOf(text: string): SourceFile {
    const { config, unique_id: id } = this.#node
    const kind = KINDS.find((one) => config[one]?.some((hook) => hook.sql === text))
    if (kind === undefined) return new SourceFile('<render>', text)
    const file = this.#nodeFile()
    const written = file === undefined ? undefined : findText(file, text)
    this.#last = new SourceFile(`${kind} of ${id}`, text, written && (() => written))
    return this.#last
  }

  /** An error of a statement that `run_hooks` ran, at the hook that was rendered last; any other as it is. */
  placed(error: unknown): unknown {
    const hook = this.#last
    if (!(error instanceof QuernError) || hook === undefined || error.place() !== undefined) return error
    if (!error.frames.some((frame) => frame.kind === 'macro' && frame.name === 'run_hooks')) return error
    return error.completed({ at: { file: hook, start: 0, end: hook.text.length } })
  }
}
