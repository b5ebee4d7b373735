import { SourceFile } from '../errors/source-file.ts'
import { newLimits } from '../jinja/names.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import type { RenderText } from './render-values.ts'

/** A renderer of YAML values that knows the given names (and, while rendering, nothing of a database). */
export const nativeRenderer =
  (names: ReadonlyMap<string, Value>): RenderText =>
  (text, path) =>
    Template.parse(new SourceFile(path, text)).renderNative({
      names: { lookup: (name) => names.get(name) },
      flavour: 'sync',
      undefinedMode: 'lenient',
      limits: newLimits(),
    })
