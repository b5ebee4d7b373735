import { PyFloat, PyObject, PyTuple, type Value } from './value.ts'

/** Python's name of the type of a value: `NoneType`, `int`, `str`, `dict` ... */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
  }
  if (value instanceof PyTuple) return value.typeName
  if (Array.isArray(value)) return 'list'
  return value instanceof PyObject ? value.typeName : 'dict'
}

/** How Jinja2 names a value that lacks an attribute: `dict object`, `None`, `datetime.datetime object`. */
export function objectName(value: Value): string {
  if (value === null) return 'None'
  const module = value instanceof PyObject ? value.moduleName : undefined
  return `${module === undefined ? '' : `${module}.`}${typeName(value)} object`
}

/** True for Python's floats, whether integral or not. */
export const isFloat = (value: Value): value is number | PyFloat =>
  value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value))

/** True for Python's ints (`True` and `False` are ints too, but not here). */
export const isInt = (value: Value): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
