import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as tar from 'tar'

export interface HubVersion {
  /** What the package asks for, as the hub lists it. */
  readonly packages?: readonly unknown[]
  readonly require_dbt_version?: readonly string[] | string
  /** Besides dbt_project.yml. */
  readonly files?: Readonly<Record<string, string>>
}
export interface HubPackage {
  readonly versions: Readonly<Record<string, HubVersion>>
  /** Further keys of the package's page. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** Writes files below a folder, which is made. */
export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** A gzipped tar file with one top folder. */
export function tarball(top: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'quern-hub-'))
  writeTree(join(folder, top), files)
  tar.c({ gzip: true, sync: true, cwd: folder, file: join(folder, 'out.tgz') }, [top])
  const bytes = readFileSync(join(folder, 'out.tgz'))
  rmSync(folder, { recursive: true })
  return bytes
}

export interface Hub {
  readonly url: string
  /** Paths asked for, in order. */
  readonly requests: string[]
  /** What a path answers instead, each time it is asked for: the first of the list, until that is empty. */
  readonly faults: Map<string, (number | Buffer | string | 'drop')[]>
  /** Archives besides those of packages, by path. */
  readonly archives: Map<string, Buffer>
  close(): Promise<void>
}

/** A hub on this machine, with the packages' archives. */
export async function startHub(packages: Readonly<Record<string, HubPackage>>): Promise<Hub> {
  const requests: string[] = []
  const faults: Hub['faults'] = new Map()
  const archives = new Map<string, Buffer>()
  const pages = new Map<string, string>()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    requests.push(path)
    const fault = faults.get(path)?.shift()
    if (fault === 'drop') return request.socket.destroy()
    if (typeof fault === 'number') return response.writeHead(fault).end()
    const body = fault ?? pages.get(path) ?? archives.get(path)
    if (body === undefined) return response.writeHead(404).end()
    return response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  pages.set('/api/v1/index.json', JSON.stringify(Object.keys(packages)))
  for (const [full, { versions, more }] of Object.entries(packages)) {
    const [namespace, name] = full.split('/') as [string, string]
    const infos = Object.entries(versions).map(([version, info]) => {
      const archive = `/${full}/${version}.tar.gz`
      archives.set(archive, tarball(`${name}-${version}`, { 'dbt_project.yml': `name: ${name}\n`, ...info.files }))
      const page = {
        id: `${full}/${version}`,
        name,
        version,
        packages: info.packages ?? [],
        require_dbt_version: info.require_dbt_version ?? [],
        works_with: [],
        downloads: { tarball: `${url.slice(0, -1)}${archive}`, format: 'tgz', sha1: '' },
      }
      return [version, page]
    })
    pages.set(`/api/v1/${full}.json`, JSON.stringify({ name, namespace, versions: Object.fromEntries(infos), ...more }))
  }
  return {
    url,
    requests,
    faults,
    archives,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
