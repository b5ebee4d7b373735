import type { Flags } from '../config/flags.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'

/** The `args` of MainReportArgs: dbt-core 1.11's global flags, each as the text that Python would print. */
export function reportedArgs(flags: Flags): PlainDict {
  const { error, warn, silence } = flags.warnErrorOptions
  const names = (list: readonly string[] | 'all'): string =>
    list === 'all' ? "'all'" : `[${list.map((name) => `'${name}'`).join(', ')}]`
  const args: Readonly<Record<string, string | number | boolean | null>> = {
    cache_selected_only: flags.cacheSelectedOnly,
    debug: flags.debug,
    empty: WITH_EMPTY.has(flags.which) ? flags.empty : null,
    fail_fast: flags.failFast,
    indirect_selection: flags.indirectSelection,
    introspect: flags.introspect,
    invocation_command: flags.invocationCommand,
    log_cache_events: flags.logCacheEvents,
    log_format: flags.logFormat,
    log_path: flags.logPath,
    no_print: null,
    partial_parse: flags.partialParse,
    printer_width: flags.printerWidth,
    profiles_dir: flags.profilesDir,
    quiet: flags.quiet,
    send_anonymous_usage_stats: flags.sendAnonymousUsageStats,
    static_parser: flags.staticParser,
    target_path: flags.targetPath,
    use_colors: flags.useColors,
    use_experimental_parser: flags.useExperimentalParser,
    version_check: flags.versionCheck,
    warn_error: flags.warnError ? true : null,
    warn_error_options: `WarnErrorOptionsV2(error=${names(error)}, warn=${names(warn)}, silence=${names(silence)})`,
    write_json: flags.writeJson,
  }
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, pythonText(value)]))
}

/** Commands that have `--empty`. */
const WITH_EMPTY: ReadonlySet<string> = new Set(['build', 'run', 'snapshot', 'compile'])

const pythonText = (value: string | number | boolean | null): string =>
  value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value)
