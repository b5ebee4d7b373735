import type { Lasting } from './driver.ts'

/** A text that was sent, and how that ended. */
export interface SentText {
  readonly text: string
  /** Whether a transaction was open before it, and after it (of interest when it was `done`). */
  readonly before: boolean
  readonly after: boolean
  /** `refused`: the database answered with an error. `lost`: the connection ended before the answer, or the answer was not waited for. */
  readonly outcome: 'done' | 'refused' | 'lost'
  /** Whether the transaction before it had sent anything that may have changed something. */
  readonly dirty: boolean
}

/** A single statement that changes nothing which outlives a session. */
const HARMLESS = /^\s*(?:begin|start|rollback|abort|savepoint|release|set|reset|show|discard)\b[^;]*;?\s*$/i
/** A single statement that only reads, in the words of DuckDB. */
const READS = /^\s*\(?\s*(?:select|from|with|values|show|describe|desc|summarize|explain|pragma|use|load)\b[^;]*;?\s*$/i
const WRITES = /\b(?:insert|update|delete|merge|into|nextval)\b/i
const PLAIN_COMMIT = /^\s*(?:commit|end)(?:\s+(?:work|transaction))?\s*;?\s*$/i
/** Anywhere in several statements: better once too often. */
const ENDS = /\b(?:commit|end|rollback|abort|prepare\s+transaction)\b/i
/** Comments, texts (also with a backslash in front of a quote, and between dollar signs) and quoted names. */
const QUOTED =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\be'(?:\\[\s\S]|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$([a-z_]\w*)?\$[\s\S]*?\$\1\$/gi

/** A text without what may hold any words. */
const words = (text: string): string => text.replace(QUOTED, ' ')

/** Whether a text is a single query that changes nothing by its own words (functions that it calls may). */
export const onlyReads = (text: string): boolean => {
  const bare = words(text)
  return READS.test(bare) && !WRITES.test(bare)
}

/** Whether a text may change something in its transaction. Queries count: functions that they call may write. */
export const mayChange = (text: string): boolean => {
  const bare = words(text)
  return !HARMLESS.test(bare) && !PLAIN_COMMIT.test(bare)
}

/**
 * What of a session's work lasts after one more text, given what did before (see `Lasting`). In doubt it says more than is so: what is called `nothing`
 * is repeated without anybody asking for it.
 */
export function lastingAfter(lasting: Lasting, sent: SentText): Lasting {
  if (lasting === 'unknown') return lasting
  const bare = words(sent.text)
  if (HARMLESS.test(bare)) return lasting
  const plainCommit = PLAIN_COMMIT.test(bare)
  switch (sent.outcome) {
    case 'done':
      // without anything before it a COMMIT commits nothing
      if (plainCommit) return sent.dirty ? 'committed' : lasting
      return sent.before && sent.after && !endsTransaction(sent) ? lasting : 'committed'
    case 'refused':
      // A refused COMMIT is a rollback, a refused statement is nothing. Of several, those before it may have been committed.
      return !isSingle(sent) && (!sent.before || endsTransaction(sent)) ? 'committed' : lasting
    case 'lost':
      if (plainCommit) return sent.dirty ? 'unknown' : lasting
      return !sent.before || endsTransaction(sent) ? 'unknown' : lasting
  }
}

const isSingle = ({ text }: SentText): boolean => !/;\s*\S/.test(words(text))

/** Whether one of several statements of a text may end the transaction. A single one that does not holds the word by chance: `case ... end`. */
const endsTransaction = (sent: SentText): boolean => !isSingle(sent) && ENDS.test(words(sent.text))
