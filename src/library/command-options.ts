// Made by scripts/library-options.mjs from src/cli/flags-table.ts: not to be edited by hand.
import type { JsonDict } from './published.ts'

/** Options of every command. */
export interface CommonOptions {
  /** Which tests come along with selected resources: all that touch one (eager), only those whose parents are all selected (cautious) or selected or upstream (buildable), or none (empty). (`--indirect-selection`) */
  readonly indirectSelection?: 'eager' | 'cautious' | 'buildable' | 'empty' | undefined
  /** Stop at the first failure. (`--fail-fast`) */
  readonly failFast?: boolean | undefined
  /** One node at a time, whatever --threads says. (`--single-threaded`) */
  readonly singleThreaded?: boolean | undefined
  /** At the start, look only into schemas of selected nodes. (`--cache-selected-only`) */
  readonly cacheSelectedOnly?: boolean | undefined
  /** At the start, ask the database once what exists. (`--populate-cache`) */
  readonly populateCache?: boolean | undefined
  /** Let ref() of nodes that are not selected and not built here mean the relations of --state. (`--defer`) */
  readonly defer?: boolean | undefined
  /** Folder for --defer, when it is not that of --state. (`--defer-state`) */
  readonly deferState?: string | undefined
  /** With --defer: of nodes that are not selected, take the relations of the state even where they exist here. (`--favor-state`) */
  readonly favorState?: boolean | undefined
  /** Folder with the artifacts of an earlier run, for state:, result: and source_status: selectors and for --defer. Relative to the project. (`--state`) */
  readonly state?: string | undefined
  /** Write manifest.json and run_results.json. (`--write-json`) */
  readonly writeJson?: boolean | undefined
  /** The profile to use. Default: the project. (`--profile`) */
  readonly profile?: string | undefined
  /** The target of the profile. Default: the profile. (`--target`) */
  readonly target?: string | undefined
  /** Refuse a project whose require-dbt-version does not fit. (`--version-check`) */
  readonly versionCheck?: boolean | undefined
  /** Print everything, SQL and stack traces included. (`--debug`) */
  readonly debug?: boolean | undefined
  /** Print errors and results only. (`--quiet`) */
  readonly quiet?: boolean | undefined
  /** Let templates print(). (`--print`) */
  readonly print?: boolean | undefined
  /** Width of result lines. (`--printer-width`) */
  readonly printerWidth?: number | undefined
  /** Colours on the console, and in the log file unless --use-colors-file says otherwise. (`--use-colors`) */
  readonly useColors?: boolean | undefined
  /** Colours in the log file. (`--use-colors-file`) */
  readonly useColorsFile?: boolean | undefined
  /** Form of console lines, and of the log file unless --log-format-file says otherwise. (`--log-format`) */
  readonly logFormat?: 'text' | 'debug' | 'json' | 'default' | undefined
  /** Form of lines in the log file. (`--log-format-file`) */
  readonly logFormatFile?: 'text' | 'debug' | 'json' | 'default' | undefined
  /** Least severity on the console, and in the log file unless --log-level-file says otherwise. (`--log-level`) */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'none' | undefined
  /** Least severity in the log file. (`--log-level-file`) */
  readonly logLevelFile?: 'debug' | 'info' | 'warn' | 'error' | 'none' | undefined
  /** Folder of dbt.log. Default: the project, else logs. (`--log-path`) */
  readonly logPath?: string | undefined
  /** Size at which dbt.log is rolled over; 0 = never. (`--log-file-max-bytes`) */
  readonly logFileMaxBytes?: number | undefined
  /** Log what the relation cache learns. (`--log-cache-events`) */
  readonly logCacheEvents?: boolean | undefined
  /** Parse only what changed since the last run, as kept in <target>/partial_parse.msgpack. (`--partial-parse`) */
  readonly partialParse?: boolean | undefined
  /** Read simple models without rendering them. (`--static-parser`) */
  readonly staticParser?: boolean | undefined
  /** Accepted for dbt projects that set it; there is one parser. (`--use-experimental-parser`) */
  readonly useExperimentalParser?: boolean | undefined
  /** Accepted for dbt command lines that have it; without effect. (`--macro-debugging`) */
  readonly macroDebugging?: boolean | undefined
  /** Every warning is an error. (`--warn-error`) */
  readonly warnError?: boolean | undefined
  /** Which warnings are errors, warnings or silent: '{error: all, warn: [NoNodesForSelectionCriteria], silence: []}'. (`--warn-error-options`) */
  readonly warnErrorOptions?: JsonDict | undefined
  /** Every deprecation, not only the first of its kind. (`--show-all-deprecations`) */
  readonly showAllDeprecations?: boolean | undefined
  /** Accepted for dbt projects that set it; nothing is ever sent. (`--send-anonymous-usage-stats`) */
  readonly sendAnonymousUsageStats?: boolean | undefined
  /** Write a CPU profile of the run (.cpuprofile: Chrome and VS Code open it). (`--record-timing-info`) */
  readonly recordTimingInfo?: string | undefined
  /** Read what the last run parsed from this file; what is new is still kept in the target folder. (`--partial-parse-file-path`) */
  readonly partialParseFilePath?: string | undefined
  /** Accepted for dbt command lines that have it; without effect. (`--partial-parse-file-diff`) */
  readonly partialParseFileDiff?: boolean | undefined
  /** Accepted for dbt command lines that have it; without effect. (`--use-fast-test-edges`) */
  readonly useFastTestEdges?: boolean | undefined
  /** Tell at the end what the process used. (`--show-resource-report`) */
  readonly showResourceReport?: boolean | undefined
  /** Accepted for dbt command lines that have it: nothing is uploaded, and a line at the end says so. (`--upload-to-artifacts-ingest-api`) */
  readonly uploadToArtifactsIngestApi?: boolean | undefined
}

