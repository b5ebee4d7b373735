/** What an archive of a package may hold: far beyond any real one, and far below what fills a disk. */
export const LIMITS: ArchiveLimits = {
  downloadBytes: 256 * 1024 * 1024,
  unpackedBytes: 1024 * 1024 * 1024,
  entries: 100_000,
}

export interface ArchiveLimits {
  readonly downloadBytes: number
  readonly unpackedBytes: number
  readonly entries: number
}

export const megabytes = (bytes: number): number => Math.ceil(bytes / (1024 * 1024))
