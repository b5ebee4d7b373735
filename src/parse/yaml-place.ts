import type { SourceFile, Span } from '../errors/source-file.ts'
import { locate } from '../project/read-yaml.ts'

/** A place in a property file by the path of keys that leads to it; found in the text only when an error needs it. */
export interface Place {
  readonly file: SourceFile
  readonly path: readonly (string | number)[]
}

export const under = (place: Place, ...path: (string | number)[]): Place => ({
  file: place.file,
  path: [...place.path, ...path],
})

export const placeIn = (place: Place, of: 'key' | 'value' = 'value'): Span | undefined =>
  locate(place.file, place.path, of)
