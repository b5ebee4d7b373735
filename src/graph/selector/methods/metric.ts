import type { Method } from './method.ts'
import { named } from './named.ts'

/** `metric:name` or `metric:package.name`. */
export const metric: Method = named('metric', 'metric')