/** Options that several commands have. */
export interface SharedOptions {
  /** What to work on: names, paths, tags, methods such as config.materialized:view, with + and @ for neighbours. (`--select`) */
  readonly select?: string | readonly string[] | undefined
  /** What to leave out of the selection. (`--exclude`) */
  readonly exclude?: string | readonly string[] | undefined
  /** A selector of selectors.yml. (`--selector`) */
  readonly selector?: string | undefined
  /** Only resources of these types. (`--resource-types`) */
  readonly resourceTypes?:
    | 'metric'
    | 'semantic_model'
    | 'saved_query'
    | 'source'
    | 'analysis'
    | 'function'
    | 'model'
    | 'test'
    | 'unit_test'
    | 'exposure'
    | 'snapshot'
    | 'seed'
    | 'default'
    | 'all'
    | readonly (
        | 'metric'
        | 'semantic_model'
        | 'saved_query'
        | 'source'
        | 'analysis'
        | 'function'
        | 'model'
        | 'test'
        | 'unit_test'
        | 'exposure'
        | 'snapshot'
        | 'seed'
        | 'default'
        | 'all'
      )[]
    | undefined
  /** No resources of these types. (`--exclude-resource-types`) */
  readonly excludeResourceTypes?:
    | 'metric'
    | 'semantic_model'
    | 'saved_query'
    | 'source'
    | 'analysis'
    | 'function'
    | 'model'
    | 'test'
    | 'unit_test'
    | 'exposure'
    | 'snapshot'
    | 'seed'
    | 'default'
    | readonly (
        | 'metric'
        | 'semantic_model'
        | 'saved_query'
        | 'source'
        | 'analysis'
        | 'function'
        | 'model'
        | 'test'
        | 'unit_test'
        | 'exposure'
        | 'snapshot'
        | 'seed'
        | 'default'
      )[]
    | undefined
  /** Build incremental models and seeds from nothing. (`--full-refresh`) */
  readonly fullRefresh?: boolean | undefined
  /** Let ref() and source() give no rows: checks SQL and types without reading data. (`--empty`) */
  readonly empty?: boolean | undefined
  /** Nodes that may run at the same time. Default: the profile. (`--threads`) */
  readonly threads?: number | undefined
  /** How long to wait for another process that has the DuckDB file open, or for another run that writes the same tables on Postgres. Seconds. Default: not at all for a file, as long as it takes for tables. (`--lock-wait`) */
  readonly lockWait?: number | undefined
  /** With several threads, start the ready node that has the most work waiting behind it, in seconds of the last run. Without it nodes start in the order in which they become ready. (`--longest-first`) */
  readonly longestFirst?: boolean | undefined
  /** Keep the failing rows of tests in the database. (`--store-failures`) */
  readonly storeFailures?: boolean | undefined
  /** Read inputs that have an event time for a window only: '3 days', or '{start: 2024-01-01, end: 2024-02-01}'. (`--sample`) */
  readonly sample?: string | undefined
  /** Build the batches of microbatch models from this moment on (UTC). (`--event-time-start`) */
  readonly eventTimeStart?: string | undefined
  /** Build the batches of microbatch models up to, without, this moment (UTC). (`--event-time-end`) */
  readonly eventTimeEnd?: string | undefined
  /** Export saved queries: without a semantic layer server nothing is exported. (`--export-saved-queries`) */
  readonly exportSavedQueries?: boolean | undefined
  /** Saved queries are always included. (`--include-saved-query`) */
  readonly includeSavedQuery?: boolean | undefined
  /** Print some rows of each seed. (`--show`) */
  readonly show?: boolean | undefined
  /** Folder for artifacts and compiled SQL. Default: the project, else target. (`--target-path`) */
  readonly targetPath?: string | undefined
  /** Report for CI: junit=FILE, sarif=FILE, markdown=FILE, or github (annotations and job summary). May be given several times; several in QUERN_REPORT have commas between them. (`--report`) */
  readonly report?: string | readonly string[] | undefined
  /** Failing rows of each test that reports show; 0 = none. (`--report-rows`) */
  readonly reportRows?: number | undefined
  /** Folder of dbt_project.yml. Default: the working directory or the nearest one above that has it. (`--project-dir`) */
  readonly projectDir?: string | undefined
  /** Folder of profiles.yml. Default: the working directory if it has one, else ~/.dbt. (`--profiles-dir`) */
  readonly profilesDir?: string | undefined
  /** Variables that beat those of dbt_project.yml, as a YAML dict: '{name: value}'. (`--vars`) */
  readonly vars?: JsonDict | undefined
  /** Accepted for dbt command lines that have it: limits of a parser that is not used here. (`--sqlparse`) */
  readonly sqlparse?: JsonDict | undefined
  /** Let templates ask the database while compiling. (`--introspect`) */
  readonly introspect?: boolean | undefined
  /** A template to take in place of a node. (`--inline`) */
  readonly inline?: string | undefined
  /** Form of the result. (`--output`) */
  readonly output?: 'json' | 'text' | undefined
}

