import { QuernError } from '../../../errors/quern-error.ts'
import type { Emit } from '../../../events/run-event.ts'
import type { Manifest } from '../../../manifest/manifest.ts'
import type { NodeOutline } from '../../../manifest/node-map.ts'
import type { Comparison } from '../../state/comparison.ts'
import type { Criterion } from '../spec.ts'

/** What a method may look at. */
export interface MethodContext {
  readonly manifest: Manifest
  readonly criterion: Criterion
  /** Every vertex, for methods that need an overview before they judge single nodes. */
  readonly nodes: readonly NodeOutline[]
  /** A node's fully qualified name joined by dots, with and without the package; remembered for the whole selection. */
  readonly flatName: (node: NodeOutline) => FlatName
  /** The earlier run to compare with; undefined without `--state`. */
  readonly comparison: Comparison | undefined
  /** Told of warnings that comparing brings up; may throw. */
  readonly emit: Emit
}

export interface FlatName {
  readonly full: string
  readonly withoutPackage: string
}

/**
 * Prepares a criterion once; the returned test is asked for each node, of which it may know the outline alone: what needs more asks the manifest.
 * Throws a `QuernError` for a value that makes no sense.
 */
export type Method = (context: MethodContext) => (node: NodeOutline) => boolean

/** The criterion's value as text. Throws a `QuernError` for a list or a dict, which a YAML selector may hold. */
export function textValue({ value, raw, method }: Criterion): string {
  if (typeof value === 'object' && value !== null) {
    throw new QuernError(
      'Runtime',
      'invalid_selector_value',
      `Invalid ${method} selector value in ${raw}: it must be a single value`,
      {
        hint: 'for several values write one definition for each, and put them into a union',
      },
    )
  }
  return String(value ?? '')
}

/** Resource types that live in `manifest.nodes`. */
export const PARSED: ReadonlySet<string> = new Set([
  'model',
  'seed',
  'snapshot',
  'test',
  'analysis',
  'operation',
  'sql_operation',
])
