import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'

/** A checksum of bytes that come one after the other; against damage, not against people. Texts of two kinds are never equal. */
export interface Checksum {
  update(bytes: Uint8Array): void
  text(): string
}

/** CRC-32 where Node has it (20.15 and newer), which is several times as fast as any digest; else SHA-1. */
export function newChecksum(): Checksum {
  if (typeof zlib.crc32 !== 'function') {
    const hash = createHash('sha1')
    return { update: (bytes) => hash.update(bytes), text: () => `sha1-${hash.digest('hex')}` }
  }
  let value = 0
  return {
    update: (bytes) => {
      value = zlib.crc32(bytes, value)
    },
    text: () => `crc32-${value.toString(16).padStart(8, '0')}`,
  }
}

export function checksumOf(bytes: Uint8Array): string {
  const checksum = newChecksum()
  checksum.update(bytes)
  return checksum.text()
}
