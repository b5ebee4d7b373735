import { createReadStream, realpathSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { extname, join, normalize, sep } from 'node:path'
import { PAGE, PAGE_ARTIFACTS, STATIC_PAGE } from './page-files.ts'

/** What is served, and under which name of this machine. */
export interface DocsServer {
  /** Absolute. */
  readonly targetDir: string
  /** Folders of `asset-paths`, relative to the target folder: descriptions show pictures from there. */
  readonly assetPaths: readonly string[]
  /** As given: an address or a name. */
  readonly host: string
}

const FILES: ReadonlySet<string> = new Set([PAGE, STATIC_PAGE, ...Object.values(PAGE_ARTIFACTS)])

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.pdf': 'application/pdf',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
}

/**
 * A server of the documentation page and its artifacts and pictures, and of nothing else: no folder is listed, no path leads out. Requests under
 * names that are not this machine's are refused, so that no web page can read the documentation through a name of its own.
 */
export function docsServer(site: DocsServer): Server {
  const server = createServer(LIMITS, (request, response) => {
    try {
      answer(site, request, response)
    } catch {
      refuse(response, 500, 'The file could not be read')
    }
  })
  server.maxConnections = MOST_CONNECTIONS
  return server
}

/** Whoever is slow, or sends what no browser does, holds nothing up: milliseconds for a request and its head, and bytes of the head. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
} as const
const MOST_CONNECTIONS = 256

function answer(site: DocsServer, request: IncomingMessage, response: ServerResponse): void {
  if (!isOwnName(request.headers.host, site.host)) {
    refuse(response, 403, 'This server answers under the name of this machine only')
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    refuse(response, 405, 'Only GET and HEAD are understood')
    return
  }
  const found = fileOf(site, request.url ?? '/')
  if (found === undefined) {
    refuse(response, 404, 'There is no such file')
    return
  }
  const { size, mtimeMs } = statSync(found.path)
  const tag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`
  const headers = {
    'Content-Type': TYPES[extname(found.path).toLowerCase()] ?? 'application/octet-stream',
    'Cache-Control': 'no-cache',
    ETag: tag,
    ...SAFETY,
    // A picture is a picture: what a project put into one does not run.
    ...(found.isAsset ? { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" } : {}),
  }
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Length': size })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  createReadStream(found.path)
    .on('error', () => response.destroy())
    .pipe(response)
}

const SAFETY = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...SAFETY }).end(`${text}\n`)
}

/** Whether a request was made under an address, `localhost`, the name that was given, or the machine's own. */
export function isOwnName(header: string | undefined, given: string): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(header ?? '')?.[1]?.toLowerCase() ?? ''
  if (name === '') return false
  const bare = name.replace(/^\[|\]$/g, '')
  return isIP(bare) !== 0 || bare === 'localhost' || bare === given.toLowerCase() || bare === hostname().toLowerCase()
}

/** The file that a path of the address means, if it is one of the site's. */
export function fileOf(
  { targetDir, assetPaths }: DocsServer,
  url: string,
): { readonly path: string; readonly isAsset: boolean } | undefined {
  let path: string
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/s, ''))
  } catch {
    return undefined
  }
  // no file that begins with a dot is of the documentation
  if (!path.startsWith('/') || /[\0\\]|\/\./.test(path)) return undefined
  const name = path === '/' ? PAGE : path.slice(1)
  if (FILES.has(name)) {
    const file = join(targetDir, name)
    return isFile(file) && isWithin(file, targetDir) ? { path: file, isAsset: false } : undefined
  }
  for (const asset of assetPaths) {
    const folder = join(targetDir, asset)
    const file = normalize(join(targetDir, name))
    if (!file.startsWith(folder + sep) || !isFile(file)) continue
    return isWithin(file, folder) ? { path: file, isAsset: true } : undefined
  }
  return undefined
}

/** A link may lead anywhere. */
const isWithin = (file: string, folder: string): boolean => realpathSync(file).startsWith(realpathSync(folder) + sep)

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true
