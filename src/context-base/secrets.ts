const SECRET_NAME = /^(?:DBT|QUERN)_ENV_SECRET_/
const START = '$$$DBT_SECRET_START$$$'
const END = '$$$DBT_SECRET_END$$$'
const MARK = /\$\$\$DBT_SECRET_START\$\$\$((?:DBT|QUERN)_ENV_SECRET_.*?)\$\$\$DBT_SECRET_END\$\$\$/g

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a variable holds a secret: usable in profiles.yml and packages.yml only, never printed. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** What templates see in place of a secret. */
export const secretMark = (name: string): string => `${START}${name}${END}`

/** Puts secrets in the place of their marks. */
export const revealSecrets = (text: string, env: Environment): string =>
  text.includes(START) ? text.replace(MARK, (whole, name: string) => env[name] ?? whole) : text

/** Puts stars in the place of marks: for what a template logs. */
export const hideMarks = (text: string): string => (text.includes(START) ? text.replace(MARK, '*****') : text)

/** The values of all secret variables, longest first, so that one inside another is hidden whole. */
export const secretValues = (env: Environment): string[] =>
  Object.entries(env)
    .flatMap(([name, value]) => (isSecretName(name) && value !== undefined && value.trim() !== '' ? [value] : []))
    .sort((a, b) => b.length - a.length)

/** Puts stars in the place of every secret. */
export function scrub(text: string, secrets: readonly string[]): string {
  let scrubbed = text
  for (const secret of secrets) if (secret !== '') scrubbed = scrubbed.split(secret).join('*****')
  return scrubbed
}
