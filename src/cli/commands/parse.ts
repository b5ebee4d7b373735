import { resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import { buildDag } from '../../graph/dag.ts'
import { NO_SECRETS } from '../../util/secrets.ts'
import { ExitCode } from '../exit-code.ts'
import { type Loaded, writeManifest } from '../load-manifest.ts'

/** `parse`: reads the project, writes manifest.json and perf_info.json. `elapsed`: seconds that reading took. Throws for a cycle. */
export function parseCommand(loaded: Loaded, elapsed: number): ExitCode {
  const { invocation, manifest, config, targetDir } = loaded
  buildDag(manifest)
  if (!invocation.flags.writeJson) {
    writeManifest(loaded)
    return ExitCode.success
  }
  const path = resolve(targetDir, 'perf_info.json')
  const projects = [config.project.name, ...config.packages.keys()].map((name) => ({
    project_name: name,
    elapsed: 0,
    parsers: [],
    parsed_path_count: 0,
  }))
  const info = {
    path_count: manifest.nodes.size,
    parsed_path_count: manifest.nodes.size,
    static_analysis_path_count: 0,
    static_analysis_parsed_path_count: 0,
    is_partial_parse_enabled: invocation.flags.partialParse,
    is_static_analysis_enabled: invocation.flags.staticParser,
    load_all_elapsed: elapsed,
    projects,
  }
  writeFileAtomically(path, `${JSON.stringify(info, null, 4)}\n`, { secrets: NO_SECRETS })
  invocation.emit({ kind: 'perf-info-written', path })
  writeManifest(loaded)
  return ExitCode.success
}
