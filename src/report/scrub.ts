import { Secrets } from '../util/secrets.ts'
import type { Scrub } from './reporter.ts'

/** A function that replaces every one of some secrets, whatever they are; see `Secrets`. */
export function makeScrub(texts: Iterable<string>): Scrub {
  const secrets = new Secrets()
  secrets.add(texts, { always: true })
  return (text) => secrets.scrub(text)
}

/** The secrets of an environment: values of `DBT_ENV_SECRET_*` variables. */
export const environmentSecrets = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('DBT_ENV_SECRET') && value !== undefined ? [value] : [],
  )
