import { describe, expect, inject, test } from 'vitest'
import { expectedFiles, goldenCases } from '../support/golden-case.ts'
import { runGolden } from '../support/golden-run.ts'

/** Golden projects: what the reference made of them (test/projects) is what quern makes of them, on both databases. */
describe('golden projects', () => {
  for (const golden of goldenCases()) {
    for (const database of golden.databases) {
      test.concurrent(`${golden.name} on ${database}`, { timeout: 180_000 }, async () => {
        const run = await runGolden(golden, database, inject('postgres'))
        expect(run.exits, run.output).toEqual(golden.steps.map((step) => step.exit))
        const expected = expectedFiles(golden, database)
        expect([...run.files.keys()].sort(), run.output).toEqual([...expected.keys()].sort())
        for (const [path, text] of expected) {
          expect({ path, text: comparable(path, run.files.get(path)) }).toEqual({ path, text: comparable(path, text) })
        }
      })
    }
  }
})

/** Built-in macros are in our own layout: the white space of compiled SQL does not count (the Jinja corpus compares it to the letter). */
const comparable = (path: string, text: string | undefined): string | undefined =>
  path.startsWith('compiled/') ? text?.replaceAll(/\s+/g, ' ').trim() : text
