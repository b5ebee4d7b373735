import type { Flags } from '../config/flags.ts'
import { type PlainDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import type { ReadLog } from './reads.ts'

/** What `flags` in a template shows: dbt-core 1.11's list, under upper-case names. */
export class FlagsObject extends PyObject {
  readonly typeName = 'Namespace'
  readonly #values: PlainDict
  readonly #reads: ReadLog | undefined

  constructor(flags: Flags, reads?: ReadLog) {
    super()
    this.#values = shownFlags(flags)
    this.#reads = reads
  }
  override getAttr(name: string): Value | undefined {
    this.#reads?.note('flag', name)
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
  }
  override pyRepr(): string {
    this.#reads?.note('flag', '*')
    return `Namespace(${Object.keys(this.#values).join(', ')})`
  }
}

/** The flags under the names that templates know. */
export function shownFlags(flags: Flags): PlainDict {
  const { error, warn, silence } = flags.warnErrorOptions
  return {
    CACHE_SELECTED_ONLY: flags.cacheSelectedOnly,
    DEBUG: flags.debug,
    EMPTY: flags.empty,
    FAIL_FAST: flags.failFast,
    FULL_REFRESH: flags.fullRefresh,
    INDIRECT_SELECTION: flags.indirectSelection,
    INTROSPECT: flags.introspect,
    INVOCATION_COMMAND: flags.invocationCommand,
    LOG_CACHE_EVENTS: flags.logCacheEvents,
    LOG_FORMAT: flags.logFormat,
    LOG_PATH: flags.logPath,
    NO_PRINT: null,
    PARTIAL_PARSE: flags.partialParse,
    PRINTER_WIDTH: flags.printerWidth,
    PROFILES_DIR: flags.profilesDir,
    QUIET: flags.quiet,
    SEND_ANONYMOUS_USAGE_STATS: flags.sendAnonymousUsageStats,
    STATIC_PARSER: flags.staticParser,
    STORE_FAILURES: flags.storeFailures,
    TARGET_PATH: flags.targetPath,
    USE_COLORS: flags.useColors,
    USE_EXPERIMENTAL_PARSER: flags.useExperimentalParser,
    VERSION_CHECK: flags.versionCheck,
    WARN_ERROR: flags.warnError ? true : null,
    WARN_ERROR_OPTIONS: { error: error === 'all' ? 'all' : [...error], warn: [...warn], silence: [...silence] },
    WHICH: flags.which,
    WRITE_JSON: flags.writeJson,
  }
}
