import { QuernError } from '../../src/errors/quern-error.ts'
import { repr, toText } from '../../src/jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../../src/jinja/runtime/value.ts'
import { type Attachment, type DuckDBSettings, isMotherduckPath } from './credentials.ts'

/** A text inside a single-quoted literal. */
export const escapeSqlString = (value: Value): string => toText(value).replaceAll("'", "''")
const quoted = (value: Value): string => `'${escapeSqlString(value)}'`

const UNQUOTED_SECRET_KEYS = new Set(['type', 'provider', 'extra_http_headers'])
const MOTHERDUCK_OPTIONS = ['motherduck_token', 'motherduck_attach_mode', 'motherduck_saas_mode'] as const
const MOTHERDUCK_KEYS = new Map(
  MOTHERDUCK_OPTIONS.flatMap((name) => {
    const short = name.replace('motherduck_', '')
    return [name, short, name.toUpperCase(), short.toUpperCase()].map((key) => [key, name] as const)
  }),
)

/** What is sent once, when the database is opened: extensions, secrets, attached databases, in this order. */
export function openingStatements(settings: DuckDBSettings): string[] {
  const statements = settings.extensions.flatMap((extension) =>
    typeof extension === 'string'
      ? [`INSTALL ${extensionName(extension)}`, `LOAD ${extensionName(extension)}`]
      : [`install ${extension.name} from ${extension.repo}`, `LOAD ${extensionName(extension.name)}`],
  )
  for (const [index, secret] of settings.secrets.entries()) statements.push(secretSql(secret, index))
  if (settings.isMotherduck) {
    if (!settings.extensions.includes('motherduck')) statements.push('INSTALL motherduck')
    statements.push('LOAD motherduck')
    if (!isMotherduckPath(settings.path)) {
      for (const [name, value] of Object.entries(motherduckOptions(settings)))
        statements.push(`SET ${name} = ${quoted(value)}`)
    }
  }
  for (const item of settings.attach) statements.push(attachSql(item))
  if (settings.isMotherduck) statements.push('CREATE SCHEMA IF NOT EXISTS dbt_temp')
  return statements
}

/** What every connection sets. MotherDuck's options can only be set when the database is opened. */
export const connectionStatements = (settings: DuckDBSettings): string[] =>
  Object.entries(settings.settings)
    .filter(([key]) => !settings.isMotherduck || (!MOTHERDUCK_KEYS.has(key) && key !== 'custom_user_agent'))
    .map(([key, value]) => `SET ${key} = ${quoted(value)}`)

/** DuckDB's configuration at opening, as texts. */
export function openingConfig(settings: DuckDBSettings): Record<string, string> {
  const config: Record<string, string> = {}
  for (const [key, value] of Object.entries(settings.configOptions)) {
    config[key] = typeof value === 'boolean' ? String(value) : toText(value)
  }
  if (isMotherduckPath(settings.path)) {
    for (const [name, value] of Object.entries(motherduckOptions(settings))) config[name] = toText(value)
    const agent = config.custom_user_agent ?? settings.settings.custom_user_agent
    config.custom_user_agent = `quern${agent === undefined ? '' : ` ${toText(agent)}`}`
  }
  return config
}

/** MotherDuck's options from the paths, the plugin's config and the settings; the later win, saas_mode comes last. */
function motherduckOptions(settings: DuckDBSettings): PlainDict {
  const given: PlainDict = {}
  for (const { path } of settings.attach) {
    if (isMotherduckPath(path)) Object.assign(given, Object.fromEntries(new URLSearchParams(path.split('?')[1] ?? '')))
  }
  for (const plugin of settings.plugins) if (isDict(plugin.config ?? null)) Object.assign(given, plugin.config)
  Object.assign(given, settings.settings)
  const options: PlainDict = {}
  for (const name of MOTHERDUCK_OPTIONS) {
    for (const [key, value] of Object.entries(given)) if (MOTHERDUCK_KEYS.get(key) === name) options[name] = value
  }
  return options
}

const extensionName = (name: string): string => (/^\w+$/.test(name) ? name : quoted(name))

/** `CREATE OR REPLACE SECRET`; secrets without a name are numbered. */
export function secretSql(secret: PlainDict, index: number): string {
  const { name: given, persistent, scope, type, provider, ...rest } = secret
  const name = typeof given === 'string' && given !== '' ? given : `_dbt_secret_${index + 1}`
  const scopes = typeof scope === 'string' ? [scope] : Array.isArray(scope) ? scope : []
  const parameters = Object.entries({ type: type ?? null, provider: provider ?? null, ...rest })
    .filter(([, value]) => value !== null)
    .map(([key, value]) => secretParameter(key, value))
  for (const item of scopes) parameters.push(`scope ${quoted(item)}`)
  return `CREATE OR REPLACE${persistent === true ? ' PERSISTENT' : ''} SECRET ${name} (\n    ${parameters.join(',\n    ')}\n)`
}

function secretParameter(key: string, value: Value): string {
  if (Array.isArray(value)) return `${key} array [${value.map(quoted).join(', ')}]`
  if (isDict(value)) {
    const items = Object.entries(value as PlainDict).map(([name, item]) => `${quoted(name)}: ${quoted(item)}`)
    return `${key} map {${items.join(', ')}}`
  }
  return UNQUOTED_SECRET_KEYS.has(key) ? `${key} ${toText(value)}` : `${key} ${quoted(value)}`
}

/** `ATTACH IF NOT EXISTS`. Throws when an option is given both as field and in `options`. */
export function attachSql(item: Attachment): string {
  const both = [
    ...(item.type !== null && 'type' in item.options ? ['type'] : []),
    ...(item.secret !== null && 'secret' in item.options ? ['secret'] : []),
    ...(item.readOnly && 'read_only' in item.options ? ['read_only'] : []),
  ]
  if (both.length > 0) {
    throw new QuernError(
      'Runtime',
      'duckdb_attach_conflict',
      `Attachment option(s) ${repr(both)} specified in both direct fields and options dict. Please specify each option in only one location.`,
      { hint: `attach of '${item.path}' in profiles.yml` },
    )
  }
  const { type, secret, read_only: readOnly, ...others } = item.options
  const options: string[] = []
  const typeName = item.type ?? type
  const secretName = item.secret ?? secret
  if (typeName !== undefined && typeName !== null) options.push(`TYPE ${toText(typeName)}`)
  if (secretName !== undefined && secretName !== null) options.push(`SECRET ${toText(secretName)}`)
  if (item.readOnly || (readOnly !== undefined && readOnly !== null && readOnly !== false)) options.push('READ_ONLY')
  for (const [key, value] of Object.entries(others)) {
    if (typeof value === 'boolean') {
      if (value) options.push(key.toUpperCase())
    } else if (value !== null) options.push(`${key.toUpperCase()} ${optionValue(value)}`)
  }
  const path = isMotherduckPath(item.path) ? item.path.split('?')[0]! : item.path
  const alias = item.alias === null || item.alias === '' ? '' : ` AS ${item.alias}`
  return `ATTACH IF NOT EXISTS ${quoted(path)}${alias}${options.length === 0 ? '' : ` (${options.join(', ')})`}`
}

function optionValue(value: Value): string {
  if (typeof value !== 'string') return toText(value)
  const text = value.trim()
  const isQuoted =
    text.length >= 2 && ((text.startsWith("'") && text.endsWith("'")) || (text.startsWith('"') && text.endsWith('"')))
  return isQuoted ? value : quoted(value)
}
