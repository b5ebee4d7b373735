export const RELATION_TYPES = [
  'table', 'view', 'cte', 'materialized_view', 'ephemeral', 'external', 'pointer_table', 'function',
] as const // biome-ignore format: one list
export type RelationType = (typeof RELATION_TYPES)[number]

export const RELATION_PARTS = ['database', 'schema', 'identifier'] as const
export type RelationPart = (typeof RELATION_PARTS)[number]
export type PerPart<T> = Readonly<Record<RelationPart, T>>

/** The name of the CTE that an ephemeral model becomes. */
export const ephemeralName = (identifier: string): string => `__dbt__cte__${identifier}`
