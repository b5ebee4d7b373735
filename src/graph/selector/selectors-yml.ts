import type { IndirectSelection } from '../../config/flags.ts'
import type { SelectorDefinition } from '../../config/project-config.ts'
import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { dictEntries, isDict, PyFloat, type Value } from '../../jinja/runtime/value.ts'
import { checkOperators, methodName, parseCriterion } from './grammar.ts'
import type { Spec, SpecGroup } from './spec.ts'

/** The named selectors of a project, ready to use. */
export interface NamedSelectors {
  /** The spec of a selector; throws `Could not find selector named x, expected one of [...]`. */
  get(name: string): Spec
  readonly names: readonly string[]
  /** The selector marked `default: true`. */
  readonly default: string | undefined
}

/**
 * Reads the definitions of selectors.yml. A definition may refer to those before it (`method: selector`).
 * `indirect` is the command line's mode, which a definition may override. Throws a `QuernError` for the first bad definition:
 * dbt checks them all before any command runs. `onUnknownKey` hears of keys that mean nothing: dbt ignores them.
 */
export function namedSelectors(
  definitions: readonly SelectorDefinition[],
  indirect: IndirectSelection = 'eager',
  onUnknownKey: (message: string, hint: string) => void = () => {},
): NamedSelectors {
  const specs = new Map<string, Spec>()
  let byDefault: string | undefined
  for (const { name, isDefault, definition } of definitions) {
    if (isDefault) {
      if (byDefault !== undefined) {
        throw selectorsError(
          `Error when parsing the selector file. Found multiple selectors with \`default: true\`:${byDefault} and ${name}`,
        )
      }
      byDefault = name
    }
    specs.set(name, readDefinition(definition, { name, known: specs, indirect, onUnknownKey }, true))
  }
  return {
    names: [...specs.keys()],
    default: byDefault,
    get(name) {
      const spec = specs.get(name)
      if (spec !== undefined) return spec
      const near = didYouMean(name, specs.keys())
      throw new QuernError(
        'Runtime',
        'selector_not_found',
        `Could not find selector named ${name}, expected one of [${[...specs.keys()].map((one) => `'${one}'`).join(', ')}]`,
        near === undefined ? {} : { hint: `did you mean '${near}'?` },
      )
    },
  }
}

interface Reading {
  /** Of the selector being read, for messages. */
  readonly name: string
  readonly known: ReadonlyMap<string, Spec>
  readonly indirect: IndirectSelection
  readonly onUnknownKey: (message: string, hint: string) => void
}

function readDefinition(definition: Value, reading: Reading, root = false): Spec {
  if (typeof definition === 'string') return parseCriterion(definition, reading.indirect)
  if (!isDict(definition)) {
    throw selectorsError(
      `Could not parse selector file data: selector '${reading.name}' has a definition that is neither a string nor a dictionary`,
      'valid definitions: a string as after --select, a dictionary with method and value, union, intersection',
    )
  }
  const entries = new Map<string, Value>()
  for (const [key, value] of dictEntries(definition)) {
    if (typeof key !== 'string') throw selectorsError(`selector '${reading.name}': key ${String(key)} must be a string`)
    entries.set(key, value)
  }
  const set = entries.has('union') ? 'union' : entries.has('intersection') ? 'intersection' : undefined
  if (set === undefined) return readCriterion(entries, definition, reading)
  if (root && entries.size > 1) {
    throw selectorsError(
      `Only a single 'union' or 'intersection' key is allowed in a root level selector definition; found ${[...entries.keys()].join(',')}.`,
    )
  }
  return readSet(set, entries.get(set)!, reading)
}

function readSet(op: 'union' | 'intersection', list: Value, reading: Reading): Spec {
  const parts: Spec[] = []
  let excluded: { readonly spec: Spec | undefined } | undefined
  for (const item of readList(list, op, reading)) {
    const exclude = keyOf(item, 'exclude')
    if (exclude === undefined) {
      parts.push(readDefinition(item, reading))
      continue
    }
    const others = isDict(item)
      ? [...dictEntries(item)].flatMap(([key]) => (key === 'exclude' ? [] : [String(key)]))
      : []
    if (others.length > 0) {
      reading.onUnknownKey(
        `selector '${reading.name}': a part of '${op}' with 'exclude' only excludes: its ${others.map((key) => `'${key}'`).join(', ')} mean${others.length === 1 ? 's' : ''} nothing`,
        "make two parts of it, or put the method with its 'exclude' into a set of its own",
      )
    }
    if (excluded !== undefined) {
      throw selectorsError(
        `You cannot provide multiple exclude arguments to the same selector set operator (selector '${reading.name}')`,
      )
    }
    excluded = { spec: readExclusions(exclude, reading) }
  }
  const combined = group(op, parts)
  return excluded?.spec === undefined ? combined : group('difference', [combined, excluded.spec])
}

