export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/**
 * How one participant's figure relates to another's: the median of the ratios round by round, over the rounds that both took part in, since what slowed
 * the machine in a round slowed both. Nothing when there is no such round, or the other's figures are too small to have been measured.
 */
export function ratio(runs, others, field) {
  const pairs = runs
    .slice(0, others.length)
    .map((run, round) => [run[field], others[round][field]])
    .filter(([, other]) => other > 0)
  return pairs.length > 0 ? median(pairs.map(([one, other]) => one / other)) : undefined
}
