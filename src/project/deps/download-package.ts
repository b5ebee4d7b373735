import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './archive.ts'
import type { DepsServices } from './pinned.ts'

/** Downloads an archive and unpacks it; a damaged one is downloaded again. Gives the folder of what was in it; `shown` is for errors. */
export async function downloadPackage(url: string, shown: string, services: DepsServices): Promise<string> {
  const base = mkdtempSync(join(services.downloads, 'archive-'))
  const archive = join(base, 'archive.tar.gz')
  const folder = join(base, 'package')
  await services.http.download(url, archive, async () => {
    rmSync(folder, { recursive: true, force: true })
    await unpack(archive, folder, shown, services.limits)
  })
  rmSync(archive)
  return folder
}
