import { escapeHtml } from '../runtime/markup.ts'

const WORD = '\\p{L}\\p{N}_'
const LABEL = `[${WORD}%-]`
const NAMED_HOST = `(?:https?:\\/\\/|www\\.)(?:${LABEL}+\\.)*(?:[a-z]{2,63}|xn--[${WORD}%]{2,59})`
const BARE_HOST = `(?:${LABEL}{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)`
const ADDRESS = 'https?:\\/\\/(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\])'
/** What Jinja2 3.1 takes for a URL: a host with scheme or `www.`, a host under a well-known domain, or an IP address. */
const HTTP = new RegExp(`^(?:${NAMED_HOST}|${BARE_HOST}|${ADDRESS})(?::\\d{1,5})?(?:[/?#]\\S*)?$`, 'iu')
const EMAIL = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u

export interface UrlizeOptions {
  readonly limit: number | undefined
  readonly rel: string
  readonly target: string | undefined
  readonly schemes: readonly string[]
}

/** Turns the URLs and mail addresses of a text into links; everything is escaped. */
export function urlize(text: string, options: UrlizeOptions): string {
  const attributes =
    (options.rel === '' ? '' : ` rel="${escapeHtml(options.rel)}"`) +
    (options.target === undefined ? '' : ` target="${escapeHtml(options.target)}"`)
  return escapeHtml(text)
    .split(/(\s+)/u)
    .map((word) => linkWord(word, attributes, options))
    .join('')
}

function linkWord(word: string, attributes: string, options: UrlizeOptions): string {
  const head = /^([(<]|&lt;)+/.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = /([)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    const opened = count(middle, open)
    if (opened <= count(middle, close)) continue
    for (let i = Math.min(opened, count(tail, close)); i > 0; i--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + link(middle, attributes, options) + tail
}

const count = (text: string, part: string): number => text.split(part).length - 1

function link(word: string, attributes: string, options: UrlizeOptions): string {
  if (HTTP.test(word)) {
    const chars = Array.from(word)
    const shown =
      options.limit !== undefined && chars.length > options.limit
        ? `${chars.slice(0, options.limit).join('')}...`
        : word
    const url = /^https?:\/\//.test(word) ? word : `https://${word}`
    return `<a href="${url}"${attributes}>${shown}</a>`
  }
  if (word.startsWith('mailto:') && EMAIL.test(word.slice(7))) return `<a href="${word}">${word.slice(7)}</a>`
  if (word.includes('@') && !/^(www\.|@)/.test(word) && !word.includes(':') && EMAIL.test(word)) {
    return `<a href="mailto:${word}">${word}</a>`
  }
  let out = word
  for (const scheme of options.schemes) {
    if (out !== scheme && out.startsWith(scheme)) out = `<a href="${out}"${attributes}>${out}</a>`
  }
  return out
}
