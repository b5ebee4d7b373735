/** A profile for profiles.yml with a target `dev`, ready to run (DuckDB) or to be filled in. `database` is the DuckDB file. */
export function profileText(type: string, name: string, database: string): string {
  return `${name}:\n  target: dev\n  outputs:\n    dev:\n${(OUTPUTS[type] ?? blank(type))(database)
    .map((line) => `      ${line}\n`)
    .join('')}`
}

const OUTPUTS: Readonly<Record<string, (database: string) => readonly string[]>> = {
  duckdb: (database) => [
    'type: duckdb',
    `path: ${database} # made on first use, in the folder where quern is started`,
    'threads: 4',
  ],
  postgres: () => [
    'type: postgres',
    'host: localhost',
    'port: 5432',
    'user: my_user',
    `password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}" # or the password itself`,
    'dbname: my_database',
    'schema: my_schema',
    'threads: 4',
  ],
}

const blank = (type: string) => () => [`type: ${type}`, 'schema: my_schema', 'threads: 4']
