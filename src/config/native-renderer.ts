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

/** The same for a text that stays text: `var()` renders the strings it finds this way. */
export const renderPlainText = (names: ReadonlyMap<string, Value>, text: string, path: string): string =>
  Template.parse(new SourceFile(path, text)).renderSync({
    names: { lookup: (name) => names.get(name) },
    flavour: 'sync',
    undefinedMode: 'lenient',
    limits: newLimits(),
  })
