import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { onPostgres, readBadCases, runBadCase } from '../support/bad-case.ts'
import { freshDatabase } from '../support/postgres-database.ts'

const DATABASE = 'quern_bad_inputs'
const { base, cases } = readBadCases()
let drop: () => Promise<void>
beforeAll(async () => {
  drop = await freshDatabase(inject('postgres'), DATABASE)
})
afterAll(() => drop())

const profileOf = (schema: string): string => {
  const { host, port, user, password } = inject('postgres')
  const output = { type: 'postgres', host, port, user, password, dbname: DATABASE, schema }
  return JSON.stringify({ bad: { target: 'dev', outputs: { dev: output } } })
}

describe.concurrent('bad input that reaches Postgres', () => {
  for (const [number, bad] of onPostgres(cases).entries())
    test(bad.name, { timeout: ((bad.seconds ?? 60) + 5) * 2000 }, async () => {
      const files = { ...bad.files, 'profiles.yml': profileOf(`bad_${number}`) }
      const { complaints, output } = await runBadCase(base, { ...bad, files })
      expect(complaints, output).toEqual([])
    })
})
