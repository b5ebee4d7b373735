import { expect, test } from 'vitest'
import { profileSecrets, withoutSecrets, writtenSecrets } from '../../../src/adapter/profile-secrets.ts'

test('secrets are values of telling keys at any depth, and what stands in addresses and connection strings', () => {
  const { secrets, known } = profileSecrets({
    type: 'postgres',
    host: 'db.example.org',
    password: 'hunter-2',
    port: 5432,
    sslkey: '-----BEGIN KEY-----\nx',
    motherduck_token: 'tok-1',
    settings: { s3_secret_access_key: 'aws-1', s3_region: 'eu' },
    secrets: [{ type: 's3', key_id: 'AKIA', secret: 'aws-2', region: 'eu', map: "map {'Auth': 'bearer-3'}" }],
    attach: [
      { path: 'postgres://me:url%402@host/db', secret: 'name_of_one' },
      { path: "host=x password='lib pq' user=y", options: { token: 'opt-1' } },
      { path: 'md:db?motherduck_token=tok-2&x=1' },
    ],
  })
  expect(secrets.sort()).toEqual(
    [
      '-----BEGIN KEY-----\nx', 'AKIA', 'Auth', 'aws-1', 'aws-2', 'bearer-3', 'hunter-2', 'lib pq', "map {'Auth': 'bearer-3'}", 'opt-1',
      'tok-1', 'tok-2', 'url%402', 'url@2',
    ].sort(),
  ) // biome-ignore format: one list
  expect(known).toEqual(expect.arrayContaining(['postgres', 'db.example.org', '5432', 'postgres://me:*****@host/db']))
  // other settings do not tell targets apart: a secret variable that stands in one stays a secret
  expect(known).not.toContain('eu')
  expect(known.join()).not.toMatch(/url%402|lib pq|tok-2/)
})

test('a text without them', () => {
  expect(withoutSecrets('postgres://me:a@host/db?x=1')).toBe('postgres://me:*****@host/db?x=1')
  expect(withoutSecrets('md:db?motherduck_token=a&b=c')).toBe('md:db?motherduck_token=*****&b=c')
  expect(withoutSecrets('host=x password=a user=b')).toBe('host=x password=***** user=b')
  expect(withoutSecrets('s3://bucket/a@b/c')).toBe('s3://bucket/a@b/c')
})

test('what a file that cannot be read gives to telling keys', () => {
  const text = `a: {password: "one-1", pass: "two \\" 2", 'token': 'it''s'}\n  secret: th#r, ee # note\n  password: "{{ env_var('X') }}"\n  host: h\n`
  expect(writtenSecrets(text)).toEqual(['one-1', 'two \\" 2', "it''s", 'th#r, ee', 'th#r'])
})
