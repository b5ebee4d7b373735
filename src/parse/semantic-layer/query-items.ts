import { QuernError } from '../../errors/quern-error.ts'
import { SourceFile } from '../../errors/source-file.ts'
import { type Names, newLimits } from '../../jinja/names.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { hostFunction, type PyFunction, PyObject, type Value } from '../../jinja/runtime/value.ts'
import { Template } from '../../jinja/template.ts'
import { DATE_PARTS, TIME_GRANULARITIES } from '../../manifest/semantic-terms.ts'

export type QueryItemKind = 'Dimension' | 'TimeDimension' | 'Entity' | 'Metric'

/** One item that a filter or a saved query asks for, as written: `TimeDimension('metric_time', 'day')`. */
export interface QueryItem {
  readonly kind: QueryItemKind
  readonly name: string
  readonly entityPath: readonly string[]
  readonly grain: string | null
  readonly datePart: string | null
  readonly groupBy: readonly string[]
  readonly descending: boolean | null
}

/** The item with its name taken apart: `order__ordered_at__month` is the element `ordered_at`. */
export interface ResolvedItem {
  readonly kind: QueryItemKind
  readonly element: string
  readonly grain: string | null
}

const PARTS: ReadonlySet<string> = new Set(DATE_PARTS)
const METRIC_TIME = 'metric_time'

const invalid = (message: string): QuernError => new QuernError('Parsing', 'query_item', message)

/** What the calls in a template give; counted when it is printed, so that `.grain('day')` comes in time. */
class ItemBuilder extends PyObject {
  readonly typeName = 'QueryItem'
  #item: QueryItem
  readonly #options: ReadOptions
  readonly #found: QueryItem[]

  constructor(item: QueryItem, options: ReadOptions, found: QueryItem[]) {
    super()
    this.#item = item
    this.#options = options
    this.#found = found
  }

