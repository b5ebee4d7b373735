import type { Adapter } from '../adapter/adapter.ts'
import type { Invocation } from '../config/invocation.ts'
import type { Project, ProjectConfig } from '../config/project-config.ts'
import { emptyManifest, type Manifest } from '../manifest/manifest.ts'
import { type DispatchRules, indexMacros, type MacroIndex } from '../manifest/resolve-macro.ts'
import { indexManifest } from '../manifest/resolve-ref.ts'
import { findProjectFiles, type ProjectFiles } from '../project/find-files.ts'
import { parseAnalysis } from './analysis.ts'
import { parseDocs } from './doc.ts'
import { finishManifest } from './finish-manifest.ts'
import { parseFixture } from './fixture.ts'
import { parseFunction } from './function.ts'
import { parseHooks } from './hook.ts'
import { loadMacroFile, MACRO_KINDS, parseMacroFile, TEST_KINDS } from './macro.ts'
import { linkMacros } from './macro-depends.ts'
import { parseModel } from './model.ts'
import type { BuiltinPackage, ParseContexts } from './parse-contexts.ts'
import { parseProperties, readProperties } from './properties.ts'
import { parseSeed } from './seed.ts'
import { type ParseSession, reindex } from './session.ts'
import { parseSingularTest } from './singular-test.ts'
import { parseSnapshotFile } from './snapshot.ts'
import { readStripped, readWhole } from './source-text.ts'
import { checkMacroFile } from './unexpected-blocks.ts'

export interface ParseInput {
  readonly config: ProjectConfig
  readonly invocation: Invocation
  readonly adapter: Adapter
  /** The adapter's package before `dbt`. */
  readonly builtins: readonly BuiltinPackage[]
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
  const { config, invocation, adapter, builtins } = input
  const manifest = emptyManifest(config.project.name)
  const projects = [config.project, ...config.packages.values()]
  const startedAt = invocation.now() / 1000
  const files = new Map(projects.map((project) => [project, findProjectFiles(project)] as const))
  loadMacros(input, manifest, files, startedAt)
  const macros = indexMacros(
    manifest.macros.values(),
    config.project.name,
    builtins.map((builtin) => builtin.package),
  )
  linkMacros(manifest.macros.values(), macros, dispatchRules(config, adapter, builtins))
  const session: ParseSession = {
    config,
    invocation,
    adapter,
    manifest,
    projects,
    drafts: new Map(),
    unpatchedSources: [],
    sourcePatches: new Map(),
    contexts: input.contexts(manifest, macros),
    macros,
    startedAt,
    fixtures: new Map(),
    projectConfigs: new Map(),
    testTemplates: new Map(),
    propertyTexts: new Map(),
    index: indexManifest(manifest),
  }
  for (const [project, found] of files) parseNodes(session, project, found)
  for (const builtin of builtins) {
    for (const file of builtin.files)
      if (file.path.endsWith('.md')) parseDocs(session, builtin.package, file, file.path, file.path)
  }
  reindex(session)
  const properties = [...files].flatMap(([project, found]) =>
    found.properties.flatMap((file) => readProperties(session, project, file) ?? []),
  )
  for (const { project, file, text } of properties)
    session.propertyTexts.set(`${project.name}://${file.original}`, text)
  for (const entry of properties) parseProperties(session, entry)
  finishManifest(session)
  return manifest
}

/** Root project's macros first, then the built-in ones, then the packages': dbt's order, which decides between equals. */
function loadMacros(
  input: ParseInput,
  manifest: Manifest,
  files: ReadonlyMap<Project, ProjectFiles>,
  createdAt: number,
): void {
  const { config } = input
  const withArguments = input.invocation.flags.behavior['validate_macro_args'] === true
  // dbt-core 1.11: the folder of generic tests is read by a parser that leaves the arguments out.
  const tests = { createdAt, withArguments: false }
  const macros = { createdAt, withArguments }
  const load = (project: Project): void => {
    const found = files.get(project)!
    for (const [list, kinds, options] of [
      [found.macros, MACRO_KINDS, macros],
      [found.genericTests, TEST_KINDS, tests],
    ] as const) {
      for (const file of list) {
        const { text } = readStripped({ config }, project, file)
        if (kinds === MACRO_KINDS) checkMacroFile(input, text, kinds, file.original)
        parseMacroFile(manifest, project.name, text, file.original, kinds, options)
      }
    }
  }
  load(config.project)
  for (const builtin of input.builtins) {
    for (const file of builtin.files) {
      if (file.path.endsWith('.md')) continue
      const options = file.path.startsWith('tests/generic/') ? tests : macros
      const known = builtin.macros?.get(file)
      if (known === undefined) parseMacroFile(manifest, builtin.package, file, file.path, MACRO_KINDS, options)
      else loadMacroFile(manifest, builtin.package, file, known, options)
    }
  }
  for (const project of config.packages.values()) load(project)
}

function parseNodes(session: ParseSession, project: Project, files: ProjectFiles): void {
  for (const file of files.models) parseModel(session, project, file)
  for (const file of files.snapshots) parseSnapshotFile(session, project, file)
  for (const file of files.analyses) parseAnalysis(session, project, file)
  for (const file of files.singularTests) parseSingularTest(session, project, file)
  for (const file of files.seeds) parseSeed(session, project, file)
  for (const file of files.docs)
    parseDocs(session, project.name, readWhole(session, project, file), file.relative, file.original)
  parseHooks(session, project)
  for (const file of files.fixtures) parseFixture(session, project, file)
  for (const file of files.functions) parseFunction(session, project, file)
}
