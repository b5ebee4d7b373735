import { readFileSync } from 'node:fs'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { Decimal } from '../../../src/jinja/python/decimal.ts'
import { fromJson } from '../../../src/jinja/python/json.ts'
import { pythonModules } from '../../../src/jinja/python/modules.ts'
import { fromYaml } from '../../../src/jinja/python/yaml.ts'
import { iterate } from '../../../src/jinja/runtime/iterate.ts'
import { toText } from '../../../src/jinja/runtime/text.ts'
import { hostFunction, PyFunction, PySet, type Value } from '../../../src/jinja/runtime/value.ts'
import { render } from './rendering.ts'

/** What Jinja2 3.1.6's sandbox on CPython 3.11 gave for a template: its output, or the message of its error. */
export interface ReferenceCase {
  readonly template: string
  readonly output?: string
  readonly error?: string
}

export const readCases = (url: URL): ReferenceCase[] => JSON.parse(readFileSync(url, 'utf8')) as ReferenceCase[]

const names = (): Record<string, Value> => ({
  modules: pythonModules(),
  fromyaml: hostFunction('fromyaml', ['text'], (text) => fromYaml(toText(text!))),
  fromjson: hostFunction('fromjson', ['text'], (text) => fromJson(toText(text!))),
  Decimal: hostFunction('Decimal', ['text'], (text) => Decimal.parse(toText(text!))!),
  set: new PyFunction('set', ([items]) => PySet.from(items === undefined ? [] : iterate(items))),
})

/** The same of ours. */
export function ours(cases: readonly ReferenceCase[]): ReferenceCase[] {
  const known = names()
  return cases.map(({ template }) => {
    try {
      return { template, output: render(template, known) }
    } catch (error) {
      if (error instanceof QuernError) return { template, error: error.message }
      throw error
    }
  })
}
