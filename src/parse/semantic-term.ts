import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { SEMANTIC_TERMS, type SemanticTerm } from '../manifest/semantic-terms.ts'
import { type Place, placeIn } from './yaml-place.ts'

/** A word of the semantic layer in lower case. Throws when it is none; dbt-core 1.11 ends with a stack trace then. */
export function semanticTerm(term: SemanticTerm, value: Value, place: Place): string {
  const allowed: readonly string[] = SEMANTIC_TERMS[term]
  const found = typeof value === 'string' ? value.toLowerCase() : undefined
  if (found !== undefined && allowed.includes(found)) return found
  const near = found === undefined ? undefined : didYouMean(found, allowed)
  throw new QuernError('Parsing', 'semantic_term', `Invalid enum value: \`${toText(value)}\` in enum ${term}`, {
    at: placeIn(place),
    hint: near === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean '${near}'?`,
  })
}
