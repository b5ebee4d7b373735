import { ParseContexts } from '../context/parse-context.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { parseInlineQuery } from '../parse/inline-query.ts'
import type { Loaded } from './load-manifest.ts'

/** Puts the query of `--inline` into the manifest as a node of its own. Throws its errors under dbt's heading. */
export function addInlineNode(loaded: Loaded, sql: string): UniqueId {
  try {
    return parseInlineQuery(loaded, sql, new ParseContexts(loaded.services))
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    throw new QuernError('Runtime', 'inline_query', `Error parsing inline query\n${error.message}`, {
      at: error.at,
      hint: error.hint,
      cause: error,
    })
  }
}
