/** What a piece of code is. */
export type TokenKind =
  | 'text'
  | 'keyword'
  | 'function'
  | 'string'
  | 'number'
  | 'comment'
  | 'operator'
  | 'jinja'
  | 'jinja-name'
  | 'jinja-string'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

export type Language = 'sql' | 'python' | 'jinja'

const SQL_KEYWORDS = new Set(
  `all alter analyze and any array as asc asof begin between by case cast check cluster collate column commit constraint create cross cube current
  database declare default delete desc describe distinct drop else end escape except exclude exists explain extract false fetch filter first following for
  foreign from full function grant group grouping having if ilike in index inner insert intersect interval into is isnull join key last lateral left like
  limit materialized merge natural not notnull null nulls offset on only or order outer over partition pivot positional preceding primary qualify range
  recursive references rename replace returning right rollback rollup row rows schema select semi set sets show similar some start table tablesample temp
  temporary then to trigger true truncate unbounded union unique unnest unpivot update using values view when where window with within`.split(
    /\s+/,
  ),
)
const PYTHON_KEYWORDS = new Set(
  'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield'.split(
    ' ',
  ),
)
const JINJA_KEYWORDS = new Set(
  `if elif else endif for endfor in not and or is set endset macro endmacro call endcall filter endfilter raw endraw do materialization endmaterialization
  test endtest snapshot endsnapshot docs enddocs block endblock import from include extends with endwith break continue none None true True false False
  recursive data_test`.split(/\s+/),
)

const SQL =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^'\\]|''|\\[\s\S])*'?|\$(\w*)\$[\s\S]*?(?:\$\3\$|$))|("(?:[^"]|"")*"?|`[^`]*`?)|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_$]*)|([-+*/%=<>!|&^~:]+)|(\s+|[\s\S])/giuy
const PYTHON =
  /(#[^\n]*)|([rbfu]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?))|()()(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|([-+*/%=<>!|&^~:@]+)|(\s+|[\s\S])/giuy
const JINJA =
  /('(?:[^'\\]|\\[\s\S])*'?|"(?:[^"\\]|\\[\s\S])*"?)|(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(\s+|[\s\S])/giuy
const TAG = /\{#[\s\S]*?(?:#\}|$)|\{[{%][\s\S]*?(?:[}%]\}|$)/g

/** The pieces of a code, in order: joined, they are the code. */
export function highlight(code: string, language: Language): Token[] {
  const tokens: Token[] = []
  if (language === 'python') return plain(code, PYTHON, PYTHON_KEYWORDS, tokens, true)
  if (language === 'sql') return plain(code, SQL, SQL_KEYWORDS, tokens, false)
  let at = 0
  for (const match of code.matchAll(TAG)) {
    plain(code.slice(at, match.index), SQL, SQL_KEYWORDS, tokens, false)
    if (match[0].startsWith('{#')) tokens.push({ kind: 'comment', text: match[0] })
    else template(match[0], tokens)
    at = match.index + match[0].length
  }
  return plain(code.slice(at), SQL, SQL_KEYWORDS, tokens, false)
}

function plain(code: string, pattern: RegExp, keywords: ReadonlySet<string>, tokens: Token[], exact: boolean): Token[] {
  pattern.lastIndex = 0
  for (let match = pattern.exec(code); match !== null && match[0] !== ''; match = pattern.exec(code)) {
    const [text, comment, string, , identifier, number, word, operator] = match
    if (comment !== undefined) tokens.push({ kind: 'comment', text })
    else if (string !== undefined) tokens.push({ kind: 'string', text })
    else if (identifier !== undefined && identifier !== '') tokens.push({ kind: 'text', text })
    else if (number !== undefined) tokens.push({ kind: 'number', text })
    else if (word !== undefined) {
      const isKeyword = keywords.has(exact ? word : word.toLowerCase())
      const isCall = code[pattern.lastIndex] === '('
      tokens.push({ kind: isKeyword ? 'keyword' : isCall ? 'function' : 'text', text })
    } else tokens.push({ kind: operator === undefined ? 'text' : 'operator', text })
  }
  return tokens
}

function template(tag: string, tokens: Token[]): void {
  const open = /^\{[{%][-+]?/.exec(tag)?.[0] ?? ''
  const close = /[-+]?[}%]\}$/.exec(tag.slice(open.length))?.[0] ?? ''
  tokens.push({ kind: 'jinja', text: open })
  const inner = tag.slice(open.length, tag.length - close.length)
  JINJA.lastIndex = 0
  for (let match = JINJA.exec(inner); match !== null && match[0] !== ''; match = JINJA.exec(inner)) {
    const [text, string, number, word] = match
    if (string !== undefined) tokens.push({ kind: 'jinja-string', text })
    else if (number !== undefined) tokens.push({ kind: 'number', text })
    else if (word !== undefined) tokens.push({ kind: JINJA_KEYWORDS.has(word) ? 'keyword' : 'jinja-name', text })
    else tokens.push({ kind: 'jinja', text })
  }
  if (close !== '') tokens.push({ kind: 'jinja', text: close })
}

/** The tokens of each line; a token that goes over several lines is cut. */
export function linesOf<T extends Token>(tokens: readonly T[]): T[][] {
  const lines: T[][] = [[]]
  for (const token of tokens) {
    const parts = token.text.split('\n')
    parts.forEach((text, at) => {
      if (at > 0) lines.push([])
      if (text !== '') lines.at(-1)!.push({ ...token, text })
    })
  }
  return lines
}
