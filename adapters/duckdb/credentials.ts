import { basename } from 'node:path'
import type { Credentials } from '../../src/adapter/adapter.ts'
import { type CredentialField, checkCredentials, invalidCredentials } from '../../src/adapter/credential-fields.ts'
import {
  profileSecrets,
  SECRET_KEY,
  withoutSecrets as withoutSecretsInText,
} from '../../src/adapter/profile-secrets.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import { repr, toText } from '../../src/jinja/runtime/text.ts'
import { dictGet, isDict, type PlainDict, type Value } from '../../src/jinja/runtime/value.ts'

/** The fields of a `type: duckdb` output (dbt-duckdb 1.11). */
const FIELDS: readonly CredentialField[] = [
  { name: 'database', kind: 'string', fallback: 'main' },
  { name: 'schema', kind: 'string', fallback: 'main' },
  { name: 'path', kind: 'string', fallback: ':memory:' },
  { name: 'config_options', kind: 'object' },
  {
    name: 'extensions',
    kind: 'array',
    orString: true,
    fields: [
      { name: 'name', kind: 'string' },
      { name: 'repo', kind: 'string' },
    ],
  },
  { name: 'settings', kind: 'object' },
  { name: 'secrets', kind: 'array', fields: [{ name: 'type', kind: 'string', required: true }] },
  { name: 'external_root', kind: 'string', fallback: '.' },
  { name: 'use_credential_provider', kind: 'string' },
  {
    name: 'attach',
    kind: 'array',
    fields: [
      { name: 'path', kind: 'string', required: true },
      { name: 'type', kind: 'string' },
      { name: 'alias', kind: 'string' },
      { name: 'secret', kind: 'string' },
      { name: 'read_only', kind: 'boolean', fallback: false },
      { name: 'options', kind: 'object' },
      { name: 'is_ducklake', kind: 'boolean' },
    ],
  },
  { name: 'filesystems', kind: 'array', fields: [] },
  {
    name: 'remote',
    kind: 'object',
    fields: [
      { name: 'host', kind: 'string', required: true },
      { name: 'port', kind: 'integer', required: true },
      { name: 'user', kind: 'string', required: true },
      { name: 'password', kind: 'string' },
    ],
  },
  {
    name: 'plugins',
    kind: 'array',
    fields: [
      { name: 'module', kind: 'string', required: true },
      { name: 'alias', kind: 'string' },
      { name: 'config', kind: 'object' },
    ],
  },
  { name: 'disable_transactions', kind: 'boolean', fallback: false },
  { name: 'keep_open', kind: 'boolean', fallback: true },
  { name: 'module_paths', kind: 'array' },
  {
    name: 'retries',
    kind: 'object',
    fields: [
      { name: 'connect_attempts', kind: 'integer', fallback: 1 },
      { name: 'query_attempts', kind: 'integer' },
      { name: 'retryable_exceptions', kind: 'array', fallback: ['IOException'] },
    ],
  },
  { name: 'flights', kind: 'object' },
  { name: 'is_ducklake', kind: 'boolean' },
  { name: 'motherduck_token', kind: 'string' },
]

/** Keys of `target`, in dbt's order; secrets and tokens are not among them. */
const SHOWN_KEYS = [
  'database', 'schema', 'path', 'config_options', 'extensions', 'settings', 'external_root', 'use_credential_provider',
  'attach', 'filesystems', 'remote', 'plugins', 'disable_transactions',
] as const // biome-ignore format: one list

const MOTHERDUCK_SCHEMES = new Set(['md', 'motherduck'])

export interface Attachment {
  readonly path: string
  readonly type: string | null
  readonly alias: string | null
  readonly secret: string | null
  readonly readOnly: boolean
  readonly options: PlainDict
}

/** A `type: duckdb` output, checked, with every default filled in. */
export interface DuckDBSettings {
  readonly path: string
  readonly database: string
  readonly schema: string
  readonly configOptions: PlainDict
  readonly extensions: readonly (string | { readonly name: string; readonly repo: string })[]
  readonly settings: PlainDict
  readonly secrets: readonly PlainDict[]
  readonly externalRoot: string
  readonly attach: readonly Attachment[]
  readonly filesystems: readonly Value[]
  readonly remote: PlainDict | null
  readonly plugins: readonly PlainDict[]
  readonly disableTransactions: boolean
  readonly keepOpen: boolean
  readonly connectAttempts: number
  /** Undefined = queries are not repeated. */
  readonly queryAttempts: number | undefined
  readonly retryableExceptions: readonly string[]
  readonly isMotherduck: boolean
  /** Names of databases that are DuckLakes. */
  readonly ducklakes: ReadonlySet<string>
}

type Where = { readonly profile: string; readonly target: string }