function readCriterion(entries: ReadonlyMap<string, Value>, definition: Value, reading: Reading): Spec {
  let method = entries.get('method')
  let value = entries.get('value')
  if (entries.size === 1) {
    ;[[method, value]] = [...entries] as [[Value, Value]]
  } else if (method === 'selector') {
    return inherit(value, reading)
  } else if (method === undefined || value === undefined) {
    throw selectorsError(
      `Expected either 1 key or else "method" and "value" keys, but got [${[...entries.keys()].map((key) => `'${key}'`).join(', ')}]`,
      `in selector '${reading.name}'`,
    )
  }
  for (const key of entries.keys()) {
    if (entries.size === 1 || CRITERION_KEYS.includes(key)) continue
    const near = didYouMean(key, CRITERION_KEYS)
    reading.onUnknownKey(
      `selector '${reading.name}' has an unknown key '${key}', which is ignored`,
      near === undefined ? `known keys: ${CRITERION_KEYS.join(', ')}` : `did you mean '${near}'?`,
    )
  }
  if (typeof method !== 'string')
    throw selectorsError(`Expected definition key to be a "str" in selector '${reading.name}'`)
  if (entries.size === 1 && method === 'selector') return inherit(value, reading)
  const raw = JSON.stringify(definition) ?? String(definition)
  const { name, rest } = methodName(method, raw)
  const criterion = checkOperators({
    op: 'criterion',
    raw,
    method: name,
    arguments: rest,
    value: scalar(value ?? null, reading),
    childrensParents: truthy(entries.get('childrens_parents')),
    parents: truthy(entries.get('parents')),
    parentsDepth: readDepth(entries.get('parents_depth'), reading),
    children: truthy(entries.get('children')),
    childrenDepth: readDepth(entries.get('children_depth'), reading),
    indirect: readMode(entries.get('indirect_selection'), reading),
  })
  const exclude = entries.get('exclude')
  if (exclude === undefined || entries.size === 1) return criterion
  const excluded = readExclusions(exclude, reading)
  return excluded === undefined ? criterion : group('difference', [criterion, excluded])
}

const CRITERION_KEYS = [
  'method', 'value', 'childrens_parents', 'parents', 'parents_depth', 'children', 'children_depth', 'indirect_selection', 'exclude',
] // biome-ignore format: one list

function inherit(value: Value | undefined, reading: Reading): Spec {
  const spec = typeof value === 'string' ? reading.known.get(value) : undefined
  if (spec !== undefined) return spec
  throw selectorsError(
    `Existing selector definition for ${String(value)} not found.`,
    `selector '${reading.name}' can only use selectors that are defined above it`,
  )
}

function readExclusions(list: Value, reading: Reading): Spec | undefined {
  const parts = readList(list, 'exclude', reading).map((item) => readDefinition(item, reading))
  return parts.length > 1 ? group('union', parts) : parts[0]
}

function readList(list: Value, key: string, reading: Reading): readonly Value[] {
  if (!Array.isArray(list))
    throw selectorsError(`Invalid value for key "${key}". Expected a list.`, `in selector '${reading.name}'`)
  for (const item of list) {
    if (typeof item === 'string' || isDict(item)) continue
    throw selectorsError(
      `Invalid value type in key "${key}", expected dict or str (value: ${String(item)}).`,
      `in selector '${reading.name}'`,
    )
  }
  return list
}

const keyOf = (dict: Value, key: string): Value | undefined => {
  if (!isDict(dict)) return undefined
  for (const [name, value] of dictEntries(dict)) if (name === key) return value
  return undefined
}

/** Sets of a definition use the eager mode, whatever the command line says (dbt-core 1.11). */
const group = (op: SpecGroup['op'], parts: readonly Spec[]): SpecGroup => ({
  op,
  parts,
  expectExists: false,
  raw: '',
  indirect: 'eager',
})

function scalar(value: Value, reading: Reading): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (value instanceof PyFloat) return value.value
  throw selectorsError(`selector '${reading.name}': "value" must be a single value`)
}

const truthy = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && value !== ''

function readDepth(value: Value | undefined, reading: Reading): number | null {
  if (value === undefined || value === null || value === '' || value === 0) return null
  const depth = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  if (Number.isInteger(depth) && depth >= 0) return depth
  throw selectorsError(
    `Invalid node spec - could not handle parent depth ${String(value)}`,
    `in selector '${reading.name}'`,
  )
}

function readMode(value: Value | undefined, reading: Reading): IndirectSelection {
  if (value === undefined) return reading.indirect
  const mode = MODES.find((one) => one === value)
  if (mode !== undefined) return mode
  throw selectorsError(
    `'${String(value)}' is not a valid IndirectSelection`,
    `selector '${reading.name}': one of ${MODES.join(', ')}`,
  )
}

const MODES = ['eager', 'cautious', 'buildable', 'empty'] as const

const selectorsError = (message: string, hint?: string): QuernError =>
  new QuernError('Validation', 'invalid_selectors_yml', message, hint === undefined ? {} : { hint })
