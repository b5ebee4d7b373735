import { QuernError } from '../errors/quern-error.ts'
import { SourceFile } from '../errors/source-file.ts'
import type { StaticCall } from '../jinja/calls.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import { Template } from '../jinja/template.ts'
import type { ManifestNode } from '../manifest/node.ts'
import type { Capture } from './parse-contexts.ts'
import { addDisabled, addUnique, inNode, type ParseSession } from './session.ts'
import { type NewNode, newNode, record, settleConfig } from './sql-node.ts'
import { refOf, sourceOf } from './static-capture.ts'

/** Calls of Python models that dbt reads while parsing. */
const CALL = /\bdbt\.(ref|source|config\.get|config\.meta_get|config)\s*\(/g

/**
 * Makes the node of a Python model. Its code is not run: `dbt.ref`, `dbt.source`, `dbt.config` and `dbt.config.get` with literal arguments are
 * read from the text, as dbt reads them from Python's tree. It is a table unless its properties say otherwise.
 */
export function readPythonModel(session: ParseSession, from: NewNode): void {
  const node = newNode(session, from)
  inNode(node, () => {
    const capture = session.memory.recall(
      `${node.unique_id} ${from.original}`,
      () => [from.file.text],
      () => pythonCapture(from.file),
    )
    record(node, capture)
    const draft = {
      node,
      file: from.file,
      project: from.project,
      configCalls: [...capture.configCalls],
      template: undefined,
    }
    session.drafts.set(node, draft)
    settleConfig(session, draft, undefined)
    if (node.config.enabled) addUnique(session.manifest.nodes, node as ManifestNode)
    else addDisabled(session, node)
  })
}

/** What a Python model asks dbt for. Throws when an argument is not a literal, or when there is not exactly one `model` function. */
export function pythonCapture(file: SourceFile): Capture {
  const capture: Capture = { refs: [], sources: [], metrics: [], functions: [], configCalls: [], macros: [] }
  const code = blanked(file.text)
  if (code.trim() === '') return capture
  const models = [...code.matchAll(/^def\s+model\s*\(/gm)].length
  if (models !== 1) {
    throw new QuernError(
      'Parsing',
      'python_model',
      `dbt allows exactly one model defined per python file, found ${models}`,
      {
        at: { file, start: 0, end: 0 },
        hint: 'define def model(dbt, session): ... and return a data frame',
      },
    )
  }
  const used: Record<'config' | 'meta', [Value, Value][]> = { config: [], meta: [] }
  for (const match of code.matchAll(CALL)) {
    const start = match.index + match[0].length
    const call = literalCall(file, code, start)
    const name = match[1]!
    if (name === 'config.get' || name === 'config.meta_get')
      used[name === 'config.get' ? 'config' : 'meta'].push(lookedUp(file, name, call, start))
    else take(capture, file, name, call, start)
  }
  if (used.config.length > 0 || used.meta.length > 0) {
    capture.configCalls.push({
      config_keys_used: used.config.map(([key]) => key),
      config_keys_defaults: used.config.map(([, value]) => value),
      meta_keys_used: used.meta.map(([key]) => key),
      meta_keys_defaults: used.meta.map(([, value]) => value),
    })
  }
  return capture
}

function lookedUp(file: SourceFile, name: string, call: StaticCall, start: number): [Value, Value] {
  const [key, fallback] = call.args
  if (key !== undefined && call.args.length <= 2) return [key, fallback ?? null]
  const problem =
    key === undefined ? 'requires at least one argument' : `takes at most 2 arguments (${call.args.length} given)`
  throw new QuernError('Parsing', 'python_model', `dbt.${name}() ${problem}`, { at: { file, start, end: start + 1 } })
}

function take(capture: Capture, file: SourceFile, name: string, call: StaticCall, start: number): void {
  if (name === 'config') {
    capture.configCalls.push(Object.fromEntries(call.kwargs) as PlainDict)
    return
  }
  const ref = name === 'ref' ? refOf(call) : undefined
  const source = name === 'source' ? sourceOf(call) : undefined
  if (ref !== undefined) capture.refs.push(ref)
  else if (source !== undefined) capture.sources.push(source)
  else
    throw new QuernError('Parsing', 'python_model', `dbt.${name}() has wrong arguments`, {
      at: { file, start, end: start + 1 },
    })
}

/** The arguments from `start` to the matching bracket; Python's literals are read as the template language reads them. */
function literalCall(file: SourceFile, code: string, start: number): StaticCall {
  let depth = 1
  let end = start
  for (; end < code.length && depth > 0; end++) {
    if ('([{'.includes(code[end]!)) depth++
    else if (')]}'.includes(code[end]!)) depth--
  }
  const text = file.text.slice(start, end - 1).replace(/(^|[\s(,[{])#[^\n]*/g, '$1')
  let call: StaticCall | undefined
  try {
    call = Template.parse(new SourceFile(file.path, `{{ f(${text}) }}`)).staticCalls()?.[0]
  } catch {
    call = undefined
  }
  if (call !== undefined) return call
  throw new QuernError(
    'Parsing',
    'python_literal',
    `Error when trying to literal_eval an arg to dbt.ref(), dbt.source(), dbt.config() or dbt.config.get(): ${text.trim()}`,
    {
      at: { file, start, end },
      hint: 'the arguments must be Python literals (texts, numbers, lists, dicts)',
    },
  )
}

/** Python code with the inside of texts and comments blanked, offsets kept. */
function blanked(text: string): string {
  return text.replace(/#[^\n]*|("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  )
}
