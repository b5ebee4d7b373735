import type { Method } from './method.ts'
import { named } from './named.ts'

/** `exposure:name` or `exposure:package.name`. */
export const exposure: Method = named('exposure', 'exposure')
