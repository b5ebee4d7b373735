/**
 * A piece of a template. The pieces follow each other without a gap: `start` and `end` of all tokens, in order, give the text back
 * (without the one line break at the very end, which Jinja2 drops). `value` is what the piece means: data after whitespace control,
 * strings without quotes and escapes, numbers and names as written.
 */
export interface Token {
  readonly type: TokenType
  readonly value: string
  /** From 0, as nunjucks counts. */
  readonly lineno: number
  readonly colno: number
  readonly start: number
  readonly end: number
}

/** nunjucks' names of the token types; `raw` (a raw tag) and `end` are ours. */
export type TokenType =
  | 'data'
  | 'comment'
  | 'raw'
  | 'block-start'
  | 'block-end'
  | 'variable-start'
  | 'variable-end'
  | 'whitespace'
  | 'symbol'
  | 'string'
  | 'int'
  | 'float'
  | 'operator'
  | 'end'

const DESCRIPTIONS: Partial<Record<TokenType, string>> = {
  int: 'integer',
  data: 'template data / text',
  comment: 'comment',
  'block-start': 'begin of statement block',
  'block-end': 'end of statement block',
  'variable-start': 'begin of print statement',
  'variable-end': 'end of print statement',
  end: 'end of template',
}

/** What Jinja2's messages call a token: names and operators by their text, all else by type. */
export const describeToken = (token: Token): string =>
  token.type === 'symbol' || token.type === 'operator' ? token.value : describeType(token.type)

export const describeType = (type: TokenType): string => DESCRIPTIONS[type] ?? (type === 'symbol' ? 'name' : type)
