import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dumpDuckdb, dumpPostgres, tableCsv } from './dump-tables.ts'
import { catalogOf, sourcesOf } from './golden-artifacts.ts'
import { type DatabaseName, filesBelow, type GoldenCase, type GoldenStep } from './golden-case.ts'
import { freshDatabase, type PostgresAddress } from './postgres-database.ts'
import { quern } from './quern.ts'

/** What quern produced for a case: the same files as expected/ holds, and the exit codes of the steps. */
export interface GoldenRun {
  readonly files: Map<string, string>
  readonly exits: (number | null)[]
  readonly output: string
}

/** Runs all steps of a case in a fresh folder on a fresh database. */
export async function runGolden(
  golden: GoldenCase,
  database: DatabaseName,
  postgres: PostgresAddress,
): Promise<GoldenRun> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `golden-${golden.name}-`)))
  const project = join(root, 'project')
  const name = database === 'duckdb' ? 'goldendb' : `goldendb_${golden.name}`
  const duckdb = join(root, 'goldendb.duckdb')
  const mask = (text: string): string => text.replaceAll(project, '{project}').replaceAll(name, 'goldendb')
  const dropDatabase = database === 'postgres' ? await freshDatabase(postgres, name) : async () => undefined
  try {
    cpSync(join(golden.folder, 'project'), project, { recursive: true })
    const env = {
      GOLDEN_DUCKDB_PATH: duckdb,
      GOLDEN_SCHEMA: 'golden',
      GOLDEN_PG_DBNAME: name,
      GOLDEN_PG_HOST: postgres.host,
      GOLDEN_PG_PORT: String(postgres.port),
      GOLDEN_PG_USER: postgres.user,
      GOLDEN_PG_PASSWORD: postgres.password,
      DBT_PROFILES_DIR: project,
      DBT_USE_COLORS: '0',
      TZ: 'UTC',
      HOME: root,
      ...golden.env,
    }
    const files = new Map<string, string>()
    const exits: (number | null)[] = []
    const results: unknown[] = []
    const catalogs: unknown[] = []
    const ages: unknown[] = []
    const console: string[] = []
    const output: string[] = []
    for (const step of golden.steps) {
      prepare(project, step)
      const target = step.args[0] === 'deps' || step.args[0] === 'clean' ? [] : ['--target', database]
      const ended = await quern([...step.args, ...target], { cwd: project, env: { ...env, ...step.env } })
      exits.push(ended.exit)
      output.push(`$ ${step.args.join(' ')} (exit ${ended.exit})\n${ended.stdout}${ended.stderr}`)
      if (step.stdout !== undefined) files.set(step.stdout, mask(ended.stdout).replace(/^\d\d:\d\d:\d\d {2}/gm, ''))
      results.push(resultsOf(project, mask))
      catalogs.push(catalogOf(project, mask, postgres.user))
      ages.push(sourcesOf(project, mask))
      console.push(`$ ${step.args.join(' ')}\n${maskConsole(mask(ended.stdout))}`)
    }
    files.set('console.txt', console.join('\n'))
    files.set('results.json', pythonJson(results))
    files.set('catalog.json', pythonJson(catalogs))
    files.set('sources.json', pythonJson(ages))
    addManifest(files, project, mask)
    for (const path of filesBelow(join(project, 'target', 'compiled'))) {
      files.set(
        `compiled/${path}`,
        compiledText(path, mask(readFileSync(join(project, 'target', 'compiled', path), 'utf8'))),
      )
    }
    const tables =
      database === 'duckdb'
        ? await dumpDuckdb(duckdb, 'goldendb', project)
        : await dumpPostgres({ ...postgres, database: name })
    for (const table of tables) {
      if (golden.ignoreTables.has(table.name)) continue
      const file = `tables/${quoted(table.schema)}.${quoted(table.name)}.${table.kind}.csv`
      files.set(
        file,
        tableCsv(
          table.columns,
          table.rows.map((row) => row.map((cell) => (cell === null ? null : mask(cell)))),
        ),
      )
    }
    return { files: new Map([...files].filter(([path]) => wanted(path, golden))), exits, output: output.join('\n') }
  } finally {
    await dropDatabase()
    rmSync(root, { recursive: true, force: true })
  }
}

