import { readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import type { RunServices } from '../../context/run-context.ts'
import { type Batch, batchResultsDict, batchResultsOf } from '../../manifest/batch.ts'
import type { ModelNode } from '../../manifest/node.ts'
import { NO_SECRETS } from '../../util/secrets.ts'
import { shownRelation } from './model.ts'

/**
 * The note that a microbatch model which is built from its beginning leaves in `target/unfinished` until it ends: a process that is
 * killed leaves it behind, and the next run goes on with the batches that are missing. Without it that run would see a table, take it
 * for complete, and build the latest batches only (as dbt-core 1.11 does).
 */
export class UnfinishedBuild {
  readonly #path: string
  /** What the note is about: other targets and other settings are other builds. */
  readonly #build: string
  readonly #done: Batch[] = []

  constructor(node: ModelNode, services: RunServices) {
    const { project, target } = services.config
    this.#path = resolve(project.root, project.targetPath, 'unfinished', `${node.unique_id}.json`)
    const { begin, batch_size } = node.config
    this.#build = [target.profileName, target.name, shownRelation(services, node), String(begin), batch_size].join(
      ' | ',
    )
  }

  /** The batches that a killed build had finished; undefined when there was none of this kind. A damaged note counts as none. */
  left(): readonly Batch[] | undefined {
    try {
      const note = JSON.parse(readFileSync(this.#path, 'utf8')) as { build?: unknown; batches?: unknown }
      return note.build === this.#build ? batchResultsOf(note.batches)?.successful : undefined
    } catch {
      return undefined
    }
  }

  /** Notes what is finished: at the start of a build what was there before, then each batch. */
  add(batches: readonly Batch[]): void {
    this.#done.push(...batches)
    const note = { build: this.#build, batches: batchResultsDict({ successful: this.#done, failed: [] }) }
    writeFileAtomically(this.#path, JSON.stringify(note), { secrets: NO_SECRETS })
  }

  /** The build has ended, well or not: what failed is in run_results.json, for `retry`. */
  end(): void {
    rmSync(this.#path, { force: true })
  }
}
