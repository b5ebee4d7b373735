import { didYouMean } from '../../errors/did-you-mean.ts'
import type { SourceFile } from '../../errors/source-file.ts'
import type { Flavour } from '../names.ts'
import {
  binary,
  compareOp,
  contains,
  equals,
  iterate,
  negate,
  positive,
  toText,
  truthy,
} from '../runtime/operations.ts'
import { float, NO_KWARGS, PyDict, PyTuple, type Value } from '../runtime/value.ts'
import type { Macro, Root } from '../syntax/ast.ts'
import { syntaxError } from '../syntax/syntax-error.ts'
import { type Emitted, Emitter, type OutputMode } from './emitter.ts'
import { keep, keepAsync } from './loop.ts'
import type { MacroValue } from './macro-value.ts'
import {
  asQuernError,
  type CompiledConstants,
  type FrameName,
  keywords,
  type Rendering,
  sliceOf,
  spread,
} from './rendering.ts'

/** What generated code takes from here by name (`RUNTIME_NAMES` in emitter.ts). */
const RUNTIME = {
  truthy,
  text: (value: Value): string => (typeof value === 'string' ? value : toText(value)),
  equals,
  compareOp,
  contains,
  binary,
  negate,
  positive,
  slice: sliceOf,
  iterate,
  keep,
  keepAsync,
  tuple: (items: Value[]): PyTuple => PyTuple.fromItems(items),
  dict: (pairs: [Value, Value][]): PyDict => PyDict.from(pairs),
  spread,
  keywords,
  NO_KWARGS,
  float,
}

/** The rendered text, or (native) the list of values; a promise when something in the template may have to wait. */
export type CompiledTemplate = (rendering: Rendering) => unknown
/** The macro as a value. */
export type CompiledMacro = (rendering: Rendering) => MacroValue

/** Throws a QuernError for what Jinja2 finds while compiling: `break` outside a loop, assignment to `loop`, ... */
export function compileTemplate(
  file: SourceFile,
  root: Root,
  flavour: Flavour,
  mode: OutputMode,
  frame: FrameName | null,
): CompiledTemplate {
  return link(file, () => new Emitter(file, flavour).template(root, mode), frame) as CompiledTemplate
}

export function compileMacro(file: SourceFile, macro: Macro, flavour: Flavour): CompiledMacro {
  return link(file, () => new Emitter(file, flavour).macro(macro), null) as CompiledMacro
}

function link(file: SourceFile, emit: () => Emitted, frame: FrameName | null): (rendering: Rendering) => unknown {
  let emitted: Emitted
  let run: (rendering: Rendering) => unknown
  try {
    emitted = emit()
    const constants: CompiledConstants = { file, positions: emitted.positions, frame }
    run = new Function('K', 'R', emitted.source)(constants, RUNTIME)
  } catch (error) {
    throw asQuernError(error, { file, start: 0, end: 0 })
  }
  const { needed } = emitted
  if (needed.length === 0) return run
  return (rendering) => {
    for (const { kind, name, start, end } of needed) {
      if (rendering.has(kind, name)) continue
      const near = didYouMean(name, rendering.known(kind))
      const error = syntaxError(file, `No ${kind === 'filters' ? 'filter' : 'test'} named '${name}'.`, { start, end })
      throw near === undefined ? error : error.completed({ hint: `did you mean '${near}'?` })
    }
    return run(rendering)
  }
}
