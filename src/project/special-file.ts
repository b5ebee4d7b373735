import { closeSync, constants, openSync, readSync, type Stats } from 'node:fs'

/** How long a pipe may be without anybody who writes into it. */
const PATIENCE = 3000
const PAUSE = 20
/** No file of a project is longer; a device such as /dev/zero has no end. */
const LONGEST = 256 * 1024 * 1024

/** Neither a file nor a folder: reading it as a file may never end. */
export const isSpecial = (stat: Pick<Stats, 'isFile' | 'isDirectory'>): boolean => !stat.isFile() && !stat.isDirectory()

/**
 * What comes out of a pipe or a device to its end. A pipe works as long as somebody writes into it (password managers hand out files like that), but
 * nobody waits for ever, as opening one in the usual way would. Throws an Error that says why there is no end,
 * or what the file system says.
 */
export function readSpecialFile(path: string, isPipe: boolean): Buffer {
  const open = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const parts: Buffer[] = []
  let length = 0
  let waited = 0
  try {
    for (;;) {
      const part = Buffer.alloc(64 * 1024)
      const count = readNow(open, part)
      // A pipe that nobody has opened for writing yet gives nothing either.
      if (count === 0 && (length > 0 || !isPipe)) return Buffer.concat(parts, length)
      if (count > 0) {
        parts.push(part.subarray(0, count))
        length += count
        waited = 0
        if (length > LONGEST) throw new Error('it is a device or a pipe that does not come to an end')
      } else {
        if (waited >= PATIENCE) throw new Error('it is a pipe or a device from which nothing comes')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
        waited += PAUSE
      }
    }
  } finally {
    closeSync(open)
  }
}

/** How many bytes there are now, 0 at the end; -1 for none yet. */
function readNow(open: number, into: Buffer): number {
  try {
    return readSync(open, into)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return -1
    throw error
  }
}
