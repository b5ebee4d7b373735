import type { Project } from '../config/project-config.ts'
import type { SourceFile } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ProjectFile } from '../project/find-files.ts'
import type { Place } from './yaml-place.ts'

/** A property file that was read. */
export interface PropertyFile {
  readonly project: Project
  readonly file: ProjectFile
  readonly text: SourceFile
  readonly checksum: string
  readonly data: PlainDict
}

/** One entry of a section, rendered and checked. */
export interface Entry {
  readonly properties: PropertyFile
  readonly project: Project
  readonly section: string
  readonly data: PlainDict & { readonly name: string }
  /** The same as written. */
  readonly unrendered: PlainDict
  readonly place: Place
}
