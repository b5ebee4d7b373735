import type { Filter } from '../runtime/filter.ts'
import { IDENTITY_FILTERS, MARKING_FILTERS } from './native-markers.ts'
import { SEQUENCE_FILTERS } from './sequence-filters.ts'
import { TEXT_FILTERS } from './text-filters.ts'
import { VALUE_FILTERS } from './value-filters.ts'

/** Every filter of templates that render text. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...TEXT_FILTERS,
  ...SEQUENCE_FILTERS,
  ...VALUE_FILTERS,
  ...IDENTITY_FILTERS,
])

/** Every filter of native rendering: `as_bool` and its like mark their value. */
export const NATIVE_FILTERS: ReadonlyMap<string, Filter> = new Map([...FILTERS, ...MARKING_FILTERS])
