import type { Project } from '../config/project-config.ts'
import { type CalculatedConfig, calculateConfig } from '../config/node-config.ts'
import { QuernError } from '../errors/quern-error.ts'
import { type SourceFile, lineSpan } from '../errors/source-file.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ResourceType } from '../manifest/unique-id.ts'
import type { ParseSession } from './session.ts'

/** The config of one resource and what it was made from (see `calculateConfig`); wrong values are reported at the file that holds them. */
export function computeConfig(
  session: ParseSession,
  resourceType: ResourceType,
  project: Project,
  fqn: readonly string[],
  from: { readonly patch?: PlainDict | undefined; readonly calls?: readonly PlainDict[]; readonly file?: SourceFile } = {},
): CalculatedConfig {
  try {
    return calculateConfig({
      resourceType,
      fqn,
      packageName: project.name,
      patchConfig: from.patch,
      inFileConfigs: from.calls,
      config: session.config,
    })
  } catch (error) {
    if (!(error instanceof QuernError) || error.at !== undefined || from.file === undefined) throw error
    const key = /^at path \['([^']+)'\]/.exec(error.message)?.[1]
    throw new QuernError(error.kind, error.code, error.message, {
      at: placeOfKey(from.file, key),
      hint: error.hint,
      notes: error.notes,
      cause: error,
    })
  }
}

/** The first place where a config key is written as one, or nothing. */
function placeOfKey(file: SourceFile, key: string | undefined): ReturnType<typeof lineSpan> | undefined {
  if (key === undefined) return undefined
  const found = new RegExp(`(?<![\\w-])['"]?${key.replace(/[-_]/g, '[-_]')}['"]?\\s*[=:]`).exec(file.text)
  return found === null ? undefined : { file, start: found.index, end: found.index + key.length }
}
