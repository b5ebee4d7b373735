import MarkdownIt from 'markdown-it'

const SAFE_LINK = /^(?:https?:|mailto:|tel:|#|\/(?!\/)|\.{0,2}\/|[\w%-]+(?:[./?#]|$))/i
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const OWN_IMAGE = /^data:image\/(?:png|gif|jpeg|webp);base64,/i

/** Whether a link of somebody's text may be followed: the web, mail, telephone, places in this page and files beside it. */
export function isSafeLink(url: string): boolean {
  // browsers leave such characters out: `java\nscript:` is a scheme for them
  const bare = [...url].filter((letter) => letter > ' ' && letter !== '\u007f').join('')
  if (SCHEME.test(bare) && !/^(?:https?|mailto|tel):/i.test(bare)) return false
  return SAFE_LINK.test(bare) && !bare.startsWith('//')
}

/** The text as a link that may be followed, or undefined. */
export const safeLink = (url: unknown): string | undefined =>
  typeof url === 'string' && isSafeLink(url) ? url : undefined

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false })
// A link of an unsafe kind stays text, as it was written.
parser.validateLink = (url) => isSafeLink(url) || OWN_IMAGE.test(url)
parser.renderer.rules['link_open'] = (tokens, at, options, _env, renderer) => {
  const token = tokens[at]!
  const url = String(token.attrGet('href') ?? '')
  if (/^https?:/i.test(url)) {
    token.attrSet('target', '_blank')
    token.attrSet('rel', 'noopener noreferrer')
  }
  return renderer.renderToken(tokens, at, options)
}
// Nothing is fetched from elsewhere because somebody reads a description: such an image is a link to it.
parser.renderer.rules['image'] = (tokens, at) => {
  const token = tokens[at]!
  const url = String(token.attrGet('src') ?? '')
  const { escapeHtml } = parser.utils
  const text = token.content
  if (/^https?:/i.test(url))
    return `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${escapeHtml(text || url)}</a>`
  return `<img src="${escapeHtml(url)}" alt="${escapeHtml(text)}">`
}
// The page has a title and titles of sections: those of a text stand below them.
parser.core.ruler.push('lower_headings', ({ tokens }) => {
  for (const token of tokens)
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(6, Number(token.tag[1]) + 2)}`
})
parser.renderer.rules['table_open'] = () => '<div class="scroll"><table>\n'
parser.renderer.rules['table_close'] = () => '</table></div>\n'

/** HTML of Markdown. HTML in the text comes out as text. */
export const markdownHtml = (text: string): string => parser.render(text)

/** The first paragraph without marks, for a line of a table. */
export function plainSummary(text: string): string {
  if (!/[*_`[\]#<>|!\\\n]/.test(text)) return text
  let known = summaries.get(text)
  if (known === undefined) {
    if (summaries.size > 5000) summaries.clear()
    summaries.set(text, (known = firstParagraph(text)))
  }
  return known
}

/** Lists are drawn again with every key that is typed. */
const summaries = new Map<string, string>()

function firstParagraph(text: string): string {
  const tokens = parser.parse(text.slice(0, 2000), {})
  const inline = tokens.find((token) => token.type === 'inline')
  if (inline?.children == null) return ''
  return inline.children
    .map((token) => (token.type === 'softbreak' || token.type === 'hardbreak' ? ' ' : token.content))
    .join('')
}
