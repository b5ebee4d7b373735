/**
 * Python's operations on template values, in one place for the code that templates become.
 * Each lives in the file that it is named after; failures are `TemplateFault`s with CPython's or Jinja2's message.
 */
export { callValue, getAttribute, getItem, slice, unpack } from './access.ts'
export { absolute, binary, concat, negate, positive } from './arithmetic.ts'
export { compareOp, contains, equals } from './compare.ts'
export { isIterable, iterate, length } from './iterate.ts'
export { repr, toText } from './text.ts'
export { truthy } from './truth.ts'
export { typeName } from './type-name.ts'
