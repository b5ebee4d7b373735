import { didYouMean } from '../errors/did-you-mean.ts'
import { type ErrorKind, QuernError } from '../errors/quern-error.ts'
import type { Emit } from '../events/run-event.ts'
import { makeWarning } from '../events/warnings.ts'
import { toText } from '../jinja/runtime/text.ts'
import { dictGet, hostFunction, isDict, type Parameter, PyDict, PyObject, type Value } from '../jinja/runtime/value.ts'
import { contractMismatch } from './contract-mismatch.ts'

/** Where warnings of templates go. */
export interface ExceptionServices {
  readonly emit: Emit
  warn(text: string): void
}

type Thrower = readonly [parameters: readonly Parameter[], make: (...values: Value[]) => QuernError]

const error = (kind: ErrorKind, code: string, message: string): QuernError => new QuernError(kind, code, message)
const text = (value: Value | undefined): string => toText(value ?? null)

/** An attribute of a node or relation, whichever form it has. */
const field = (value: Value | undefined, name: string): string => {
  if (value instanceof PyObject && !(value instanceof PyDict)) return text(value.getAttr(name) ?? null)
  return value !== undefined && isDict(value) ? text(dictGet(value, name) ?? null) : ''
}

/**
 * The `exceptions` namespace: functions that end a template with an error of a kind. Names and first sentences are dbt-core 1.11's,
 * since packages call them and people search for them.
 */
export function exceptions(services: ExceptionServices): Value {
  const members = PyDict.from([])
  members.set(
    'warn',
    hostFunction('warn', ['msg', ['node', null]], (message) => {
      services.warn(text(message))
      return ''
    }),
  )
  members.set(
    'warn_snapshot_timestamp_data_types',
    hostFunction(
      'warn_snapshot_timestamp_data_types',
      ['snapshot_time_data_type', 'updated_at_data_type'],
      (snapshot, updated) => {
        services.emit(
          makeWarning(
            'SnapshotTimestampWarning',
            'Q043',
            `Data type of snapshot table timestamp columns (${text(snapshot)}) doesn't match derived column 'updated_at' (${text(updated)}). Please update snapshot config 'updated_at'.`,
            { style: 'plain', data: { snapshot_time_data_type: text(snapshot), updated_at_data_type: text(updated) } },
          ),
        )
        return null
      },
    ),
  )
  for (const [name, [parameters, make]] of Object.entries(THROWERS)) {
    members.set(
      name,
      hostFunction(name, parameters, (...values) => {
        throw make(...values)
      }),
    )
  }
  return members
}

