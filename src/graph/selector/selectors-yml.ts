import type { IndirectSelection } from '../../config/flags.ts'
import type { SelectorDefinition } from '../../config/project-config.ts'
import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { Span } from '../../errors/source-file.ts'
import { repr } from '../../jinja/runtime/text.ts'
import { dictEntries, isDict, PyFloat, type Value } from '../../jinja/runtime/value.ts'
import { checkOperators, methodName, parseCriterion } from './grammar.ts'
import type { Spec, SpecGroup } from './spec.ts'
import { hasWildcard, wildcard } from './wildcard.ts'

/** The named selectors of a project, ready to use. */
export interface NamedSelectors {
  /** The spec of a selector; throws `Could not find selector named x, expected one of [...]`. */
  get(name: string): Spec
  /** What `selector:nightly` or `selector:night*` means. Throws as `get` for a name without wildcards that is not there. */
  matching(pattern: string): Spec
  readonly names: readonly string[]
  /** The selector marked `default: true`. */
  readonly default: string | undefined
}

/** Hears of what means nothing in a definition: dbt ignores it. */
export type OnIgnored = (message: string, hint: string, at: Span | undefined) => void

/**
 * Reads the definitions of selectors.yml. A definition may refer to those before it (`method: selector`).
 * `indirect` is the command line's mode, which a definition may override. Throws a `QuernError` for the first bad definition:
 * dbt checks them all before any command runs.
 */
export function namedSelectors(
  definitions: readonly SelectorDefinition[],
  indirect: IndirectSelection = 'eager',
  onIgnored: OnIgnored = () => {},
): NamedSelectors {
  const specs = new Map<string, Spec>()
  let byDefault: string | undefined
  for (const { name, isDefault, definition, locate } of definitions) {
    const reading = { name, known: specs, indirect, onIgnored, locate, path: [] }
    if (isDefault) {
      if (byDefault !== undefined) {
        throw selectorsError(
          reading,
          `Error when parsing the selector file. Found multiple selectors with \`default: true\`:${byDefault} and ${name}`,
        )
      }
      byDefault = name
    }
    specs.set(name, readDefinition(definition, reading, true))
  }
  return {
    names: [...specs.keys()],
    default: byDefault,
    matching: (pattern) => matching(pattern, specs),
    get: (name) => specs.get(name) ?? notFound(name, specs),
  }
}

function matching(pattern: string, specs: ReadonlyMap<string, Spec>): Spec {
  if (!hasWildcard(pattern)) return specs.get(pattern) ?? notFound(pattern, specs)
  const matches = wildcard(pattern)
  return group(
    'union',
    [...specs].flatMap(([name, spec]) => (matches(name) ? [spec] : [])),
  )
}

function notFound(name: string, specs: ReadonlyMap<string, Spec>): never {
  const near = didYouMean(name, specs.keys())
  const names = [...specs.keys()].map((one) => `'${one}'`).join(', ')
  throw new QuernError(
    'Runtime',
    'selector_not_found',
    `Could not find selector named ${name}, expected one of [${names}]`,
    near !== undefined
      ? { hint: `did you mean '${near}'?` }
      : specs.size === 0
        ? { hint: 'selectors are defined in selectors.yml, beside dbt_project.yml' }
        : {},
  )
}

interface Reading {
  /** Of the selector being read, for messages. */
  readonly name: string
  readonly known: ReadonlyMap<string, Spec>
  readonly indirect: IndirectSelection
  readonly onIgnored: OnIgnored
  readonly locate: SelectorDefinition['locate']
  /** From the definition to the part that is being read. */
  readonly path: readonly (string | number)[]
}

const within = (reading: Reading, ...steps: readonly (string | number)[]): Reading => ({
  ...reading,
  path: [...reading.path, ...steps],
})

function readDefinition(definition: Value, reading: Reading, root = false): Spec {
  try {
    if (typeof definition !== 'string') return readDict(definition, reading, root)
    // dbt-core 1.11: a text is not taken apart as the words after --select are
    if (/[^,\s][,\s]+[\w.@+]+(?::|$)/.test(definition)) {
      reading.onIgnored(
        `selector '${reading.name}': '${definition}' is one criterion, its commas and spaces are part of the value`,
        'write the parts as a list under union or intersection',
        reading.locate?.(reading.path),
      )
    }
    return parseCriterion(definition, reading.indirect, (pattern) => inherit(pattern, reading))
  } catch (error) {
    if (!(error instanceof QuernError) || error.code === 'invalid_selectors_yml') throw error
    // of the grammar, which knows nothing of files
    throw selectorsError(reading, error.message, error.hint)
  }
}

function readDict(definition: Value, reading: Reading, root: boolean): Spec {
  if (!isDict(definition)) {
    throw selectorsError(
      reading,
      `selector '${reading.name}' has a definition that is neither a text nor a dict`,
      'a definition is a text as after --select, a dict with method and value, or union or intersection with a list',
    )
  }
  const entries = new Map<string, Value>()
  for (const [key, value] of dictEntries(definition)) {
    if (typeof key !== 'string') throw selectorsError(reading, `key ${repr(key)} must be a string`)
    entries.set(key, value)
  }
  const set = entries.has('union') ? 'union' : entries.has('intersection') ? 'intersection' : undefined
  if (set === undefined) return readCriterion(entries, definition, reading)
  if (root && entries.size > 1) {
    throw selectorsError(
      reading,
      `Only a single 'union' or 'intersection' key is allowed in a root level selector definition; found ${[...entries.keys()].join(',')}.`,
      entries.has('exclude') ? `'exclude' is an item of the list: - exclude: [...]` : undefined,
    )
  }
  return readSet(set, entries.get(set)!, reading)
}

