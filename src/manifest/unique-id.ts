export const RESOURCE_TYPES = [
  'model', 'seed', 'snapshot', 'test', 'analysis', 'operation', 'sql_operation', 'source', 'exposure', 'metric', 'semantic_model',
  'saved_query', 'unit_test', 'macro', 'doc', 'group', 'function', 'fixture',
] as const // biome-ignore format: one list
export type ResourceType = (typeof RESOURCE_TYPES)[number]

declare const uniqueIdBrand: unique symbol
/** `model.shop.orders`. Only `uniqueId()` makes one, so a bare name cannot be mistaken for an id. */
export type UniqueId = string & { readonly [uniqueIdBrand]: true }

/** `type.package.name[.more]`, as dbt builds ids. */
export const uniqueId = (type: ResourceType, packageName: string, ...names: string[]): UniqueId =>
  [type, packageName, ...names].join('.') as UniqueId

/** An id that was read from an artifact or written by a user. */
export const asUniqueId = (text: string): UniqueId => text as UniqueId

/** The resource type that an id begins with. */
export const typeOfId = (id: string): ResourceType => id.slice(0, id.indexOf('.')) as ResourceType
