import type { IndirectSelection } from '../../config/flags.ts'
import type { Value } from '../../jinja/runtime/value.ts'

/** The names before the colon. `selector` refers to a definition of selectors.yml. */
export const METHODS = [
  'fqn', 'tag', 'group', 'access', 'source', 'path', 'file', 'package', 'config', 'test_name', 'test_type', 'resource_type', 'state',
  'exposure', 'metric', 'result', 'source_status', 'version', 'semantic_model', 'saved_query', 'unit_test', 'selector',
] as const // biome-ignore format: one list
export type MethodName = (typeof METHODS)[number]

/** One criterion: `2+tag:nightly+1`. */
export interface Criterion {
  readonly op: 'criterion'
  /** As written, for messages: the text, or the YAML definition as JSON text. */
  readonly raw: string
  readonly method: MethodName
  /** `materialized` of `config.materialized:table`. */
  readonly arguments: readonly string[]
  /** A string on the command line; YAML may give anything, which `config` compares by type. */
  readonly value: Value
  /** What `selector:name` refers to. */
  readonly of?: Spec | undefined
  /** `@` */
  readonly childrensParents: boolean
  readonly parents: boolean
  readonly parentsDepth: number | null
  readonly children: boolean
  readonly childrenDepth: number | null
  readonly indirect: IndirectSelection
}

/** Criteria combined. `difference` takes the first part without the others. */
export interface SpecGroup {
  readonly op: 'union' | 'intersection' | 'difference'
  readonly parts: readonly Spec[]
  /** Warn when nothing matches; `raw` is named then. */
  readonly expectExists: boolean
  readonly raw: string
  readonly indirect: IndirectSelection
}

export type Spec = Criterion | SpecGroup
