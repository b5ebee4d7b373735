import type { Credentials } from '../../src/adapter/adapter.ts'
import { type CredentialField, checkCredentials } from '../../src/adapter/credential-fields.ts'
import { profileSecrets } from '../../src/adapter/profile-secrets.ts'
import { toText } from '../../src/jinja/runtime/text.ts'
import type { PlainDict, Value } from '../../src/jinja/runtime/value.ts'

/** The fields of a `type: postgres` output (dbt-postgres 1.11), in the order in which missing ones are reported. */
const FIELDS: readonly CredentialField[] = [
  { name: 'database', kind: 'string', required: true, aliases: ['dbname'] },
  { name: 'schema', kind: 'string', required: true },
  { name: 'host', kind: 'string', required: true },
  { name: 'user', kind: 'string', required: true },
  { name: 'port', kind: 'integer', required: true, minimum: 0, maximum: 65_535 },
  { name: 'password', kind: 'string', required: true, aliases: ['pass'] },
  { name: 'connect_timeout', kind: 'integer', fallback: 10 },
  { name: 'role', kind: 'string' },
  { name: 'search_path', kind: 'string' },
  { name: 'keepalives_idle', kind: 'integer', fallback: 0 },
  { name: 'sslmode', kind: 'string' },
  { name: 'sslcert', kind: 'string' },
  { name: 'sslkey', kind: 'string' },
  { name: 'sslrootcert', kind: 'string' },
  { name: 'application_name', kind: 'string', fallback: 'dbt', nullable: true },
  { name: 'autocommit', kind: 'boolean', fallback: false, nullable: true },
  { name: 'retries', kind: 'integer', fallback: 1 },
  { name: 'retry_window', kind: 'integer', fallback: 60, minimum: 0 },
]

const SHOWN_KEYS = [
  'host', 'port', 'user', 'database', 'schema', 'connect_timeout', 'role', 'search_path', 'keepalives_idle', 'sslmode', 'sslcert',
  'sslkey', 'sslrootcert', 'application_name', 'autocommit', 'retries',
] as const // biome-ignore format: one list

/** A `type: postgres` output, checked, with every default filled in. */
export interface PostgresSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly connectTimeout: number
  readonly role: string | null
  readonly searchPath: string | null
  /** Seconds; null = the profile says nothing; 0 = the system's setting. */
  readonly keepalivesIdle: number | null
  readonly sslmode: string | null
  readonly sslcert: string | null
  readonly sslkey: string | null
  readonly sslrootcert: string | null
  readonly applicationName: string | null
  readonly autocommit: boolean
  readonly retries: number
  /** Seconds for which a server that is full, starting or gone is waited for; see `PostgresDriver.connect`. Not of dbt. */
  readonly retryWindow: number
}

/** Checks a profile output; see `Adapter.credentials`. */
export function postgresCredentials(
  fields: PlainDict,
  where: { readonly profile: string; readonly target: string },
): Credentials {
  const { values, unknown } = checkCredentials(fields, FIELDS, where)
  const shown: PlainDict = {}
  for (const key of SHOWN_KEYS) shown[key] = values[key] ?? null
  return {
    database: toText(values.database!),
    schema: toText(values.schema!),
    shown: { ...shown, dbname: values.database! },
    secrets: profileSecrets(fields).secrets,
    uniqueField: toText(values.host!),
    connectionInfo: SHOWN_KEYS.map((key) => [key, toText(shown[key]!)] as const),
    unknownFields: unknown,
  }
}

/** The settings of an output that `postgresCredentials` has accepted. */
export function postgresSettings(fields: PlainDict): PostgresSettings {
  const { values } = checkCredentials(fields, FIELDS, { profile: '', target: '' })
  const text = (key: string): string | null => {
    const value: Value = values[key] ?? null
    return value === null || value === '' ? null : toText(value)
  }
  return {
    host: text('host') ?? '',
    port: Number(text('port')),
    user: text('user') ?? '',
    password: text('password') ?? '',
    database: text('database') ?? '',
    connectTimeout: Number(text('connect_timeout') ?? 10),
    role: text('role'),
    searchPath: text('search_path'),
    keepalivesIdle: Object.hasOwn(fields, 'keepalives_idle') ? Number(text('keepalives_idle') ?? 0) : null,
    sslmode: text('sslmode'),
    sslcert: text('sslcert'),
    sslkey: text('sslkey'),
    sslrootcert: text('sslrootcert'),
    applicationName: text('application_name'),
    autocommit: values.autocommit === true,
    retries: Number(text('retries') ?? 1),
    retryWindow: Number(text('retry_window') ?? 60),
  }
}
