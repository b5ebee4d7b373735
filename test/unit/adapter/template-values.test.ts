import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import type { Adapter } from '../../../src/adapter/adapter.ts'
import type { Connection } from '../../../src/adapter/driver.ts'
import { RelationCache } from '../../../src/adapter/relation-cache.ts'
import { SqlClient } from '../../../src/adapter/sql-client.ts'
import { makeRuntimeAdapter } from '../../../src/context/adapter/runtime-adapter.ts'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { newLimits } from '../../../src/jinja/names.ts'
import { SYSTEM_CLOCK } from '../../../src/jinja/python/clock.ts'
import { datetimeModule } from '../../../src/jinja/python/datetime/datetime-module.ts'
import type { PlainDict, Value } from '../../../src/jinja/runtime/value.ts'
import { Template } from '../../../src/jinja/template.ts'

type Expected = string | { readonly error: string }
interface Case {
  readonly template: string
  readonly both?: Expected
  readonly duckdb?: Expected
  readonly postgres?: Expected
}

// What `{{ <template> }}` prints in a macro of dbt-core 1.11.16 (dbt-duckdb 1.11.1, dbt-postgres 1.11.0), run by run-operation; `r` and `c` as below.
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'template-values.json'), 'utf8')) as Case[]
const PRELUDE =
  "{% set r = api.Relation.create(database='db', schema='sc', identifier='Tab', type='table') %}{% set c = api.Column('col', 'varchar', 12) %}"

const { host, port, user } = inject('postgres')
const databases: readonly (readonly [name: 'duckdb' | 'postgres', adapter: Adapter, fields: PlainDict])[] = [
  ['duckdb', duckdb, { type: 'duckdb', path: ':memory:' }],
  [
    'postgres',
    postgres,
    { type: 'postgres', host, port, user, pass: 'hidden-word', dbname: 'postgres', schema: 'corpus' },
  ],
]

for (const [name, adapter, fields] of databases) {
  describe(`what templates see on ${name}`, () => {
    const credentials = adapter.credentials(fields, { profile: 'p', target: 't', baseDir: '/' })
    const driver = adapter.open(fields, { baseDir: '/', threads: 1 })
    let opened: Promise<Connection> | undefined
    const connection = (): Promise<Connection> => {
      opened ??= driver.connect('test')
      return opened
    }
    const client = async (): Promise<SqlClient> =>
      new SqlClient({
        connection: await connection(),
        adapter,
        comment: '',
        append: false,
        emit: () => undefined,
        now: () => 0,
      })
    const object = makeRuntimeAdapter({
      adapter,
      relations: { dialect: adapter.relationDialect, quoting: adapter.defaultQuoting },
      target: credentials.shown,
      fields,
      projectName: 'p',
      projectRoot: '/',
      behavior: { require_batched_execution_for_custom_microbatch_strategy: false },
      cache: new RelationCache(adapter.relationDialect),
      connection,
      executeSql: async (sql, options) => (await client()).execute(sql, options),
      commit: async () => undefined,
      executeMacro: async (macro) => (macro === 'check_schema_exists' ? [[0]] : []),
      dispatch: () => null,
      debug: () => undefined,
    })
    const names = new Map<string, Value>([
      ['adapter', object],
      ['api', { Relation: object.getAttr('Relation')!, Column: object.getAttr('Column')! }],
      ['target', credentials.shown],
      ['modules', { datetime: Object.fromEntries(datetimeModule(SYSTEM_CLOCK)) }],
    ])
    const render = async (template: string): Promise<Expected> => {
      const parsed = Template.parse(new SourceFile('case.sql', `${PRELUDE}{{ ${template} }}`))
      const context = {
        names: { lookup: (key: string) => names.get(key) },
        flavour: 'async',
        undefinedMode: 'lenient',
        limits: newLimits(),
      } as const
      try {
        return await parsed.render(context)
      } catch (error) {
        if (error instanceof QuernError) return { error: `${error.kind} Error\n${error.message}`.trimEnd() }
        throw error
      }
    }
    for (const one of cases) {
      const expected = one.both ?? one[name]
      if (expected === undefined) continue
      test(one.template, async () => {
        expect(await render(one.template)).toEqual(
          typeof expected === 'string' ? expected : { error: expected.error.trimEnd() },
        )
      })
    }
    test('the password is out of reach', async () => {
      expect(await render('adapter.config.credentials')).not.toContain('hidden-word')
      expect(await render('adapter.config.credentials.password is defined')).toBe('False')
    })
  })
}