const THROWERS: Readonly<Record<string, Thrower>> = {
  raise_compiler_error: [
    ['msg', ['node', null]],
    (message) => error('Compilation', 'raised_by_template', text(message)),
  ],
  raise_database_error: [['msg', ['node', null]], (message) => error('Database', 'raised_by_template', text(message))],
  raise_dependency_error: [['msg'], (message) => error('Dependency', 'raised_by_template', text(message))],
  raise_not_implemented: [['msg'], (message) => error('Runtime', 'not_implemented', text(message))],
  raise_fail_fast_error: [['msg', ['node', null]], (message) => error('FailFast', 'fail_fast', text(message))],
  raise_dep_not_found: [
    ['node', 'node_description', 'required_pkg'],
    (_node, description, required) =>
      error(
        'Compilation',
        'dependency_not_found',
        `Error while parsing ${text(description)}.\nThe required package "${text(required)}" was not found. Is the package installed?\nHint: You may need to run \`dbt deps\`.`,
      ),
  ],
  missing_config: [
    ['model', 'name'],
    (model, name) =>
      error(
        'Compilation',
        'missing_config',
        `Model '${field(model, 'unique_id')}' does not define a required config parameter '${text(name)}'.`,
      ),
  ],
  missing_materialization: [
    ['model', 'adapter_type'],
    (model, adapter) =>
      missingMaterialization(
        field(isDict(model as Value) ? dictGet(model as PyDict, 'config') : undefined, 'materialized'),
        text(adapter),
      ),
  ],
  missing_relation: [
    ['relation', ['model', null]],
    (relation) => error('Compilation', 'missing_relation', `Relation ${text(relation)} not found!`),
  ],
  raise_ambiguous_alias: [
    ['node_1', 'node_2', ['duped_name', null]],
    (first, second, name) =>
      error(
        'Compilation',
        'ambiguous_alias',
        `dbt found two resources with the database representation "${name === null ? [field(first, 'database'), field(first, 'schema'), field(first, 'alias')].join('.') : text(name)}".\n` +
          'dbt cannot create two resources with identical database representations. To fix this,\nchange the configuration of one of these resources:' +
          `\n- ${field(first, 'unique_id')} (${field(first, 'original_file_path')})\n- ${field(second, 'unique_id')} (${field(second, 'original_file_path')})`,
      ),
  ],
  raise_ambiguous_catalog_match: [
    ['unique_id', 'match_1', 'match_2'],
    (id) =>
      error(
        'Compilation',
        'ambiguous_catalog_match',
        `dbt found two relations in your warehouse with similar database identifiers for '${text(id)}'.`,
      ),
  ],
  raise_cache_inconsistent: [
    ['message'],
    (message) => error('Internal', 'cache_inconsistent', `Cache inconsistency detected: ${text(message)}`),
  ],
  raise_dataclass_not_dict: [
    ['obj'],
    (object) =>
      error(
        'Compilation',
        'not_a_dict',
        `The object ("${text(object)}") was used as a dictionary. This capability has been removed from objects of this type.`,
      ),
  ],
  raise_duplicate_patch_name: [
    ['patch_1', 'existing_patch_path'],
    (patch, existing) =>
      error(
        'Compilation',
        'duplicate_patch',
        `dbt found two schema.yml entries for the same resource named ${field(patch, 'name')}: ${field(patch, 'original_file_path')} and ${text(existing)}`,
      ),
  ],
  raise_duplicate_resource_name: [
    ['node_1', 'node_2'],
    (first, second) =>
      error(
        'Compilation',
        'duplicate_resource_name',
        `dbt found two resources with the name "${field(first, 'name')}".\n- ${field(first, 'unique_id')} (${field(first, 'original_file_path')})\n- ${field(second, 'unique_id')} (${field(second, 'original_file_path')})`,
      ),
  ],
  raise_invalid_property_yml_version: [
    ['path', 'issue'],
    (path, issue) =>
      error(
        'Compilation',
        'property_version',
        `The yml property file at ${text(path)} is invalid because ${text(issue)}.`,
      ),
  ],
  relation_wrong_type: [
    ['relation', 'expected_type', ['model', null]],
    (relation, expected) =>
      error(
        'Compilation',
        'relation_wrong_type',
        `Trying to create ${text(expected)} ${text(relation)}, but it currently exists as a ${field(relation, 'type')}. Either drop ${text(relation)} manually, or run dbt with \`--full-refresh\` and dbt will drop it for you.`,
      ),
  ],
  column_type_missing: [
    ['column_names'],
    (names) =>
      error(
        'Compilation',
        'column_type_missing',
        `Contracted models require data_type to be defined for each column. Please ensure that the column name and data_type are defined within the YAML configuration for the ${text(names)} column(s).`,
      ),
  ],
  raise_contract_error: [
    ['yaml_columns', 'sql_columns'],
    (declared, found) => error('Compilation', 'contract_failed', contractMismatch(declared as Value, found as Value)),
  ],
}

/** No macro builds this materialization; `known` are the ones that exist. */
export function missingMaterialization(name: string, adapterType: string, known: Iterable<string> = []): QuernError {
  const searched = adapterType === 'default' ? "'default'" : `'default' and '${adapterType}'`
  const near = didYouMean(name, known)
  return error(
    'Compilation',
    'missing_materialization',
    `No materialization '${name}' was found for adapter ${adapterType}! (searched types ${searched})`,
  ).completed({ hint: near === undefined ? undefined : `did you mean '${near}'?` })
}
