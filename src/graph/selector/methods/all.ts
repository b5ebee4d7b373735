import type { MethodName } from '../spec.ts'
import { access } from './access.ts'
import { config } from './config.ts'
import { exposure } from './exposure.ts'
import { file } from './file.ts'
import { fqn } from './fqn.ts'
import { group } from './group.ts'
import type { Method } from './method.ts'
import { metric } from './metric.ts'
import { packageMethod } from './package.ts'
import { path } from './path.ts'
import { resourceType } from './resource-type.ts'
import { result } from './result.ts'
import { savedQuery } from './saved-query.ts'
import { semanticModel } from './semantic-model.ts'
import { source } from './source.ts'
import { sourceStatus } from './source-status.ts'
import { state } from './state.ts'
import { tag } from './tag.ts'
import { testName } from './test-name.ts'
import { testType } from './test-type.ts'
import { unitTest } from './unit-test.ts'
import { version } from './version.ts'

/** Every method but `selector`, which stands for a whole definition (see select.ts). */
export const METHOD_TABLE: Readonly<Record<Exclude<MethodName, 'selector'>, Method>> = {
  fqn,
  tag,
  group,
  access,
  source,
  path,
  file,
  package: packageMethod,
  config,
  test_name: testName,
  test_type: testType,
  resource_type: resourceType,
  exposure,
  metric,
  semantic_model: semanticModel,
  saved_query: savedQuery,
  unit_test: unitTest,
  version,
  state,
  result,
  source_status: sourceStatus,
}
