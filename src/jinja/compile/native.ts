import { QuernError } from '../../errors/quern-error.ts'
import { NativeMarker } from '../filters/native-markers.ts'
import { literalEval } from '../runtime/literal-eval.ts'
import { toText } from '../runtime/operations.ts'
import { PyFloat, TemplateFault, type Value } from '../runtime/value.ts'

/**
 * The value of a natively rendered template (dbt-core 1.11, for values in YAML): nothing gives '', one value keeps its type, several are
 * joined as text. Only a marked text is read as a Python literal. Throws when it is not of the wanted type.
 */
export function nativeResult(values: readonly Value[]): Value {
  if (values.length === 0) return ''
  if (values.length > 1) return values.map(toText).join('')
  const value = values[0]!
  if (!(value instanceof NativeMarker)) return value
  const { kind, text } = value
  if (kind === 'text') return text
  const result = evaluated(text)
  if (kind === 'bool' && typeof result !== 'boolean') throw conversionError(text, 'bool')
  if (kind === 'number' && !isNumber(result)) throw conversionError(text, 'number')
  return result
}

function evaluated(text: string): Value {
  try {
    return literalEval(text)
  } catch (error) {
    if (error instanceof TemplateFault) return text
    throw error
  }
}

const isNumber = (value: Value): boolean =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat

const conversionError = (text: string, type: string): QuernError =>
  new QuernError('Compilation', 'native_conversion', `Could not convert value '${text}' into type '${type}'`)
