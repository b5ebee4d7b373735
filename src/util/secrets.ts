/** What stands in the place of a secret: dbt's five stars. */
export const STARS = '*****'

/** Shorter texts stand inside of too many others. */
const SHORTEST = 5
/** One word of letters, or some with `_` between them, as names in SQL are. */
const WORDS = /^(?:[A-Z]?[a-z]+|[A-Z]+)(?:_(?:[A-Z]?[a-z]+|[A-Z]+))*$/
const LONGEST_WORDS = 16
const NUMBER = /^[\d\s.,:+-]*$/
/** What stands before a secret that tells itself. */
const TELLING =
  '(?:[Pp]assword|PASSWORD|passwd|PASSWD|\\bpwd|\\bPWD|[Tt]oken|TOKEN|[Ss]ecret|SECRET|(?:api|access|secret|private)_key|key_id|KEY_ID)["\'`]?\\s*(?:=>|[:=]|\\s)\\s*\\\\?["\'`]?'

/** Where a secret is hidden: wherever it stands, or only where it tells itself (`password=...`, `user:...@host`). */
type Reach = 'everywhere' | 'told'

interface Hiding {
  readonly everywhere: RegExp | undefined
  readonly told: RegExp | undefined
  /** One of these is in every text that has to be looked at closely. */
  readonly needles: readonly Buffer[]
  /** Those of them that are hidden everywhere, in their plain forms. */
  readonly plain: readonly Buffer[]
  /** Bytes of the longest text that is replaced. */
  readonly longest: number
}

const NOTHING: Hiding = { everywhere: undefined, told: undefined, needles: [], plain: [], longest: 0 }
/** Room for what stands before a secret that tells itself. */
const BEFORE = 64

/**
 * The texts of an invocation that nobody may see: the one place where they are taken out of what is printed (`scrub`) and of what is written to files
 * (`scrubFile`, `scrubbedBytes`). Texts are hidden as they are, and as JSON, SQL, addresses, HTML and base64 write them.
 *
 * A secret that is also an ordinary word would be struck out of every other one, tell itself by that, and make artifacts useless. Hidden only where it
 * stands behind `password`, `token` or the like, or in an address, is therefore what is shorter than five characters or a number, and what is part of
 * what the target is known by (database, schema, user, host); in files also a plain word (`customers`), which names of models and columns may be.
 * Values of secret environment variables (`always`) are hidden in lines whatever they are, as dbt does.
 */
export class Secrets {
  readonly #texts = new Map<string, { always: boolean }>()
  readonly #known = new Set<string>()
  #lines: Hiding | undefined
  #files: Hiding | undefined

  /** `always`: texts of secret environment variables. `known`: texts that the target is known by, without the secrets in them. */
  add(texts: Iterable<string>, more: { readonly always?: boolean; readonly known?: Iterable<string> } = {}): void {
    for (const text of texts) {
      if (text.trim() === '') continue
      for (const part of [text, ...linesOf(text)])
        this.#texts.set(part, { always: more.always === true || this.#texts.get(part)?.always === true })
    }
    for (const text of more.known ?? []) this.#known.add(text)
    this.#lines = undefined
    this.#files = undefined
  }

  /** Whether there is nothing to hide. */
  get isEmpty(): boolean {
    return this.#texts.size === 0
  }

