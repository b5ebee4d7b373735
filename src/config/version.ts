import { version } from '../../package.json'

/** The dbt-core whose projects, templates and artifacts quern follows: `dbt_version`, `require-dbt-version`, `--version`. */
export const DBT_VERSION = '1.11.16'

/** quern's own version. */
export const QUERN_VERSION: string = version

declare const __QUERN_BUILD__: string | undefined

/** Tells builds apart, even those of one version; undefined when running from sources. */
export const BUILD: string | undefined = typeof __QUERN_BUILD__ === 'string' ? __QUERN_BUILD__ : undefined
