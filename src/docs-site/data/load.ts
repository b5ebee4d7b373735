import type { Artifacts } from './artifact-types.ts'
import { FILES } from './files.ts'

/** The element that holds the files of a self-contained page. */
export const EMBEDDED_ID = 'quern-artifacts'

/** Why there is nothing to show, in words for the reader of the page. */
export class LoadError extends Error {
  readonly advice: string
  constructor(message: string, advice: string) {
    super(message)
    this.advice = advice
  }
}

/**
 * The artifacts: from the page itself when it is self-contained, else from the files beside it. Throws a `LoadError` when there is no manifest
 * that can be read; other files may be missing.
 */
export async function loadArtifacts(page: Document): Promise<Artifacts> {
  const embedded = page.getElementById(EMBEDDED_ID)?.textContent?.trim() ?? ''
  if (embedded !== '') return await unpackAll(embedded)
  if (page.location.protocol === 'file:') {
    throw new LoadError(
      'A page that is opened as a file may not read the files beside it.',
      'Run “quern docs serve” in the project and open the address that it prints, or make one self-contained file with “quern docs generate --static” and open target/static_index.html.',
    )
  }
  const names = Object.keys(FILES) as (keyof Artifacts)[]
  const found = await Promise.all(names.map(async (name) => [name, await fetchJson(FILES[name])] as const))
  const artifacts = Object.fromEntries(found) as unknown as Partial<Artifacts>
  if (artifacts.manifest === undefined) {
    throw new LoadError(
      'There is no manifest.json beside this page.',
      'Run “quern docs generate” in the project: it writes the manifest, the catalog and this page.',
    )
  }
  return artifacts as Artifacts
}

async function fetchJson(name: string): Promise<unknown> {
  const answer = await fetch(name, { cache: 'no-cache' })
  if (!answer.ok) return undefined
  try {
    return await answer.json()
  } catch (error) {
    // a server that answers with a page for what it does not have
    if (name !== FILES.manifest && !/json/.test(answer.headers.get('content-type') ?? '')) return undefined
    throw new LoadError(`${name} cannot be read: ${(error as Error).message}`, 'Run “quern docs generate” again.')
  }
}

/** `{name: base64 of gzip of JSON}`, as `quern docs generate --static` writes it. */
async function unpackAll(text: string): Promise<Artifacts> {
  const packed = JSON.parse(text) as Record<string, string>
  const unpacked = await Promise.all(
    Object.entries(packed).map(async ([name, data]) => [name, await unpack(data)] as const),
  )
  return Object.fromEntries(unpacked) as unknown as Artifacts
}

/** The value behind base64 of gzip of JSON. */
export async function unpack(base64: string): Promise<unknown> {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return await new Response(stream).json()
}
