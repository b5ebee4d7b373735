import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import { relative, resolve } from 'node:path'
import type { Invocation } from '../../config/invocation.ts'
import type { ProjectConfig } from '../../config/project-config.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { openBrowser } from '../docs/open-browser.ts'
import { PAGE_ARTIFACTS, writePage } from '../docs/page-files.ts'
import { docsServer } from '../docs/server.ts'
import { ExitCode } from '../exit-code.ts'
import { say } from '../say.ts'

/**
 * `docs serve`: shows the documentation of the target folder until somebody stops it, which is a success, as in dbt. Throws when there is no
 * documentation, or when the address cannot be used.
 */
export async function docsServeCommand(invocation: Invocation, { project }: ProjectConfig): Promise<ExitCode> {
  const { flags, emit, env, signal, cwd } = invocation
  const { host, port, browser } = flags
  const targetDir = resolve(project.root, project.targetPath)
  if (!existsSync(resolve(targetDir, PAGE_ARTIFACTS.manifest))) throw notGenerated(relative(cwd, targetDir) || '.')
  // The page of this version, whoever generated the artifacts.
  writePage(targetDir)
  const server = docsServer({ targetDir, assetPaths: project.assetPaths, host })
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(notListening(error, host, port)))
    server.listen({ port, host }, listening)
  })
  const { port: actual } = server.address() as AddressInfo
  const address = `http://${shown(host)}:${actual}`
  say(emit, 'Note', 'Z050', `Serving docs at ${address}`)
  if (!isLoopback(host)) {
    const text = `everybody who reaches this machine can read the documentation (--host ${host})`
    say(emit, 'Note', 'Z050', text, { level: 'warn' })
  }
  say(emit, 'Note', 'Z050', 'Press Ctrl+C to exit.')
  if (browser && !env['CI']) openBrowser(address)
  await new Promise<void>((stopped) => {
    if (signal.aborted) stopped()
    else signal.addEventListener('abort', () => stopped(), { once: true })
  })
  await new Promise<void>((closed) => {
    server.close(() => closed())
    server.closeAllConnections()
  })
  return ExitCode.success
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host)

/** What to type into a browser: all addresses of a machine have none of their own. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return 'localhost'
  return isIP(host) === 6 ? `[${host}]` : host
}

const notGenerated = (folder: string): QuernError =>
  new QuernError('Runtime', 'docs_not_generated', `There is no documentation in ${folder}`, {
    hint: 'run "quern docs generate" first: it writes manifest.json, catalog.json and the page',
  })

function notListening(error: NodeJS.ErrnoException, host: string, port: number): QuernError {
  if (error.code === 'EADDRINUSE') {
    return new QuernError('Runtime', 'port_in_use', `Port ${port} of ${host} is in use by another program`, {
      hint: `choose another one: --port ${port < 65_535 ? port + 1 : 8080}; --port 0 takes one that is free`,
      cause: error,
    })
  }
  const hint =
    error.code === 'EACCES'
      ? 'ports below 1024 are for the administrator: choose a higher one with --port'
      : '--host is a name or an address of this machine: 127.0.0.1, localhost, ::1'
  return new QuernError('Runtime', 'cannot_serve', `Cannot serve on ${host}, port ${port}: ${error.message}`, {
    hint,
    cause: error,
  })
}
