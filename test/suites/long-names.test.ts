import { expect, inject, test } from 'vitest'
import type { DatabaseName } from '../support/golden-case.ts'
import { writtenProject } from '../support/written-project.ts'

/*
 * Names as long as the database takes them, on many threads. Postgres keeps 63 bytes of a name and drops the rest without a word, so that what is added to names on the way
 * (`__dbt_tmp`, `__dbt_backup`) has to be made room for. dbt-postgres 1.11 cuts after so many characters: of the nodes below that begin alike, some fail by chance, and those of many bytes
 * fail from the second run on.
 */
const alike = (letter: string): readonly string[] => [1, 2, 3, 4].map((number) => `${letter.repeat(62)}${number}`)
/** 57 bytes, 29 characters: whole themselves, but not with what is added. */
const ACCENTS = `${'\u00e9'.repeat(28)}`

const FILES = {
  ...Object.fromEntries(
    alike('t').map((name) => [
      `models/${name}.sql`,
      `{{ config(materialized='table', indexes=[{'columns': ['n']}] if target.type == 'postgres' else []) }} select '${name}' as who, {{ var('n') }} as n`,
    ]),
  ),
  ...Object.fromEntries(
    alike('v').map((name) => [`models/${name}.sql`, `select '${name}' as who, {{ var('n') }} as n`]),
  ),
  ...Object.fromEntries(
    alike('i').map((name) => [
      `models/${name}.sql`,
      `{{ config(materialized='incremental', unique_key='who') }} select '${name}' as who, {{ var('n') }} as n`,
    ]),
  ),
  ...Object.fromEntries(alike('s').map((name) => [`seeds/${name}.csv`, `who,n\n${name},1\n`])),
  ...Object.fromEntries(
    alike('h').map((name) => [
      `snapshots/${name}.sql`,
      `{% snapshot ${name} %}{{ config(unique_key='who', strategy='check', check_cols='all') }} select '${name}' as who, {{ var('n') }} as n{% endsnapshot %}`,
    ]),
  ),
  [`models/t${ACCENTS}.sql`]: `{{ config(materialized='table') }} select 't${ACCENTS}' as who, {{ var('n') }} as n`,
  [`models/v${ACCENTS}.sql`]: `select 'v${ACCENTS}' as who, {{ var('n') }} as n`,
  [`models/i${ACCENTS}.sql`]: `{{ config(materialized='incremental', unique_key='who') }} select 'i${ACCENTS}' as who, {{ var('n') }} as n`,
}
const NAMES = [...['t', 'v', 'i', 's', 'h'].flatMap(alike), ...['t', 'v', 'i'].map((letter) => `${letter}${ACCENTS}`)]

test.each<DatabaseName>(['duckdb', 'postgres'])(
  '%s: names that begin alike stay apart',
  { timeout: 120_000 },
  async (database) => {
    const project = await writtenProject('long_names', database, inject('postgres'), FILES)
    try {
      for (const [n, args] of [
        [1, []],
        [2, []],
        [3, ['--full-refresh']],
      ] as const) {
        const { exit, stdout } = await project.run('build', '--threads', '8', '--vars', `{n: ${n}}`, ...args)
        expect(exit, stdout).toBe(0)
      }
      const tables = await project.tables()
      // nothing on its way is left, and each has its own row
      expect(tables.map(({ name }) => name).sort()).toEqual([...NAMES].sort())
      for (const { name, rows } of tables) {
        const isHistory = name.startsWith('h')
        expect(rows.map(([who]) => who)).toEqual(isHistory ? [name, name, name] : [name])
        if (!isHistory) expect(rows[0]?.[1]).toBe(name.startsWith('s') ? '1' : '3')
      }
    } finally {
      await project.remove()
    }
  },
)

test('a name that Postgres would cut off is an error of its node, before anything is made', {
  timeout: 60_000,
}, async () => {
  const [characters, bytes] = ['c'.repeat(64), '\u00e9'.repeat(40)]
  const project = await writtenProject('too_long', 'postgres', inject('postgres'), {
    [`models/${characters}.sql`]: 'select 1 as n',
    [`models/${bytes}.sql`]: "{{ config(materialized='table') }} select 1 as n",
    [`models/${'\u00e8'.repeat(40)}.sql`]: "{{ config(materialized='ephemeral') }} select 1 as n",
    'models/reads.sql': `select * from {{ ref('${'\u00e8'.repeat(40)}') }}`,
    [`seeds/s${bytes}.csv`]: 'n\n1\n',
  })
  try {
    const { exit } = await project.run('build')
    expect(exit).toBe(1)
    const messages = Object.values(project.results()).map(({ message }) => message?.split('\n')[1]?.trim())
    expect(messages.filter((message) => message !== undefined).sort()).toEqual([
      `Relation name '${characters}' is longer than 63 characters`,
      `Relation name 's${bytes}' is longer than 63 bytes (it takes 81)`,
      `Relation name '${bytes}' is longer than 63 bytes (it takes 80)`,
    ])
    expect((await project.tables()).map(({ name }) => name)).toEqual(['reads'])
  } finally {
    await project.remove()
  }
})
