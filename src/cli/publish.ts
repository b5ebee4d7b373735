import { writeFileAtomically } from '../artifacts/write-file.ts'
import type { Answer, ArtifactName } from '../config/answer.ts'
import type { Invocation } from '../config/invocation.ts'

/**
 * Writes an artifact, unless --no-write-json (`always`: even then), tells that it was written (`type`: dbt's name of it; null: dbt has none, and no such event), and hands it
 * to the caller. `text` is called when somebody wants the text; `write` writes the file without it.
 */
export function publish(
  invocation: Invocation,
  artifact: {
    readonly name: ArtifactName
    readonly type: string | null
    /** Absolute. */
    readonly path: string
    readonly text: () => string
    readonly write?: () => void
    readonly errors?: (Answer & { kind: 'artifact' })['errors']
    readonly always?: boolean
  },
): void {
  const { answer, emit, flags, secrets } = invocation
  const isWritten = flags.writeJson || artifact.always === true
  if (!isWritten && answer === undefined) return
  const { name, type, path, errors } = artifact
  const text = answer === undefined && artifact.write !== undefined ? undefined : secrets.scrubFile(artifact.text())
  if (isWritten) {
    if (text === undefined) artifact.write?.()
    else writeFileAtomically(path, text, { secrets })
    if (type !== null) emit({ kind: 'artifact-written', type, path })
  }
  if (text !== undefined)
    answer?.({ kind: 'artifact', name, path: isWritten ? path : null, text, ...(errors && { errors }) })
}

/** The errors of results, by unique id. */
export const errorsOf = <E>(results: readonly { readonly id: string; readonly error?: E }[]): Map<string, E> =>
  new Map(results.flatMap(({ id, error }) => (error === undefined ? [] : [[id, error]])))
