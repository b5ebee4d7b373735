import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGE_ARTIFACTS } from '../../../src/cli/docs/page-files.ts'
import { docsServer, isOwnName } from '../../../src/cli/docs/server.ts'
import { FILES } from '../../../src/docs-site/data/files.ts'

test.each([
  'localhost', 'LOCALHOST:1', '127.0.0.1:8080', '192.168.0.7', '[::1]', '[fe80::1]:80', hostname(), 'docs.internal', 'docs.internal:8080',
])('a name of this machine: %s', (name) => expect(isOwnName(name, 'docs.internal')).toBe(true)) // biome-ignore format: one list

test.each([
  undefined, '', ':80', 'evil.example', 'localhost.', 'localhost.evil.example', '127.0.0.1.evil.example', '[evil', 'docs.internal.evil.example', 'a:b:c',
])('not a name of this machine: %s', (name) => expect(isOwnName(name, 'docs.internal')).toBe(false)) // biome-ignore format: one list

test('the page asks for what the server gives and the static page holds', () => expect(FILES).toEqual(PAGE_ARTIFACTS))

describe('only what belongs to the documentation, whatever is asked for', () => {
  let base: string
  let server: ReturnType<typeof docsServer>
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'quern-docs-server-'))
    for (const folder of ['target/assets/.git', 'target/compiled', 'target/assets-private', 'outside'])
      mkdirSync(join(base, folder), { recursive: true })
    for (const file of [
      'target/index.html', 'target/manifest.json', 'target/partial_parse.msgpack', 'target/assets/a.png', 'target/assets/.env', 'target/assets/.git/config',
      'target/compiled/secret.sql', 'target/assets-private/a.png', 'outside/secret.json', 'profiles.yml',
    ]) writeFileSync(join(base, file), `this is ${file}`) // biome-ignore format: one list
    symlinkSync('../outside/secret.json', join(base, 'target/catalog.json'))
    symlinkSync('../../outside/secret.json', join(base, 'target/assets/link.png'))
    symlinkSync('../../outside', join(base, 'target/assets/folder'))
    server = docsServer({ targetDir: join(base, 'target'), assetPaths: ['assets'], host: '127.0.0.1' })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    rmSync(base, { recursive: true })
  })

  /** What the server says to these very bytes, until it ends. */
  const raw = (bytes: string, patience = 500): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      let answer = ''
      socket.on('data', (data: Buffer) => {
        answer += data.toString('latin1')
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(answer))
      socket.write(bytes, 'latin1')
      // what is no whole request is waited for by the server, too
      setTimeout(() => socket.destroy(), patience).unref()
    })
  const get = (path: string): Promise<string> =>
    raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`, 30_000)

  test.each([
    '/',
    '/index.html',
    '/manifest.json?x=../../profiles.yml',
    '/assets/a.png',
    '/assets/../assets/a.png'.replace('/../assets', ''),
  ])('%s is there', async (path) => {
    const answer = await get(path)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
    expect(answer).toMatch(/X-Content-Type-Options: nosniff/)
    expect(answer).not.toMatch(/Access-Control-Allow/i)
  })

  test.each([
    '/../profiles.yml', '/..%2fprofiles.yml', '/%2e%2e/profiles.yml', '/%252e%252e/profiles.yml', '/..%252fprofiles.yml', '/assets/../../profiles.yml',
    '/assets/..%2f..%2fprofiles.yml', '/assets/%2e%2e/compiled/secret.sql', '/assets/..\\..\\profiles.yml', '/assets/..%5c..%5cprofiles.yml', '//etc/passwd',
    '/etc/passwd', '/assets//etc/passwd', '/assets/%00', '/manifest.json%00.png', '/assets/a.png%00', '/%', '/%ff', '/%c0%ae%c0%ae/profiles.yml', '/catalog.json',
    '/assets/link.png', '/assets/folder/secret.json', '/assets/.env', '/assets/.git/config', '/assets/%2egit/config', '/partial_parse.msgpack', '/compiled/secret.sql',
    '/assets-private/a.png', '/assets', '/assets/', '/.', '/./manifest.json', 'http://127.0.0.1/manifest.json', 'manifest.json', '*', '/MANIFEST.JSON', '/constructor',
    '/__proto__', '/toString',
  ])('%s is not', async (path) => {
    const answer = await get(path)
    expect(answer).toMatch(/^HTTP\/1.1 40\d/)
    expect(answer).not.toContain('this is')
  }) // biome-ignore format: one list

  test.each([
    'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello', 'DELETE /manifest.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    'CONNECT evil.example:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 'TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 'OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET /\r\n\r\n', '\r\n\r\n', '\0\0\0\0', 'GET',
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n'.replace('127.0.0.1\r\nHost: ', ''), 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01\x02\x00\x01',
  ])('request %# gets nothing, and the server goes on', async (bytes) => {
    expect(await raw(bytes)).not.toContain('this is')
    expect(await get('/manifest.json')).toContain('this is target/manifest.json')
  }) // biome-ignore format: one list

  test('nobody holds it up: slow requests end, and there are not more connections than it can bear', () => {
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000)
    expect(server.requestTimeout).toBeLessThanOrEqual(15_000)
    expect(server.maxConnections).toBeLessThanOrEqual(256)
  })
})
