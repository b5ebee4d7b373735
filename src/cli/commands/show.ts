import type { Table } from '../../adapter/table.ts'
import { tableText } from '../../adapter/table-text.ts'
import type { Flags } from '../../config/flags.ts'
import { QuernError } from '../../errors/quern-error.ts'
import type { ShowResult } from '../../events/run-event.ts'
import { showRunner } from '../../execute/runners/show.ts'
import { Decimal } from '../../jinja/python/decimal.ts'
import { toJson } from '../../jinja/python/json.ts'
import { toText } from '../../jinja/runtime/text.ts'
import { float, NO_KWARGS, PyDict, PyFloat, PyObject, type Value } from '../../jinja/runtime/value.ts'
import { graphNode } from '../../manifest/manifest.ts'
import type { ModelNode } from '../../manifest/node.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { ExitCode } from '../exit-code.ts'
import { addInlineNode } from '../inline-node.ts'
import type { Loaded } from '../load-manifest.ts'
import { namedNodes } from '../named-results.ts'
import { runTask } from '../task.ts'

/** `show`: the first rows of the selected nodes, or of an inline query. */
export async function showCommand(loaded: Loaded): Promise<ExitCode> {
  const { flags, emit, answer } = loaded.invocation
  if (flags.select.length === 0 && flags.inline === null && flags.selector === null) {
    throw new QuernError('Runtime', 'show_needs_selection', 'Either --select or --inline must be passed to show', {
      hint: 'quern show --select my_model',
    })
  }
  const inline = flags.inline === null ? undefined : addInlineNode(loaded, flags.inline)
  const tables = new Map<UniqueId, Table>()
  const limit = flags.limit ?? 5
  const end = await runTask(loaded, {
    command: 'show',
    throwsErrors: true,
    builds: false,
    waitForTests: false,
    unordered: false,
    keepEphemeral: flags.select.length > 0 || flags.inline !== null,
    runnerOf: () => showRunner({ limit: limit < 0 ? null : limit, introspect: flags.introspect }, tables),
    after: (_, results) => {
      for (const [uniqueId, table] of tables)
        answer?.({ kind: 'shown', uniqueId, name: graphNode(loaded.manifest, uniqueId)?.name ?? '', table })
      for (const node of namedNodes(loaded, inline, results)) {
        const table = tables.get(node.unique_id)
        if (table === undefined) continue
        const version = (node as Partial<ModelNode>).version
        const name = version === null || version === undefined ? node.name : `${node.name}.v${version}`
        emit(showResult(table, flags, { name, inline: inline !== undefined, uniqueId: node.unique_id }))
      }
    },
  })
  return end.success ? ExitCode.success : ExitCode.failure
}

/** What is shown of a query's rows, in the form of `--output`. */
export function showResult(
  table: Table,
  flags: Pick<Flags, 'output' | 'quiet'>,
  of: { readonly name: string; readonly inline: boolean; readonly uniqueId: string },
): ShowResult {
  const format = flags.output === 'json' ? 'json' : 'text'
  const preview = format === 'json' ? toJson(jsonRows(table)) : shownRows(table)
  const shown = format === 'json' ? toJson(jsonRows(table), { indent: 2 }) : preview
  return { kind: 'show-result', ...of, format, preview, shown, quiet: flags.quiet }
}

/** All rows; columns after the sixth and long texts are cut, as dbt's preview does. */
const shownRows = (table: Table): string =>
  tableText(table.columnNames, table.columnTypes, [...table.rowTuples()], {
    maxRows: Number.POSITIVE_INFINITY,
    maxColumns: 6,
    maxColumnWidth: 20,
    maxPrecision: 3,
  })

/** Rows as agate writes them to JSON: numbers as numbers, dates in ISO form, what JSON does not know as text. */
const jsonRows = (table: Table): Value =>
  [...table.rowTuples()].map((row) =>
    PyDict.from(table.columnNames.map((name, index) => [name, jsonCell(row[index] ?? null)])),
  )

function jsonCell(value: Value): Value {
  if (!(value instanceof PyObject) || value instanceof PyFloat) return Array.isArray(value) ? toText(value) : value
  if (value instanceof Decimal) return float(Number(toText(value)))
  const iso = value.getAttr('isoformat')
  return iso instanceof PyObject && iso.pyCall !== undefined ? (iso.pyCall([], NO_KWARGS) as Value) : toText(value)
}
