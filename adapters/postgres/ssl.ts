import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { PostgresSettings } from './credentials.ts'

export type SslOptions = false | ConnectionOptions

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']

/**
 * The ways to try a connection, in order, for libpq's `sslmode`: `allow` tries without and then with encryption, `prefer` (the default)
 * the other way round. Throws for an unknown mode and for files that cannot be read.
 */
export function sslAttempts(settings: PostgresSettings): SslOptions[] {
  const mode = settings.sslmode ?? 'prefer'
  if (!MODES.includes(mode)) {
    throw new QuernError('Database', 'postgres_sslmode', `invalid sslmode value: "${mode}"`, {
      hint: `known modes: ${MODES.join(', ')}`,
    })
  }
  if (mode === 'disable' || settings.host.startsWith('/')) return [false]
  const tls = tlsOptions(settings, mode)
  if (mode === 'allow') return [false, tls]
  return mode === 'prefer' ? [tls, false] : [tls]
}

function tlsOptions(settings: PostgresSettings, mode: string): ConnectionOptions {
  const folder = join(homedir(), '.postgresql')
  const rootFile = settings.sslrootcert ?? optional(join(folder, 'root.crt'))
  const certFile = settings.sslcert ?? optional(join(folder, 'postgresql.crt'))
  const keyFile = settings.sslkey ?? optional(join(folder, 'postgresql.key'))
  const verifies = mode === 'verify-ca' || mode === 'verify-full'
  // libpq: with a root certificate at hand, `require` checks it too.
  const checksRoot = verifies || (mode === 'require' && settings.sslrootcert !== null)
  if (verifies && rootFile === undefined) {
    throw new QuernError(
      'Database',
      'postgres_root_certificate',
      `root certificate file "${join(folder, 'root.crt')}" does not exist\nEither provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.`,
    )
  }
  const options: ConnectionOptions = { rejectUnauthorized: checksRoot }
  if (checksRoot && rootFile !== undefined && rootFile !== 'system') options.ca = read(rootFile, 'sslrootcert')
  if (certFile !== undefined && (keyFile !== undefined || settings.sslcert !== null)) {
    options.cert = read(certFile, 'sslcert')
    if (keyFile !== undefined) options.key = read(keyFile, 'sslkey')
  }
  if (mode !== 'verify-full') options.checkServerIdentity = () => undefined
  if (!/^[\d.]+$|:/.test(settings.host)) options.servername = settings.host
  return options
}

const optional = (file: string): string | undefined => (existsSync(file) ? file : undefined)

function read(file: string, field: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new QuernError(
      'Database',
      'postgres_certificate_file',
      `could not read the file of \`${field}\`: ${(error as Error).message}`,
      { cause: error },
    )
  }
}
