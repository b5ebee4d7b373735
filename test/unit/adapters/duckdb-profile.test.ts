import { describe, expect, test } from 'vitest'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import { databaseOfPath } from '../../../adapters/duckdb/credentials.ts'
import { sourceLocation } from '../../../adapters/duckdb/source-location.ts'
import { attachSql, secretSql } from '../../../adapters/duckdb/startup-sql.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import type { PlainDict } from '../../../src/jinja/runtime/value.ts'

const where = { profile: 'p', target: 't', baseDir: '/' }
function message(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof QuernError) return error.message
    throw error
  }
  throw new Error('expected a QuernError')
}

// Expected texts: dbt-duckdb 1.11.1 for the same input.
describe('credentials', () => {
  const shown = (fields: PlainDict): PlainDict => adapter.credentials(fields, where).shown
  test('defaults', () => {
    expect(shown({})).toEqual({
      database: 'memory', schema: 'main', path: ':memory:', config_options: null, extensions: null, settings: {}, external_root: '.',
      use_credential_provider: null, attach: null, filesystems: null, remote: null, plugins: null, disable_transactions: false,
    }) // biome-ignore format: one list
  })
  test('an attached database may be the target', () => {
    expect(shown({ path: 'x.duckdb', database: 'y', attach: [{ path: 'z.db', alias: 'y' }] })).toMatchObject({
      database: 'y',
      attach: [
        { path: 'z.db', type: null, alias: 'y', secret: null, read_only: false, options: null, is_ducklake: null },
      ],
    })
  })
  test.each([
    [{ path: 5 }, "5 is not of type 'string'"],
    [{ settings: [1] }, '[1] is not valid under any of the given schemas'],
    [{ disable_transactions: 'yes' }, "'yes' is not of type 'boolean'"],
    [{ keep_open: null }, "None is not of type 'boolean'"],
    [{ use_credential_provider: 'gcp' }, 'Unsupported value for use_credential_provider: gcp'],
    [
      { path: 'x.duckdb', database: 'y' },
      "Inconsistency detected between 'path' and 'database' fields in profile; the 'database' property must be set to 'x' to match the 'path'",
    ],
    [
      { motherduck_token: 'a', settings: { motherduck_token: 'b' } },
      'Conflicting values for motherduck_token found in the profile; please set it in only one place',
    ],
  ] as [PlainDict, string][])('%j', (fields, text) => {
    expect(message(() => adapter.credentials(fields, where))).toBe(
      `Credentials in profile "p", target "t" invalid: ${text}`,
    )
  })
  test('secrets are not shown, and are known as secrets', () => {
    const { shown: target, secrets } = adapter.credentials(
      {
        motherduck_token: 'tok-1234',
        secrets: [{ type: 's3', key_id: 'AKIA1234', secret: 'hush-hush', region: 'eu-west-1' }],
      },
      where,
    )
    expect(JSON.stringify(target)).not.toMatch(/tok-1234|AKIA1234|hush-hush/)
    expect(secrets).toEqual(expect.arrayContaining(['tok-1234', 'AKIA1234', 'hush-hush']))
    expect(secrets).not.toContain('eu-west-1')
  })
  test('a mistyped field is reported with the one that was meant', () => {
    expect(adapter.credentials({ pth: 'x' }, where).unknownFields).toEqual([{ field: 'pth', meant: 'path' }])
  })
})

test('the name of a database follows from its path', () => {
  const names: readonly (readonly [string, string])[] = [
    [':memory:', 'memory'], ['x.duckdb', 'x'], ['/a/b/my.db.duckdb', 'my'], ['.hidden.duckdb', 'hidden'], ['md:', 'my_db'], ['md:foo', 'foo'],
    ['md:foo?token=x', 'foo'], ['motherduck:bar', 'bar'], ['ducklake:meta.ducklake', 'meta'], ['ducklake:sqlite:meta.sqlite', 'meta'],
    ['s3://bucket/a.db', 'a'], ['a/b', 'b'], ['dir.x/file', 'file'],
  ] // biome-ignore format: one table
  expect(names.map(([path]) => [path, databaseOfPath(path)])).toEqual(names)
})

