import { toGraph } from '../route.ts'

/** What an address says of a graph: `select`, `exclude`, `node` with `up` and `down`, `column`, `colour`, `tests`, `uses`. */
export type GraphParams = Readonly<Record<string, string>>

/** Shows another graph, with some things changed; the address holds all that is seen, so that it can be sent to somebody. */
export const graphWith = (
  params: GraphParams,
  changes: Readonly<Record<string, string | number | undefined>>,
): void => {
  location.hash = toGraph({ ...params, ...changes })
}

/** Steps of a slider: `all` is the whole way. */
export const depthOf = (text: string | undefined, standard: number): number =>
  text === 'all' ? Number.POSITIVE_INFINITY : /^\d+$/.test(text ?? '') ? Number(text) : standard
