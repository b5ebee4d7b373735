import { QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { makeDeprecation } from '../events/warnings.ts'
import { topLevelBlocks } from '../jinja/blocks.ts'
import type { ParseSession } from './session.ts'

type Session = Pick<ParseSession, 'invocation'>

/** The `onOther` of `topLevelBlocks` that tells of each tag (dbt-core 1.11: UnexpectedJinjaBlockDeprecation). `path` is how the message names the file. */
export const tellUnexpected =
  (session: Session, path: string): NonNullable<Parameters<typeof topLevelBlocks>[2]> =>
  (kind, at) => {
    const msg = `Found unexpected '${kind}' block tag.`
    session.invocation.emit(
      makeDeprecation('UnexpectedJinjaBlockDeprecation', 'D023', `${msg} in file \`${path}\``, {
        data: { msg, file: path },
        at,
      }),
    )
  }

/** Tells of the tags of a macro file that stand outside of its blocks. What is wrong with the file is found when its blocks are read. */
export function checkMacroFile(session: Session, file: SourceFile, kinds: ReadonlySet<string>, path: string): void {
  if (!file.text.includes('{%')) return
  const tell = tellUnexpected(session, path)
  const found: Parameters<typeof tell>[] = []
  try {
    topLevelBlocks(file, [...kinds], (kind, at) => void found.push([kind, at]))
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
  }
  for (const args of found) tell(...args)
}
