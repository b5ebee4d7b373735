import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { Project, ProjectConfig } from '../config/project-config.ts'
import type { MacroDefinition } from '../jinja/macro-definition.ts'
import { emptyManifest, type Manifest } from '../manifest/manifest.ts'
import { type DispatchRules, indexMacros, type MacroIndex } from '../manifest/resolve-macro.ts'
import { indexManifest } from '../manifest/resolve-ref.ts'
import type { ProjectFile, ProjectFiles } from '../project/find-files.ts'
import { parseDocs } from './doc.ts'
import { finishManifest } from './finish-manifest.ts'
import { loadMacroFile, MACRO_KINDS, type MacroOptions, parseMacroFile, readMacroFile, TEST_KINDS } from './macro.ts'
import { linkMacros } from './macro-depends.ts'
import type { ParseMemory } from './memory.ts'
import { parseNodes } from './node-files.ts'
import type { BuiltinPackage, ParseContexts } from './parse-contexts.ts'
import { parseProperties, readProperties } from './properties.ts'
import { type ParseSession, reindex } from './session.ts'
import { readStripped } from './source-text.ts'
import { checkMacroFile } from './unexpected-blocks.ts'

export interface ParseInput {
  readonly config: ProjectConfig
  readonly invocation: Invocation
  readonly adapter: Adapter
  /** The adapter's package before `dbt`. */
  readonly builtins: readonly BuiltinPackage[]
  /** The files of the root project and of each package, in this order. */
  readonly files: ReadonlyMap<Project, ProjectFiles>
  readonly memory: ParseMemory
  /** Called once, when the macros are loaded and linked. */
  readonly contexts: (manifest: Manifest, macros: MacroIndex) => ParseContexts
}

/** What dispatch needs to know of a project and its packages. */
export function dispatchRules(
  config: ProjectConfig,
  adapter: Adapter,
  builtins: readonly BuiltinPackage[],
): DispatchRules {
  return {
    searchOrders: config.project.dispatch,
    prefixes: adapter.dispatchPrefixes,
    projects: new Set([config.project.name, ...config.packages.keys(), ...builtins.map((builtin) => builtin.package)]),
  }
}

/**
 * Reads all files of a project and its packages into a manifest, as dbt-core 1.11's parser does: macros first, then nodes from SQL, CSV and Markdown
 * files, then property files, and last what needs all of them (sources, references, descriptions, checks).
 * Throws a `QuernError` for the first thing that is wrong with a file, or one error for all references that lead nowhere.
 */
