import type { DiffFlags } from '../config/diff-flags.ts'
import { DIFF_FORMATS, FAIL_ON } from '../events/diff-document.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { UsageError } from './usage-error.ts'

/** The options of `quern diff`, from what the command line gave by key. Throws a `UsageError` for values that cannot be. */
export function diffFlags(value: (key: string) => Value | undefined): DiffFlags {
  const text = (key: string): string | null => {
    const found = value(key)
    return typeof found === 'string' ? found : null
  }
  const words = (key: string): readonly string[] => (value(key) as readonly string[] | undefined) ?? []
  const data = value('data') === true
  const columns = value('columns') !== false
  const examples = typeof value('examples') === 'number' ? (value('examples') as number) : 3
  if (examples < 0) throw new UsageError(`Invalid value for '--examples': ${examples} is less than 0.`, 'diff')
  if (data && !columns) throw new UsageError("'--data' needs the columns: leave '--no-columns' out.", 'diff')
  const key = words('key').flatMap(keyColumns)
  if (key.length > 0 && !data) throw new UsageError("'--key' is for '--data', which was not given.", 'diff')
  const failOn = FAIL_ON.filter((kind) => words('fail_on').includes(kind))
  if (failOn.includes('rows') && !data)
    throw new UsageError("'--fail-on rows' needs '--data': rows are not compared without it.", 'diff')
  return {
    againstTarget: text('against_target'),
    againstSchema: text('against_schema'),
    columns,
    data,
    key,
    examples,
    floatTolerance: tolerance(text('float_tolerance')),
    format: DIFF_FORMATS.find((format) => format === text('format')) ?? 'text',
    failOn,
  }
}

function tolerance(text: string | null): number | null {
  if (text === null) return null
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number === 0 ? null : number
  throw new UsageError(`Invalid value for '--float-tolerance': '${text}' is not a number from 0 on.`, 'diff')
}

/** Names with commas between them; one in double quotes may have commas itself. */
export function keyColumns(text: string): string[] {
  const names: string[] = []
  for (const [, quoted, plain] of text.matchAll(/"((?:[^"]|"")*)"|([^,"]+)/g)) {
    const name = quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')
    if (name !== '') names.push(name)
  }
  return names
}
