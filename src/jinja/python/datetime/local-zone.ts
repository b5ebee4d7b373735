/** The offset of this machine's zone (the TZ environment variable) at an instant, both in microseconds; the instant since 1970. */
export function localOffset(epochMicros: bigint): bigint {
  const minutes = -new Date(Number(epochMicros / 1000n)).getTimezoneOffset()
  return BigInt(Math.round(minutes * 60)) * 1_000_000n
}
