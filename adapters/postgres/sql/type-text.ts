import { asFields, asList, type Fields, strings, unwrapped } from './nodes.ts'

/** Names of the catalog -> what people write and information_schema shows. */
const SPOKEN: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
}

/** A type as `format_type` shows it, with its length or precision. */
export function typeText(type: Fields): string {
  const name = strings(type['names']).at(-1) ?? ''
  const modifiers = asList(type['typmods']).map((one) => {
    const [, constant] = unwrapped(one)
    return asFields(constant['ival'])['ival'] ?? 0
  })
  const spoken = (Object.hasOwn(SPOKEN, name) ? SPOKEN[name] : undefined) ?? name
  const sized = modifiers.length === 0 || /^(interval|bit)$/.test(name) ? spoken : `${spoken}(${modifiers.join(',')})`
  return `${sized}${asList(type['arrayBounds']).length > 0 ? '[]' : ''}`
}
