import { asPlainDict } from '../config/python-data.ts'
import { QuernError } from '../errors/quern-error.ts'
import { repr } from '../jinja/runtime/text.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import { dicts } from './columns.ts'
import { dateText } from './model-properties.ts'
import { patchVersions, testsOfVersions } from './model-versions.ts'
import { applyPatch, testsOfNode } from './node-patch.ts'
import { type Patch, readPatch } from './patch.ts'
import type { Entry } from './property-file.ts'
import type { ParseSession } from './session.ts'
import { placeIn, under } from './yaml-place.ts'

/** Applies an entry of `models` to its model or to each of its versions. Gives what makes its tests, which dbt makes after the section. */
export function patchModel(session: ParseSession, entry: Entry): () => void {
  const versions = dicts(entry.data['versions'])
  if (versions.length > 0) {
    patchVersions(session, entry, versions)
    return () => testsOfVersions(session, entry, versions)
  }
  const patch: Patch = {
    ...readPatch(entry),
    deprecationDate: dateText(entry.data['deprecation_date']),
    timeSpine: timeSpine(entry),
  }
  applyPatch(session, patch)
  return () => testsOfNode(session, entry)
}

/** `time_spine:` of an entry; its columns must be described, the standard one with a granularity. */
function timeSpine(entry: Entry): PlainDict | null {
  const given = asPlainDict(entry.data['time_spine'])
  if (given === undefined) return null
  const columns = new Map(dicts(entry.data['columns']).map((column) => [column['name'] as string, column]))
  const names = repr([...columns.keys()])
  const { name } = entry.data
  const invalid = (message: string): QuernError =>
    new QuernError('Parsing', 'time_spine', message, { at: placeIn(under(entry.place, 'time_spine')) })
  const standard = given['standard_granularity_column'] as string
  const column = columns.get(standard)
  if (column === undefined) {
    throw invalid(
      `Time spine standard granularity column must be defined on the model. Got invalid column name '${standard}' for model '${name}'. Valid names: ${names}.`,
    )
  }
  if (!column['granularity']) {
    throw invalid(
      `Time spine standard granularity column must have a granularity defined. Please add one for column '${standard}' in model '${name}'.`,
    )
  }
  const custom = dicts(given['custom_granularities']).map((grain) => ({
    name: grain['name']!,
    column_name: grain['column_name'] ?? null,
  }))
  const unknown = custom.map((grain) => (grain.column_name ?? grain.name) as string).filter((key) => !columns.has(key))
  if (unknown.length > 0) {
    throw invalid(
      `Time spine custom granularity columns do not exist in the model. Columns not found: ${repr(unknown)}; Available columns: ${names}`,
    )
  }
  return { standard_granularity_column: standard, custom_granularities: custom }
}
