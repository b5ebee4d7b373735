/** Finds a character by its Unicode name, in capitals; undefined = there is none. */
export type UnicodeNames = (name: string) => number | undefined

let find: UnicodeNames | undefined

/**
 * Gives the language the table of characters' names that `'\N{BULLET}'` needs. The table is large and lives in a file, and this
 * folder reads none: whoever starts the program says where it is. It is the same for all templates, so it is set once for the process.
 */
export function useUnicodeNames(names: UnicodeNames): void {
  find = names
}

/** The character of a name, any case; undefined when it is unknown or no table was given. */
export const codePointOf = (name: string): number | undefined => find?.(name.toUpperCase())
