import { createReadStream, existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { ReadEntry } from 'tar'
import { QuernError } from '../../errors/quern-error.ts'
import { Transient } from './http.ts'
import { type ArchiveLimits, megabytes } from './limits.ts'

/**
 * Unpacks a gzipped tar file whose entries share one top folder: what is in that folder comes to stand in `folder`, which is made.
 * `shown` names the archive in errors. All entries are looked at before the first is written.
 * Throws a Runtime Error for entries that lead out of the folder (absolute paths, `..`, links), for devices and pipes, for archives
 * beyond the limits and for those without a single top folder; a `Transient` for what is no complete archive (a bad download).
 */
export async function unpack(path: string, folder: string, shown: string, limits: ArchiveLimits): Promise<void> {
  await check(path, shown, limits)
  mkdirSync(folder, { recursive: true })
  const tar = await import('tar')
  try {
    await tar.x({
      file: path,
      cwd: folder,
      strip: 1,
      strict: true,
      filter: (_path, entry) => {
        // rights for the owner at least, for others at most to read and run; no set-user-id
        const mode = (entry as ReadEntry).mode ?? 0o644
        Object.assign(entry, { mode: (mode & 0o755) | 0o600 })
        return true
      },
    })
  } catch (error) {
    throw refused(shown, (error as Error).message, error)
  }
  for (const link of linksOutOf(folder)) throw refused(shown, `the link ${link} leads out of the package`)
}

/** Reads the whole archive once without writing anything. */
async function check(path: string, shown: string, limits: ArchiveLimits): Promise<void> {
  const tar = await import('tar')
  const seen: Seen = { tops: new Set(), files: new Set(), count: 0, limits, shown }
  let problem: QuernError | undefined
  const parser = new tar.Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        checkEntry(entry, seen)
      } catch (error) {
        problem ??= error as QuernError
        parser.abort(error as Error)
        return
      }
      entry.resume()
    },
  })
  let size = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      done(size > limits.unpackedBytes ? tooLarge(seen) : null, chunk)
    },
  })
  try {
    await pipeline(createReadStream(path), createGunzip(), counted, parser as unknown as NodeJS.WritableStream)
  } catch (error) {
    if (problem !== undefined) throw problem
    if (error instanceof QuernError) throw error
    throw new Transient(`${shown} is no complete .tar.gz archive: ${(error as Error).message}`, { cause: error })
  }
  if (problem !== undefined) throw problem
  if (seen.count === 0) throw new Transient(`${shown} is an empty archive`)
  if (seen.tops.size !== 1) throw wrongStructure(shown, [...seen.tops])
}

interface Seen {
  readonly tops: Set<string>
  /** Regular files so far, for hard links. */
  readonly files: Set<string>
  count: number
  readonly limits: ArchiveLimits
  readonly shown: string
}

function checkEntry(entry: ReadEntry, seen: Seen): void {
  const { shown, limits } = seen
  if (++seen.count > limits.entries) throw refused(shown, `it has more than ${limits.entries} entries`)
  const path = entry.path
  if (leadsOut(path)) throw refused(shown, `the entry ${quoted(path)} leads out of the package`)
  const parts = posix
    .normalize(path)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  const top = parts[0]
  if (top === undefined) return
  const folder = entry.type === 'Directory' || entry.type === 'GNUDumpDir'
  if (parts.length === 1 && !folder) throw wrongStructure(shown, [top])
  seen.tops.add(top)
  const target = entry.linkpath ?? ''
  switch (entry.type) {
    case 'Directory':
    case 'GNUDumpDir':
      return
    case 'File':
    case 'OldFile':
    case 'ContiguousFile':
      seen.files.add(parts.join('/'))
      return
    case 'SymbolicLink':
      if (
        leadsOut(posix.join(parts.slice(1, -1).join('/'), target)) ||
        posix.isAbsolute(target) ||
        target.includes('\\')
      )
        throw refused(shown, `the link ${quoted(path)} to ${quoted(target)} leads out of the package`)
      return
    case 'Link':
      if (!seen.files.has(posix.normalize(target)))
        throw refused(shown, `the hard link ${quoted(path)} to ${quoted(target)} is not to a file of the package`)
      return
    default:
      throw refused(shown, `the entry ${quoted(path)} is no file, folder or link (${entry.type})`)
  }
}

/** Whether a path of an archive is absolute or climbs above where it starts. */
function leadsOut(path: string): boolean {
  if (path.includes('\0') || posix.isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.startsWith('\\')) return true
  const parts = posix.normalize(path.replaceAll('\\', '/')).split('/')
  return parts.includes('..')
}

/** The symbolic links below a folder that lead out of it, by path within it; links to nothing as well. */
export function linksOutOf(folder: string): string[] {
  const root = realpathSync(folder)
  const found: string[] = []
  const visit = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (entry.isSymbolicLink() && !staysIn(path, root)) found.push(relative(root, path))
    }
  }
  visit(root)
  return found
}

/** Follows a link's text part by part, through other links; what does not exist yet counts by its name. */
function staysIn(link: string, root: string): boolean {
  const inside = (path: string): boolean => path === root || path.startsWith(root + sep)
  const text = readlinkSync(link)
  let at = isAbsolute(text) ? sep : realpathSync(dirname(link))
  for (const part of text.split(/[/\\]/)) {
    if (part === '' || part === '.') continue
    const next = resolve(at, part)
    at = existsSync(next) ? realpathSync(next) : next
    if (!inside(at)) return false
  }
  return inside(at)
}

const quoted = (path: string): string => JSON.stringify(path)

const refused = (shown: string, problem: string, cause?: unknown): QuernError =>
  new QuernError('Runtime', 'archive_refused', `The archive ${shown} was not unpacked: ${problem}`, {
    hint: 'such an archive can write files that are none of its business: do not use it',
    cause,
  })

const tooLarge = ({ shown, limits }: Seen): QuernError =>
  new QuernError(
    'Runtime',
    'archive_too_large',
    `The archive ${shown} was not unpacked: it holds more than ${megabytes(limits.unpackedBytes)} MB`,
    { hint: 'no package is that large: check where it comes from' },
  )

const wrongStructure = (shown: string, tops: readonly string[]): QuernError =>
  new QuernError('Runtime', 'archive_structure', `Incorrect structure for package extracted from ${shown}.`, {
    hint: `an archive holds one folder, and that the package; this one has ${tops.slice(0, 5).join(', ')}`,
  })
