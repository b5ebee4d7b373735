import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Adapter } from '../adapter/adapter.ts'
import type { DataFileReader } from '../adapter/data-file.ts'
import { secretsInText } from '../adapter/profile-secrets.ts'
import type { Answer } from '../config/answer.ts'
import type { Flags } from '../config/flags.ts'
import type { Invocation } from '../config/invocation.ts'
import { type ConfigNames, loadConfig, logDirectory } from '../config/load-config.ts'
import type { AdapterSource } from '../config/load-profile.ts'
import { isPiped } from '../config/piped.ts'
import type { Target } from '../config/project-config.ts'
import { takesStdout } from '../config/report-request.ts'
import { DBT_VERSION } from '../config/version.ts'
import { baseNames, NoTarget, secretNames, targetNames } from '../context-base/base-names.ts'
import { revealSecrets, secretValues } from '../context-base/secrets.ts'
import type { BaseServices } from '../context-base/services.ts'
import { QuernError } from '../errors/quern-error.ts'
import type { RunEvent } from '../events/run-event.ts'
import { withWarningPolicy } from '../events/warnings.ts'
import { isCancellation, throwIfCancelled } from '../execute/cancelled.ts'
import { useTimeLimit } from '../jinja/python/regex/time-limit.ts'
import { parseYaml } from '../jinja/python/yaml.ts'
import type { Value } from '../jinja/runtime/value.ts'
import { useUnicodeNames } from '../jinja/syntax/unicode-names.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { CiReports } from '../report/ci/make-reports.ts'
import { makeReporters, together } from '../report/make-reporters.ts'
import { type JsonRecord, recordListener } from '../report/record-listener.ts'
import { Secrets } from '../util/secrets.ts'
import type { OtherTarget } from './diff/before-side.ts'
import { nothingUploaded, resourceReport } from './end-of-command.ts'
import { ExitCode } from './exit-code.ts'
import { withinTime } from './interruptible.ts'
import type { Io } from './io.ts'
import type { Loaded } from './load-manifest.ts'
import type { Retry } from './previous-states.ts'
import { recoverResults } from './recover-results.ts'
import { reportedArgs } from './reported-args.ts'
import { say } from './say.ts'
import { unicodeCodePoint } from './unicode-names.ts'

/**
 * What a command needs of the process. For library callers: `onEvent` hears of every event besides the reporters, `onRecord` gets every line of
 * the log as an object, `onAnswer` what the command found out.
 */
export type RunIo = Pick<
  Io,
  | 'argv'
  | 'env'
  | 'cwd'
  | 'home'
  | 'stdout'
  | 'stderr'
  | 'interactive'
  | 'signal'
  | 'now'
  | 'earlyEvents'
  | 'threadPool'
  | 'sizeThreadPool'
  | 'atExit'
  | 'interruptible'
> & {
  readonly onEvent?: (event: RunEvent) => void
  readonly onRecord?: ((record: JsonRecord) => void) | undefined
  readonly onAnswer?: (answer: Answer) => void
}

/** The adapters that come with quern; each is loaded when a profile asks for it. */
const ADAPTERS: Readonly<Record<string, () => Promise<Adapter>>> = {
  duckdb: async () => (await import('../../adapters/duckdb/adapter.ts')).adapter,
  postgres: async () => (await import('../../adapters/postgres/adapter.ts')).adapter,
}

export const adapterSource: AdapterSource = {
  types: Object.keys(ADAPTERS),
  load: (type) => {
    const load = Object.hasOwn(ADAPTERS, type) ? ADAPTERS[type] : undefined
    return load === undefined ? Promise.reject(new Error(`no adapter ${type}`)) : load()
  },
}

/** Whatever the target is, DuckDB reads JSON and Parquet; it is loaded when there is such a file. */
const readDataFile: DataFileReader = async (file) =>
  await (await import('../../adapters/duckdb/read-data-file.ts')).readDataFile(file)

useUnicodeNames(unicodeCodePoint)
useTimeLimit(withinTime)

