import { createHash } from 'node:crypto'
import { runResultsArgs } from '../../artifacts/run-results.ts'
import type { Invocation } from '../../config/invocation.ts'
import type { ProjectConfig } from '../../config/project-config.ts'
import { resolveVar } from '../../config/vars.ts'
import { shownFlags } from '../../context-base/flags-object.ts'
import type { ReadKind } from '../../context-base/reads.ts'
import { repr } from '../../jinja/runtime/text.ts'
import type { Value } from '../../jinja/runtime/value.ts'
import { macrosBelow } from '../../manifest/macros-below.ts'
import type { Macro, Manifest } from '../../manifest/manifest.ts'
import {
  type DispatchRules,
  findDispatch,
  GLOBAL_PACKAGE,
  type MacroIndex,
  resolveMacroName,
} from '../../manifest/resolve-macro.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import { digest } from '../../util/digest.ts'
import { dataText, NotData } from './data-text.ts'

/** Something that a template read: the kind and the names of `ReadLog.note`, as one text. */
export type ReadKey = string

const BETWEEN = '\u001f'

export const readKey = (kind: ReadKind, names: readonly string[]): ReadKey => [kind, ...names].join(BETWEEN)

/** Of a template that sees other nodes: while parsing those that were made before it, later all of them. */
export const GRAPH: ReadKey = readKey('graph', [])

/** What of the macros a value is looked up in; known when they are loaded. */
export interface MacroWorld {
  readonly manifest: Manifest
  readonly index: MacroIndex
  readonly rules: DispatchRules
}

const OF_MACROS: ReadonlySet<string> = new Set(['macro', 'namespace', 'dispatch', 'macros'])
const OF_USERS: ReadonlySet<string> = new Set(['var', 'env', 'env-list', 'target', 'profile'])
/** Whether a read is of something that is set for good rather than for one command. */
export const isOfUsers = (key: ReadKey): boolean => OF_USERS.has(key.split(BETWEEN, 1)[0]!)

/** Whether a read follows from the macros of the project and its packages alone. */
export const isOfMacros = (key: ReadKey): boolean => OF_MACROS.has(key.split(BETWEEN, 1)[0]!)

/** No two of these are equal. */
export const NEVER = '!'

/**
 * The present values of what templates read, each as a short text that is equal for equal values. Values of users (vars, environment, profile) are
 * hashed with a salt, so that nobody reads or guesses them from a cache.
 */
export class ReadValues {
  readonly #config: ProjectConfig
  readonly #invocation: Invocation
  readonly salt: string
  readonly #known = new Map<ReadKey, string>()
  readonly #digests = new Map<Macro, string>()
  /** Set before a read of macros is looked up. */
  macros: MacroWorld | undefined

  constructor(config: ProjectConfig, invocation: Invocation, salt: string) {
    this.#config = config
    this.#invocation = invocation
    this.salt = salt
  }

  /** The present value of a read; `NEVER` when it cannot be compared. */
  of(key: ReadKey): string {
    let value = this.#known.get(key)
    if (value === undefined) {
      const [kind, ...names] = key.split(BETWEEN)
      value = this.#value(kind as ReadKind, names)
      this.#known.set(key, value)
    }
    return value
  }

  #value(kind: ReadKind, names: readonly string[]): string {
    const [first = '', second = '', third = ''] = names
    const { target } = this.#config
    switch (kind) {
      case 'var':
        return this.#hidden(resolveVar(this.#config, first, second))
      case 'env':
        return this.#hidden(this.#invocation.env[first])
      case 'env-list':
        return this.#hidden(
          Object.entries(this.#invocation.env)
            .filter(([name]) => name.startsWith('DBT_ENV_CUSTOM_ENV_'))
            .map(([name, value]) => [name, value ?? null])
            .sort(),
        )
      case 'target':
        if (first === '*') return this.#hidden(target.shown)
        return this.#hidden([
          Object.hasOwn(target.shown, first) ? [target.shown[first]!] : [],
          first === 'database' ? target.database : first === 'schema' ? target.schema : null,
        ])
      case 'flag': {
        const flags = shownFlags(this.#invocation.flags)
        return this.#hidden(first === '*' ? flags : Object.hasOwn(flags, first) ? flags[first] : undefined)
      }
      case 'arguments':
        return this.#hidden(runResultsArgs(this.#invocation.flags) as Value)
      case 'profile': {
        const { threads, ...fields } = target.fields
        return this.#hidden([fields, this.#invocation.cwd])
      }
      case 'past':
        return Date.parse(first) < this.#invocation.now() ? 'past' : 'to come'
      case 'macro':
        return this.#macroCalled(first, second, third)
      case 'namespace':
        return this.#digest(
          (first === GLOBAL_PACKAGE ? this.#macros().index.internal : this.#macros().index.packages.get(first))?.get(
            second,
          ),
        )
      case 'dispatch':
        return this.#dispatched(first, second, third)
      case 'macros':
        return sha1([...this.#macros().manifest.macros.values()].map((macro) => this.#digest(macro)).join())
      case 'graph':
      case 'unrepeatable':
        return NEVER
    }
  }

  #macros(): MacroWorld {
    if (this.macros === undefined) throw new Error('macros are looked up before they are loaded')
    return this.macros
  }

  #macroCalled(from: string, name: string, roots: string): string {
    const { index, manifest } = this.#macros()
    if (roots !== '') {
      const local = macrosBelow(manifest, roots.split(',') as UniqueId[]).findLast((macro) => macro.node.name === name)
      if (local !== undefined) return this.#digest(local)
    }
    const found = resolveMacroName(index, name, from)
    return found === undefined ? '' : 'macro' in found ? this.#digest(found.macro) : 'package'
  }

  #dispatched(from: string, namespace: string, name: string): string {
    const { index, rules } = this.#macros()
    try {
      return this.#digest(findDispatch(index, rules, { name, namespace: namespace === '' ? null : namespace, from }))
    } catch {
      return ''
    }
  }

  #digest(macro: Macro | undefined): string {
    if (macro === undefined) return ''
    let digest = this.#digests.get(macro)
    if (digest === undefined) {
      digest = `${macro.node.unique_id} ${sha1(macro.node.macro_sql)}`
      this.#digests.set(macro, digest)
    }
    return digest
  }

  #hidden(value: Value | undefined): string {
    if (value === undefined) return ''
    return createHash('sha256').update(this.salt).update(textOf(value)).digest('base64').slice(0, 24)
  }
}

/** A text that tells values apart, those too that are no data. */
function textOf(value: Value): string {
  try {
    return dataText(value)
  } catch (error) {
    if (!(error instanceof NotData)) throw error
    return repr(value)
  }
}

export const sha1 = (text: string): string => digest('sha1', text, 'base64').slice(0, 27)