  override getAttr(name: string): Value | undefined {
    const method = (parameter: string, change: (value: Value) => Partial<QueryItem>): PyFunction =>
      hostFunction(name, [parameter], (value) => {
        const { kind } = this.#item
        const allowed = kind === 'Dimension' || (this.#options.orderBy && name === 'descending')
        if (!allowed) throw invalid(`\`${name}\` can't be used with \`${kind}\` in this context.`)
        this.#item = { ...this.#item, ...change(value!) }
        checkItem(this.#item)
        return this
      })
    if (name === 'grain') return method('time_granularity', (value) => ({ grain: text(value) ?? this.#item.grain }))
    if (name === 'date_part')
      return method('date_part_name', (value) => ({ datePart: text(value) ?? this.#item.datePart }))
    if (name === 'descending')
      return method('_is_descending', (value) => ({ descending: value === true || this.#item.descending }))
    return undefined
  }

  override pyRepr(): string {
    if (!this.#found.some((other) => JSON.stringify(other) === JSON.stringify(this.#item))) this.#found.push(this.#item)
    return ''
  }
}

interface ReadOptions {
  /** `.descending(...)` is for order_by, where a metric needs no `group_by`. */
  readonly orderBy: boolean
}

const text = (value: Value): string | null => (value === null || value === '' ? null : toText(value))
const list = (value: Value): string[] =>
  Array.isArray(value) ? value.map((item) => toText(item)) : typeof value === 'string' ? [...value] : []

/** The items that a template prints, each once. Throws a `QuernError` when it cannot be read. */
export function readItems(template: string, options: ReadOptions = { orderBy: false }): QueryItem[] {
  const found: QueryItem[] = []
  const build = (item: Partial<QueryItem> & { readonly kind: QueryItemKind; readonly name: string }): Value => {
    const whole = { entityPath: [], grain: null, datePart: null, groupBy: [], descending: null, ...item }
    checkItem(whole)
    return new ItemBuilder(whole, options, found)
  }
  const calls = new Map<string, PyFunction>([
    ['Dimension', dimensionCall(build)],
    ['TimeDimension', timeDimensionCall(build)],
    [
      'Entity',
      hostFunction('Entity', ['entity_name', ['entity_path', []]], (name, path) =>
        build({ kind: 'Entity', name: toText(name!), entityPath: list(path!) }),
      ),
    ],
    [
      'Metric',
      hostFunction('Metric', ['metric_name', ['group_by', []]], (name, groupBy) =>
        build({ kind: 'Metric', name: toText(name!), groupBy: list(groupBy!) }),
      ),
    ],
  ])
  const names: Names = { lookup: (name) => calls.get(name) ?? missing(name) }
  const parsed = Template.parse(new SourceFile('<filter>', template))
  parsed.renderSync({ names, flavour: 'sync', undefinedMode: 'lenient', limits: newLimits() })
  return found
}

type Build = (item: Partial<QueryItem> & { readonly kind: QueryItemKind; readonly name: string }) => Value

const dimensionCall = (build: Build): PyFunction =>
  hostFunction('Dimension', ['name', ['entity_path', []]], (name, path) =>
    build({ kind: 'Dimension', name: toText(name!), entityPath: list(path!) }),
  )

const timeDimensionCall = (build: Build): PyFunction =>
  hostFunction(
    'TimeDimension',
    [
      'time_dimension_name',
      ['time_granularity_name', null],
      ['entity_path', []],
      ['descending', null],
      ['date_part_name', null],
    ],
    (name, grain, path, descending, part) =>
      build({
        kind: 'TimeDimension',
        name: toText(name!),
        grain: text(grain!),
        entityPath: list(path!),
        descending: descending === null ? null : descending === true,
        datePart: text(part!),
      }),
  )

/** Jinja's own globals (`range`, ...) stay; any other name is a mistake. */
function missing(name: string): Value | undefined {
  if (
    ['range', 'dict', 'lipsum', 'cycler', 'joiner', 'namespace', 'true', 'false', 'none'].includes(name.toLowerCase())
  )
    return undefined
  throw invalid(`'${name}' is undefined: a filter knows Dimension, TimeDimension, Entity and Metric`)
}

function checkItem({ kind, name, datePart }: QueryItem): void {
  if (kind === 'Metric' && takeApart(name, []).links > 0)
    throw invalid('The name of the metric should not have entity links.')
  if (datePart !== null && !PARTS.has(datePart.toLowerCase()))
    throw invalid(`'${datePart}' is not a valid date part. Valid values are ${DATE_PARTS.join(', ')}`)
}

/** dbt_semantic_interfaces 0.9: parts of a name are joined by two underscores; the last may be a granularity. */
function takeApart(
  name: string,
  custom: readonly string[],
): { readonly links: number; readonly element: string; readonly grain: string | null } {
  const parts = name.split('__')
  const last = parts.at(-1)!
  const grains: readonly string[] = [...TIME_GRANULARITIES, ...custom]
  if (parts.length > 1 && grains.includes(last)) return { links: parts.length - 2, element: parts.at(-2)!, grain: last }
  return { links: parts.length - 1, element: last, grain: null }
}

/** Takes the names of items apart. Throws a `QuernError` for a name of the wrong form. */
export function resolveItem(item: QueryItem, custom: readonly string[]): ResolvedItem {
  const { kind, name } = item
  if (kind === 'Metric') {
    if (item.groupBy.length === 0)
      throw invalid(
        '`group_by` parameter is required for Metric in where filter: it says by what the metric is joined.',
      )
    return { kind, element: name, grain: null }
  }
  const timed = kind === 'TimeDimension' || (kind === 'Dimension' && (item.grain !== null || item.datePart !== null))
  const parts = takeApart(name, timed ? custom : [])
  if (kind === 'Entity') {
    if (parts.grain !== null)
      throw invalid(`Name is in an incorrect format: '${name}'. It should not contain a time grain suffix.`)
    return { kind, element: parts.element, grain: null }
  }
  if (parts.links !== 1 && parts.element !== METRIC_TIME) {
    throw invalid(
      `Name is in an incorrect format: '${name}'. It should be of the form: <primary entity name>__<dimension_name>`,
    )
  }
  if (!timed) return { kind, element: parts.element, grain: null }
  if (parts.grain !== null && item.grain !== null && item.grain !== parts.grain) {
    throw invalid(
      `Received different grains in \`time_dimension_name\` parameter ('${name}') and \`time_granularity_name\` parameter ('${item.grain}').`,
    )
  }
  return {
    kind: 'TimeDimension',
    element: parts.element,
    grain: (parts.grain ?? item.grain)?.toLowerCase() ?? null,
  }
}
