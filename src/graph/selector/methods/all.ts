import { QuernError } from '../../../errors/quern-error.ts'
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
import { savedQuery } from './saved-query.ts'
import { semanticModel } from './semantic-model.ts'
import { source } from './source.ts'
import { tag } from './tag.ts'
import { testName } from './test-name.ts'
import { testType } from './test-type.ts'
import { unitTest } from './unit-test.ts'
import { version } from './version.ts'

/** The methods that look at earlier runs: not part of this version. */
const needsState =
  (name: string): Method =>
  () => {
    throw new QuernError(
      'Runtime',
      'state_selection_unavailable',
      `Got a ${name} selector method, but no comparison manifest`,
      {
        hint: `selecting by '${name}:' compares with an earlier run (--state), which this version of quern cannot do yet`,
      },
    )
  }

/** Every method but `selector`, which is resolved before (see selectors-yml.ts). */
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
  state: needsState('state'),
  result: needsState('result'),
  source_status: needsState('source_status'),
}
