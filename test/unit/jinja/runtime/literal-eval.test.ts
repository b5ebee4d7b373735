import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { literalEval } from '../../../../src/jinja/runtime/literal-eval.ts'
import { repr } from '../../../../src/jinja/runtime/text.ts'
import { TemplateFault } from '../../../../src/jinja/runtime/value.ts'

/** What ast.literal_eval of CPython 3.11 made of a text, as its repr(). */
interface Case {
  readonly text: string
  readonly value?: string
  readonly fails?: true
}
const cases = JSON.parse(readFileSync(new URL('literal-cases.json', import.meta.url), 'utf8')) as Case[]

test(`${cases.length} literals are read as Python reads them`, () => {
  const got = cases.map(({ text }): Case => {
    try {
      return { text, value: repr(literalEval(text)) }
    } catch (error) {
      if (error instanceof TemplateFault) return { text, fails: true }
      throw error
    }
  })
  expect(got).toEqual(cases)
})
