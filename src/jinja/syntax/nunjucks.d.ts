/** The parts of nunjucks 3.2.4 that the parser stands on; its own types cover only its public entry. */
declare module 'nunjucks/src/lexer.js' {
  export interface NunjucksToken {
    type: string
    value: string
    lineno: number
    colno: number
  }
  export class Tokenizer {
    constructor(source: string, options?: object)
    str: string
    index: number
    len: number
    lineno: number
    colno: number
    in_code: boolean
    nextToken(): NunjucksToken | null
    isFinished(): boolean
  }
  const lexer: {
    lex(source: string, options?: object): Tokenizer
    readonly TOKEN_STRING: string
    readonly TOKEN_WHITESPACE: string
    readonly TOKEN_DATA: string
    readonly TOKEN_BLOCK_START: string
    readonly TOKEN_BLOCK_END: string
    readonly TOKEN_VARIABLE_START: string
    readonly TOKEN_VARIABLE_END: string
    readonly TOKEN_COMMENT: string
  }
  export default lexer
}
declare module 'nunjucks/src/parser.js' {
  import type { NunjucksToken, Tokenizer } from 'nunjucks/src/lexer.js'
  export class NunjucksParser {
    constructor(tokens: Tokenizer)
    tokens: Tokenizer
    peeked: NunjucksToken | null
    breakOnBlocks: readonly string[] | null
    init(tokens: Tokenizer): void
    nextToken(withWhitespace?: boolean): NunjucksToken
    peekToken(): NunjucksToken
    pushToken(token: NunjucksToken): void
    skip(type: string): boolean
    skipValue(type: string, value: string): boolean
    skipSymbol(value: string): boolean
    fail(message: string, lineno?: number, colno?: number): never
  }
  const parser: { readonly Parser: typeof NunjucksParser }
  export default parser
}