/** Runs one command from first event to last. Whatever goes wrong is reported, never thrown. */
export async function runCommand(command: string, given: Flags, io: RunIo): Promise<ExitCode> {
  const startedAt = io.now()
  const logFolder = logDirectory({ flags: given, cwd: io.cwd })
  const flags: Flags = { ...given, logPath: logFolder }
  const secrets = new Secrets()
  secrets.add(secretValues(io.env), { always: true })
  const id = randomUUID()
  const reporterIo = {
    // What was asked for has standard output to itself.
    stdout: command === 'lineage' || flags.reports.some(takesStdout) || isPiped(flags) ? io.stderr : io.stdout,
    env: io.env,
    invocationId: id,
    pid: process.pid,
    logFolder,
    coloursAsked: asked(io, '--use-colors', 'USE_COLORS'),
    fileColoursAsked: asked(io, '--use-colors-file', 'USE_COLORS_FILE'),
    now: io.now,
  }
  const hideSecrets = (text: string): string => secrets.scrub(text)
  const usual = makeReporters(flags, reporterIo, hideSecrets)
  const reporters =
    io.onRecord === undefined ? usual : together([usual, recordListener(flags, reporterIo, hideSecrets, io.onRecord)])
  const takeBack = io.atExit?.(() => reporters.flush())
  let reports: CiReports | undefined
  let written = false
  let parsed: Manifest | undefined
  const policy = withWarningPolicy((event) => {
    if (event.kind === 'artifact-written') written = true
    else if (event.kind === 'project-parsed') parsed = event.manifest
    else if (event.kind === 'piped-text') io.stdout.write(secrets.scrub(event.text))
    reporters.on(event)
    reports?.on(event)
    io.onEvent?.(event)
  }, flags)
  const invocation: Invocation = {
    id,
    startedAt: new Date(startedAt),
    flags,
    env: io.env,
    cwd: io.cwd,
    emit: policy.emit,
    secrets,
    signal: io.signal,
    now: io.now,
    answer: io.onAnswer,
  }
  let exit: ExitCode = ExitCode.unusable
  let endProfile: (() => Promise<void>) | undefined
  try {
    if (flags.reports.length > 0) {
      const { makeReports } = await import('../report/ci/make-reports.ts')
      reports = makeReports(
        flags.reports,
        { ...io, output: reporterIo.stdout, projectDir: flags.projectDir, ci: command === 'ci' },
        secrets,
      )
    }
    if (flags.recordTimingInfo !== null) {
      const { startProfile } = await import('./timing-profile.ts')
      endProfile = await startProfile(resolve(io.cwd, flags.recordTimingInfo), secrets)
    }
    invocation.emit({ kind: 'invocation-started', version: DBT_VERSION, args: reportedArgs(flags) })
    for (const event of io.earlyEvents) invocation.emit(event)
    exit = await dispatch(command, invocation, io)
  } catch (error) {
    if (io.signal.aborted && isCancellation(error)) {
      exit = ExitCode.failure
      invocation.emit({ kind: 'interrupted' })
    } else {
      exit = error instanceof QuernError && error.exitCode === 1 ? ExitCode.failure : ExitCode.unusable
      report(invocation, error)
    }
  }
  // dbt-core 1.11: not the exit code of a run in which something failed.
  if (io.signal.aborted && exit === ExitCode.failure) exit = ExitCode.unusable
  try {
    await endProfile?.()
  } catch (error) {
    exit = ExitCode.unusable
    report(invocation, error)
  }
  if (flags.uploadArtifacts && written) policy.emit(nothingUploaded)
  try {
    policy.summarise()
  } catch (promoted) {
    // The work was done by then: dbt, too, counts this as a failure.
    if (exit === ExitCode.success) exit = ExitCode.failure
    report(invocation, promoted)
  }
  reporters.flush()
  try {
    await reports?.finish({ exit, startedAt, endedAt: io.now(), command: flags.invocationCommand })
  } catch (error) {
    exit = ExitCode.unusable
    report(invocation, error)
  }
  const elapsed = (io.now() - startedAt) / 1000
  policy.emit(resourceReport(flags.which, exit === ExitCode.success, elapsed, flags.showResourceReport))
  policy.emit({
    kind: 'command-completed',
    command: `dbt ${command}`,
    success: exit === ExitCode.success,
    elapsed,
  })
  await reporters.end()
  takeBack?.()
  parsed?.published?.close()
  return exit
}

