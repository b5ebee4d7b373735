import { isQuernError, QuernError } from '../errors/quern-error.ts'
import type { SourceFile } from '../errors/source-file.ts'
import { hasJinja, plainText } from '../jinja/plain-text.ts'
import { type PlainDict, TemplateFault, type Value } from '../jinja/runtime/value.ts'
import { locate } from '../project/read-yaml.ts'
import { asPlainDict, type KeyPath, mapLeaves } from './python-data.ts'

/** Renders one text natively (a template's single value keeps its type); throws `QuernError` or `TemplateFault`. */
export type RenderText = (text: string, path: string) => Value

/**
 * Renders every text of a YAML value, keys excepted. `file` gives errors a place, `base` is the path of `data` in the file;
 * paths for which `skip` is true stay as they are. Throws a `QuernError` (`Could not render {{ x }}: ...`) at the value.
 */
export function renderData(
  data: Value,
  render: RenderText,
  options: {
    readonly file: SourceFile | undefined
    readonly base?: KeyPath
    readonly skip?: (path: KeyPath) => boolean
  },
): Value {
  return mapLeaves(data, (value, path) => {
    if (typeof value !== 'string' || options.skip?.(path) === true) return value
    return renderAt(value, render, options.file, [...(options.base ?? []), ...path])
  })
}

/** `renderData` for a dict. */
export const renderDict = (data: PlainDict, render: RenderText, options: Parameters<typeof renderData>[2]): PlainDict =>
  asPlainDict(renderData(data, render, options)) ?? {}

/** Renders one text that stands at `path` of `file`; one without Jinja loses its last line break, as it would by rendering. */
export function renderAt(text: string, render: RenderText, file: SourceFile | undefined, path: KeyPath): Value {
  if (!hasJinja(text)) return plainText(text)
  try {
    return render(text, file?.path ?? 'config')
  } catch (error) {
    throw relocated(error, text, file, path)
  }
}

/** dbt wraps Compilation Errors of Jinja only; errors of kind Parsing (env vars) keep their text. */
function relocated(error: unknown, text: string, file: SourceFile | undefined, path: KeyPath): unknown {
  const isFault = error instanceof TemplateFault
  if (!isFault && !isQuernError(error)) return error
  const kind = isFault ? 'Compilation' : error.kind
  const message = kind === 'Compilation' ? `Could not render ${text}: ${error.message}` : error.message
  const at = file === undefined ? undefined : locate(file, path)
  const details = isFault ? {} : { hint: error.hint, notes: error.notes }
  return new QuernError(kind, isFault ? 'render_failed' : error.code, message, { ...details, at, cause: error })
}
