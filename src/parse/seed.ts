import { dataFormatOf } from '../adapter/data-file.ts'
import type { Project } from '../config/project-config.ts'
import { SourceFile } from '../errors/source-file.ts'
import { fileStem, type ProjectFile } from '../project/find-files.ts'
import { sha256, stripBlank } from '../project/read-file.ts'
import type { ParseSession } from './session.ts'
import { shownPath } from './source-text.ts'
import { fqnOf, parseSqlNode } from './sql-node.ts'

/** dbt-core 1.11: larger files are not hashed, their path stands for the content. */
const MAXIMUM_HASHED_BYTES = 1024 * 1024

/** Files of `seed-paths`: one seed each; the content is read when it is loaded. */
export function parseSeed(session: ParseSession, project: Project, file: ProjectFile): void {
  const shown = shownPath(session, project, file)
  const { files } = session.memory
  const checksum = files.isLarger(file.absolute, shown, MAXIMUM_HASHED_BYTES)
    ? { name: 'path', checksum: file.original }
    : {
        name: 'sha256',
        checksum: sha256(
          dataFormatOf(file.relative) === 'parquet'
            ? files.bytes(file.absolute, shown)
            : stripBlank(files.text(file.absolute, shown)),
        ),
      }
  const name = fileStem(file.relative)
  parseSqlNode(session, {
    type: 'seed',
    project,
    file: new SourceFile(shown, ''),
    name,
    path: file.relative,
    original: file.original,
    fqn: fqnOf(project.name, file.relative, name),
    code: '',
    checksum,
  })
}