  /** The texts that are hidden wherever they stand in lines. */
  get texts(): readonly string[] {
    return [...this.#texts.keys()].filter((text) => this.#reachInLines(text) === 'everywhere')
  }

  /** A text for people: a line of the log, an error. */
  scrub(text: string): string {
    this.#lines ??= this.#hiding((one) => this.#reachInLines(one))
    return hidden(text, this.#lines)
  }

  /** The text of a file: an artifact, compiled SQL. */
  scrubFile(text: string): string {
    return hidden(text, this.#inFiles())
  }

  /**
   * Whether a text in pieces, each only good until the next is asked for, holds what `scrubFile` would replace. `again`: all of it was looked at before,
   * with the secrets of then; now it is looked for what is hidden everywhere, in the forms that people and templates give it.
   */
  isIn(pieces: Iterable<string | Uint8Array>, { again = false } = {}): boolean {
    const hiding = this.#inFiles()
    const needles = again ? hiding.plain : hiding.needles
    if (needles.length === 0) return false
    let kept: Buffer = Buffer.alloc(0)
    for (const piece of pieces) {
      const bytes = Buffer.concat([kept, typeof piece === 'string' ? Buffer.from(piece) : piece])
      if (again ? needles.some((needle) => bytes.includes(needle)) : hasSecret(bytes, hiding)) return true
      kept = bytes.subarray(Math.max(0, bytes.length - hiding.longest))
    }
    return false
  }

  /** The same pieces; throws what `problem` gives when there is something to hide in them. */
  *refusing(pieces: Iterable<Uint8Array>, problem: () => Error): Generator<Uint8Array> {
    const hiding = this.#inFiles()
    let kept: Buffer = Buffer.alloc(0)
    for (const piece of pieces) {
      if (hiding.needles.length > 0) {
        const bytes = Buffer.concat([kept, piece])
        if (hasSecret(bytes, hiding)) throw problem()
        kept = bytes.subarray(Math.max(0, bytes.length - hiding.longest))
      }
      yield piece
    }
  }

  /** The bytes of a file in pieces, each only good until the next is asked for. What has no secret in it, as nearly all, is passed on as it is. */
  *scrubbedBytes(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    const hiding = this.#inFiles()
    if (hiding.needles.length === 0) {
      yield* pieces
      return
    }
    // what could be the beginning of a secret is kept until more is known
    const overlap = hiding.longest - 1
    let kept: Buffer = Buffer.alloc(0)
    for (const piece of pieces) {
      let bytes = kept.length === 0 ? asBuffer(piece) : Buffer.concat([kept, piece])
      if (hasSecret(bytes, hiding)) bytes = Buffer.from(hidden(bytes.toString('latin1'), hiding), 'latin1')
      const settled = Math.max(0, bytes.length - overlap)
      kept = Buffer.from(bytes.subarray(settled))
      if (settled > 0) yield bytes.subarray(0, settled)
    }
    if (kept.length > 0) yield kept
  }

  #inFiles(): Hiding {
    this.#files ??= this.#hiding((text) => this.#reachInFiles(text), true)
    return this.#files
  }

  #reachInLines(text: string): Reach {
    if (this.#texts.get(text)?.always === true) return 'everywhere'
    return text.length < SHORTEST || NUMBER.test(text) || this.#isKnown(text) ? 'told' : 'everywhere'
  }

  #reachInFiles(text: string): Reach {
    const isWord = text.length <= LONGEST_WORDS && WORDS.test(text)
    return text.length < SHORTEST || NUMBER.test(text) || isWord || this.#isKnown(text) ? 'told' : 'everywhere'
  }

  #isKnown(text: string): boolean {
    for (const known of this.#known) if (known.includes(text)) return true
    return false
  }

  /** `asBytes`: for texts whose characters are the bytes of a file. */
  #hiding(reachOf: (text: string) => Reach, asBytes = false): Hiding {
    if (this.#texts.size === 0) return NOTHING
    const everywhere = new Set<string>()
    const told = new Set<string>()
    const plain = new Set<string>()
    for (const text of this.#texts.keys()) {
      const isFull = reachOf(text) === 'everywhere'
      if (isFull) for (const form of plainForms(text)) plain.add(asBytes ? Buffer.from(form).toString('latin1') : form)
      for (const form of isFull ? formsOf(text) : plainForms(text)) {
        const set = isFull ? everywhere : told
        set.add(form)
        if (asBytes) set.add(Buffer.from(form).toString('latin1'))
      }
    }
    const buffers = (forms: Iterable<string>): Buffer[] =>
      [...new Set(forms)].map((form) => Buffer.from(form, asBytes ? 'latin1' : 'utf8'))
    const needles = buffers([...everywhere, ...told])
    return {
      everywhere: everywhere.size === 0 ? undefined : new RegExp(anyOf(everywhere), 'g'),
      told: told.size === 0 ? undefined : tellingRegExp(told),
      needles,
      plain: buffers(plain),
      longest: Math.max(...needles.map((needle) => needle.length)) + (told.size === 0 ? 0 : BEFORE),
    }
  }
}

/** For what is made of nothing that a profile or the environment could have told. */
export const NO_SECRETS = new Secrets()

function hidden(text: string, { everywhere, told }: Hiding): string {
  const shown = everywhere === undefined ? text : text.replace(everywhere, STARS)
  if (told === undefined) return shown
  return shown.replace(told, (_, before?: string, start?: string) => `${before ?? start ?? ''}${STARS}`)
}

function hasSecret(bytes: Buffer, { everywhere, told, needles }: Hiding): boolean {
  if (!needles.some((needle) => bytes.includes(needle))) return false
  const text = bytes.toString('latin1')
  return [everywhere, told].some((one) => one !== undefined && text.search(one) !== -1)
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const anyOf = (forms: Iterable<string>): string =>
  [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('|')

function tellingRegExp(forms: Iterable<string>): RegExp {
  const any = anyOf(forms)
  return new RegExp(`(${TELLING})(?:${any})(?![A-Za-z0-9_])|(://[^\\s/:@"']*:)(?:${any})(?=@)`, 'g')
}

/** The lines of a key or certificate: log files and statements wrap them. */
const linesOf = (text: string): string[] =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.length >= 8 && !line.startsWith('-----'))
    : []

/** How a text looks where it was written by a person, in JSON, in a statement, or in an address. */
function plainForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const sql = text.replaceAll("'", "''")
  const encoded = addressForms(text)
  return [...new Set([text, json, ascii, sql, JSON.stringify(sql).slice(1, -1), ...encoded])]
}

function addressForms(text: string): string[] {
  const strict = (part: string): string =>
    part.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  try {
    const address = encodeURIComponent(text)
    const all = [address, strict(address), address.replaceAll('%20', '+')]
    return all.flatMap((one) => [one, one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
  } catch {
    // half a surrogate pair is in no address
    return []
  }
}

/** All forms of a text. Empty ones and those that are shorter than what is hidden are not among them. */
function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const more = [
    JSON.stringify(json).slice(1, -1),
    text.replace(/[\\']/g, '\\$&'),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    ...base64Forms(text),
  ]
  return [...new Set([...plainForms(text), ...more])]
}

/** What base64 makes of a text wherever it stands in a longer one (`user:password`): the characters that nothing beside it decides. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text)
  if (bytes.length < 8) return []
  const forms = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const isCut = (before + bytes.length) % 3 !== 0
    return whole.slice(before === 0 ? 0 : before + 1, isCut ? -1 : undefined)
  })
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