/** Checks a profile output; see `Adapter.credentials`. */
export function duckdbCredentials(fields: PlainDict, where: Where): Credentials {
  const { settings, unknown, values } = readSettings(fields, where)
  const shown: PlainDict = {}
  for (const key of SHOWN_KEYS) shown[key] = shownValue(key, values[key] ?? null, settings)
  return {
    database: settings.database,
    schema: settings.schema,
    shown,
    secrets: profileSecrets(fields).secrets,
    uniqueField:
      settings.remote === null
        ? settings.path + settings.externalRoot
        : `${toText(settings.remote.host ?? null)}${toText(settings.remote.port ?? null)}`,
    connectionInfo: SHOWN_KEYS.map((key) => [key, toText(shown[key]!)] as const),
    unknownFields: unknown,
  }
}

/** The settings of an output that `duckdbCredentials` has accepted. */
export function duckdbSettings(fields: PlainDict): DuckDBSettings {
  let settings = settingsOf.get(fields)
  if (settings === undefined) {
    settings = readSettings(fields, { profile: '', target: '' }).settings
    settingsOf.set(fields, settings)
  }
  return settings
}
/** Every node asks for them; an output never changes. */
const settingsOf = new WeakMap<PlainDict, DuckDBSettings>()

function readSettings(fields: PlainDict, where: Where) {
  const fail = (message: string, hint?: string): never => {
    throw invalidCredentials(message, where, hint)
  }
  const { values, unknown } = checkCredentials(fields, FIELDS, where)
  const path = values.path as string
  const attach = list(values.attach).map(attachment)
  const settings: PlainDict = { ...(values.settings as PlainDict | null) }
  const token = values.motherduck_token
  if (typeof token === 'string') {
    if (settings.motherduck_token !== undefined && settings.motherduck_token !== token) {
      fail('Conflicting values for motherduck_token found in the profile; please set it in only one place')
    }
    settings.motherduck_token = token
  }
  const database = databaseName(fields, path, attach, values.remote !== null, fail)
  const provider = values.use_credential_provider
  const secrets = list(values.secrets) as PlainDict[]
  if (provider === 'aws') secrets.push({ type: 's3', provider: 'credential_chain' })
  else if (typeof provider === 'string' && provider !== '') {
    fail(
      `Unsupported value for use_credential_provider: ${provider}`,
      'the only supported value is `aws`; or use `secrets`',
    )
  }
  const retries = (values.retries ?? null) as PlainDict | null
  const parsed: DuckDBSettings = {
    path,
    database,
    schema: values.schema as string,
    configOptions: { ...(values.config_options as PlainDict | null) },
    extensions: list(values.extensions).map((item) => {
      if (typeof item === 'string') return item
      const { name, repo } = item as { name?: Value; repo?: Value }
      if (typeof name === 'string' && typeof repo === 'string') return { name, repo }
      return fail(`Failed to parse extension: ${repr(item)}`, 'write `- name: x` and `repo: y`, or the bare name')
    }),
    settings,
    secrets,
    externalRoot: values.external_root as string,
    attach,
    filesystems: list(values.filesystems),
    remote: (values.remote ?? null) as PlainDict | null,
    plugins: list(values.plugins) as PlainDict[],
    disableTransactions: values.disable_transactions === true,
    keepOpen: values.keep_open === true,
    connectAttempts: typeof retries?.connect_attempts === 'number' ? retries.connect_attempts : 1,
    queryAttempts: typeof retries?.query_attempts === 'number' ? retries.query_attempts : undefined,
    retryableExceptions: Array.isArray(retries?.retryable_exceptions)
      ? retries.retryable_exceptions.map(toText)
      : ['IOException'],
    isMotherduck: isMotherduckPath(path) || attach.some((item) => isMotherduckPath(item.path)),
    ducklakes: ducklakeNames(path, values.is_ducklake === true, list(values.attach)),
  }
  return { settings: parsed, unknown, values: { ...values, database, settings } as Record<string, Value> }
}

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? [...value] : [])
const textOrNull = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)

function attachment(item: Value): Attachment {
  const get = (key: string): Value | undefined => (isDict(item) ? dictGet(item, key) : undefined)
  const options = get('options')
  return {
    path: toText(get('path') ?? null),
    type: textOrNull(get('type')),
    alias: textOrNull(get('alias')),
    secret: textOrNull(get('secret')),
    readOnly: get('read_only') === true,
    options: isDict(options ?? null) ? { ...(options as PlainDict) } : {},
  }
}

