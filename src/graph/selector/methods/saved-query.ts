import type { Method } from './method.ts'
import { named } from './named.ts'

/** `saved_query:name` or `saved_query:package.name`. */
export const savedQuery: Method = named('saved_query', 'saved query')