/** Whether an option that is on by default was asked for in words. */
const asked = (io: RunIo, option: string, variable: string): boolean =>
  io.argv.includes(option) ||
  ['DBT_ENGINE_', 'DBT_', 'QUERN_'].some((prefix) => /^(1|t|true|y|yes|on)$/i.test(io.env[prefix + variable] ?? ''))

/** A warning that was promoted to an error may come from the emit itself: the report of an error never does. */
function report(invocation: Invocation, error: unknown): void {
  // the lines around a mistake may hold an address with a password
  if (error instanceof QuernError)
    for (const span of [error.at, ...error.notes.map(({ at }) => at)])
      if (span !== undefined) invocation.secrets.add(secretsInText(span.file.text))
  invocation.emit({ kind: 'encountered-error', error })
}

async function dispatch(command: string, invocation: Invocation, io: RunIo): Promise<ExitCode> {
  const names = configNames(invocation)
  switch (command) {
    case 'init':
      return await (await import('./commands/init.ts')).initCommand(invocation, adapterSource)
    case 'clean':
      return await (await import('./commands/clean.ts')).cleanCommand(invocation, names)
    case 'deps':
      return await (await import('./commands/deps.ts')).depsCommand(invocation, names)
    case 'debug':
      return await (await import('./commands/debug.ts')).debugCommand(invocation, names, adapterSource)
    case 'docs serve': {
      const config = await loadConfig({ invocation, names, adapters: adapterSource })
      return await (await import('./commands/docs-serve.ts')).docsServeCommand(invocation, config)
    }
    case 'show':
      if (invocation.flags.inlineDirect === null) break
      return await (await import('./commands/show-direct.ts')).showDirectCommand(invocation, names, adapterSource)
  }
  if (command === 'retry') {
    const { previousRun } = await import('./commands/retry.ts')
    const config = await loadConfig({ invocation, names, adapters: adapterSource })
    const previous = previousRun(invocation, config, { ...io, parseYaml })
    if (previous === undefined) {
      const adapter = await adapterSource.load(config.target.type)
      invocation.emit({ kind: 'adapter-registered', name: adapter.type, version: adapter.version })
      return ExitCode.success
    }
    const again: Invocation = { ...invocation, flags: previous.flags }
    return await runLoaded(previous.command, again, io, previous.retry)
  }
  return await runLoaded(command, invocation, io)
}

/** A command that works with the parsed project; `retry`: on the nodes of an earlier run. */
async function runLoaded(command: string, invocation: Invocation, io: RunIo, retry?: Retry): Promise<ExitCode> {
  const startedAt = invocation.now()
  throwIfCancelled(invocation.signal)
  let project: Loaded
  try {
    project = await loadProject(invocation, io)
  } catch (error) {
    // What broke it off is heard when there is time.
    if (isCancellation(error)) await new Promise(setImmediate)
    throw error
  }
  // Parsing does not let anybody abort it: who did so while it went on is heard now.
  await new Promise(setImmediate)
  throwIfCancelled(invocation.signal)
  fitThreadPool(project, io)
  recoverResults(invocation, project.targetDir)
  const loaded: Loaded = retry === undefined ? project : { ...project, retry }
  const elapsed = (invocation.now() - startedAt) / 1000
  switch (command) {
    case 'ci':
      return await (await import('./commands/ci.ts')).ciCommand(loaded)
    case 'clone':
      return await (await import('./commands/clone.ts')).cloneCommand(loaded)
    case 'run':
    case 'test':
    case 'seed':
    case 'snapshot':
    case 'build':
      return await (await import('./commands/run-nodes.ts')).runNodesCommand(loaded)
    case 'check':
      return await (await import('./commands/check.ts')).checkCommand(loaded)
    case 'compile':
      return await (await import('./commands/compile.ts')).compileCommand(loaded)
    case 'diff':
      return await (await import('./commands/diff.ts')).diffCommand(loaded, (other) => loadOther(invocation, other))
    case 'docs generate':
      return await (await import('./commands/docs-generate.ts')).docsGenerateCommand(loaded)
    case 'source freshness':
    case 'source snapshot-freshness':
      return await (await import('./commands/source-freshness.ts')).sourceFreshnessCommand(loaded)
    case 'show':
      return await (await import('./commands/show.ts')).showCommand(loaded)
    case 'lineage':
      return await (await import('./commands/lineage.ts')).lineageCommand(loaded, io.stdout)
    case 'list':
    case 'ls':
      return (await import('./commands/list.ts')).listCommand(loaded)
    case 'parse':
      return (await import('./commands/parse.ts')).parseCommand(loaded, elapsed)
    case 'run-operation':
      return await (await import('./commands/run-operation.ts')).runOperationCommand(loaded)
    default:
      throw new QuernError('Usage', 'unknown_command', `No such command '${command}'.`)
  }
}

