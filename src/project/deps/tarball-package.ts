import { existsSync, mkdtempSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { secretsInText } from '../../adapter/profile-secrets.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { makeWarning } from '../../events/warnings.ts'
import { type PackageSpec, placeOf } from '../packages.ts'
import { unpack } from './archive.ts'
import { downloadPackage } from './download-package.ts'
import { shownUrl, Transient } from './http.ts'
import { folderMetadata, moveFolder } from './package-folder.ts'
import { type DepsServices, type PackageMetadata, type PinnedPackage, scrubbed } from './pinned.ts'

/** Emits dbt's warning about a secret in what goes to the lock file, and gives the text without it. */
export function withoutSecrets(text: string, services: DepsServices): string {
  const shown = scrubbed(text, services)
  if (shown !== text) {
    const message = `Detected secret env var in ${shown}. It stands as ***** in package-lock.yml, from which it cannot be installed: run deps with --upgrade then, or write the secret as env_var('DBT_ENV_SECRET_...')`
    services.emit(
      makeWarning('DepsScrubbedPackageName', 'M035', message, { data: { package_name: shown }, style: 'plain' }),
    )
  }
  return shown
}

/** An archive on the web (http, https) or on this machine (a path from the root project, or file://). Its entry says its name. */
export function tarballPackage(specs: readonly PackageSpec[], services: DepsServices): PinnedPackage {
  const spec = specs[0]!
  services.hide?.(secretsInText(spec.source))
  const name = spec.entry['name'] as string
  const written = typeof spec.unrendered['tarball'] === 'string' ? spec.unrendered['tarball'] : spec.source
  const shown = shownUrl(scrubbed(spec.source, services))
  let unpacked: Promise<string> | undefined
  const folder = (): Promise<string> => {
    unpacked ??= fetchTarball(spec, shown, services)
    return unpacked
  }
  return {
    id: spec.source,
    label: name,
    latest: undefined,
    version: 'tarball',
    subdirectory: undefined,
    versionName: () => `tarball (url: ${shown})`,
    lockEntry: () => ({ tarball: withoutSecrets(written, services), name }),
    metadata: async (): Promise<PackageMetadata> => {
      const { packages } = folderMetadata(await folder(), shown, placeOf(spec, 'tarball'), services)
      return { name, packages }
    },
    install: async (path) => moveFolder(await folder(), path),
  }
}

async function fetchTarball(spec: PackageSpec, shown: string, services: DepsServices): Promise<string> {
  const file = localFile(spec, services)
  if (file === undefined) return await downloadPackage(spec.source, shown, services)
  if (!existsSync(file)) {
    throw new QuernError('Runtime', 'archive_not_found', `The archive ${shown} does not exist`, {
      at: placeOf(spec, 'tarball'),
      hint: `it was looked for at ${file}`,
    })
  }
  const folder = join(mkdtempSync(join(services.downloads, 'tarball-')), 'package')
  try {
    await unpack(file, folder, shown, services.limits)
    return folder
  } catch (error) {
    if (!(error instanceof Transient)) throw error
    throw new QuernError('Runtime', 'archive_damaged', error.message, { at: placeOf(spec, 'tarball'), cause: error })
  }
}

/** The path of an archive on this machine; undefined for an address of the web. */
function localFile(spec: PackageSpec, services: DepsServices): string | undefined {
  if (/^https?:\/\//i.test(spec.source)) return undefined
  if (/^file:\/\//i.test(spec.source)) return fileURLToPath(spec.source)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec.source)) {
    throw new QuernError('Runtime', 'invalid_package_url', `'${shownUrl(spec.source)}' cannot be fetched`, {
      at: placeOf(spec, 'tarball'),
      hint: 'an archive has an address with https://, http:// or file://, or a path from the project',
    })
  }
  return resolve(services.root, spec.source)
}
