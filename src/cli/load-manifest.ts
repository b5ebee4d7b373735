import { resolve } from 'node:path'
import type { Adapter } from '../adapter/adapter.ts'
import type { DataFileReader } from '../adapter/data-file.ts'
import { manifestJson, writeManifestJson } from '../artifacts/manifest-json.ts'
import { semanticManifestJson } from '../artifacts/semantic-manifest.ts'
import { writeFileAtomically } from '../artifacts/write-file.ts'
import type { Invocation } from '../config/invocation.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { BUILD } from '../config/version.ts'
import { ParseContexts } from '../context/parse-context.ts'
import type { ContextServices } from '../context/services.ts'
import type { BaseServices } from '../context-base/services.ts'
import { makeWarning } from '../events/warnings.ts'
import { publishedSelectors } from '../graph/selector/published-selectors.ts'
import { namedSelectors } from '../graph/selector/selectors-yml.ts'
import type { Value } from '../jinja/runtime/value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { indexMacros } from '../manifest/resolve-macro.ts'
import { parseCached } from '../parse/cache/cached-parse.ts'
import { dispatchRules } from '../parse/parse-project.ts'
import { builtinPackages } from './builtin-packages.ts'
import { type PreviousStates, type Retry, readStates } from './previous-states.ts'
import { publish } from './publish.ts'

/** dbt's name, under which tools look for it. */
const CACHE_NAME = 'partial_parse.msgpack'

/** A parsed project with what its templates need. */
export interface Loaded {
  readonly invocation: Invocation
  readonly config: ProjectConfig
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly services: ContextServices
  /** Absolute folder of artifacts. */
  readonly targetDir: string
  /** Reads seeds that are no CSV. */
  readonly readDataFile: DataFileReader
  /** What `--state` and `--defer-state` name; read when first asked for (dbt-core 1.11: before it selects anything). Throws for artifacts that cannot be read. */
  readonly states: () => PreviousStates
  /** `retry`: the nodes that failed before. */
  readonly retry?: Retry
}

/** Parses the project. Throws what is wrong with it. `cacheName`: the file of the target folder that keeps the parse. */
export function loadManifest(
  invocation: Invocation,
  config: ProjectConfig,
  adapter: Adapter,
  base: (reads?: Pick<BaseServices, 'reads' | 'emit'>) => ReadonlyMap<string, Value>,
  readDataFile: DataFileReader,
  cacheName = CACHE_NAME,
): Loaded {
  const builtins = builtinPackages(adapter)
  const common = {
    config,
    invocation,
    adapter,
    base: base(),
    dispatch: dispatchRules(config, adapter, builtins),
    relations: {
      dialect: adapter.relationDialect,
      quoting: { ...adapter.defaultQuoting, ...config.project.quoting },
      sourceLocation: adapter.sourceLocation?.bind(adapter),
    },
  }
  let services: ContextServices | undefined
  const targetDir = resolve(config.project.root, config.project.targetPath)
  const kept = resolve(targetDir, cacheName)
  const { partialParse, partialParseFilePath } = invocation.flags
  const parsed = parseCached({
    config,
    invocation,
    adapter,
    builtins,
    // dbt-core 1.11: another file is only read; what is new is kept in the target folder, with --no-partial-parse too.
    readFrom: partialParse ? resolve(config.project.root, partialParseFilePath ?? kept) : undefined,
    writeTo: kept,
    build: BUILD ?? `sources-${process.pid}`,
    contexts: (manifest, macros, { reads, emit }) => {
      services = { ...common, manifest, macros }
      const telling = { ...invocation, emit }
      return new ParseContexts({ ...services, invocation: telling, base: base({ reads, emit }), reads })
    },
  })
  const { manifest } = parsed
  services ??= {
    ...common,
    manifest,
    macros: indexMacros(
      manifest.macros.values(),
      config.project.name,
      builtins.map((builtin) => builtin.package),
    ),
  }
  try {
    // All selectors are checked before any command runs, as in dbt.
    namedSelectors(config.selectors, invocation.flags.indirectSelection, (text, hint, at) =>
      invocation.emit(makeWarning('InvalidSelectorKey', 'Z999', text, { hint, at })),
    )
    Object.assign(manifest.selectors, publishedSelectors(config.selectors))
  } catch (error) {
    parsed.keep()
    manifest.published?.close()
    throw error
  }
  parsed.keep()
  let states: PreviousStates | undefined
  return {
    invocation,
    config,
    adapter,
    manifest,
    services,
    readDataFile,
    targetDir,
    states: () => {
      states ??= readStates(invocation, config, targetDir)
      return states
    },
  }
}

/** Tells again of what `writeManifest` wrote: dbt writes both files a second time at the end of `docs generate`, and they are the same. */
export function tellManifestAgain({ invocation: { flags, emit }, targetDir }: Loaded): void {
  if (!flags.writeJson) return
  emit({ kind: 'artifact-written', type: 'WritableManifest', path: resolve(targetDir, 'manifest.json') })
  emit({ kind: 'artifact-written', type: 'SemanticManifest', path: resolve(targetDir, 'semantic_manifest.json') })
}

/** Writes target/manifest.json and target/semantic_manifest.json, unless --no-write-json. Throws when the second cannot be made. */
export function writeManifest(loaded: Loaded): void {
  const { invocation, manifest, config, adapter, targetDir } = loaded
  const { flags, emit } = invocation
  // Library callers get the manifest from `parse`, where it is what they ask for.
  if (flags.writeJson || flags.which === 'parse') {
    const file = resolve(targetDir, 'manifest.json')
    const input = { invocation, config, adapter }
    publish(invocation, {
      name: 'manifest.json',
      type: 'WritableManifest',
      path: file,
      text: () => manifestJson(manifest, input),
      write: () => writeManifestJson(file, manifest, input),
    })
  }
  if (!flags.writeJson) return
  const path = resolve(targetDir, 'semantic_manifest.json')
  writeFileAtomically(path, semanticManifestJson(manifest), { secrets: invocation.secrets })
  emit({ kind: 'artifact-written', type: 'SemanticManifest', path })
}
