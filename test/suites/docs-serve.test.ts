import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { docsServe, type Serving } from '../support/docs-project.ts'
import { quern } from '../support/quern.ts'

const PROJECT: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\nasset-paths: [pictures]\n',
  'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n',
  'models/orders.sql': 'select 1 as id',
  'models/schema.yml': 'models: [{name: orders, columns: [{name: id, data_tests: [not_null]}]}]\n',
  'pictures/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>window.hacked=1</script></svg>',
  'pictures/deep/note.txt': 'a note',
}

let folder: string
let serving: Serving

function write(): string {
  const made = mkdtempSync(join(tmpdir(), 'quern-serve-'))
  for (const [path, text] of Object.entries(PROJECT)) {
    mkdirSync(join(made, path, '..'), { recursive: true })
    writeFileSync(join(made, path), text)
  }
  return made
}

beforeAll(async () => {
  folder = write()
  expect((await quern(['build'], { cwd: folder })).exit).toBe(0)
  expect((await quern(['docs', 'generate'], { cwd: folder })).exit).toBe(0)
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'target', 'secret.json'), 'secret')
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'target', 'pictures', 'link.txt'))
  serving = await docsServe(folder)
})
afterAll(async () => {
  await serving?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** A request with the path exactly as given: `fetch` would tidy it up. */
function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const { hostname, port } = new URL(serving.url)
  return new Promise((done, failed) => {
    const sent = request(
      { hostname, port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (answer) => {
        let body = ''
        answer.on('data', (data: Buffer) => (body += data.toString()))
        answer.on('end', () =>
          done({ status: answer.statusCode!, type: answer.headers['content-type'], body, headers: answer.headers }),
        )
      },
    )
    sent.on('error', failed)
    sent.end()
  })
}

describe('what is served', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/index.html?x=1', 'text/html; charset=utf-8'],
    ['/manifest.json', 'application/json; charset=utf-8'],
    ['/catalog.json', 'application/json; charset=utf-8'],
    ['/run_results.json', 'application/json; charset=utf-8'],
    ['/last_run_results.json', 'application/json; charset=utf-8'],
    ['/pictures/logo.svg', 'image/svg+xml'],
    ['/pictures/deep/note.txt', 'text/plain; charset=utf-8'],
  ])('%s', async (path, type) => expect(await ask(path)).toMatchObject({ status: 200, type }))

  test.each([
    '/secret.json', '/partial_parse.msgpack', '/compiled/', '/compiled/shop/models/orders.sql', '/pictures', '/pictures/', '/pictures/deep',
    '/pictures/link.txt', '/../secret.txt', '/pictures/../secret.json', '/pictures/../../secret.txt', '/%2e%2e/secret.txt', '/pictures/%2e%2e/%2e%2e/secret.txt',
    '/..%2fsecret.txt', '/pictures/..%5c..%5csecret.txt', '/pictures\\..\\secret.json', '//etc/passwd', '/pictures/logo.svg%00.txt', '/%zz', '/sources.json',
  ])('nothing else: %s', async (path) => expect(await ask(path)).toMatchObject({ status: 404, body: 'There is no such file\n' })) // biome-ignore format: one list

  test('requests under a name that is not this machine’s are refused', async () => {
    for (const host of ['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect(await ask('/manifest.json', { headers: { Host: host } }), host).toMatchObject({ status: 403 })
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1', '[::1]:8080'])
      expect(await ask('/manifest.json', { headers: { Host: host } }), host).toMatchObject({ status: 200 })
  })

  test('only to be read, never as something else, and again only when it changed', async () => {
    expect(await ask('/manifest.json', { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
    const head = await ask('/manifest.json', { method: 'HEAD' })
    expect(head).toMatchObject({
      status: 200,
      body: '',
      headers: { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' },
    })
    expect(await ask('/manifest.json', { headers: { 'If-None-Match': String(head.headers['etag']) } })).toMatchObject({
      status: 304,
      body: '',
    })
    expect((await ask('/pictures/logo.svg')).headers['content-security-policy']).toContain('sandbox')
  })
})

test('says where, ends with ctrl-C as a success', async () => {
  const other = await docsServe(folder)
  expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  expect(other.said()).toContain('Serving docs at http://127.0.0.1:')
  expect(other.said()).not.toContain('everybody')
  expect(await other.stop()).toBe(0)
  await expect(fetch(other.url)).rejects.toThrow()
})

test('tells what reaches further than this machine', async () => {
  const open = await docsServe(folder, ['--no-browser', '--host', '0.0.0.0'])
  await expect
    .poll(() => open.said())
    .toContain('everybody who reaches this machine can read the documentation (--host 0.0.0.0)')
  expect(await open.stop()).toBe(0)
})

describe('the browser', () => {
  /** A program in the place of the system's, which writes down what it is asked to open. */
  async function opened(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const bin = join(folder, 'bin')
    const notes = join(folder, 'opened.txt')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\necho "$@" >> '${notes}'\n`, { mode: 0o755 })
    rmSync(notes, { force: true })
    const other = await docsServe(folder, args, { PATH: `${bin}:${process.env['PATH']}`, ...env })
    if (args.includes('--browser') && env['CI'] === undefined) await expect.poll(() => existsSync(notes)).toBe(true)
    expect(await other.stop()).toBe(0)
    return existsSync(notes) ? readFileSync(notes, 'utf8').replace(other.url.slice(0, -1), 'the address').trim() : ''
  }
  test.runIf(process.platform === 'linux')('is opened unless somebody says no, or CI runs it', async () => {
    expect(await opened(['--browser'])).toBe('the address')
    expect(await opened(['--no-browser'])).toBe('')
    expect(await opened(['--browser'], { CI: 'true' })).toBe('')
  })
})

describe('what cannot be served', () => {
  test('a port that is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => taken.once('listening', done))
    const { port } = taken.address() as AddressInfo
    const ended = await quern(['docs', 'serve', '--no-browser', '--port', String(port)], { cwd: folder })
    expect(ended.exit).toBe(2)
    expect(ended.stdout).toContain(`Port ${port} of 127.0.0.1 is in use by another program`)
    expect(ended.stdout).toContain(`--port ${port + 1}`)
    taken.close()
  })

  test('a port that is none, an address of somebody else', async () => {
    expect((await quern(['docs', 'serve', '--port', '70000'], { cwd: folder })).stderr).toContain(
      '70000 is not a port: they go from 0 to 65535.',
    )
    const ended = await quern(['docs', 'serve', '--no-browser', '--port', '0', '--host', '192.0.2.1'], { cwd: folder })
    expect([ended.exit, ended.stdout]).toEqual([2, expect.stringContaining('Cannot serve on 192.0.2.1, port 0')])
  })

  test('a project without documentation', async () => {
    const bare = write()
    const ended = await quern(['docs', 'serve', '--no-browser'], { cwd: bare })
    expect(ended.exit).toBe(2)
    expect(ended.stdout).toMatch(/There is no documentation in target[\s\S]*run "quern docs generate" first/)
    rmSync(bare, { recursive: true })
  })
})

describe('what docs generate leaves', () => {
  const target = (name: string): string => join(folder, 'target', name)
  const which = (name: string): unknown =>
    (JSON.parse(readFileSync(target(name), 'utf8')) as { args: { which: string } }).args.which

  test('the page, and the results of the last build beside those of compiling', () => {
    expect(readFileSync(target('index.html'), 'utf8')).toMatch(/^<!doctype html>/)
    expect([which('run_results.json'), which('last_run_results.json')]).toEqual(['generate', 'build'])
    expect(existsSync(target('static_index.html'))).toBe(false)
  })

  test('a second time they are still those of the build', async () => {
    expect((await quern(['docs', 'generate', '--static'], { cwd: folder })).exit).toBe(0)
    expect(which('last_run_results.json')).toBe('build')
    expect(existsSync(target('static_index.html'))).toBe(true)
  })
})
