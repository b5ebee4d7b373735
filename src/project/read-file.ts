import { readFileSync, statSync } from 'node:fs'
import { QuernError } from '../errors/quern-error.ts'
import { digest } from '../util/digest.ts'
import { isSpecial, readSpecialFile } from './special-file.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What Python's str.strip() takes away; JavaScript's trim() would also take a byte order mark. */
const blank = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const leading = new RegExp(`^${blank}+`)
const trailing = new RegExp(`${blank}+$`)
const isBlank = new RegExp(blank)

/** str.strip() of Python. */
export function stripBlank(text: string): string {
  const start = leading.exec(text)?.[0].length ?? 0
  let end = text.length
  while (end > start && isBlank.test(text[end - 1]!)) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** rstrip() of Python. */
export const stripBlankEnd = (text: string): string => text.replace(trailing, '')

export const sha256 = (text: string | Uint8Array): string => digest('sha256', text, 'hex')

/**
 * Reads a text file of a project as UTF-8. `shown` is the path for messages. A byte order mark stays in the text, as in dbt (checksums depend on it);
 * `withoutMark` takes it away. Throws a `QuernError` for what is not UTF-8 text: other encodings, a folder, an unreadable file.
 */
export const readText = (path: string, shown: string): string => decodeText(readBytes(path, shown), shown)

/** Reads a file, or a pipe, as it is. Throws a `QuernError` for a folder or an unreadable file. */
export function readBytes(path: string, shown: string): Buffer {
  try {
    const stat = statSync(path)
    return isSpecial(stat) ? readSpecialFile(path, stat.isFIFO()) : readFileSync(path)
  } catch (error) {
    throw unreadable(shown, error)
  }
}

/** The text without a byte order mark at its start. */
export const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** The text of a file's bytes; see `readText`. */
export function decodeText(bytes: Buffer, shown: string): string {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (wide) {
    throw new QuernError('Parsing', 'file_encoding', `Could not read ${shown}: the file is UTF-16, not UTF-8`, {
      hint: 'save it again with the encoding UTF-8',
    })
  }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (error) {
    const offset = firstInvalid(bytes)
    const line = bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1
    const value = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`
    throw new QuernError(
      'Parsing',
      'file_encoding',
      `Could not read ${shown}: the file is not UTF-8 (byte ${value} at offset ${offset}, line ${line})`,
      {
        hint: 'save it again with the encoding UTF-8',
        cause: error,
      },
    )
  }
  return text
}

/** Offset of the first byte that breaks UTF-8: the longest prefix that decodes, found by halving. */
function firstInvalid(bytes: Buffer): number {
  const valid = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (valid(middle)) low = middle
    else high = middle - 1
  }
  // a character that was begun and not ended stands before: it is what is wrong
  let start = low
  while (start > 0 && low - start < 3 && (bytes[start - 1]! & 0xc0) === 0x80) start--
  if (start > 0 && bytes[start - 1]! >= 0xc0) {
    const lead = bytes[start - 1]!
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
    if (low - (start - 1) < length) return start - 1
  }
  return Math.min(low, bytes.length - 1)
}

/** What the file system said of a file or folder, for a person. */
export function unreadable(shown: string, error: unknown): QuernError {
  const code = (error as NodeJS.ErrnoException).code
  const reason =
    code === 'EISDIR'
      ? 'it is a folder, not a file'
      : code === 'ENOENT'
        ? 'it does not exist (a broken link?)'
        : code === 'EACCES' || code === 'EPERM'
          ? 'permission denied'
          : code === 'ENOTDIR'
            ? 'it is a file, not a folder'
            : code === 'ELOOP'
              ? 'it is a link that leads back to itself'
              : (error as Error).message
  return new QuernError('Runtime', 'file_unreadable', `Could not read ${shown}: ${reason}`, { cause: error })
}
