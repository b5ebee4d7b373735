import { asPlainDict } from '../config/python-data.ts'
import type { StaticCall } from '../jinja/calls.ts'
import { toText } from '../jinja/runtime/text.ts'
import { isDict, type PlainDict, type Value } from '../jinja/runtime/value.ts'
import type { Template } from '../jinja/template.ts'
import type { RefArgs } from '../manifest/node.ts'
import { resolveMacroName } from '../manifest/resolve-macro.ts'
import type { Capture } from './parse-contexts.ts'
import type { ParseSession } from './session.ts'

/**
 * What a template asks for, read from its tree when its Jinja is nothing but `ref`, `source` and `config` calls with literal arguments; undefined
 * when it has to be rendered: other calls, calls with wrong arguments (rendering tells what is wrong), or a project with a macro of one of these names.
 */
export function staticCapture(
  session: Pick<ParseSession, 'macros' | 'invocation' | 'memory'>,
  packageName: string,
  template: Template,
): Capture | undefined {
  if (!session.invocation.flags.staticParser && !template.isStatic) return undefined
  const calls = template.staticCalls()
  if (calls === null) return undefined
  const capture: Capture = { refs: [], sources: [], metrics: [], functions: [], configCalls: [], macros: [] }
  for (const call of calls) {
    const name = call.path.length === 1 ? call.path[0]! : ''
    session.memory.reads?.note('macro', packageName, name, '')
    if (name !== '' && resolveMacroName(session.macros, name, packageName) !== undefined) return undefined
    if (!take(capture, name, call)) return undefined
  }
  return capture
}

function take(capture: Capture, name: string, call: StaticCall): boolean {
  if (name === 'ref') {
    const ref = refOf(call)
    if (ref !== undefined) capture.refs.push(ref)
    return ref !== undefined
  }
  if (name === 'source') {
    const source = sourceOf(call)
    if (source !== undefined) capture.sources.push(source)
    return source !== undefined
  }
  if (name !== 'config') return false
  const config = configOf(call)
  if (config !== undefined) capture.configCalls.push(config)
  return config !== undefined
}

/** The arguments of a literal `ref()` call: one or two texts, and a version under either name. Undefined when they are not that. */
export function refOf(call: Pick<StaticCall, 'args' | 'kwargs'>): RefArgs | undefined {
  const names = call.args
  if (names.length < 1 || names.length > 2 || !names.every((name) => typeof name === 'string')) return undefined
  let version: string | number | null = null
  for (const [key, value] of call.kwargs) {
    if (key !== 'version' && key !== 'v') return undefined
    const given = versionOf(value)
    if (given === undefined) return undefined
    version = given
  }
  if (call.kwargs.size > 1) return undefined
  return { name: names.at(-1) as string, package: names.length === 2 ? (names[0] as string) : null, version }
}

function versionOf(value: Value): string | number | null | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'object' && !isDict(value) && !Array.isArray(value) ? toText(value) : undefined
}

/** The arguments of a literal `source()` call. Undefined when they are not two texts. */
export function sourceOf(call: Pick<StaticCall, 'args' | 'kwargs'>): [string, string] | undefined {
  const [source, table] = call.args
  return call.args.length === 2 && call.kwargs.size === 0 && typeof source === 'string' && typeof table === 'string'
    ? [source, table]
    : undefined
}

function configOf(call: StaticCall): PlainDict | undefined {
  if (call.args.length === 0) return Object.fromEntries(call.kwargs)
  const [dict] = call.args
  return call.args.length === 1 && call.kwargs.size === 0 && isDict(dict!) ? asPlainDict(dict) : undefined
}
