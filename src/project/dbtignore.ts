import ignore from 'ignore'

/** Says whether a path, relative to the project root and with `/`, is ignored. */
export type IgnoreFile = (path: string) => boolean

/**
 * Reads the text of a `.dbtignore`: gitignore patterns, of which the last that matches decides. Unlike git (and like dbt-core 1.11),
 * a file below an ignored folder can be taken back with `!`.
 */
export function parseDbtignore(text: string): IgnoreFile {
  const rules: { readonly negated: boolean; readonly matches: (path: string) => boolean }[] = []
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const negated = line.startsWith('!')
    const matcher = ignore().add(negated ? line.slice(1) : line)
    rules.push({ negated, matches: (path) => matcher.ignores(path) })
  }
  if (rules.length === 0) return () => false
  return (path) => {
    const clean = path.replace(/^(\.?\/)+/, '')
    if (clean === '' || clean.startsWith('../')) return false
    for (let i = rules.length - 1; i >= 0; i--) {
      const rule = rules[i]!
      if (rule.matches(clean)) return !rule.negated
    }
    return false
  }
}
