import { describe, expect, test } from 'vitest'
import { readBadCases, runBadCase } from '../support/bad-case.ts'

const { base, cases } = readBadCases()

describe.concurrent('bad input', () => {
  for (const bad of cases)
    test(bad.name, { timeout: ((bad.seconds ?? 60) + 5) * 2000 }, async () => {
      const { complaints, output } = await runBadCase(base, bad)
      expect(complaints, output).toEqual([])
    })
})
