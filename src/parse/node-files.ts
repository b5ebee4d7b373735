import type { Project } from '../config/project-config.ts'
import type { ProjectFile, ProjectFiles } from '../project/find-files.ts'
import { parseAnalysis } from './analysis.ts'
import { parseDocs } from './doc.ts'
import { parseFixture } from './fixture.ts'
import { parseFunction } from './function.ts'
import { parseHooks } from './hook.ts'
import { parseModel } from './model.ts'
import { parseSeed } from './seed.ts'
import type { ParseSession } from './session.ts'
import { parseSingularTest } from './singular-test.ts'
import { parseSnapshotFile } from './snapshot.ts'
import { readWhole } from './source-text.ts'

type FileParser = (session: ParseSession, project: Project, file: ProjectFile) => void

const BEFORE_HOOKS: readonly (readonly [keyof ProjectFiles, FileParser])[] = [
  ['models', parseModel],
  ['snapshots', parseSnapshotFile],
  ['analyses', parseAnalysis],
  ['singularTests', parseSingularTest],
  ['seeds', parseSeed],
  [
    'docs',
    (session, project, file) =>
      parseDocs(session, project.name, readWhole(session, project, file), file.relative, file.original),
  ],
]
const AFTER_HOOKS: readonly (readonly [keyof ProjectFiles, FileParser])[] = [
  ['fixtures', parseFixture],
  ['functions', parseFunction],
]

/** Files of one of these kinds make nodes that follow from the file, and from what templates read, alone. */
export const LONE_KINDS = ['models', 'snapshots', 'analyses', 'singularTests', 'seeds'] as const
export type LoneKind = (typeof LONE_KINDS)[number]

/** Nodes of all files of a project but the property files, in dbt's order. */
export function parseNodes(session: ParseSession, project: Project, files: ProjectFiles): void {
  const parse = ([kind, parser]: readonly [keyof ProjectFiles, FileParser]): void => {
    for (const file of files[kind]) session.memory.within(file.absolute, () => parser(session, project, file))
  }
  for (const step of BEFORE_HOOKS) parse(step)
  parseProjectHooks(session, project)
  for (const step of AFTER_HOOKS) parse(step)
}

/** Nodes of one file. */
export function parseLoneFile(session: ParseSession, project: Project, kind: LoneKind, file: ProjectFile): void {
  const parser = BEFORE_HOOKS.find(([name]) => name === kind)![1]
  session.memory.within(file.absolute, () => parser(session, project, file))
}

/** Stands for the file of a project's `on-run-start` and `on-run-end`. */
export const hooksPath = (project: Project): string => `${project.root}/dbt_project.yml#hooks`

export const parseProjectHooks = (session: ParseSession, project: Project): void =>
  session.memory.within(hooksPath(project), () => parseHooks(session, project))
