import { QuernError } from '../errors/quern-error.ts'
import { SourceFile, type Span } from '../errors/source-file.ts'
import { Template } from '../jinja/template.ts'
import type { RefArgs } from '../manifest/node.ts'
import { refOf, sourceOf } from './static-capture.ts'

export type Reference =
  | { readonly kind: 'ref'; readonly ref: RefArgs }
  | { readonly kind: 'source'; readonly source: [string, string] }

/** What a text like `ref('orders', v=2)` or `source('raw', 'orders')` means, without rendering; undefined when it is neither. */
export function readReference(text: string): Reference | undefined {
  let calls: ReturnType<Template['staticCalls']>
  try {
    calls = Template.parse(new SourceFile('', `{{ ${text} }}`)).staticCalls()
  } catch (error) {
    if (error instanceof QuernError) return undefined
    throw error
  }
  const call = calls?.find(({ path }) => path.length === 1 && (path[0] === 'ref' || path[0] === 'source'))
  if (call === undefined) return undefined
  if (call.path[0] === 'ref') {
    const ref = refOf(call)
    return ref === undefined ? undefined : { kind: 'ref', ref }
  }
  const source = sourceOf(call)
  return source === undefined ? undefined : { kind: 'source', source }
}

/** The same, as an error when it is neither. */
export function parseReference(text: string, at: Span | undefined): Reference {
  const reference = readReference(text)
  if (reference !== undefined) return reference
  throw new QuernError('Parsing', 'invalid_reference', `Invalid ref or source expression: ${text}`, {
    at,
    hint: "write ref('name') or source('source', 'table')",
  })
}
