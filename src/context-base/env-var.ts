import { didYouMean } from '../errors/did-you-mean.ts'
import { QuernError } from '../errors/quern-error.ts'
import { toText } from '../jinja/runtime/text.ts'
import { hostFunction, type PyFunction, type Value } from '../jinja/runtime/value.ts'
import { isSecretName, secretMark } from './secrets.ts'
import type { BaseServices } from './services.ts'

type EnvServices = Pick<BaseServices, 'env' | 'reads'>

/**
 * `env_var(name, default=None)`: the variable's text, else the default; an error when both are missing. Variables whose name
 * begins with `DBT_ENV_SECRET_` are refused.
 */
export const envVar = (services: EnvServices): PyFunction =>
  hostFunction('env_var', ['var', ['default', null]], (name, fallback) => {
    const key = toText(name!)
    if (isSecretName(key)) {
      throw new QuernError(
        'Parsing',
        'secret_env_var',
        `Secret env vars are allowed only in profiles.yml or packages.yml. Found '${key}' referenced elsewhere.`,
        { hint: 'take a variable without the prefix DBT_ENV_SECRET_' },
      )
    }
    return read(services, key, fallback!)
  })

/** `env_var` of profiles.yml and packages.yml: secrets give a mark that is replaced after rendering, so that templates cannot change them. */
export const secretEnvVar = (services: EnvServices): PyFunction =>
  hostFunction('env_var', ['var', ['default', null]], (name, fallback) => {
    const key = toText(name!)
    return isSecretName(key) && services.env[key] !== undefined ? secretMark(key) : read(services, key, fallback!)
  })

function read(services: EnvServices, key: string, fallback: Value): Value {
  services.reads?.note('env', key)
  const found = services.env[key]
  if (found !== undefined) return found
  if (fallback !== null) return fallback
  const near = didYouMean(key, Object.keys(services.env))
  throw new QuernError('Parsing', 'env_var_missing', `Env var required but not provided: '${key}'`, {
    hint:
      near === undefined
        ? `set it, or give a default: env_var('${key}', 'value')`
        : `did you mean '${near}', which is set?`,
  })
}