/** Options of `quern build`. */
export interface BuildOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'fullRefresh'
      | 'empty'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'storeFailures'
      | 'sample'
      | 'eventTimeStart'
      | 'eventTimeEnd'
      | 'exportSavedQueries'
      | 'includeSavedQuery'
      | 'show'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern ci`. */
export interface CiOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'fullRefresh'
      | 'empty'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'storeFailures'
      | 'sample'
      | 'eventTimeStart'
      | 'eventTimeEnd'
      | 'exportSavedQueries'
      | 'includeSavedQuery'
      | 'show'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern run`. */
export interface RunOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'fullRefresh'
      | 'empty'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'sample'
      | 'eventTimeStart'
      | 'eventTimeEnd'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern test`. */
export interface TestOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'storeFailures'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern seed`. */
export interface SeedOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'fullRefresh'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'show'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern snapshot`. */
export interface SnapshotOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'empty'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {}

/** Options of `quern compile`. */
export interface CompileOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'fullRefresh'
      | 'empty'
      | 'threads'
      | 'lockWait'
      | 'introspect'
      | 'inline'
      | 'output'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {
  /** Put ephemeral models into the compiled SQL. (`--inject-ephemeral-ctes`) */
  readonly injectEphemeralCtes?: boolean | undefined
}

/** Options of `quern show`. */
export interface ShowOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'fullRefresh'
      | 'threads'
      | 'lockWait'
      | 'introspect'
      | 'inline'
      | 'output'
      | 'targetPath'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {
  /** SQL for the database as it stands: no template, and the project is not read. (`--inline-direct`) */
  readonly inlineDirect?: string | undefined
  /** Rows to show; -1 = all. (`--limit`) */
  readonly limit?: number | undefined
}

/** Options of `quern lineage`. */
export interface LineageOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'fullRefresh'
      | 'threads'
      | 'lockWait'
      | 'introspect'
      | 'targetPath'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {
  /** The model, seed, snapshot or source to follow, with or without a column: `orders`, `orders.amount`. */
  readonly of?: string | undefined
  /** What the columns are made of. Without this and --downstream: both for a model, and the nearest columns for a selection. (`--upstream`) */
  readonly upstream?: boolean | undefined
  /** What the columns go into. (`--downstream`) */
  readonly downstream?: boolean | undefined
  /** Steps to follow; 1 = the nearest columns. (`--depth`) */
  readonly depth?: number | undefined
  /** Form of the answer: text, the form of column_lineage.json, a flowchart, or events of OpenLineage, one a line. (`--format`) */
  readonly format?: 'tree' | 'json' | 'mermaid' | 'openlineage' | undefined
}

/** Options of `quern list`. */
export interface ListOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'targetPath'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {
  /** The resources to list: names, paths, tags, methods such as config.materialized:view, with + and @ for neighbours. (`--select`) */
  readonly select?: string | readonly string[] | undefined
  /** The models to list: --select and --resource-type model in one. (`--models`) */
  readonly models?: string | readonly string[] | undefined
  /** What to print for each resource. (`--output`) */
  readonly output?: 'json' | 'name' | 'path' | 'selector' | undefined
  /** With --output json: the properties to print; config.materialized reaches inwards. (`--output-keys`) */
  readonly outputKeys?: string | readonly string[] | undefined
}

/** Options of `quern parse`. */
export interface ParseOptions
  extends CommonOptions,
    Pick<SharedOptions, 'threads' | 'targetPath' | 'report' | 'reportRows' | 'projectDir' | 'profilesDir' | 'vars'> {}

/** Options of `quern docs generate`. */
export interface DocsGenerateOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'threads'
      | 'lockWait'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {
  /** Compile the SQL of models, tests and analyses too. (`--compile`) */
  readonly compile?: boolean | undefined
  /** Write catalog.json without asking the database what there is. (`--empty-catalog`) */
  readonly emptyCatalog?: boolean | undefined
  /** Also write static_index.html: one file with the page and all of its data, to be opened without a server. (`--static`) */
  readonly static?: boolean | undefined
}

/** Options of `quern source freshness`. */
export interface SourceFreshnessOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'threads'
      | 'lockWait'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
      | 'sqlparse'
    > {
  /** File for the result. Default: sources.json in the target folder. (`--output`) */
  readonly output?: string | undefined
}

/** Options of `quern run-operation`. */
export interface RunOperationOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      'threads' | 'lockWait' | 'targetPath' | 'report' | 'reportRows' | 'projectDir' | 'profilesDir' | 'vars'
    > {
  /** Name of the macro, `package.macro` or `macro`; or `sql`. */
  readonly macro?: string | undefined
  /** Arguments of the macro, as a YAML dict: '{name: value}'. (`--args`) */
  readonly args?: JsonDict | undefined
  /** A template to run in place of a macro. (`--sql`) */
  readonly sql?: string | undefined
}

/** Options of `quern retry`. */
export interface RetryOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'fullRefresh'
      | 'threads'
      | 'lockWait'
      | 'longestFirst'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {}

/** Options of `quern clone`. */
export interface CloneOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'fullRefresh'
      | 'threads'
      | 'lockWait'
      | 'targetPath'
      | 'report'
      | 'reportRows'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {}

/** Options of `quern deps`. */
export interface DepsOptions extends CommonOptions, Pick<SharedOptions, 'projectDir' | 'profilesDir' | 'vars'> {
  /** Add a package to packages.yml, then install. NAME is its name on the hub, its address or its folder. (`--add-package`) */
  readonly addPackage?: string | undefined
  /** Where the package of --add-package comes from; tarball: --add-package NAME@ADDRESS. (`--source`) */
  readonly source?: 'hub' | 'git' | 'local' | 'tarball' | undefined
  /** Write package-lock.yml without installing. (`--lock`) */
  readonly lock?: boolean | undefined
  /** Resolve versions anew, whatever package-lock.yml says. (`--upgrade`) */
  readonly upgrade?: boolean | undefined
}

/** Options of `quern debug`. */
export interface DebugOptions
  extends CommonOptions,
    Pick<SharedOptions, 'lockWait' | 'projectDir' | 'profilesDir' | 'vars'> {
  /** Say how to open the folder of profiles.yml, and do nothing else. (`--config-dir`) */
  readonly configDir?: boolean | undefined
  /** Test the connection and nothing else. (`--connection`) */
  readonly connection?: boolean | undefined
}

/** Options of `quern check`. */
export interface CheckOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'threads'
      | 'lockWait'
      | 'introspect'
      | 'targetPath'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {
  /** How severe a rule is: error, warning, note or off. May be given several times. (`--rule`) */
  readonly rule?: string | readonly string[] | undefined
  /** Form of the result. JSON and SARIF are all there is on standard output; the log goes to standard error. (`--format`) */
  readonly format?: 'text' | 'json' | 'sarif' | undefined
  /** End with exit code 1 on findings of this severity or a graver one. (`--fail-on`) */
  readonly failOn?: 'error' | 'warning' | 'note' | 'never' | undefined
  /** File for the result; the text form is printed besides. (`--output`) */
  readonly output?: string | undefined
}

/** Options of `quern diff`. */
export interface DiffOptions
  extends CommonOptions,
    Pick<
      SharedOptions,
      | 'select'
      | 'exclude'
      | 'selector'
      | 'resourceTypes'
      | 'excludeResourceTypes'
      | 'threads'
      | 'lockWait'
      | 'targetPath'
      | 'projectDir'
      | 'profilesDir'
      | 'vars'
    > {
  /** Compile modified nodes and compare that SQL too, where the state has it. (`--compile`) */
  readonly compile?: boolean | undefined
  /** Compare with the relations of another target of the profile, in the same database (DuckDB: in any file). (`--against-target`) */
  readonly againstTarget?: string | undefined
  /** Compare with the relations that the target would have if this were its schema. (`--against-schema`) */
  readonly againstSchema?: string | undefined
  /** Compare the columns of relations: asks the database on either side. (`--columns`) */
  readonly columns?: boolean | undefined
  /** Compare rows, within the database. (`--data`) */
  readonly data?: boolean | undefined
  /** With --data: the columns that identify a row, of relations that have them. Default: primary_key or unique_key of config and meta, constraints, tests. (`--key`) */
  readonly key?: string | readonly string[] | undefined
  /** With --data: floating point numbers are the same up to this share of the larger one. Default: exactly. (`--float-tolerance`) */
  readonly floatTolerance?: string | undefined
  /** With --data: rows of each kind (changed, added, removed) that are shown; 0 = none. (`--examples`) */
  readonly examples?: number | undefined
  /** Form of the result. JSON and Markdown are all there is on standard output; the log goes to standard error. (`--format`) */
  readonly format?: 'text' | 'json' | 'markdown' | undefined
  /** File for the result; the text form is printed besides. (`--output`) */
  readonly output?: string | undefined
  /** End with exit code 1 on differences: of code (nodes), columns, rows, any of these, or breaking: a relation or a column is gone, or has another type. (`--fail-on`) */
  readonly failOn?:
    | 'any'
    | 'nodes'
    | 'columns'
    | 'breaking'
    | 'rows'
    | readonly ('any' | 'nodes' | 'columns' | 'breaking' | 'rows')[]
    | undefined
}

/** Options of `quern clean`. */
export interface CleanOptions
  extends CommonOptions,
    Pick<SharedOptions, 'targetPath' | 'projectDir' | 'profilesDir' | 'vars'> {
  /** Refuse to remove anything outside the project. (`--clean-project-files-only`) */
  readonly cleanProjectFilesOnly?: boolean | undefined
}

/** Options of `quern init`. */
export interface InitOptions extends CommonOptions, Pick<SharedOptions, 'projectDir' | 'profilesDir' | 'vars'> {
  /** Name of the project and of its folder. */
  readonly projectName: string
  /** Do not write a profile. (`--skip-profile-setup`) */
  readonly skipProfileSetup?: boolean | undefined
}
