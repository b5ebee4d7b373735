import { toText } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import { STARS } from '../util/secrets.ts'

/** Keys of outputs that hold what opens something. */
export const SECRET_KEY =
  /token|password|passphrase|passwd|\bpwd\b|^pass$|secret|key_id|access_key|api_key|private_key|session|credential/i
/** What describes an entry of DuckDB's `secrets:` without opening anything. */
const DESCRIBING: ReadonlySet<string> = new Set([
  'type', 'name', 'provider', 'scope', 'region', 'endpoint', 'url_style', 'use_ssl', 'persistent', 'chain',
]) // biome-ignore format: one list
/** Fields that name a secret or say how it is found, and hold none. */
const NAMING: ReadonlySet<string> = new Set(['secret', 'use_credential_provider'])

/** Fields by which a target is known: their values are in names of relations and in messages of databases. */
const KNOWN_BY: ReadonlySet<string> = new Set([
  'database', 'dbname', 'schema', 'user', 'username', 'host', 'port', 'path', 'alias', 'role', 'search_path', 'external_root', 'type', 'account', 'warehouse',
  'project', 'dataset', 'catalog',
]) // biome-ignore format: one list

/** `user:password@` of an address, a parameter of it (`?motherduck_token=`), and libpq's `password=`. */
const IN_TEXT =
  /([a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:)([^\s/?#@]+)(?=@)|([?&;]\w*(?:token|password|secret|key)\w*=)([^&#;\s]+)|(\b(?:password|passwd|pwd|token|secret)\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s;&'"]+)/gi

/**
 * What of an output of profiles.yml must not be seen, and what the target is known by otherwise (host, user, schema ...). Secrets are the values of
 * keys that say so, at any depth, and what stands in addresses and connection strings.
 */
export function profileSecrets(fields: PlainDict): { readonly secrets: string[]; readonly known: string[] } {
  const secrets = new Set<string>()
  const known = new Set<string>()
  const visit: Visit = (value, isSecret, field) => {
    if (Array.isArray(value)) for (const item of value) visit(item, isSecret, field)
    else if (isDict(value)) {
      for (const [key, item] of Object.entries(value as PlainDict))
        visit(item, isSecret || (SECRET_KEY.test(key) && !NAMING.has(key)), key)
    } else if (value !== null && typeof value !== 'boolean') {
      const text = toText(value)
      if (isSecret || text.startsWith('-----BEGIN')) for (const one of [text, ...partsOf(text)]) secrets.add(one)
      else {
        for (const secret of secretsInText(text)) secrets.add(secret)
        if (KNOWN_BY.has(field)) known.add(withoutSecrets(text))
      }
    }
  }
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'secrets' && Array.isArray(value)) for (const item of value) visitSecret(item, visit)
    else visit(value, SECRET_KEY.test(key) && !NAMING.has(key), key)
  }
  return { secrets: [...secrets].filter((text) => text !== ''), known: [...known].filter((text) => text !== '') }
}

type Visit = (value: Value, isSecret: boolean, field: string) => void

function visitSecret(entry: Value, visit: Visit): void {
  if (!isDict(entry)) return
  for (const [name, item] of Object.entries(entry as PlainDict)) visit(item, !DESCRIBING.has(name), name)
}

/** The texts in a `map {...}` or list of SQL, which stand in it as they are. */
const partsOf = (text: string): string[] =>
  /^\s*(?:map|array)?\s*[[{]/i.test(text)
    ? Array.from(text.matchAll(/'((?:[^']|'')*)'/g), (match) => match[1] ?? '')
    : []

/** The secrets of addresses and connection strings in a text, as written and decoded. */
export function secretsInText(text: string): string[] {
  return [...text.matchAll(IN_TEXT)].flatMap((match) => {
    const written = (match[2] ?? match[4] ?? match[6] ?? '').replace(/^'(.*)'$/s, '$1')
    return [written, decoded(written)]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A text with stars in the place of the secrets of its addresses and connection strings. */
export const withoutSecrets = (text: string): string =>
  text.replace(IN_TEXT, (_, user?: string, _1?: string, parameter?: string, _2?: string, field?: string) => {
    return `${user ?? parameter ?? field ?? ''}${STARS}`
  })

/** Values that a text of profiles.yml gives to telling keys: for errors that show lines of a file which cannot be read. */
export const writtenSecrets = (text: string): string[] =>
  Array.from(
    text.matchAll(
      /(?:password|passphrase|pass|token|secret|secret_access_key|key_id)["']?[ \t]*:[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|([^\s"'#][^\n]*))/gi,
    ),
    ([, double, single, bare]) =>
      double !== undefined || single !== undefined ? [double ?? single ?? ''] : bareValues(bare ?? ''),
  )
    .flat()
    .filter((value) => value !== '' && !value.includes('{{'))

/** What a value without quotes may be: up to a comment, or up to what ends it in braces. */
function bareValues(line: string): string[] {
  const whole = line.replace(/\s+#.*$/, '').trim()
  return [...new Set([whole, whole.replace(/[,}\]].*$/, '').trim()])]
}
