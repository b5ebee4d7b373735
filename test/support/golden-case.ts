import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { REPOSITORY } from './quern.ts'

export type DatabaseName = 'duckdb' | 'postgres'
export type Part =
  | 'tables'
  | 'results'
  | 'compiled'
  | 'graph'
  | 'nodes'
  | 'console'
  | 'manifest'
  | 'semantic'
  | 'catalog'
  | 'sources'

export interface GoldenStep {
  readonly args: readonly string[]
  readonly exit: number
  readonly stdout?: string
  readonly env: Readonly<Record<string, string>>
  /** Copied before the step: from -> to, both in the project. */
  readonly copy: Readonly<Record<string, string>>
  /** Written before the step; null removes. */
  readonly files: Readonly<Record<string, string | null>>
  /** Artifacts of the step before stay. */
  readonly keep: boolean
}

export interface GoldenCase {
  readonly name: string
  readonly folder: string
  readonly databases: readonly DatabaseName[]
  readonly env: Readonly<Record<string, string>>
  readonly steps: readonly GoldenStep[]
  readonly compare: ReadonlySet<Part>
  readonly ignoreTables: ReadonlySet<string>
}

const PROJECTS = join(REPOSITORY, 'test', 'projects')

/** All golden projects: test/projects/README.md has the format. */
export function goldenCases(): GoldenCase[] {
  return readdirSync(PROJECTS)
    .filter((name) => existsSync(join(PROJECTS, name, 'case.yml')))
    .sort()
    .map((name) => readCase(name))
}

function readCase(name: string): GoldenCase {
  const raw = parse(readFileSync(join(PROJECTS, name, 'case.yml'), 'utf8')) as Record<string, unknown>
  const steps = raw['steps'] as (Partial<GoldenStep> & { args: unknown[] })[]
  return {
    name,
    folder: join(PROJECTS, name),
    databases: (raw['databases'] as DatabaseName[] | undefined) ?? ['duckdb', 'postgres'],
    env: Object.fromEntries(
      Object.entries((raw['env'] as object | undefined) ?? {}).map(([key, value]) => [key, String(value)]),
    ),
    steps: steps.map((step) => ({
      args: step.args.map(String),
      exit: step.exit ?? 0,
      env: Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, String(value)])),
      copy: step.copy ?? {},
      files: step.files ?? {},
      keep: step.keep ?? false,
      ...(step.stdout === undefined ? {} : { stdout: step.stdout }),
    })),
    compare: new Set((raw['compare'] as Part[] | undefined) ?? ['tables', 'results', 'compiled', 'graph']),
    ignoreTables: new Set((raw['ignore_tables'] as string[] | undefined) ?? []),
  }
}

/**
 * What a case must produce on a database: path -> text. Files of expected/<database>/ come before those of expected/. On Postgres there are those of
 * expected/kept/, too: views that dbt drops together with what they read from, when that is built again, and that follow it here.
 */
export function expectedFiles(golden: GoldenCase, database: DatabaseName): Map<string, string> {
  const folder = join(golden.folder, 'expected')
  const files = new Map<string, string>()
  for (const path of filesBelow(folder)) {
    if (!/^(duckdb|postgres|kept)\//.test(path)) files.set(path, readFileSync(join(folder, path), 'utf8'))
  }
  for (const path of filesBelow(join(folder, database)))
    files.set(path, readFileSync(join(folder, database, path), 'utf8'))
  if (database === 'postgres')
    for (const path of filesBelow(join(folder, 'kept')))
      files.set(path, readFileSync(join(folder, 'kept', path), 'utf8'))
  return files
}

/** Paths of all files below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort()
}
