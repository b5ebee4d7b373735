import { QuernError } from '../errors/quern-error.ts'

/** Who refers: the fields of dbt's message. */
export interface Referrer {
  readonly unique_id: string
  readonly original_file_path: string
  readonly resource_type: string
}

/**
 * `Model 'model.shop.orders' (models/orders.sql) depends on a node named 'stg_ordrs' which was not found`.
 */
export function notFound(
  user: Referrer,
  kind: 'node' | 'source' | 'metric' | 'function',
  name: string,
  details: { readonly package?: string | null; readonly version?: string | number | null; readonly disabled: boolean },
  hint?: string,
): QuernError {
  const title = user.resource_type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('_')
  const version = details.version ? ` with version '${details.version}'` : ''
  const packageName = details.package ? ` in package '${details.package}'` : ''
  return new QuernError(
    'Compilation',
    details.disabled ? `${kind}_disabled` : `${kind}_not_found`,
    `${title} '${user.unique_id}' (${user.original_file_path}) depends on a ${kind} named '${name}'${version}${packageName} which ${details.disabled ? 'is disabled' : 'was not found'}`,
    { hint },
  )
}
