import { relative, sep } from 'node:path'
import type { Project } from '../config/project-config.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { FileChecksum } from '../manifest/node.ts'
import type { ProjectFile } from '../project/find-files.ts'
import { sha256, stripBlank, withoutMark } from '../project/read-file.ts'
import { StrippedFile } from '../project/stripped-file.ts'
import type { ParseSession } from './session.ts'

/** Where a file of a project stands, as seen from the root project's folder. */
export function shownPath(session: Pick<ParseSession, 'config'>, project: Project, file: ProjectFile): string {
  if (project.root === session.config.project.root) return file.original.replace(/^\.\//, '')
  const path = relative(session.config.project.root, file.absolute)
  return path.startsWith('..') ? file.absolute : path.split(sep).join('/')
}

/** A file as its nodes hold it (without the blanks around), and its checksum as dbt computes it. */
export function readStripped(
  session: Pick<ParseSession, 'config' | 'memory'>,
  project: Project,
  file: ProjectFile,
): { text: SourceFile; checksum: FileChecksum } {
  const shown = shownPath(session, project, file)
  const whole = session.memory.files.text(file.absolute, shown)
  const text = new StrippedFile(shown, withoutMark(whole))
  return {
    text,
    checksum: { name: 'sha256', checksum: sha256(text.text.length === whole.length ? text.text : stripBlank(whole)) },
  }
}

/** A file as the user wrote it, without a byte order mark. */
export function readWhole(
  session: Pick<ParseSession, 'config' | 'memory'>,
  project: Project,
  file: ProjectFile,
): SourceFile {
  const shown = shownPath(session, project, file)
  return new SourceFile(shown, withoutMark(session.memory.files.text(file.absolute, shown)))
}
