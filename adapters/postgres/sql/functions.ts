/*
 * What the catalog of PostgreSQL 18 says of its own functions (pg_proc): functions of users are not known, so that what they aggregate counts
 * as computed, and what rows they give is not known.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const AGGREGATES = words(`
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank every json_agg
  json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict jsonb_agg jsonb_agg_strict
  jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict max min mode percent_rank
  percentile_cont percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
  regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg`)

/** Aggregates only with `within group`; otherwise window functions. */
export const ALSO_WINDOW = words('cume_dist dense_rank percent_rank rank')

/** Functions that give rows of one value; in `from` the column has the alias's name, or the function's. */
const SCALAR_ROWS = words(`
  generate_series generate_subscripts json_object_keys jsonb_object_keys jsonb_path_query jsonb_path_query_tz regexp_matches
  regexp_split_to_table string_to_table unnest`)

/** Functions with names for what they give. */
const NAMED_ROWS: Readonly<Record<string, readonly string[]>> = {
  json_array_elements: ['value'],
  json_array_elements_text: ['value'],
  json_each: ['key', 'value'],
  json_each_text: ['key', 'value'],
  jsonb_array_elements: ['value'],
  jsonb_array_elements_text: ['value'],
  jsonb_each: ['key', 'value'],
  jsonb_each_text: ['key', 'value'],
  ts_debug: ['alias', 'description', 'token', 'dictionaries', 'dictionary', 'lexemes'],
  ts_parse: ['tokid', 'token'],
  ts_stat: ['word', 'ndoc', 'nentry'],
  ts_token_type: ['tokid', 'alias', 'description'],
}

/** The names of the columns that a function in `from` has; `alias` only when it stands there alone. Undefined: not known. */
export function rowNames(
  name: string,
  argumentCount: number,
  alias: string | undefined,
): readonly string[] | undefined {
  if (Object.hasOwn(NAMED_ROWS, name)) return NAMED_ROWS[name]
  // `unnest(a, b)` is one call per array, side by side.
  if (name === 'unnest' && argumentCount > 1) return Array.from({ length: argumentCount }, () => name)
  return SCALAR_ROWS.has(name) ? [alias ?? name] : undefined
}
