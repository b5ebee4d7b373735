import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import type { Flavour } from '../../../src/jinja/names.ts'
import { caseNames, context, template } from './rendering.ts'

/** Output or message of Jinja2 3.1.6 (sandbox, `do` and loop control extensions); `line` where its error has one. */
interface Case {
  readonly template: string
  readonly output?: string
  readonly error?: string
  readonly line?: number
}
const cases = JSON.parse(readFileSync(new URL('jinja2-cases.json', import.meta.url), 'utf8')) as Case[]

async function outcome(text: string, flavour: Flavour, withLine: boolean): Promise<Omit<Case, 'template'>> {
  try {
    const names = context(caseNames(flavour), flavour)
    const parsed = template(text)
    return { output: flavour === 'sync' ? parsed.renderSync(names) : await parsed.render(names) }
  } catch (error) {
    if (!(error instanceof QuernError)) throw error
    const line = error.at?.file.position(error.at.start).line
    return { error: error.message, ...(withLine ? { line: line! } : {}) }
  }
}

for (const flavour of ['sync', 'async'] as const) {
  test(`${cases.length} templates give what Jinja2 gives (${flavour})`, async () => {
    const got: Case[] = []
    for (const { template: text, line } of cases) {
      got.push({ template: text, ...(await outcome(text, flavour, line !== undefined)) })
    }
    expect(got).toEqual(cases)
  })
}
