import type { Scrub } from './reporter.ts'

/** A function that replaces every secret by `*****`, the longest first; texts that are empty or blank are no secrets. */
export function makeScrub(secrets: Iterable<string>): Scrub {
  const list = [...new Set(secrets)].filter((secret) => secret.trim() !== '').sort((a, b) => b.length - a.length)
  if (list.length === 0) return (text) => text
  // Within JSON a secret stands escaped.
  const forms = new Set(list.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))
  const all = new RegExp([...forms].map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(all, '*****')
}

/** The secrets of an environment: values of `DBT_ENV_SECRET_*` variables. */
export const environmentSecrets = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('DBT_ENV_SECRET') && value !== undefined ? [value] : [],
  )
