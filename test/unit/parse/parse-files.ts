import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { adapter } from '../../../adapters/duckdb/adapter.ts'
import { readDataFile } from '../../../adapters/duckdb/read-data-file.ts'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { type Loaded, loadManifest } from '../../../src/cli/load-manifest.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { baseNames, NoTarget, secretNames, targetNames } from '../../../src/context-base/base-names.ts'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'
import { NO_SECRETS } from '../../../src/util/secrets.ts'

const PROFILES = 'p:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, schema: main}\n'
const PROJECT = 'name: p\nversion: "1.0.0"\nprofile: p\n'

/** Writes the files of a project to a folder of its own and parses it with the real contexts, macros and adapter. */
export async function parseFiles(
  files: Readonly<Record<string, string>>,
  options: { readonly argv?: readonly string[] } = {},
): Promise<Loaded & { readonly events: readonly RunEvent[] }> {
  const cwd = mkdtempSync(join(tmpdir(), 'quern-parse-'))
  try {
    for (const [path, text] of Object.entries({ 'dbt_project.yml': PROJECT, 'profiles.yml': PROFILES, ...files })) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const argv = ['parse', ...(options.argv ?? [])]
    const env: Record<string, string | undefined> = {}
    const { flags } = buildFlags({
      parsed: parseArgv(argv) as never,
      argv,
      env,
      cwd,
      home: cwd,
      parseYaml,
      now: () => Date.parse('2026-03-01T12:00:00Z'),
      interactive: false,
    })
    const events: RunEvent[] = []
    const invocation = {
      id: '00000000-0000-4000-8000-000000000000',
      startedAt: new Date(0),
      flags,
      env,
      cwd,
      emit: (event: RunEvent) => void events.push(event),
      secrets: NO_SECRETS,
      signal: new AbortController().signal,
      now: () => 0,
    }
    const services = {
      env,
      flags,
      cliVars: flags.vars,
      invocationId: invocation.id,
      startedAt: new Date(0),
      now: () => 0,
      emit: invocation.emit,
    }
    const config = await loadConfig({
      invocation,
      names: {
        secret: secretNames(services),
        target: (shown, cliVars) => targetNames({ ...services, cliVars }, shown),
        withoutTarget: targetNames({ ...services, lenientVars: true }, new NoTarget()),
        reveal: (text) => text,
        secrets: [],
      },
      adapters: { types: ['duckdb'], load: () => Promise.resolve(adapter) },
    })
    return {
      ...loadManifest(invocation, config, adapter, (telling) => baseNames({ ...services, ...telling }), readDataFile),
      events,
    }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/** The text of the error with which parsing ends. */
export async function parseError(files: Readonly<Record<string, string>>): Promise<string> {
  try {
    await parseFiles(files)
  } catch (error) {
    return (error as { render(): string }).render()
  }
  throw new Error('the project was parsed')
}

/** Warnings and deprecations as `Name: text`. */
export const warningsOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) =>
    event.kind === 'warning' || event.kind === 'deprecation' ? [`${event.name}: ${event.text}`] : [],
  )
