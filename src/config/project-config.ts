import type { SourceFile, Span } from '../errors/source-file.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'

/** The names of the config trees of dbt_project.yml, under their published keys. */
export type ConfigTreeName =
  | 'models' | 'seeds' | 'snapshots' | 'analyses' | 'sources' | 'data_tests' | 'unit_tests' | 'metrics'
  | 'semantic-models' | 'saved-queries' | 'exposures' | 'functions' // biome-ignore format: one list

export interface QuotingConfig {
  readonly database?: boolean
  readonly schema?: boolean
  readonly identifier?: boolean
}

/** One project (the root one or a package): its dbt_project.yml, rendered and checked. Paths are relative to `root`. */
export interface Project {
  readonly name: string
  /** Absolute folder. */
  readonly root: string
  /** dbt_project.yml itself, for errors. Built-in packages have none. */
  readonly file: SourceFile | undefined
  readonly version: string | null
  readonly modelPaths: readonly string[]
  readonly seedPaths: readonly string[]
  readonly testPaths: readonly string[]
  readonly analysisPaths: readonly string[]
  readonly macroPaths: readonly string[]
  readonly snapshotPaths: readonly string[]
  readonly functionPaths: readonly string[]
  readonly docsPaths: readonly string[]
  readonly assetPaths: readonly string[]
  readonly targetPath: string
  readonly logPath: string
  readonly cleanTargets: readonly string[]
  readonly packagesInstallPath: string
  readonly quoting: QuotingConfig
  readonly onRunStart: readonly string[]
  readonly onRunEnd: readonly string[]
  readonly requireDbtVersion: readonly string[]
  readonly dispatch: readonly { readonly macro_namespace: string; readonly search_order: readonly string[] }[]
  /** Rendered trees (hooks unrendered), and the same before rendering for `unrendered_config`. */
  readonly configTrees: Readonly<Record<ConfigTreeName, PlainDict>>
  readonly unrenderedConfigTrees: Readonly<Record<ConfigTreeName, PlainDict>>
  /** `vars:` as written: values are rendered when `var()` reads them. */
  readonly vars: PlainDict
  readonly queryComment: QueryComment
  readonly restrictAccess: boolean
  /** `flags:` as written. */
  readonly flags: PlainDict
  readonly profileName: string | null
}

/** `query-comment:`; `comment` undefined = dbt's default comment, null = none. */
export interface QueryComment {
  readonly comment: string | null | undefined
  readonly append: boolean
}

/** The chosen output of the chosen profile, rendered. */
export interface Target {
  readonly profileName: string
  readonly name: string
  /** Adapter type: `duckdb`. */
  readonly type: string
  readonly database: string
  readonly schema: string
  readonly threads: number
  /** All fields as rendered, for the adapter to check and use; may hold secrets and never reaches a template. */
  readonly fields: PlainDict
  /** What `target` is in a template: dbt's keys, no secrets. */
  readonly shown: PlainDict
  /** Texts that must never be printed. */
  readonly secrets: readonly string[]
}

/** Everything that configures an invocation, fixed before parsing starts. */
export interface ProjectConfig {
  readonly project: Project
  /** Installed packages by name (not the root, not the built-in ones), in load order. */
  readonly packages: ReadonlyMap<string, Project>
  readonly target: Target
  /** `--vars`. */
  readonly cliVars: PlainDict
  readonly selectors: readonly SelectorDefinition[]
}

/** One entry of selectors.yml as read (definition not yet parsed). */
export interface SelectorDefinition {
  readonly name: string
  readonly description: string | null
  readonly isDefault: boolean
  readonly definition: Value
  /** Where a part of the definition stands in the file, by its keys and indexes. */
  readonly locate?: (path: readonly (string | number)[]) => Span | undefined
}
