/** The types of macro arguments, each with the number of types that it takes in brackets (dbt-core 1.11: `validate_macro_args`). */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['str', 0],
  ['string', 0],
  ['bool', 0],
  ['int', 0],
  ['integer', 0],
  ['float', 0],
  ['any', 0],
  ['relation', 0],
  ['column', 0],
  ['list', 1],
  ['optional', 1],
  ['dict', 2],
])

export const ARGUMENT_TYPES_HINT =
  'types are str, string, bool, int, integer, float, any, relation, column, list[x], optional[x] and dict[x, y]'

/** Whether a text is a type as the properties of a macro's arguments may name it. Blanks and tabs do not count, case does. */
export function isArgumentType(text: string): boolean {
  const tokens = text.replace(/[ \t]/g, '').match(/[a-z]+|[^a-z]/g) ?? []
  return endOfType(tokens, 0) === tokens.length
}

/** The index behind the type that starts at `start`, or -1. */
function endOfType(tokens: readonly string[], start: number): number {
  const count = TYPES.get(tokens[start] ?? '')
  if (count === undefined) return -1
  let next = start + 1
  for (let index = 0; index < count; index++) {
    if (tokens[next] !== (index === 0 ? '[' : ',')) return -1
    next = endOfType(tokens, next + 1)
    if (next === -1) return -1
  }
  if (count === 0) return next
  return tokens[next] === ']' ? next + 1 : -1
}
