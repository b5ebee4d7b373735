import { fromJson, toJson } from '../jinja/python/json.ts'
import { toYaml } from '../jinja/python/to-yaml.ts'
import { fromYaml } from '../jinja/python/yaml.ts'
import { truthy } from '../jinja/runtime/truth.ts'
import { typeName } from '../jinja/runtime/type-name.ts'
import { hostFunction, TemplateFault, type Value } from '../jinja/runtime/value.ts'
import { orDefault } from './collections.ts'

/** `tojson(value, default=None, sort_keys=False)`: json.dumps; the default for values that JSON cannot hold in a cycle or as NaN key. */
export const tojson = hostFunction(
  'tojson',
  ['value', ['default', null], ['sort_keys', false]],
  (value, fallback, sortKeys) =>
    orDefault(() => toJson(value!, { strict: true, sortKeys: truthy(sortKeys!) }), fallback!, ['ValueError']),
)

/** `fromjson(string, default=None)`: the default when the text is not JSON; other types are an error, as in Python. */
export const fromjson = hostFunction('fromjson', ['string', ['default', null]], (text, fallback) =>
  orDefault(() => fromJson(textOnly(text!, 'the JSON object must be str, bytes or bytearray')), fallback!, [
    'ValueError',
    'JSONDecodeError',
  ]),
)

/** `toyaml(value, default=None, sort_keys=False)`: yaml.safe_dump in block style. */
export const toyaml = hostFunction(
  'toyaml',
  ['value', ['default', null], ['sort_keys', false]],
  (value, fallback, sortKeys) =>
    orDefault(() => toYaml(value!, { sortKeys: truthy(sortKeys!) }), fallback!, ['ValueError', 'YAMLError']),
)

/** `fromyaml(value, default=None)`: the default when the text is not YAML. */
export const fromyaml = hostFunction('fromyaml', ['value', ['default', null]], (text, fallback) =>
  orDefault(() => fromYaml(yamlText(text!)), fallback!, ['AttributeError', 'ValueError', 'YAMLError']),
)

function textOnly(value: Value, message: string): string {
  if (typeof value === 'string') return value
  throw new TemplateFault('TypeError', `${message}, not ${typeName(value)}`)
}

/** PyYAML asks whatever is no text for `read()`. */
function yamlText(value: Value): string {
  if (typeof value === 'string') return value
  throw new TemplateFault('AttributeError', `'${typeName(value)}' object has no attribute 'read'`)
}
