import { QuernError } from '../errors/quern-error.ts'
import type { PlainDict, Value } from '../jinja/runtime/value.ts'
import type { ModelNode, UnitTestDefinition } from '../manifest/node.ts'
import { findDisabled, findId } from '../manifest/resolve-ref.ts'
import { uniqueId } from '../manifest/unique-id.ts'
import { addDisabled, addUnique, nodeLabel, type ParseSession } from './session.ts'

/** Finds the model of every unit test; one of a versioned model becomes one for each version that it is for. */
export function resolveUnitTests(session: ParseSession): void {
  for (const test of [...session.manifest.unitTests.values()]) resolveUnitTest(session, test)
}

function resolveUnitTest(session: ParseSession, test: UnitTestDefinition): void {
  const { manifest, index } = session
  const invalid = (message: string): QuernError => {
    const error = new QuernError('Parsing', 'unit_test_model', message)
    error.node = nodeLabel(test)
    return error
  }
  const [name, version] = (test['model'] as string).trim().split(/\s+/) as [string, string | undefined]
  const key = version === undefined ? name : `${name}.v${version}`
  const id = findId(index.refables, key, test.package_name)
  const model = id === undefined ? undefined : (manifest.nodes.get(id) as ModelNode | undefined)
  if (model === undefined) {
    if (findDisabled(index, key, test.package_name, new Set(['model'])) === undefined) {
      throw invalid(
        `Unable to find model '${test.package_name}.${test['model'] as string}' for unit test '${test.name}' in ${test.original_file_path}`,
      )
    }
    test.config['enabled'] = false
    manifest.unitTests.delete(test.unique_id)
    addDisabled(session, test)
    return
  }
  test.depends_on.nodes = [model.unique_id]
  test['schema'] = model.schema
  checkIncremental(test, model, invalid)
  const versions = test['versions'] as { include: Value[] | null; exclude: Value[] | null } | null
  if (model.version === null) {
    if (versions !== null && ((versions.include?.length ?? 0) > 0 || (versions.exclude?.length ?? 0) > 0)) {
      throw invalid(
        `Unit test '${test.name}' should not have a versions include or exclude when referencing non-versioned model '${model.name}'`,
      )
    }
    return
  }
  const all = [...manifest.nodes.values()].filter(
    (node): node is ModelNode =>
      node.resource_type === 'model' &&
      node.package_name === model.package_name &&
      node.name === model.name &&
      node.version !== null,
  )
  const chosen = all.filter((node) => isChosen(versions, node.version as Value))
  if (chosen.length === 0)
    throw invalid(`Unit test '${test.name}' referenced a version of '${model.name}' which was not found.`)
  manifest.unitTests.delete(test.unique_id)
  for (const node of chosen) {
    addUnique(manifest.unitTests, {
      ...test,
      unique_id: uniqueId('unit_test', test.package_name, test['model'] as string, `${test.name}_v${node.version}`),
      depends_on: { macros: [], nodes: [node.unique_id] },
      version: node.version,
    })
  }
}

function isChosen(versions: { include: Value[] | null; exclude: Value[] | null } | null, version: Value): boolean {
  if (versions === null) return true
  if ((versions.exclude?.length ?? 0) > 0) return !versions.exclude!.includes(version)
  return versions.include?.includes(version) === true
}

/** A unit test of an incremental model must say which way `is_incremental()` goes, and give `this` when it is true. */
function checkIncremental(test: UnitTestDefinition, model: ModelNode, invalid: (message: string) => QuernError): void {
  if (!model.depends_on.macros.includes('macro.dbt.is_incremental')) return
  const override = ((test['overrides'] as PlainDict | null)?.['macros'] as PlainDict | undefined)?.['is_incremental']
  if (typeof override !== 'boolean') {
    throw invalid(
      `Boolean override for 'is_incremental' must be provided for unit test '${test.name}' in model '${model.name}'`,
    )
  }
  const inputs = (test['given'] as { input: string }[]).map((given) => given.input)
  if (override && !inputs.includes('this')) {
    throw invalid(`Unit test '${test.name}' for incremental model '${model.name}' must have a 'this' input`)
  }
}
