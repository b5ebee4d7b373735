/** A relation's place as a key: names compare without case, and a database may be missing. */
export const nameKey = (...parts: readonly (string | null)[]): string =>
  JSON.stringify(parts.map((part) => part?.toLowerCase() ?? null))
