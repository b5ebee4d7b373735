import { makeDeprecation, makeWarning } from '../events/warnings.ts'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { ParseSession } from './session.ts'
import { type Place, placeIn } from './yaml-place.ts'

type Session = Pick<ParseSession, 'invocation'>

/** dbt's codes of the warnings that parsing raises. */
const CODES = {
  NoNodeForYamlKey: 'I058',
  MacroNotFoundForPatch: 'I059',
  WrongResourceSchemaFile: 'I057',
  NodeNotFoundOrDisabled: 'I060',
  ValidationWarning: 'I009',
  UnsupportedConstraintMaterialization: 'I068',
  DeprecatedModel: 'I065',
  UpcomingReferenceDeprecation: 'I066',
  DeprecatedReference: 'I067',
  UnusedTables: 'I056',
  PackageNodeDependsOnRootProjectNode: 'I077',
  InvalidMacroAnnotation: 'I076',
  InvalidConcurrentBatchesConfig: 'I075',
} as const

/** Emits a warning under dbt's name. `place` is looked up in the text, since a warning shows it. */
export function warn(
  session: Session,
  name: keyof typeof CODES,
  text: string,
  details: {
    readonly data?: PlainDict
    readonly place?: Place | undefined
    readonly hint?: string | undefined
    readonly wrap?: boolean
  } = {},
): void {
  session.invocation.emit(
    makeWarning(name, CODES[name], text, {
      data: details.data ?? { msg: text },
      wrap: details.wrap ?? false,
      at: details.place === undefined ? undefined : placeIn(details.place),
      hint: details.hint,
    }),
  )
}

const DEPRECATIONS = {
  PropertyMovedToConfigDeprecation: {
    code: 'D030',
    text: (data: PlainDict) =>
      `Found \`${String(data['key'])}\` as a top-level property of \`${String(data['key_path'])}\` in file \`${String(data['file'])}\`. It belongs under \`config\`.`,
  },
  MissingArgumentsPropertyInGenericTestDeprecation: {
    code: 'D039',
    text: (data: PlainDict) =>
      `Found top-level arguments to test ${String(data['test_name'])}. Nest the arguments of a generic test under \`arguments\`.`,
  },
  ArgumentsPropertyInGenericTestDeprecation: {
    code: 'D038',
    text: (data: PlainDict) =>
      `Found \`arguments\` property in test definition of ${String(data['test_name'])} while the flag \`require_generic_test_arguments_property\` is off. It is passed to the test as an argument of that name.`,
  },
  ExposureNameDeprecation: {
    code: 'D007',
    text: (data: PlainDict) =>
      `The name of an exposure should contain only letters, numbers, and underscores: '${String(data['exposure'])}' does not. Put the text for people into \`label\`.`,
  },
  ResourceNamesWithSpacesDeprecation: {
    code: 'D015',
    text: (data: PlainDict) =>
      `Spaces found in ${String(data['count_invalid_names'])} resource name(s). Rename them: the flag \`require_resource_names_without_spaces\` makes this an error.`,
  },
  SpacesInResourceNameDeprecation: {
    code: 'D014',
    text: (data: PlainDict) => `Found spaces in the name of \`${String(data['unique_id'])}\``,
  },
  DuplicateNameDistinctNodeTypesDeprecation: {
    code: 'D040',
    unnamed: true,
    text: (data: PlainDict) =>
      `Deprecated functionality\n\nFound resources with the same name '${String(data['resource_name'])}' in package '${String(data['package_name'])}': '${String(data['unique_id1'])}' and '${String(data['unique_id2'])}'. Give one of them another name.`,
  },
  MicrobatchMacroOutsideOfBatchesDeprecation: {
    code: 'D020',
    text: () =>
      'The use of a custom microbatch macro outside of batched execution is deprecated. Set the flag `require_batched_execution_for_custom_microbatch_strategy` in dbt_project.yml, and the macro is called once for each batch.',
  },
  MFTimespineWithoutYamlConfigurationDeprecation: {
    code: 'D018',
    unnamed: true,
    text: () =>
      "Time spines without YAML configuration are in the process of deprecation. Give the model 'metricflow_time_spine' a `time_spine` in its properties.",
  },
  MFCumulativeTypeParamsDeprecation: {
    code: 'D019',
    unnamed: true,
    text: () =>
      'Cumulative fields `type_params.window` and `type_params.grain_to_date` have been moved and will soon be deprecated. Nest them under `type_params.cumulative_type_params`.',
  },
  CustomKeyInObjectDeprecation: {
    code: 'D027',
    text: (data: PlainDict) =>
      `Custom key \`${String(data['key'])}\` found at \`${String(data['key_path'])}\` in file \`${String(data['file'])}\`. Custom keys belong under \`meta\`.`,
  },
} as const

/** Emits a deprecation under dbt's name; the line of an old one (`unnamed`) does not show it. */
export function deprecated(session: Session, name: keyof typeof DEPRECATIONS, data: PlainDict, place?: Place): void {
  const { code, text, ...rest } = DEPRECATIONS[name]
  const at = place === undefined ? undefined : placeIn(place)
  session.invocation.emit(makeDeprecation(name, code, text(data), { data, at, named: !('unnamed' in rest) }))
}
