/**
 * How long to wait before the next attempt: doubled from attempt (0, 1, 2 ...) to attempt up to a limit, and then somewhere between half and all of
 * it, so that those who failed together do not come back together. `random` gives numbers from 0 to 1.
 */
export function backoff(
  attempt: number,
  milliseconds: { readonly first: number; readonly most: number },
  random: () => number = Math.random,
): number {
  const whole = Math.min(milliseconds.most, milliseconds.first * 2 ** attempt)
  return whole * (0.5 + random() / 2)
}
