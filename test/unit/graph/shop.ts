import { readFileSync } from 'node:fs'
import type { SelectorDefinition } from '../../../src/config/project-config.ts'
import { emptyManifest, type Manifest } from '../../../src/manifest/manifest.ts'
import type { GraphNode } from '../../../src/manifest/node.ts'
import { asUniqueId } from '../../../src/manifest/unique-id.ts'

/*
 * `fixtures/shop.json` is the graph of a small project as dbt-core 1.11.16 wrote it to manifest.json (fields that selection does not
 * look at left out); `shop-ls.json` holds what its `ls` gave for the arguments.
 */

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'))

export function shopManifest(): Manifest {
  const json = read('shop.json') as { project_name: string } & Record<string, Record<string, GraphNode>>
  const manifest = emptyManifest(json.project_name)
  const fill = (map: Map<never, never>, part: string): void => {
    for (const [id, node] of Object.entries(json[part]!)) map.set(asUniqueId(id) as never, node as never)
  }
  fill(manifest.nodes as never, 'nodes')
  fill(manifest.sources as never, 'sources')
  fill(manifest.exposures as never, 'exposures')
  fill(manifest.metrics as never, 'metrics')
  fill(manifest.semanticModels as never, 'semantic_models')
  fill(manifest.savedQueries as never, 'saved_queries')
  fill(manifest.unitTests as never, 'unit_tests')
  fill(manifest.functions as never, 'functions')
  return manifest
}

export const shopSelectors = (): SelectorDefinition[] =>
  (
    read('shop-selectors.json') as { selectors: { name: string; definition: SelectorDefinition['definition'] }[] }
  ).selectors.map(({ name, definition }) => ({ name, description: null, isDefault: false, definition }))

export const shopListings = (): { args: string[]; ids: string[] }[] =>
  read('shop-ls.json') as { args: string[]; ids: string[] }[]

export const shopPublishedSelectors = (): unknown => read('shop-published-selectors.json')