/** What a step asks for before it runs. */
function prepare(project: string, step: GoldenStep): void {
  for (const [from, to] of Object.entries(step.copy)) {
    rmSync(join(project, to), { recursive: true, force: true })
    cpSync(join(project, from), join(project, to), { recursive: true })
  }
  for (const [path, text] of Object.entries(step.files)) {
    if (text === null) rmSync(join(project, path))
    else writeFileSync(join(project, path), text)
  }
  if (step.keep) return
  for (const artifact of ['run_results.json', 'catalog.json', 'sources.json'])
    rmSync(join(project, 'target', artifact), { force: true })
}

/** Tests of property files are kept as a fingerprint of their SQL without white space: see make-expected.py. */
function compiledText(path: string, text: string): string {
  if (!/\.ya?ml\//.test(path)) return text
  const words = text.trim().split(/\s+/).join(' ')
  return `sha256 ${createHash('sha256').update(words).digest('hex')}\n`
}

/** Python's `quote(text, safe=' ')`. */
const quoted = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      /[A-Za-z0-9_.~ -]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')

const PARTS: Readonly<Record<string, string>> = {
  tables: 'tables',
  compiled: 'compiled',
  'results.json': 'results',
  'graph.json': 'graph',
  'nodes.json': 'nodes',
  'catalog.json': 'catalog',
  'sources.json': 'sources',
  'console.txt': 'console',
  'manifest.json': 'manifest',
  'semantic_manifest.json': 'semantic',
}

function wanted(path: string, golden: GoldenCase): boolean {
  const part = PARTS[path.split('/')[0] as string]
  return part === undefined || golden.compare.has(part as never)
}

interface Result {
  unique_id: string
  status: string
  message: string | null
  failures: number | null
}

function resultsOf(project: string, mask: (text: string) => string): unknown {
  const path = join(project, 'target', 'run_results.json')
  if (!existsSync(path)) return null
  const { results } = JSON.parse(readFileSync(path, 'utf8')) as { results: Result[] }
  return results
    .map(({ unique_id, status, message, failures }) => ({
      unique_id,
      status,
      message: message === null ? null : (mask(message).trim().split('\n')[0] ?? ''),
      failures,
    }))
    .sort((a, b) => (a.unique_id < b.unique_id ? -1 : 1))
}

const NODE_FIELDS = [
  'name', 'resource_type', 'package_name', 'original_file_path', 'fqn', 'alias', 'schema', 'relation_name', 'tags', 'description', 'meta', 'config', 'columns',
  'source_name', 'identifier', 'loader', 'source_description', 'test_metadata', 'column_name', 'attached_node', 'file_key_name', 'type', 'owner', 'maturity',
  'url', 'label', 'depends_on',
] // biome-ignore format: one list

type Json = Record<string, unknown>

function addManifest(files: Map<string, string>, project: string, mask: (text: string) => string): void {
  const path = join(project, 'target', 'manifest.json')
  if (!existsSync(path)) return
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, Json>>
  const parents = Object.fromEntries(
    Object.entries(manifest['parent_map'] ?? {}).map(([id, list]) => [id, [...(list as unknown as string[])].sort()]),
  )
  files.set('graph.json', pythonJson({ parent_map: parents, disabled: Object.keys(manifest['disabled'] ?? {}).sort() }))
  files.set('nodes.json', pythonJson(JSON.parse(mask(JSON.stringify(nodesOf(manifest))))))
  files.set('manifest.json', pythonJson(JSON.parse(mask(JSON.stringify(publishedManifest(manifest))))))
  const semantic = join(project, 'target', 'semantic_manifest.json')
  if (existsSync(semantic))
    files.set('semantic_manifest.json', pythonJson(JSON.parse(mask(readFileSync(semantic, 'utf8')))))
}

const SECTIONS = [
  'nodes', 'sources', 'exposures', 'metrics', 'groups', 'disabled', 'child_map', 'group_map', 'saved_queries', 'semantic_models', 'unit_tests', 'functions',
] // biome-ignore format: one list

/** As `published_manifest` of make-expected.py. */
function publishedManifest(manifest: Record<string, Record<string, Json>>): Json {
  const entryOf = (entry: unknown): unknown => (Array.isArray(entry) ? entry.map(published) : published(entry))
  return Object.fromEntries(
    SECTIONS.map((section) => [
      section,
      Object.fromEntries(Object.entries(manifest[section] ?? {}).map(([id, entry]) => [id, entryOf(entry)])),
    ]),
  )
}

function published(entry: unknown): unknown {
  if (entry === null || typeof entry !== 'object') return entry
  const { created_at: _, root_path: __, compiled_code: ___, extra_ctes: ____, ...rest } = entry as Json
  const depends = rest['depends_on'] as { macros?: string[] } | undefined
  if (depends?.macros !== undefined)
    rest['depends_on'] = {
      ...depends,
      macros: depends.macros.filter((macro) => !/^macro\.dbt(_\w+)?\./.test(macro)).sort(),
    }
  return rest
}

function nodesOf(manifest: Record<string, Record<string, Json>>): Json {
  const found: Json = {}
  for (const group of ['nodes', 'sources', 'exposures']) {
    for (const [id, node] of Object.entries(manifest[group] ?? {})) {
      const entry = pick(node, NODE_FIELDS)
      if (entry['depends_on'] !== undefined) {
        const depends = entry['depends_on'] as { macros: string[]; nodes?: string[] }
        entry['depends_on'] = {
          macros: depends.macros.filter((macro) => !/^macro\.dbt(_\w+)?\./.test(macro)).sort(),
          nodes: [...(depends.nodes ?? [])].sort(),
        }
      }
      if (entry['columns'] !== undefined) {
        const columns = entry['columns'] as Record<string, Json>
        entry['columns'] = Object.fromEntries(
          Object.entries(columns).map(([name, column]) => [
            name,
            pick(column, ['name', 'description', 'data_type', 'quote', 'meta', 'tags']),
          ]),
        )
      }
      found[id] = entry
    }
  }
  for (const [id, doc] of Object.entries(manifest['docs'] ?? {}))
    if (doc['package_name'] !== 'dbt') found[id] = { block_contents: doc['block_contents'] }
  for (const [id, macro] of Object.entries(manifest['macros'] ?? {})) {
    if (!String(macro['package_name']).startsWith('dbt'))
      found[id] = pick(macro, ['name', 'package_name', 'original_file_path', 'description', 'arguments', 'meta'])
  }
  return found
}

const pick = (from: Json, keys: readonly string[]): Json =>
  Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]))

