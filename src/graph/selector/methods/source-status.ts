import { QuernError } from '../../../errors/quern-error.ts'
import type { PreviousSources } from '../../../manifest/previous-state.ts'
import { type Method, textValue } from './method.ts'

/** `source_status:fresher`: sources with newer data than in the sources.json of `--state`, or unknown there. dbt-core 1.11 knows no other status. */
export const sourceStatus: Method = ({ criterion, comparison }) => {
  const before = comparison?.state.sources
  if (before === undefined) throw missing('No previous state comparison freshness results in sources.json', '--state')
  const now = comparison?.state.currentSources
  if (now === undefined)
    throw missing('No current state comparison freshness results in sources.json', 'the target folder')
  const ids = textValue(criterion) === 'fresher' ? fresher(now, before) : new Set<string>()
  return (node) => ids.has(node.unique_id)
}

const missing = (message: string, where: string): QuernError =>
  new QuernError('Internal', 'no_comparison_sources', message, {
    hint: `run 'source freshness' first: it writes sources.json, which has to be in ${where}`,
  })

function fresher(now: PreviousSources, before: PreviousSources): Set<string> {
  const ids = new Set<string>()
  for (const [id, loadedAt] of now) {
    const earlier = before.get(id)
    if (earlier === undefined || microseconds(loadedAt) > microseconds(earlier)) ids.add(id)
  }
  return ids
}

/** Microseconds since the epoch of an ISO text; without a zone it is UTC. */
function microseconds(text: string): number {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`
  const fraction = /\.(\d+)/.exec(zoned)?.[1] ?? ''
  return Date.parse(zoned.replace(/\.\d+/, '')) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}
