import { QuernError } from '../errors/quern-error.ts'
import { equals } from '../jinja/runtime/compare.ts'
import { toText } from '../jinja/runtime/text.ts'
import { PyDict, PyFunction, PyObject, type Value } from '../jinja/runtime/value.ts'

/** `validation.any[...]` / `validation.any(...)`: makes a validator for `config.get` and `config.require`. */
class AnyOf extends PyObject {
  readonly typeName = 'function'
  override pyCall(args: readonly Value[]): Value {
    return new PyFunction('validator', (given) => {
      const value = given[0] ?? null
      if (args.some((allowed) => isOfType(allowed, value) || equals(allowed, value))) return null
      throw new QuernError(
        'Validation',
        'validation_failed',
        `Expected value "${toText(value)}" to be one of ${args.map((arg) => toText(arg)).join(',')}`,
      )
    })
  }
  override getItem(key: Value): Value {
    return this.pyCall(Array.isArray(key) ? [...key] : [key])
  }
}

/** Relation and Column classes stand for their instances. */
function isOfType(allowed: Value, value: Value): boolean {
  return (
    allowed instanceof PyObject &&
    value instanceof PyObject &&
    'instanceType' in allowed &&
    allowed.instanceType === value.constructor
  )
}

/** The `validation` member. */
export const validation = (): Value => PyDict.from([['any', new AnyOf()]])
