/** Where `now()` and `today()` get the time: milliseconds since 1970, fractions allowed. */
export interface Clock {
  now(): number
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now() }
