import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this user may mount file systems. */
export const mayMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'quern-faults-mount-'))
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return false
    execFileSync('umount', [folder])
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})()

const SIZE_OF_SMALL_DISK = '64m'

/** Makes a folder a small file system of its own, with what is in it, for as long as `work` takes. Needs `mayMount`. */
export async function onSmallDisk<T>(folder: string, work: (disk: SmallDisk) => Promise<T>): Promise<T> {
  const aside = mkdtempSync(join(tmpdir(), 'quern-faults-aside-'))
  mkdirSync(folder, { recursive: true })
  cpSync(folder, aside, { recursive: true, preserveTimestamps: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_OF_SMALL_DISK}`, 'tmpfs', folder])
  try {
    cpSync(aside, folder, { recursive: true, preserveTimestamps: true })
    return await work(new SmallDisk(folder))
  } finally {
    execFileSync('umount', ['--lazy', folder])
    rmSync(aside, { recursive: true, force: true })
  }
}

export class SmallDisk {
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }
  get #filler(): string {
    return join(this.#folder, '.filler')
  }
  /** Bytes in use. */
  get used(): number {
    const { blocks, bfree, bsize } = statfsSync(this.#folder)
    return (blocks - bfree) * bsize
  }
  /** Leaves so many bytes, in whole blocks. */
  fill(free: number): void {
    this.empty()
    const { bfree, bsize } = statfsSync(this.#folder)
    const blocks = Math.max(0, bfree - Math.ceil(free / bsize))
    writeFileSync(this.#filler, Buffer.alloc(blocks * bsize, 1))
  }
  empty(): void {
    rmSync(this.#filler, { force: true })
  }
}

/** Nobody may write into a folder while `work` runs: by a mount for reading where this user may mount (root may write anywhere else), else by rights. */
export async function readOnly<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true })
  if (mayMount) {
    execFileSync('mount', ['--bind', folder, folder])
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', folder])
      return await work()
    } finally {
      execFileSync('umount', ['--lazy', folder])
    }
  }
  const all = [folder, ...readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)))]
  for (const path of all) spawnSync('chmod', ['a-w', path])
  try {
    return await work()
  } finally {
    for (const path of all) chmodSync(path, 0o755)
  }
}
