import type { Method } from './method.ts'
import { named } from './named.ts'

/** `unit_test:name` or `unit_test:package.name`. */
export const unitTest: Method = named('unit_test', 'unit test')
