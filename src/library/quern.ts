import { isQuernError } from '../errors/quern-error.ts'
import type {
  BuildOptions,
  CheckOptions,
  CiOptions,
  CleanOptions,
  CloneOptions,
  CompileOptions,
  DebugOptions,
  DepsOptions,
  DiffOptions,
  DocsGenerateOptions,
  InitOptions,
  LineageOptions,
  ListOptions,
  ParseOptions,
  RetryOptions,
  RunOperationOptions,
  RunOptions,
  SeedOptions,
  ShowOptions,
  SnapshotOptions,
  SourceFreshnessOptions,
  TestOptions,
} from './command-options.ts'
import { type InvokeOptions, invoke, invokeParsed, refused } from './invoke.ts'
import type { MethodName } from './methods.ts'
import type { JsonDict } from './published.ts'
import type {
  CheckOutcome,
  CompileOutcome,
  DebugOutcome,
  DiffOutcome,
  DocsOutcome,
  FreshnessOutcome,
  InvokeResult,
  LineageOutcome,
  ListOutcome,
  Outcome,
  ParseOutcome,
  RunOutcome,
  ShowOutcome,
} from './results.ts'

/** The commands as functions; see `quern`. */
export interface Quern {
  /** Any command, as typed: `invoke(['build', '--select', 'orders+'])`. */
  invoke(argv: readonly string[], options?: InvokeOptions): Promise<InvokeResult>

  build(options?: BuildOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  /** `build` with the defaults of `quern ci`. */
  ci(options?: CiOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  run(options?: RunOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  test(options?: TestOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  seed(options?: SeedOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  snapshot(options?: SnapshotOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  retry(options?: RetryOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  clone(options?: CloneOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  runOperation(options: RunOperationOptions, surroundings?: InvokeOptions): Promise<RunOutcome>
  /** SQL of the selected nodes. */
  compile(options?: CompileOptions, surroundings?: InvokeOptions): Promise<CompileOutcome>
  /** Rows of the selected nodes or of an inline query; `limit: -1` for all. */
  show(options: ShowOptions, surroundings?: InvokeOptions): Promise<ShowOutcome>
  /** Resources as lines, or as objects with `output: 'json'`. */
  list(options: ListOptions & { readonly output: 'json' }, surroundings?: InvokeOptions): Promise<ListOutcome<JsonDict>>
  list(
    options?: ListOptions & { readonly output?: Exclude<ListOptions['output'], 'json'> },
    surroundings?: InvokeOptions,
  ): Promise<ListOutcome>
  list(options?: ListOptions, surroundings?: InvokeOptions): Promise<ListOutcome<string | JsonDict>>
  /** The manifest. */
  parse(options?: ParseOptions, surroundings?: InvokeOptions): Promise<ParseOutcome>
  /** The catalog. */
  docsGenerate(options?: DocsGenerateOptions, surroundings?: InvokeOptions): Promise<DocsOutcome>
  sourceFreshness(options?: SourceFreshnessOptions, surroundings?: InvokeOptions): Promise<FreshnessOutcome>
  /** Checks of project, profile and connection. */
  debug(options?: DebugOptions, surroundings?: InvokeOptions): Promise<DebugOutcome>
  /** Mistakes in the SQL of models, without running it. */
  check(options?: CheckOptions, surroundings?: InvokeOptions): Promise<CheckOutcome>
  /** What differs from a state, another target or another schema. */
  diff(options: DiffOptions, surroundings?: InvokeOptions): Promise<DiffOutcome>
  /** Columns with what they are made of. */
  lineage(options?: LineageOptions, surroundings?: InvokeOptions): Promise<LineageOutcome>
  deps(options?: DepsOptions, surroundings?: InvokeOptions): Promise<Outcome>
  clean(options?: CleanOptions, surroundings?: InvokeOptions): Promise<Outcome>
  init(options: InitOptions, surroundings?: InvokeOptions): Promise<Outcome>
}

async function invokeMethod(name: MethodName, options: object, surroundings: InvokeOptions): Promise<InvokeResult> {
  const { givenOptions } = await import('./given-options.ts')
  let given: ReturnType<typeof givenOptions>
  try {
    given = givenOptions(name, options)
  } catch (error) {
    if (isQuernError(error)) return await refused(error, surroundings)
    throw error
  }
  return await invokeParsed(given.argv, surroundings, given.parsed)
}

/** A method whose result is a part of what `invoke` gives. */
const method =
  <T extends Outcome>(name: MethodName, part: (all: InvokeResult, given: object) => Omit<T, keyof Outcome>) =>
  async (options?: object | null, surroundings: InvokeOptions = {}): Promise<T> => {
    const all = await invokeMethod(name, options ?? {}, surroundings)
    const { exitCode, success, cancelled, error, artifacts, output, errorOutput } = all
    const outcome: Outcome = { exitCode, success, cancelled, error, artifacts, output, errorOutput }
    return { ...outcome, ...part(all, options ?? {}) } as T
  }

const ran = ({ results, runResults }: InvokeResult) => ({ results, runResults })
const nothing = () => ({})

/**
 * quern in a program. Each method takes the options of its command under the long names in camelCase, and the surroundings of the invocation.
 * As with `invoke`, every outcome resolves: look at `success`, then `error` (what ended it) and `results` (what failed in it).
 */
export const quern: Quern = {
  invoke,
  build: method<RunOutcome>('build', ran),
  ci: method<RunOutcome>('ci', ran),
  run: method<RunOutcome>('run', ran),
  test: method<RunOutcome>('test', ran),
  seed: method<RunOutcome>('seed', ran),
  snapshot: method<RunOutcome>('snapshot', ran),
  retry: method<RunOutcome>('retry', ran),
  clone: method<RunOutcome>('clone', ran),
  runOperation: method<RunOutcome>('runOperation', ran),
  compile: method<CompileOutcome>('compile', (all) => ({ ...ran(all), nodes: all.compiled })),
  show: method<ShowOutcome>('show', (all) => ({
    ...ran(all),
    tables: all.tables,
    columns: all.tables[0]?.columns ?? [],
    rows: all.tables[0]?.rows ?? [],
  })),
  list: method<ListOutcome<never>>('list', ({ listed }, given) => ({
    nodes: ((given as ListOptions).output === 'json'
      ? listed.map((line) => JSON.parse(line) as JsonDict)
      : listed) as readonly never[],
  })),
  parse: method<ParseOutcome>('parse', ({ manifest }) => ({ manifest })),
  docsGenerate: method<DocsOutcome>('docsGenerate', (all) => ({
    ...ran(all),
    catalog: all.catalog,
    columnLineage: all.columnLineage,
  })),
  sourceFreshness: method<FreshnessOutcome>('sourceFreshness', ({ freshness, sources }) => ({
    results: freshness,
    sources,
  })),
  lineage: method<LineageOutcome>('lineage', ({ lineage }) => ({ nodes: lineage })),
  debug: method<DebugOutcome>('debug', ({ checks }) => ({ checks })),
  check: method<CheckOutcome>('check', ({ check }) => ({ check, findings: check?.findings ?? [] })),
  diff: method<DiffOutcome>('diff', ({ diff }) => ({ diff })),
  deps: method<Outcome>('deps', nothing),
  clean: method<Outcome>('clean', nothing),
  init: method<Outcome>('init', nothing),
}
