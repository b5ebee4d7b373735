import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { docsServer } from '../../src/cli/docs/server.ts'
import { REPOSITORY } from './quern.ts'

export type Json = Record<string, unknown>

/** Artifacts by the names of their files. */
export type ArtifactFiles = Readonly<Record<string, unknown>>

/** A node with all that tools expect of one. */
export function node(type: string, name: string, more: Json = {}): Json {
  const file = type === 'source' ? 'models/sources.yml' : `models/${name}.sql`
  return {
    unique_id: type === 'source' ? `source.shop.raw.${name}` : `${type}.shop.${name}`,
    resource_type: type,
    name,
    package_name: 'shop',
    path: `${name}.sql`,
    original_file_path: file,
    fqn: ['shop', name],
    tags: [],
    meta: {},
    config: { enabled: true, ...(type === 'model' ? { materialized: 'view' } : {}) },
    description: '',
    columns: {},
    depends_on: { nodes: [], macros: [] },
    database: 'db',
    schema: 'main',
    alias: name,
    ...(type === 'source' ? { source_name: 'raw', identifier: name } : { raw_code: 'select 1', language: 'sql' }),
    relation_name: `"db"."main"."${name}"`,
    ...more,
  }
}

/** A manifest of nodes of any types. */
export function manifest(nodes: readonly Json[], more: Json = {}): Json {
  const groups: Record<string, Json> = {
    nodes: {}, sources: {}, exposures: {}, metrics: {}, semantic_models: {}, saved_queries: {}, unit_tests: {}, functions: {},
  } // biome-ignore format: one table
  const places: Readonly<Record<string, string>> = {
    source: 'sources', exposure: 'exposures', metric: 'metrics', semantic_model: 'semantic_models', saved_query: 'saved_queries',
    unit_test: 'unit_tests', function: 'functions',
  } // biome-ignore format: one table
  for (const one of nodes) groups[places[String(one['resource_type'])] ?? 'nodes']![String(one['unique_id'])] = one
  return {
    metadata: { project_name: 'shop', adapter_type: 'duckdb', generated_at: '2026-11-30T12:00:00Z' },
    ...groups,
    macros: {},
    docs: {},
    groups: {},
    selectors: {},
    disabled: {},
    ...more,
  }
}

/** A target folder with the page and these files. */
export function writeTarget(folder: string, files: ArtifactFiles): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), readFileSync(join(REPOSITORY, 'dist', 'docs-site.html')))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content))
  return folder
}

/** Serves a target folder as `docs serve` does. */
export async function serve(
  targetDir: string,
  assetPaths: readonly string[] = [],
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = docsServer({ targetDir, assetPaths, host: '127.0.0.1' })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const WORDS = 'order customer payment item product session event invoice refund shipment ledger account region store channel visit'.split(' ') // biome-ignore format: one list

/** A project of so many sources and models in layers, with 12 columns each, every second model tested, and a run. Always the same. */
export function bigProject(size: number): ArtifactFiles {
  let seed = 1
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const word = (at: number): string => WORDS[at % WORDS.length]!
  const all: Json[] = []
  const ids: string[] = []
  const tables: Record<string, Json> = {}
  const results: Json[] = []
  for (let at = 0; at < size; at++) {
    const layer = at < size * 0.15 ? 'raw' : at < size * 0.4 ? 'stg' : at < size * 0.7 ? 'int' : 'fct'
    const name = `${layer}_${word(at)}_${word(at * 7 + 3)}_${at}`
    const names = Array.from(
      { length: 12 },
      (_, place) => `${word(at + place * 3)}_${['id', 'name', 'amount', 'at'][place % 4]}_${place}`,
    )
    const columns = Object.fromEntries(
      names.map((column, place) => [
        column,
        {
          name: column,
          description: place % 3 === 0 ? `The ${column} as the source has it.` : '',
          tags: [],
          meta: {},
          constraints: [],
        },
      ]),
    )
    const first = layer === 'stg' ? 0 : Math.floor(size * (layer === 'int' ? 0.15 : 0.4))
    const last = layer === 'stg' ? Math.floor(size * 0.15) : layer === 'int' ? Math.floor(size * 0.4) : at
    const parents =
      layer === 'raw'
        ? []
        : [
            ...new Set(
              Array.from(
                { length: 1 + Math.floor(random() * 3) },
                () => ids[first + Math.floor(random() * (last - first))]!,
              ),
            ),
          ]
    const code =
      `select *, row_number() over (partition by order_id order by event_at) as n\nfrom {{ ref('x') }}\n`.repeat(5)
    const made = node(layer === 'raw' ? 'source' : 'model', name, {
      original_file_path: `models/${layer}/${word(at)}/${name}.sql`,
      fqn: ['shop', layer, word(at), name],
      tags: [layer, `t${at % 9}`],
      description: `Rows of **${word(at)}** joined with ${word(at * 7)}, one per day. `.repeat(3),
      columns,
      depends_on: { nodes: parents, macros: [] },
      ...(layer === 'raw' ? {} : { raw_code: code, compiled_code: code }),
    })
    const id = String(made['unique_id'])
    all.push(made)
    ids.push(id)
    tables[id] = {
      metadata: { type: 'VIEW', schema: layer, name, database: 'db' },
      columns: Object.fromEntries(
        names.map((column, place) => [column, { name: column, type: 'VARCHAR', index: place + 1, comment: null }]),
      ),
      stats: {},
    }
    if (layer === 'raw') continue
    if (at % 2 === 0)
      all.push(
        node('test', `not_null_${name}`, {
          attached_node: id,
          column_name: names[0],
          depends_on: { nodes: [id], macros: [] },
          test_metadata: { name: 'not_null', kwargs: {} },
        }),
      )
    const start = Date.UTC(2026, 10, 30, 12) + at * 20
    results.push({
      unique_id: id,
      status: at % 97 === 0 ? 'error' : 'success',
      execution_time: 0.5 + (at % 5),
      thread_id: `Thread-${1 + (at % 8)}`,
      timing: [
        {
          name: 'execute',
          started_at: new Date(start).toISOString(),
          completed_at: new Date(start + 500).toISOString(),
        },
      ],
      message: 'OK',
      adapter_response: {},
    })
  }
  const isSource = (id: string): boolean => id.startsWith('source.')
  const part = (sources: boolean): Json =>
    Object.fromEntries(Object.entries(tables).filter(([id]) => isSource(id) === sources))
  return {
    'manifest.json': manifest(all),
    'catalog.json': {
      metadata: { generated_at: '2026-11-30T12:00:00Z' },
      nodes: part(false),
      sources: part(true),
      errors: null,
    },
    'run_results.json': {
      metadata: { generated_at: '2026-11-30T12:00:00Z' },
      results,
      elapsed_time: 60,
      args: { which: 'build' },
    },
  }
}
