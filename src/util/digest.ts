import * as crypto from 'node:crypto'

type Digest = (algorithm: string, data: string | Uint8Array, encoding: 'hex' | 'base64') => string

/** Since Node 20.12; for short texts twice as fast as an object that is updated. */
const atOnce = (crypto as { readonly hash?: Digest }).hash

/** The digest of one text or of some bytes. */
export const digest: Digest =
  atOnce ?? ((algorithm, data, encoding) => crypto.createHash(algorithm).update(data).digest(encoding))
