import { type SemanticManifest, semanticManifest } from '../artifacts/semantic-manifest.ts'
import { QuernError } from '../errors/quern-error.ts'
import { fault, type Issue, names } from './semantic-layer/issue.ts'
import { semanticIssues } from './semantic-layer/validate.ts'
import { behavior, type ParseSession } from './session.ts'
import { deprecated } from './warn.ts'

/**
 * Checks the semantic layer of a project that has semantic models and metrics, shows what is wrong, and throws when something is an error.
 * dbt-core 1.11: neither --warn-error nor its options judge the warnings.
 */
export function checkSemanticLayer(session: ParseSession): void {
  const { manifest, invocation } = session
  if (manifest.metrics.size === 0 || manifest.semanticModels.size === 0) return
  const document = semanticManifest(manifest)
  const issues = [...semanticIssues(document), ...oldCumulativeParams(session, document)]
  warnLegacySpine(session, document)
  for (const { level, message } of issues) {
    invocation.emit({
      kind: 'message',
      level: level === 'error' ? 'error' : 'warn',
      name: 'SemanticValidationFailure',
      code: 'I070',
      text: message,
    })
  }
  const errors = issues.filter(({ level }) => level === 'error')
  if (errors.length === 0) return
  throw new QuernError('Parsing', 'semantic_validation', 'Semantic Manifest validation failed.', {
    hint: errors.length === 1 ? 'mend what the line above says' : `mend what the ${errors.length} lines above say`,
  })
}

/** `window` and `grain_to_date` of cumulative metrics have moved under `cumulative_type_params`. */
function oldCumulativeParams(session: ParseSession, document: SemanticManifest): Issue[] {
  const old = document.metrics.filter(({ type_params }) => type_params.window || type_params.grain_to_date)
  if (old.length === 0) return []
  if (!behavior(session, 'require_nested_cumulative_type_params')) {
    deprecated(session, 'MFCumulativeTypeParamsDeprecation', {})
    return []
  }
  return [
    fault(
      `Cumulative fields \`type_params.window\` and \`type_params.grain_to_date\` should be nested under \`type_params.cumulative_type_params.window\` and \`type_params.cumulative_type_params.grain_to_date\`. Invalid metrics: ${names(old.map(({ name }) => name))}.`,
    ),
  ]
}

function warnLegacySpine(session: ParseSession, { project_configuration }: SemanticManifest): void {
  const { time_spines, time_spine_table_configurations } = project_configuration
  const daily = time_spines.some(({ primary_column }) => primary_column.time_granularity === 'day')
  if (behavior(session, 'require_yaml_configuration_for_mf_time_spines')) return
  if (time_spine_table_configurations.length > 0 && !daily)
    deprecated(session, 'MFTimespineWithoutYamlConfigurationDeprecation', {})
}
