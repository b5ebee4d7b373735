import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and the key that it is of, as PEM. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

interface Issuer {
  readonly name: string
  readonly key: KeyObject
}

/** Makes certificates of an authority that nobody else knows, for servers of tests. */
export class Authority {
  readonly #issuer: Issuer
  /** Its own certificate, as PEM: who has it believes the others. */
  readonly certificate: string

  constructor(name: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#issuer = { name, key: privateKey }
    this.certificate = pem('CERTIFICATE', certificate(this.#issuer, name, publicKey, [BASIC_CONSTRAINTS]))
  }

  /** For a server, which is known by these names and addresses (IPv4). */
  issue(names: readonly string[]): Certificate {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const alternatives = names.map((name) =>
      /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
    )
    const extension = sequence(oid(0x55, 0x1d, 0x11), der(OCTETS, sequence(...alternatives)))
    return {
      certificate: pem('CERTIFICATE', certificate(this.#issuer, names[0] ?? 'nobody', publicKey, [extension])),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    }
  }
}

/*
 * X.509 as RFC 5280 has it, in the encoding of X.690 (DER): a tag, a length, the contents.
 */
const [INTEGER, BITS, OCTETS, OID, UTF8, SEQUENCE, SET, TIME] = [2, 3, 4, 6, 12, 0x30, 0x31, 0x17] as const

function der(tag: number, contents: Buffer): Buffer {
  const { length } = contents
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), contents])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(SEQUENCE, Buffer.concat(parts))
const oid = (...bytes: readonly number[]): Buffer => der(OID, Buffer.from(bytes))

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))
/** Critical: it is an authority. */
const BASIC_CONSTRAINTS = sequence(
  oid(0x55, 0x1d, 0x13),
  der(1, Buffer.from([255])),
  der(OCTETS, sequence(der(1, Buffer.from([255])))),
)

const nameOf = (common: string): Buffer => sequence(der(SET, sequence(oid(0x55, 4, 3), der(UTF8, Buffer.from(common)))))

function certificate(issuer: Issuer, subject: string, key: KeyObject, extensions: readonly Buffer[]): Buffer {
  const body = sequence(
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(der(TIME, Buffer.from('200101000000Z')), der(TIME, Buffer.from('491231235959Z'))),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, issuer.key)
  return sequence(body, ECDSA_WITH_SHA256, der(BITS, Buffer.concat([Buffer.from([0]), signature])))
}

const pem = (what: string, contents: Buffer): string =>
  `-----BEGIN ${what}-----\n${contents.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${what}-----\n`
