/** Python's white space, for a character class. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const DIGIT =
  '\\p{Nd}\\u00b2\\u00b3\\u00b9\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792'
const all = (characterClass: string): ((text: string) => boolean) => {
  const pattern = new RegExp(`^[${characterClass}]+$`, 'u')
  return (text) => pattern.test(text)
}
const CASED = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u
const LOWER = /[\p{Lowercase}]/u
const UPPER = /[\p{Uppercase}\p{Lt}]/u
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u

export const isLower = (text: string): boolean => LOWER.test(text) && !UPPER.test(text)
export const isUpper = (text: string): boolean =>
  /\p{Uppercase}/u.test(text) && !LOWER.test(text) && !/\p{Lt}/u.test(text)

function isTitle(text: string): boolean {
  let inWord = false
  let found = false
  for (const char of text) {
    if (UPPER.test(char)) {
      if (inWord) return false
      inWord = true
      found = true
    } else if (LOWER.test(char)) {
      if (!inWord) return false
    } else inWord = false
  }
  return found
}

/** The methods of str that answer yes or no and take nothing. */
export const STR_CHECKS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['isalnum', all('\\p{L}\\p{N}')],
  ['isalpha', all('\\p{L}')],
  ['isascii', (text) => /^[\0-\x7f]*$/.test(text)],
  ['isdecimal', all('\\p{Nd}')],
  ['isdigit', all(DIGIT)],
  [
    'isnumeric',
    all(
      '\\p{N}\\u4e00\\u4e8c\\u4e09\\u56db\\u4e94\\u516d\\u4e03\\u516b\\u4e5d\\u5341\\u767e\\u5343\\u842c\\u4e07\\u5104\\u4ebf\\u96f6',
    ),
  ],
  ['isidentifier', (text) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text)],
  ['islower', isLower],
  ['isupper', isUpper],
  ['istitle', isTitle],
  ['isspace', all(SPACE)],
  ['isprintable', (text) => !UNPRINTABLE.test(text)],
])

const TITLE: Readonly<Record<string, string>> = {}
for (const group of ['ǄǅǆǅǇǈǉǈǊǋǌǋǱǲǳǲ'.match(/.{4}/gu) ?? []].flat()) {
  const [upper, title, lower] = Array.from(group)
  for (const char of [upper!, title!, lower!]) (TITLE as Record<string, string>)[char] = title!
}

function titleCharacter(char: string): string {
  const known = TITLE[char]
  if (known !== undefined) return known
  if (/[\u10d0-\u10fa\u10fd-\u10ff]/.test(char)) return char
  const upper = char.toUpperCase()
  if (upper.length === char.length) return upper
  const [first, ...rest] = Array.from(upper)
  return first! + rest.join('').toLowerCase()
}

/** str.title() */
export function titleCase(text: string): string {
  let inWord = false
  let out = ''
  for (const char of text) {
    out += inWord ? char.toLowerCase() : titleCharacter(char)
    inWord = CASED.test(char)
  }
  return out
}

/** str.capitalize() */
export function capitalize(text: string): string {
  const first = text.codePointAt(0)
  if (first === undefined) return ''
  const char = String.fromCodePoint(first)
  return titleCharacter(char) + text.slice(char.length).toLowerCase()
}

/** str.swapcase() */
export const swapCase = (text: string): string =>
  Array.from(text, (char) => (UPPER.test(char) ? char.toLowerCase() : char.toUpperCase())).join('')

/** str.casefold() */
export const caseFold = (text: string): string =>
  /^[\0-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : Array.from(text, (char) => (char === 'ı' ? char : char.toUpperCase().toLowerCase())).join('')
