import type { Artifacts } from './artifact-types.ts'

/** The files that the page reads, by the name that the page gives them. */
export const FILES = {
  manifest: 'manifest.json',
  catalog: 'catalog.json',
  runResults: 'run_results.json',
  lastRun: 'last_run_results.json',
  sources: 'sources.json',
  columnLineage: 'column_lineage.json',
} as const satisfies Record<keyof Artifacts, string>
