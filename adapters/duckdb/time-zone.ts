const formats = new Map<string, Intl.DateTimeFormat | undefined>()

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    let format: Intl.DateTimeFormat | undefined
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short',
      }) // biome-ignore format: one list
    } catch {
      format = undefined
    }
    formats.set(zone, format)
  }
  return formats.get(zone)
}

/** Offset from UTC, in seconds, of a named time zone at an instant (microseconds since 1970); unknown zones are UTC. */
export function zoneOffset(zone: string, micros: bigint): { readonly seconds: number; readonly name: string } {
  const format = formatOf(zone)
  if (format === undefined) return { seconds: 0, name: 'UTC' }
  const second = Number(micros / 1_000_000n) - (micros % 1_000_000n < 0n ? 1 : 0)
  const parts: Record<string, string> = {}
  for (const part of format.formatToParts(new Date(second * 1000))) parts[part.type] = part.value
  const year = parts.era?.startsWith('B') ? 1 - Number(parts.year) : Number(parts.year)
  const local = new Date(0)
  local.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day))
  local.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second))
  return { seconds: Math.round(local.getTime() / 1000) - second, name: zone }
}