function readSet(op: 'union' | 'intersection', list: Value, reading: Reading): Spec {
  const parts: Spec[] = []
  let excluded: { readonly spec: Spec | undefined } | undefined
  for (const [at, item] of readList(list, op, reading).entries()) {
    const place = within(reading, op, at)
    if (!isDict(item) || keyOf(item, 'exclude') === undefined) {
      parts.push(readDefinition(item, place))
      continue
    }
    const others = [...dictEntries(item)].flatMap(([key]) => (key === 'exclude' ? [] : [`'${String(key)}'`]))
    if (others.length > 0) {
      reading.onIgnored(
        `selector '${reading.name}': a part of '${op}' with 'exclude' does nothing but exclude, its ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} ignored`,
        `make two parts of it, or put it into a set of its own: union: [{method: ..., value: ...}, {exclude: [...]}]`,
        place.locate?.(place.path),
      )
    }
    if (excluded !== undefined) {
      throw selectorsError(
        place,
        `You cannot provide multiple exclude arguments to the same selector set operator (selector '${reading.name}')`,
        'put all into the list of one exclude',
      )
    }
    excluded = { spec: readExclusions(keyOf(item, 'exclude')!, place) }
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
      reading,
      `Expected either 1 key or else "method" and "value" keys, but got [${[...entries.keys()].map((key) => `'${key}'`).join(', ')}]`,
    )
  }
  tellUnknownKeys(entries, reading)
  if (typeof method !== 'string') throw selectorsError(reading, 'Expected definition key to be a "str"')
  if (entries.size === 1 && method === 'selector') return inherit(value, reading)
  const raw = repr(definition)
  const { name, rest } = methodName(method, raw)
  const criterion = checkOperators({
    op: 'criterion',
    raw,
    method: name,
    arguments: rest,
    value: value instanceof PyFloat ? value.value : (value ?? null),
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

function tellUnknownKeys(entries: ReadonlyMap<string, Value>, reading: Reading): void {
  if (entries.size === 1) return
  for (const key of entries.keys()) {
    if (CRITERION_KEYS.includes(key)) continue
    const near = didYouMean(key, CRITERION_KEYS)
    reading.onIgnored(
      `selector '${reading.name}' has an unknown key '${key}', which is ignored`,
      near === undefined ? `known keys: ${CRITERION_KEYS.join(', ')}` : `did you mean '${near}'?`,
      reading.locate?.([...reading.path, key]),
    )
  }
}

function inherit(value: Value | undefined, reading: Reading): Spec {
  const name = typeof value === 'string' ? value : ''
  if (hasWildcard(name)) return matching(name, reading.known)
  const spec = reading.known.get(name)
  if (spec !== undefined) return spec
  const near = didYouMean(name, reading.known.keys())
  throw selectorsError(
    reading,
    `Existing selector definition for ${String(value)} not found.`,
    near === undefined
      ? `selector '${reading.name}' can only use selectors that are defined above it`
      : `did you mean '${near}'?`,
  )
}

function readExclusions(list: Value, reading: Reading): Spec | undefined {
  const parts = readList(list, 'exclude', reading).map((item, at) =>
    readDefinition(item, within(reading, 'exclude', at)),
  )
  return parts.length > 1 ? group('union', parts) : parts[0]
}

function readList(list: Value, key: string, reading: Reading): readonly Value[] {
  if (!Array.isArray(list))
    throw selectorsError(within(reading, key), `Invalid value for key "${key}". Expected a list.`)
  for (const [at, item] of list.entries()) {
    if (typeof item === 'string' || isDict(item)) continue
    throw selectorsError(
      within(reading, key, at),
      `Invalid value type in key "${key}", expected dict or str (value: ${repr(item)}).`,
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

const truthy = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && value !== ''

/** A whole number, or a text of one; 0 as a number is none, below 0 there is nothing to find (dbt-core 1.11). */
function readDepth(value: Value | undefined, reading: Reading): number | null {
  if (!truthy(value)) return null
  const depth = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  if (Number.isInteger(depth)) return depth
  throw selectorsError(reading, `Invalid node spec - could not handle parent depth ${String(value)}`)
}

function readMode(value: Value | undefined, reading: Reading): IndirectSelection {
  if (value === undefined) return reading.indirect
  const mode = MODES.find((one) => one === value)
  if (mode !== undefined) return mode
  const near = typeof value === 'string' ? didYouMean(value, MODES) : undefined
  throw selectorsError(
    reading,
    `'${String(value)}' is not a valid IndirectSelection`,
    near === undefined ? `one of ${MODES.join(', ')}` : `did you mean '${near}'?`,
  )
}

const MODES = ['eager', 'cautious', 'buildable', 'empty'] as const

const selectorsError = (reading: Reading, message: string, hint?: string): QuernError =>
  new QuernError('Runtime', 'invalid_selectors_yml', `Could not read selector file data: ${message}`, {
    at: reading.locate?.(reading.path),
    hint: hint ?? `in selector '${reading.name}'`,
  })
