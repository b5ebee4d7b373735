import type { Method } from './method.ts'
import { named } from './named.ts'

/** `semantic_model:name` or `semantic_model:package.name`. */
export const semanticModel: Method = named('semantic_model', 'semantic model')