/** Python's json.dumps(x, indent=1, sort_keys=True, ensure_ascii=False) and a line break. */
function pythonJson(value: unknown): string {
  const sorted = (item: unknown): unknown =>
    Array.isArray(item)
      ? item.map(sorted)
      : item !== null && typeof item === 'object'
        ? Object.fromEntries(
            Object.entries(item)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : item
  return `${JSON.stringify(sorted(value), null, 1)}\n`
}

/** Also the hints that quern has for some warnings, and dbt has not. */
const DROPPED =
  /^(Running with dbt=|Registered adapter:|Unable to do partial pars|\[WARNING\]: Deprecated|Performance info| {2}hint: )/

/** The console text without what differs from run to run; the same as `mask.console` of make-expected.py. */
export function maskConsole(text: string): string {
  const lines = text
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.replace(/^\d\d:\d\d:\d\d( {2})?/, '').trimEnd())
    .filter((line) => !DROPPED.test(line))
    .map((line) =>
      line
        .replaceAll(/ in \d+\.\d+s\]/g, ' in 0.00s]')
        .replaceAll(/in \d+ hours? \d+ minutes? and [\d.]+ seconds \([\d.]+s\)/g, 'in 0.00s')
        .replaceAll(/, \d+ macros/g, ', N macros')
        .replaceAll(/\(target='\w+'\)/g, "(target='{target}')")
        .replaceAll(/-{5,}/g, '-----'),
    )
  return `${lines.join('\n').replace(/^\n+|\n+$/g, '')}\n`
}
