import { DBT_VERSION, QUERN_VERSION } from '../config/version.ts'

/** The adapters and the dbt adapter versions that they follow; a test holds them against the adapters themselves. */
export const ADAPTER_VERSIONS: Readonly<Record<string, string>> = { duckdb: '1.11.1', postgres: '1.11.0' }

/** `--version` in dbt-core's layout, which tools parse: the compatible version first, quern's own last. */
export function versionText(): string {
  const width = Math.max(...Object.keys(ADAPTER_VERSIONS).map((name) => name.length)) + 1
  const plugins = Object.entries(ADAPTER_VERSIONS).map(
    ([name, version]) => `  - ${`${name}:`.padEnd(width)} ${version}`,
  )
  return `Core:\n  - installed: ${DBT_VERSION}\n\nPlugins:\n${plugins.join('\n')}\n\nquern: ${QUERN_VERSION}\n`
}