/** A program that uses quern as a library has to make libuv's pool large enough itself: nothing else can once it runs. */
function fitThreadPool({ adapter, config, invocation }: Loaded, { sizeThreadPool, threadPool: size }: RunIo): void {
  const { threads } = config.target
  const { usesThreadPool } = adapter.capabilities
  sizeThreadPool?.(usesThreadPool ? threads : 0)
  if (size === undefined || !usesThreadPool || threads <= size) return
  say(
    invocation.emit,
    'Note',
    'Z050',
    `${threads} threads are wanted, but ${size} statements run at a time in this process: set UV_THREADPOOL_SIZE=${threads + 4} before it starts`,
    { level: 'warn' },
  )
}

/**
 * The same project as another target would have it, or this one with another schema. Parsed with a cache of its own and without telling anybody: what
 * there is to tell of the project, its own parse tells.
 */
async function loadOther(invocation: Invocation, { target, schema }: OtherTarget): Promise<Loaded> {
  const flags = { ...invocation.flags, target: target ?? invocation.flags.target, partialParseFilePath: null }
  const silent: Invocation = { ...invocation, flags, emit: () => undefined }
  const names = configNames(silent)
  const request = { invocation: silent, names, adapters: adapterSource }
  const config = await loadConfig(schema === null ? request : { ...request, schema })
  const adapter = await adapterSource.load(config.target.type)
  const { loadManifest } = await import('./load-manifest.ts')
  const base = (telling?: Pick<BaseServices, 'reads' | 'emit'>): ReadonlyMap<string, Value> =>
    baseNames({ ...baseServices(silent), ...telling })
  return loadManifest(silent, config, adapter, base, readDataFile, 'partial_parse_against.msgpack')
}

/** Configuration, adapter and parsed project. Throws what is wrong with them. */
export async function loadProject(
  invocation: Invocation,
  { interruptible = async (work) => work() }: Pick<RunIo, 'interruptible'> = {},
): Promise<Loaded> {
  const names = configNames(invocation)
  const targetKnown = async ({ type }: Target): Promise<void> => {
    const { version } = await adapterSource.load(type)
    invocation.emit({ kind: 'adapter-registered', name: type, version })
  }
  const config = await loadConfig({ invocation, names, adapters: adapterSource, targetKnown })
  const adapter = await adapterSource.load(config.target.type)
  const { loadManifest } = await import('./load-manifest.ts')
  const base = (telling?: Pick<BaseServices, 'reads' | 'emit'>): ReadonlyMap<string, Value> =>
    baseNames({ ...baseServices(invocation), ...telling })
  const loaded = await interruptible(() => loadManifest(invocation, config, adapter, base, readDataFile))
  const packages = [config.project, ...config.packages.values()]
  invocation.emit({
    kind: 'project-parsed',
    manifest: loaded.manifest,
    root: config.project.root,
    packageRoots: new Map(packages.map(({ name, root }) => [name, root])),
  })
  return loaded
}

const baseServices = (invocation: Invocation): BaseServices => ({
  env: invocation.env,
  flags: invocation.flags,
  cliVars: invocation.flags.vars,
  invocationId: invocation.id,
  startedAt: invocation.startedAt,
  now: invocation.now,
  emit: invocation.emit,
})

function configNames(invocation: Invocation): ConfigNames {
  const services = baseServices(invocation)
  return {
    secret: secretNames(services),
    target: (shown, cliVars) => targetNames({ ...services, cliVars }, shown),
    withoutTarget: targetNames({ ...services, lenientVars: true }, new NoTarget()),
    reveal: (text) => revealSecrets(text, invocation.env),
    secrets: secretValues(invocation.env),
  }
}
