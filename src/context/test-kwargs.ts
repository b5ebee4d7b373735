import { SourceFile } from '../errors/source-file.ts'
import { hasJinja, plainText } from '../jinja/plain-text.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import { type GenericTestNode, isGenericTest, type ManifestNode } from '../manifest/node.ts'
import type { DbtContext } from './dbt-context.ts'

/** The name under which a generic test's template finds the arguments of its macro. */
export const TEST_KWARGS = '_dbt_generic_test_kwargs'

/** dbt-core 1.11, add_rendered_test_kwargs: arguments that look like a call are rendered as one; the column name never is. */
export const LOOKS_LIKE_CALL = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/

/** The arguments of a generic test as its macro gets them while parsing. */
export const parsedTestKwargs = (kwargs: Value, context: DbtContext): Value =>
  withTemplates(kwargs, [], (text) => template(text).renderNative(context.forNode))

/** The arguments of a generic test as its macro gets them when it runs; none for other nodes. */
export async function genericTestKwargs(node: ManifestNode, context: DbtContext): Promise<PlainDict> {
  if (!isGenericTest(node)) return {}
  const { kwargs } = (node as GenericTestNode).test_metadata
  const texts: string[] = []
  withTemplates(kwargs, [], (text) => texts.push(text))
  const rendered = await Promise.all(texts.map((text) => template(text).renderNativeAsync(context.forNode)))
  let next = 0
  return withTemplates(kwargs, [], () => rendered[next++] as Value) as PlainDict
}

/** A copy of the arguments in which every text that is a template is what `render` makes of it. */
function withTemplates(value: Value, path: readonly string[], render: (text: string) => Value): Value {
  if (typeof value === 'string') {
    if (path.length === 1 && path[0] === 'column_name') return value
    const text = LOOKS_LIKE_CALL.test(value) ? `{{ ${value} }}` : value
    return hasJinja(text) ? render(text) : plainText(value)
  }
  if (Array.isArray(value)) return value.map((item) => withTemplates(item, [...path, ''], render))
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value as PlainDict).map(([key, item]) => [key, withTemplates(item, [...path, key], render)]),
  )
}

const template = (text: string): Template => Template.parse(new SourceFile('<test argument>', text))
