import type { FuzzTarget } from '../target.ts'
import { csv, csvBlocks, dotenv, ignored, literals, regexes, times, versions } from './data.ts'
import { argv, artifacts, packages, profiles, project, selectorFiles, selectors, vars } from './settings.ts'
import { sqlDuckdb, sqlPostgres } from './sql.ts'
import { blocks, templates } from './templates.ts'
import { models, projectFiles, properties } from './whole.ts'
import { json, yaml } from './yaml.ts'

/** Everything that reads what people, or their programs, write. */
export const TARGETS: readonly FuzzTarget[] = [
  templates, blocks, yaml, json, csv, csvBlocks, selectors, selectorFiles, project, profiles, packages, vars, argv, dotenv, artifacts, literals, regexes, times, ignored, versions,
  sqlDuckdb, sqlPostgres, properties, models, projectFiles,
] // biome-ignore format: one list

export function targetNamed(name: string): FuzzTarget {
  const found = TARGETS.find((target) => target.name === name)
  if (found === undefined)
    throw new Error(`there is no parser ${name}: ${TARGETS.map((target) => target.name).join(', ')}`)
  return found
}