export function parseProject(input: ParseInput): Manifest {
  const { config, adapter, builtins, files, memory } = input
  const manifest = emptyManifest(config.project.name)
  const startedAt = input.invocation.now() / 1000
  loadMacros(input, manifest, files, startedAt)
  const macros = indexMacros(
    manifest.macros.values(),
    config.project.name,
    builtins.map((builtin) => builtin.package),
  )
  linkMacros(manifest.macros.values(), macros, dispatchRules(config, adapter, builtins))
  const session = newSession(input, manifest, macros, input.contexts(manifest, macros), startedAt)
  for (const [project, found] of files) parseNodes(session, project, found)
  for (const builtin of builtins) {
    for (const file of builtin.files)
      if (file.path.endsWith('.md'))
        parseDocs(session, builtin.package, file, file.path.replace(/^docs\//, ''), file.path)
  }
  reindex(session)
  const properties = [...files].flatMap(([project, found]) =>
    found.properties.flatMap(
      (file) => memory.within(file.absolute, () => readProperties(session, project, file)) ?? [],
    ),
  )
  for (const { project, file, text } of properties)
    session.propertyTexts.set(`${project.name}://${file.original}`, text)
  // one by one and away: what was read is several times as large as the files
  properties.reverse()
  for (let entry = properties.pop(); entry !== undefined; entry = properties.pop()) {
    const file = entry
    memory.within(file.file.absolute, () => parseProperties(session, file))
  }
  finishManifest(session)
  return manifest
}

/** A session in which nothing is parsed yet. */
export function newSession(
  input: Pick<ParseInput, 'config' | 'invocation' | 'adapter' | 'files' | 'memory'>,
  manifest: Manifest,
  macros: MacroIndex,
  contexts: ParseContexts,
  startedAt: number,
): ParseSession {
  return {
    config: input.config,
    invocation: input.invocation,
    adapter: input.adapter,
    memory: input.memory,
    manifest,
    projects: [...input.files.keys()],
    drafts: new Map(),
    unpatchedSources: [],
    sourcePatches: new Map(),
    contexts,
    macros,
    startedAt,
    fixtures: new Map(),
    projectConfigs: new Map(),
    testTemplates: new Map(),
    propertyTexts: new Map(),
    index: indexManifest(manifest),
  }
}

/** Root project's macros first, then the built-in ones, then the packages': dbt's order, which decides between equals. */
function loadMacros(
  input: ParseInput,
  manifest: Manifest,
  files: ReadonlyMap<Project, ProjectFiles>,
  createdAt: number,
): void {
  const { config } = input
  const [macros, tests] = macroOptions(input.invocation, createdAt)
  const load = (project: Project): void => {
    const found = files.get(project)!
    for (const [list, kinds, options] of [
      [found.macros, MACRO_KINDS, macros],
      [found.genericTests, TEST_KINDS, tests],
    ] as const) {
      for (const file of list) {
        input.memory.within(file.absolute, () => loadUserMacros(input, manifest, project, file, kinds, options))
      }
    }
  }
  load(config.project)
  loadBuiltins(manifest, input.builtins, input.invocation, createdAt)
  for (const project of config.packages.values()) load(project)
}

/** For macros, and for generic tests. dbt-core 1.11: the folder of generic tests is read by a parser that leaves the arguments out. */
function macroOptions(
  { flags }: Pick<ParseInput['invocation'], 'flags'>,
  createdAt: number,
): [macros: MacroOptions, tests: MacroOptions] {
  const withArguments = flags.behavior['validate_macro_args'] === true
  return [
    { createdAt, withArguments },
    { createdAt, withArguments: false },
  ]
}

/** The macros that come with quern. */
export function loadBuiltins(
  manifest: Manifest,
  builtins: readonly BuiltinPackage[],
  invocation: Pick<ParseInput['invocation'], 'flags'>,
  createdAt: number,
): void {
  const [macros, tests] = macroOptions(invocation, createdAt)
  for (const builtin of builtins) {
    for (const file of builtin.files) {
      if (file.path.endsWith('.md')) continue
      const options = file.path.startsWith('tests/generic/') ? tests : macros
      const known = builtin.macros?.get(file)
      if (known === undefined) parseMacroFile(manifest, builtin.package, file, file.path, MACRO_KINDS, options)
      else loadMacroFile(manifest, builtin.package, { file, original: file.path, kinds: MACRO_KINDS }, known, options)
    }
  }
}

function loadUserMacros(
  input: ParseInput,
  manifest: Manifest,
  project: Project,
  file: ProjectFile,
  kinds: ReadonlySet<string>,
  options: MacroOptions,
): void {
  const { text } = readStripped(input, project, file)
  const { original, absolute: path } = file
  let parsed: readonly MacroDefinition[] | undefined
  const id = `macros ${project.name}://${original} ${[...kinds].join()}`
  const macros = input.memory.recall(
    id,
    () => [text.text, text.position(0).line],
    () => {
      if (kinds === MACRO_KINDS) checkMacroFile(input, text, kinds, original)
      const read = readMacroFile(text, kinds)
      parsed = read.definitions
      return read.macros
    },
  )
  loadMacroFile(manifest, project.name, { file: text, original, kinds, parsed, path }, macros, options)
}