/** The name of the target database: that of the path, or the alias of an attached one. */
function databaseName(
  fields: PlainDict,
  path: string,
  attach: readonly Attachment[],
  isRemote: boolean,
  fail: (message: string, hint?: string) => never,
): string {
  const derived = databaseOfPath(path)
  if (derived === '') return fail("Unable to determine target database name from 'path' field in profile")
  const given = fields.database
  if (given === undefined || given === derived) return derived
  if (isRemote || attach.some((item) => item.alias !== null && item.alias === given)) return toText(given)
  return fail(
    `Inconsistency detected between 'path' and 'database' fields in profile; the 'database' property must be set to '${derived}' to match the 'path'`,
    'leave `database` out, or set it to the alias of an attached database',
  )
}

const schemeOf = (path: string): string => /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1]?.toLowerCase() ?? ''
export const isMotherduckPath = (path: string): boolean => MOTHERDUCK_SCHEMES.has(schemeOf(path))

/** DuckDB's name of the database at a path: `my.db.duckdb` -> `my`, `.hidden.duckdb` -> `hidden`, `:memory:` -> `memory`. */
export function databaseOfPath(path: string): string {
  if (path === ':memory:') return 'memory'
  const scheme = schemeOf(path)
  const bare = (scheme === '' ? path : path.slice(scheme.length + 1)).replace(/[?#].*$/s, '')
  const file = basename(bare.startsWith('//') ? bare.replace(/^\/\/[^/]*/, '') : bare)
  if (isMotherduckPath(path)) return stem(file) || 'my_db'
  if (scheme === 'ducklake') return stem(file).replace(/^[a-z][a-z0-9+.-]*:/i, '')
  return file.replace(/^\.+/, '').split('.')[0]!
}

const stem = (file: string): string => {
  const dot = file.lastIndexOf('.')
  return dot > 0 ? file.slice(0, dot) : file
}

function ducklakeNames(path: string, isDucklake: boolean, attach: readonly Value[]): ReadonlySet<string> {
  const names = new Set<string>()
  if (isDucklake || path.toLowerCase().includes('ducklake:')) names.add(databaseOfPath(path))
  for (const item of attach) {
    const { path: attached, alias } = attachment(item)
    const flagged = isDict(item) && dictGet(item, 'is_ducklake') === true
    if (flagged || attached.toLowerCase().includes('ducklake:')) names.add(alias ?? databaseOfPath(attached))
  }
  return names
}

/** The fields that items of `attach` and `plugins` always show. */
const SHOWN_ITEMS: Readonly<Record<string, PlainDict>> = {
  attach: { path: null, type: null, alias: null, secret: null, read_only: false, options: null, is_ducklake: null },
  plugins: { module: null, alias: null, config: null },
}

/** A value of `target`; tokens and passwords inside are left out. */
function shownValue(key: string, value: Value, settings: DuckDBSettings): Value {
  if (key === 'settings') return withoutSecrets(settings.settings)
  const defaults = SHOWN_ITEMS[key]
  const filled =
    defaults !== undefined && Array.isArray(value)
      ? value.map((item) => ({ ...defaults, ...(item as PlainDict) }))
      : value
  return withoutSecrets(filled)
}

function withoutSecrets(value: Value): Value {
  if (typeof value === 'string') return withoutSecretsInText(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isDict(value)) return value
  const entries = Object.entries(value as PlainDict).filter(
    ([key, item]) => !(SECRET_KEY.test(key) && typeof item === 'string' && key !== 'secret'),
  )
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutSecrets(item)]))
}

/** Throws for fields that only Python can honour, naming the field. */
export function rejectPythonOnly(settings: DuckDBSettings): void {
  const reject = (field: string, what: string, hint: string): never => {
    throw new QuernError(
      'Runtime',
      'duckdb_field_unsupported',
      `The profile's \`${field}\` ${what}, which quern cannot do without Python`,
      { hint },
    )
  }
  if (settings.remote !== null)
    reject(
      'remote',
      'connects to a Buena Vista server',
      'connect to the file, or to MotherDuck with a path like `md:my_db`',
    )
  if (settings.filesystems.length > 0) {
    reject(
      'filesystems',
      'registers fsspec file systems',
      'DuckDB reads S3, GCS, Azure and HTTP by itself: use `extensions: [httpfs]` and `secrets`',
    )
  }
  for (const plugin of settings.plugins) {
    const module = toText(plugin.module ?? null)
    if (module === 'motherduck') continue
    reject('plugins', `loads the Python plugin '${module}'`, pluginHint(module))
  }
}

const pluginHint = (module: string): string =>
  module === 'postgres'
    ? 'use `attach` with `type: postgres`'
    : module === 'excel'
      ? "use `extensions: [excel]` and read_xlsx('file.xlsx')"
      : module === 'iceberg' || module === 'delta'
        ? `use \`extensions: [${module}]\` and ${module}_scan('path')`
        : 'load the data with SQL instead: an extension, `attach`, or external_location of a source'