test('secrets as SQL', () => {
  expect(secretSql({ type: 's3', name: 'a', key_id: 'k', secret: "s'x", region: 'r' }, 0)).toBe(
    "CREATE OR REPLACE SECRET a (\n    type s3,\n    key_id 'k',\n    secret 's''x',\n    region 'r'\n)",
  )
  expect(secretSql({ type: 's3', scope: 's3://x', persistent: true }, 0)).toBe(
    "CREATE OR REPLACE PERSISTENT SECRET _dbt_secret_1 (\n    type s3,\n    scope 's3://x'\n)",
  )
  expect(
    secretSql({ type: 'http', name: 'h', scope: ['a', 'b'], provider: 'config', extra_http_headers: 'map {}' }, 0),
  ).toBe(
    "CREATE OR REPLACE SECRET h (\n    type http,\n    provider config,\n    extra_http_headers map {},\n    scope 'a',\n    scope 'b'\n)",
  )
  expect(secretSql({ type: 'http', name: 'h', m: { a: "b'c" }, l: ['x', "y'z"] }, 0)).toBe(
    "CREATE OR REPLACE SECRET h (\n    type http,\n    m map {'a': 'b''c'},\n    l array ['x', 'y''z']\n)",
  )
})

test('attached databases as SQL', () => {
  const item = { type: null, alias: null, secret: null, readOnly: false, options: {} }
  expect(attachSql({ ...item, path: "a'b.db", alias: 'al', type: 'sqlite', readOnly: true })).toBe(
    "ATTACH IF NOT EXISTS 'a''b.db' AS al (TYPE sqlite, READ_ONLY)",
  )
  expect(attachSql({ ...item, path: 'md:foo?x=1' })).toBe("ATTACH IF NOT EXISTS 'md:foo'")
  expect(
    attachSql({
      ...item,
      path: 'x',
      options: {
        encryption_key: "k'ey",
        n: 5,
        flag: true,
        off: false,
        none: null,
        q: "'already'",
        type: 'sqlite',
        read_only: true,
      },
    }),
  ).toBe("ATTACH IF NOT EXISTS 'x' (TYPE sqlite, READ_ONLY, ENCRYPTION_KEY 'k''ey', N 5, FLAG, Q 'already')")
  expect(message(() => attachSql({ ...item, path: 'p', type: 'a', options: { type: 'b' } }))).toBe(
    "Attachment option(s) ['type'] specified in both direct fields and options dict. Please specify each option in only one location.",
  )
})

describe('external_location of sources', () => {
  const location = (meta: PlainDict, config: PlainDict = {}): string | undefined =>
    sourceLocation({
      source_name: 'src',
      name: 'tab',
      identifier: 'ident',
      schema: 'sc',
      database: 'db',
      tags: ['t1'],
      meta,
      config,
    })
  test('formats', () => {
    expect(location({})).toBeUndefined()
    expect(location({ external_location: 'a/{name}.parquet' })).toBe("'a/tab.parquet'")
    expect(location({ external_location: "read_csv('a/{identifier}.csv')" })).toBe("read_csv('a/ident.csv')")
    expect(location({ external_location: '{schema}/{database}/{extra}', extra: 'E' })).toBe("'sc/db/E'")
    expect(location({ external_location: '%(name)s/%(extra)s', extra: 1, formatter: 'oldstyle' })).toBe("'tab/1'")
    expect(location({ external_location: '$name/${identifier}/$$x', formatter: 'template' })).toBe("'tab/ident/$x'")
    expect(location({ external_location: '{name:>10}|{tags}' })).toBe("'       tab|['t1']'")
    expect(location({ external_location: 'a' }, { external_location: 'b/{name}' })).toBe("'b/tab'")
  })
  test('what is wrong', () => {
    expect(message(() => location({ external_location: '{nope}' }))).toBe(
      "The external_location of source src.tab names 'nope', which is not defined: {nope}",
    )
    expect(message(() => location({ external_location: 'a', formatter: 'zzz' }))).toBe(
      "Formatter zzz not recognized. Must be one of 'newstyle', 'oldstyle', or 'template'.",
    )
  })
})
