import type { Filter } from '../runtime/filter.ts'
import { toText } from '../runtime/text.ts'
import { TextObject } from '../runtime/text-object.ts'
import { filter } from './arguments.ts'

export type MarkerKind = 'text' | 'bool' | 'native' | 'number'

/**
 * What dbt's `as_text`, `as_bool`, `as_native` and `as_number` give in native rendering: a text that says what it is to be
 * turned into when it is the whole result. In any other use it is the text, also where a filter that binds tighter than its author thought
 * made it of a list: `{{ target.type in ['redshift', 'postgres'] | as_bool }}` looks for a text in a text.
 */
export class NativeMarker extends TextObject {
  readonly typeName = 'str'
  readonly kind: MarkerKind
  constructor(kind: MarkerKind, text: string) {
    super(text)
    this.kind = kind
  }
}
const marker = (kind: MarkerKind): Filter => filter(`as_${kind}`, [], (value) => new NativeMarker(kind, toText(value)))
const KINDS: readonly MarkerKind[] = ['text', 'bool', 'native', 'number']

/** The marking filters of native rendering, by name. */
export const MARKING_FILTERS: ReadonlyMap<string, Filter> = new Map(KINDS.map((kind) => [`as_${kind}`, marker(kind)]))
/** The same names in text rendering: the value as it is. */
export const IDENTITY_FILTERS: ReadonlyMap<string, Filter> = new Map(
  KINDS.map((kind) => [`as_${kind}`, filter(`as_${kind}`, [], (value) => value)]),
)
