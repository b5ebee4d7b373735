import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_SECRETS, Secrets } from '../../../src/util/secrets.ts'

function hiding(texts: readonly string[], more?: Parameters<Secrets['add']>[1]): Secrets {
  const secrets = new Secrets()
  secrets.add(texts, more)
  return secrets
}
const bytes = (secrets: Secrets, pieces: readonly string[]): string =>
  Buffer.concat(
    [...secrets.scrubbedBytes(pieces.map((piece) => Buffer.from(piece)))].map((one) => Buffer.from(one)),
  ).toString()

describe('what is hidden', () => {
  const secret = `p@ss'w"ö\\rd-1`
  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ a: secret })],
    ['in JSON of ASCII', '"p@ss\'w\\"\\u00f6\\\\rd-1"'],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ a: secret }))],
    ['in SQL', "create secret (key 'p@ss''w\"ö\\rd-1')"],
    ['in an address', `postgres://me:${encodeURIComponent(secret)}@host/db`],
    ['in an address in small letters', "x://p%40ss'w%22%c3%b6%5crd-1@host"],
    ['in XML', `<a b="p@ss&apos;w&quot;ö\\rd-1"/>`],
    ['in HTML', 'p@ss&#39;w&quot;ö\\rd-1'],
    ['in a connection string of libpq', `password='p@ss\\'w"ö\\\\rd-1'`],
  ])('%s', (_, text) => {
    const secrets = hiding([secret])
    for (const shown of [secrets.scrub(text), secrets.scrubFile(text), bytes(secrets, [text])]) {
      expect(shown).toContain('*****')
      expect(shown).not.toMatch(/rd-1|p@ss|p%40ss/)
    }
  })
  test.each(['', 'm', 'me', 'me:', 'user:'])('in base64 behind %j', (before) => {
    const shown = hiding([secret]).scrub(`Basic ${Buffer.from(`${before}${secret}!`).toString('base64')}`)
    expect(shown).toContain('*****')
    expect(Buffer.from(shown.split('*****').at(-1)!, 'base64').length).toBeLessThan(4)
  })
  test('the lines of a key, wherever they are wrapped', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n'
    expect(hiding([key]).scrub('  12:00 | MIIEvQIBADANBgkq\n  12:00 | hkiG9w0BAQEFAASC')).toBe(
      '  12:00 | *****\n  12:00 | *****',
    )
  })
  test('the longer of two', () => expect(hiding(['hush-hush', 'hush-hush-more']).scrub('hush-hush-more')).toBe('*****'))
})

describe('what would be struck out of everything else is hidden where it tells itself', () => {
  const told = [
    'password=X',
    "password='X'",
    "PASSWORD 'X'",
    'postgres://me:X@host/db',
    '{"password": "X"}',
    'token: X',
    'api_key => X',
  ]
  const plain = ['PASS=X', 'X', 'unique_key=X', 'select * from X', 'primary key X', '10X']
  test.each([
    ['short', 'pw1', {}],
    ['a number', '20261130', {}],
    ['part of what the target is known by', 'shop', { known: ['shop_db', 'me'] }],
  ])('%s', (_, secret, more) => {
    const secrets = hiding([secret], more)
    const put = (text: string): string => text.replace('X', secret)
    for (const text of told) {
      expect(secrets.scrub(put(text))).toBe(text.replace('X', '*****'))
      expect(secrets.scrubFile(put(text))).toBe(text.replace('X', '*****'))
      expect(bytes(secrets, [put(text)])).toBe(text.replace('X', '*****'))
    }
    for (const text of plain) {
      expect(secrets.scrub(put(text))).toBe(put(text))
      expect(secrets.scrubFile(put(text))).toBe(put(text))
    }
  })
  test('a plain word is so in files only: models and columns are called that', () => {
    const secrets = hiding(['customers'])
    expect(secrets.scrub('from customers')).toBe('from *****')
    expect(secrets.scrubFile('from customers where password = customers')).toBe('from customers where password = *****')
  })
  test('secrets of the environment are hidden in lines whatever they are, as in dbt', () => {
    const secrets = hiding(['12'], { always: true })
    expect(secrets.scrub('a 12 b')).toBe('a ***** b')
    expect(secrets.scrubFile('{"a": 12}')).toBe('{"a": 12}')
  })
})

const strong = fc
  .string({ unit: 'grapheme', minLength: 6, maxLength: 30 })
  .map((text) => `${text}-#7`)
  .filter((text) => !/\p{Surrogate}/u.test(text))

test('a file is the same however it comes in pieces, and holds no secret', () => {
  fc.assert(
    fc.property(
      strong,
      fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('S'))),
      fc.array(fc.nat(40)),
      (secret, parts, cuts) => {
        const secrets = hiding([secret])
        const whole = Buffer.from(parts.map((part) => (part === 'S' ? secret : part)).join(''))
        const pieces: Buffer[] = []
        let at = 0
        for (const cut of cuts) {
          pieces.push(whole.subarray(at, at + cut))
          at += cut
        }
        pieces.push(whole.subarray(at))
        const written = Buffer.concat([...secrets.scrubbedBytes(pieces)].map((one) => Buffer.from(one))).toString()
        expect(written).not.toContain(secret)
        expect(written).toBe(secrets.scrubFile(whole.toString()))
        expect(secrets.isIn(pieces)).toBe(whole.includes(secret))
      },
    ),
  )
})

test('what holds no secret is passed on as it is', () => {
  const piece = Buffer.from('select 1 as id')
  expect([...NO_SECRETS.scrubbedBytes([piece])][0]).toBe(piece)
  expect(bytes(hiding(['hush-hush']), ['select 1', ' as id'])).toBe('select 1 as id')
  expect(() => [
    ...hiding(['hush-hush']).refusing([Buffer.from('a hush-'), Buffer.from('hush')], () => new Error('no')),
  ]).toThrow('no')
})
