import { QuernError } from '../../src/errors/quern-error.ts'
import { getAttribute, getItem } from '../../src/jinja/runtime/access.ts'
import { printfFormat } from '../../src/jinja/runtime/printf.ts'
import { formatTemplate } from '../../src/jinja/runtime/str-format.ts'
import { repr, toText } from '../../src/jinja/runtime/text.ts'
import { dictGet, isDict, type PlainDict, type Value } from '../../src/jinja/runtime/value.ts'

/** `meta` of a source table with its other config keys over it: both places may hold the location. */
function sourceSettings(source: PlainDict): PlainDict {
  const settings: PlainDict = {}
  const meta = dictGet(source, 'meta') ?? null
  if (isDict(meta)) Object.assign(settings, meta)
  const config = dictGet(source, 'config') ?? null
  if (isDict(config)) {
    for (const [key, value] of Object.entries(config as PlainDict)) if (!OWN_CONFIG_KEYS.has(key)) settings[key] = value
  }
  return settings
}

/** Config keys that dbt knows itself and that are therefore not settings of the location. */
const OWN_CONFIG_KEYS = new Set([
  'enabled', 'event_time', 'freshness', 'loaded_at_field', 'loaded_at_query', 'meta', 'tags',
]) // biome-ignore format: one list

/**
 * What a source with `external_location` renders as: the location with its variables filled in (`formatter`: newstyle = `{name}`,
 * oldstyle = `%(name)s`, template = `$name`), in quotes unless it is a function call or quoted already. Undefined for other sources.
 */
export function sourceLocation(source: PlainDict): string | undefined {
  const settings = sourceSettings(source)
  if ('plugin' in settings || settings.external_location === undefined) return undefined
  const template = toText(settings.external_location)
  const variables: PlainDict = {
    name: source.name ?? null,
    identifier: source.identifier ?? source.name ?? null,
    schema: source.schema ?? null,
    database: source.database ?? null,
    tags: source.tags ?? [],
    ...settings,
  }
  const location = formatLocation(template, variables, settings.formatter ?? 'newstyle', source)
  return location.includes('(') || location.startsWith("'") ? location : `'${location}'`
}

function formatLocation(template: string, variables: PlainDict, formatter: Value, source: PlainDict): string {
  const missing = (name: string): never => {
    throw new QuernError(
      'Runtime',
      'source_location_variable',
      `The external_location of source ${sourceName(source)} names '${name}', which is not defined: ${template}`,
      { hint: `known: ${Object.keys(variables).join(', ')}` },
    )
  }
  switch (formatter) {
    case 'newstyle':
      return formatTemplate(template, {
        positional: (index) => missing(String(index)),
        named: (name) => (Object.hasOwn(variables, name) ? variables[name]! : missing(name)),
        attribute: getAttribute,
        item: getItem,
      })
    case 'oldstyle': {
      const unknown = [...template.matchAll(/%\((\w+)\)/g)].find(([, name]) => !Object.hasOwn(variables, name!))
      return unknown === undefined ? printfFormat(template, variables) : missing(unknown[1]!)
    }
    case 'template':
      return template.replace(
        /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
        (_all, dollar: string | undefined, bare: string | undefined, braced: string | undefined) => {
          if (dollar !== undefined) return '$'
          const name = (bare ?? braced)!
          return Object.hasOwn(variables, name) ? toText(variables[name]!) : missing(name)
        },
      )
    default:
      throw new QuernError(
        'Runtime',
        'source_location_formatter',
        `Formatter ${toText(formatter)} not recognized. Must be one of 'newstyle', 'oldstyle', or 'template'.`,
        { hint: `source ${sourceName(source)}` },
      )
  }
}

const sourceName = (source: PlainDict): string => `${toText(source.source_name ?? null)}.${toText(source.name ?? null)}`

/** Throws for a source that a Python plugin of dbt-duckdb would load. */
export function checkSource(source: PlainDict): void {
  const { plugin } = sourceSettings(source)
  if (plugin === undefined) return
  throw new QuernError(
    'Runtime',
    'duckdb_plugin_source',
    `Source ${sourceName(source)} is loaded by the dbt-duckdb plugin ${repr(plugin)}, which is Python code and cannot run in quern`,
    { hint: 'use external_location with a DuckDB function such as read_csv, read_xlsx, iceberg_scan or sqlite_scan' },
  )
}
