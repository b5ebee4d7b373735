import { createWriteStream, readFileSync } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Dispatcher } from 'undici'
import { QuernError } from '../../errors/quern-error.ts'
import { pause } from '../../util/pause.ts'
import { megabytes } from './limits.ts'

/** A failure that may pass: it is worth another try. */
export class Transient extends Error {}

/** What reads addresses of the hub and of archives. */
export interface Http {
  /** The JSON at an address; `check` throws a `Transient` for what cannot be meant. Tried again as `retried` says. */
  json<T>(url: string, check: (value: unknown) => T): Promise<T>
  /** Writes what stands at an address to a file, then does something with it; both are tried again as `retried` says. */
  download<T>(url: string, path: string, use: () => Promise<T>): Promise<T>
  /** Ends what connections are left. */
  close(): Promise<void>
}

export interface HttpSettings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** Milliseconds to wait before each further try; as many as there are numbers. */
  readonly waits: readonly number[]
  /** Bytes that a download may have. */
  readonly limit: number
  /** Told of each try that failed and is repeated. */
  readonly retrying: (problem: string, attempt: number) => void
}

/** Five further tries, as in dbt, with growing pauses. */
export const WAITS: readonly number[] = [250, 500, 1000, 2000, 4000]

/**
 * Runs something, again after failures that are `Transient`. The last of them becomes a Runtime Error
 * (`External connection exception occurred: ...`); others pass as they are.
 */
export async function retried<T>(run: () => Promise<T>, settings: HttpSettings): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof Transient)) throw error
      const wait = settings.waits[attempt]
      if (wait === undefined || settings.signal.aborted) throw connectionError(error.message, error)
      settings.retrying(error.message, attempt)
      await pause(wait, settings.signal)
    }
  }
}

const connectionError = (problem: string, cause: unknown): QuernError =>
  new QuernError('Runtime', 'connection_failed', `External connection exception occurred: ${problem}`, {
    hint: 'behind a proxy set HTTPS_PROXY (and REQUESTS_CA_BUNDLE for its certificate); DBT_PACKAGE_HUB_URL names a mirror of the hub',
    cause,
  })

/**
 * Reads by http and https. Proxies: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, also in lower case. Certificates:
 * REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE. DBT_HTTP_TIMEOUT: seconds without an answer after which a try has failed (default 30).
 */
export function makeHttp(settings: HttpSettings): Http {
  const dispatchers = new Map<string, Promise<Dispatcher>>()
  const dispatcher = (address: URL): Promise<Dispatcher> => {
    const known = dispatchers.get(address.origin) ?? dispatcherFor(address, settings.env)
    dispatchers.set(address.origin, known)
    return known
  }
  const open = (url: string): Promise<Response> => request(url, settings.signal, dispatcher)
  return {
    json: (url, check) => retried(async () => check(await jsonOf(await open(url), url)), settings),
    download: (url, path, use) =>
      retried(async () => {
        const answer = await open(url)
        await save(answer, url, path, settings.limit)
        return await use()
      }, settings),
    close: async () => {
      for (const one of dispatchers.values()) await (await one).destroy()
    },
  }
}

type Response = Awaited<ReturnType<typeof import('undici').fetch>>

async function request(
  url: string,
  signal: AbortSignal,
  dispatcher: (address: URL) => Promise<Dispatcher>,
): Promise<Response> {
  const { fetch } = await import('undici')
  const address = addressOf(url)
  const headers: Record<string, string> = { 'user-agent': 'quern' }
  if (address.username !== '' || address.password !== '') {
    const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`
    address.username = ''
    address.password = ''
  }
  let answer: Response
  try {
    answer = await fetch(address, { headers, signal, dispatcher: await dispatcher(address) })
  } catch (error) {
    throw passing(url, error)
  }
  if (address.protocol === 'https:' && !answer.url.startsWith('https:')) {
    throw new QuernError(
      'Runtime',
      'insecure_redirect',
      `${shownUrl(url)} leads to an address that is not encrypted: ${shownUrl(answer.url)}`,
      {
        hint: 'whoever stands in between could put another package in its place: use the address of a server that does not do so',
      },
    )
  }
  if (answer.ok) return answer
  const side = answer.status < 500 ? 'Client' : 'Server'
  const problem = `${answer.status} ${side} Error: ${answer.statusText} for url: ${shownUrl(url)}`
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) throw new Transient(problem)
  throw connectionError(problem, undefined)
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address !== undefined && /^https?:$/.test(address.protocol)) return address
  throw new QuernError('Runtime', 'invalid_package_url', `'${shownUrl(url)}' is no address of the web`, {
    hint: 'it begins with https:// or http://',
  })
}

/** An address without the user name and password in it. */
export const shownUrl = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, '$1*****@')

function passing(url: string, error: unknown): Transient {
  let inner: unknown = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  const reason = inner instanceof Error ? inner.message || (inner as NodeJS.ErrnoException).code : String(inner)
  return new Transient(`GET ${shownUrl(url)}: ${reason}`, { cause: error })
}

async function jsonOf(answer: Response, url: string): Promise<unknown> {
  let text: string
  try {
    text = await answer.text()
  } catch (error) {
    throw passing(url, error)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Transient(`the answer of ${shownUrl(url)} is not JSON: ${JSON.stringify(text.slice(0, 60))}`)
  }
}

async function save(answer: Response, url: string, path: string, limit: number): Promise<void> {
  let size = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      done(size > limit ? tooLarge(url, limit) : null, chunk)
    },
  })
  const body = answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body as never)
  try {
    await pipeline(body, counted, createWriteStream(path))
  } catch (error) {
    throw error instanceof QuernError ? error : passing(url, error)
  }
}

const tooLarge = (url: string, limit: number): QuernError =>
  new QuernError('Runtime', 'archive_too_large', `The archive ${shownUrl(url)} is larger than ${megabytes(limit)} MB`, {
    hint: 'no package is that large: check the address',
  })

type Environment = HttpSettings['env']

/** The value of the first of some variables that is set, small letters first, as curl and requests do. */
const variable = (env: Environment, ...names: string[]): string | undefined =>
  names.flatMap((name) => [env[name.toLowerCase()], env[name]]).find((value) => value !== undefined && value !== '')

async function dispatcherFor(address: URL, env: Environment): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici')
  const seconds = Number(env['DBT_HTTP_TIMEOUT'])
  const timeout = (Number.isFinite(seconds) && seconds > 0 ? seconds : 30) * 1000
  const bundle = env['REQUESTS_CA_BUNDLE'] || env['CURL_CA_BUNDLE']
  const certificates = bundle === undefined || bundle === '' ? {} : { ca: readFileSync(bundle) }
  const options = { headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout, ...certificates } }
  const proxy = variable(env, address.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', 'ALL_PROXY')
  if (proxy === undefined || goesDirect(address, variable(env, 'NO_PROXY') ?? '')) return new Agent(options)
  const proxyUrl = proxy.includes('://') ? proxy : `http://${proxy}`
  return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: certificates })
}

/** Whether NO_PROXY names a host: itself, a domain above it (with or without a dot in front), or `*`; with a port only at that port. */
function goesDirect(address: URL, list: string): boolean {
  const port = address.port === '' ? (address.protocol === 'https:' ? '443' : '80') : address.port
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (entry === '*') return true
      if (name === '' || (only !== undefined && only !== port)) return false
      return address.hostname === name || address.hostname.endsWith(`.${name}`)
    })
}
