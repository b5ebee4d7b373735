import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { writtenProject } from '../support/written-project.ts'

test('many processes that parse one project at once leave a cache that is whole', { timeout: 240_000 }, async () => {
  const models = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`models/m${at}.sql`, `select ${at} as n -- {{ var('v', 1) }}`]),
  )
  const project = await writtenProject('together', 'duckdb', inject('postgres'), models)
  try {
    await project.run('parse')
    for (let round = 0; round < 4; round++) {
      writeFileSync(join(project.folder, 'models', `m${round}.sql`), `select ${round} as other`)
      const ended = await Promise.all(Array.from({ length: 4 }, () => project.run('parse')))
      for (const { exit, stdout } of ended) expect(exit, stdout).toBe(0)
      const next = await project.runWith({ DBT_LOG_LEVEL: 'debug' }, 'parse')
      expect(next.stdout).not.toMatch(/Failed to load parsed file|Unable to do partial parsing/)
    }
    expect(readdirSync(join(project.folder, 'target')).filter((name) => /lock|tmp/.test(name))).toEqual([])
  } finally {
    await project.remove()
  }
})
