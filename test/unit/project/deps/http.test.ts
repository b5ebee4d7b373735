import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Http, makeHttp, shownUrl, Transient } from '../../../../src/project/deps/http.ts'
import { type Hub, startHub } from '../../../support/package-hub.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub({ 'a/b': { versions: { '1.0.0': {} } } })
})
afterAll(async () => await hub.close())

const told: string[] = []
const httpWith = (env: Record<string, string> = {}, limit = 1e6): Http => {
  told.length = 0
  return makeHttp({
    env,
    signal: new AbortController().signal,
    waits: [0, 0],
    limit,
    retrying: (problem, attempt) => told.push(`${attempt}: ${problem}`),
  })
}
const asIs = (value: unknown): unknown => value
const INDEX = '/api/v1/index.json'
const url = (path: string): string => hub.url.slice(0, -1) + path

test('passing failures are tried again', async () => {
  const http = httpWith()
  hub.faults.set(INDEX, [503, 'drop'])
  expect(await http.json(url(INDEX), asIs)).toEqual(['a/b'])
  expect(told[0]).toBe(`0: 503 Server Error: Service Unavailable for url: ${url(INDEX)}`)
  expect(told[1]).toMatch(/^1: GET .*index\.json: /)
  hub.faults.set(INDEX, ['<html>', 'null'])
  const check = (value: unknown): unknown => {
    if (!Array.isArray(value)) throw new Transient('no list')
    return value
  }
  expect(await http.json(url(INDEX), check)).toEqual(['a/b'])
  expect(told[2]).toBe(`0: the answer of ${url(INDEX)} is not JSON: "<html>"`)
  expect(told[3]).toBe('1: no list')
  await http.close()
})

test('others, and too many, are errors', async () => {
  const http = httpWith()
  await expect(http.json(url('/nothing'), asIs)).rejects.toThrow(
    `External connection exception occurred: 404 Client Error: Not Found for url: ${url('/nothing')}`,
  )
  expect(told).toEqual([])
  hub.faults.set(INDEX, [500, 502, 504])
  await expect(http.json(url(INDEX), asIs)).rejects.toThrow('504 Server Error: Gateway Timeout')
  expect(told.length).toBe(2)
  await expect(http.json('ftp://x/y', asIs)).rejects.toThrow("'ftp://x/y' is no address of the web")
  await http.close()
})

test('a download that breaks off is begun anew, one that is too large is not', async () => {
  const http = httpWith({}, 1000)
  const path = join(mkdtempSync(join(tmpdir(), 'quern-http-')), 'file')
  const archive = '/a/b/1.0.0.tar.gz'
  hub.faults.set(archive, ['drop', 'short'])
  let tries = 0
  const size = await http.download(url(archive), path, async () => {
    if (++tries === 1) throw new Transient('damaged')
    return readFileSync(path).length
  })
  expect(size).toBe(hub.archives.get(archive)!.length)
  hub.faults.set(archive, [Buffer.alloc(5000)])
  await expect(http.download(url(archive), path, async () => 0)).rejects.toThrow('is larger than 1 MB')
  await http.close()
})

test('proxies, and what is not asked through them', async () => {
  const through: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    through.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':') as [string, string]
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  for (const env of [{ HTTP_PROXY: `http://${address}` }, { all_proxy: address }]) {
    const http = httpWith(env)
    expect(await http.json(url(INDEX), asIs)).toEqual(['a/b'])
    await http.close()
  }
  expect(through).toEqual([new URL(hub.url).host, new URL(hub.url).host])
  for (const env of [
    { HTTP_PROXY: `http://${address}`, NO_PROXY: '127.0.0.1' },
    { HTTPS_PROXY: `http://${address}` },
  ]) {
    const http = httpWith(env)
    expect(await http.json(url(INDEX), asIs)).toEqual(['a/b'])
    await http.close()
  }
  expect(through.length).toBe(2)
  proxy.closeAllConnections()
  await new Promise((done) => proxy.close(done))
})

test('no password is shown', () => {
  expect(shownUrl('https://me:token@host/x@y')).toBe('https://*****@host/x@y')
  expect(shownUrl('git@host:a/b.git')).toBe('git@host:a/b.git')
})
