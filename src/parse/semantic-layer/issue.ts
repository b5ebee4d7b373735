import type { SemanticManifest, SemanticModel } from '../../artifacts/semantic-manifest.ts'

/** What a check has to say: an error fails the parse, a warning is shown. */
export interface Issue {
  readonly level: 'error' | 'warning'
  readonly message: string
}

export const fault = (message: string): Issue => ({ level: 'error', message })
export const caution = (message: string): Issue => ({ level: 'warning', message })

/** One check over the whole document. */
export type Rule = (manifest: SemanticManifest) => Issue[]

/** Applies a check to each semantic model. */
export const eachModel =
  (check: (model: SemanticModel) => Issue[]): Rule =>
  (manifest) =>
    manifest.semantic_models.flatMap(check)

/** A list of names as messages show it: `['a', 'b']`. */
export const names = (list: Iterable<string>): string => `[${[...list].map((name) => `'${name}'`).join(', ')}]`

/** Names of the custom granularities of all time spines. */
export const customGranularities = (manifest: SemanticManifest): string[] =>
  manifest.project_configuration.time_spines.flatMap((spine) => spine.custom_granularities.map(({ name }) => name))
