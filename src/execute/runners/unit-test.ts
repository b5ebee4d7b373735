import { unitTestManifest } from '../../compile/unit-test-manifest.ts'
import { AdapterResponse } from '../../context/statement-results.ts'
import { dbtText } from '../../errors/dbt-text.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { type UnitTestDefinition, type UnitTestNode, unitTestLabel } from '../../manifest/node.ts'
import { indexManifest } from '../../manifest/resolve-ref.ts'
import type { Executed, NodeRun, NodeRunner } from '../node-run.ts'
import { asNodeError } from '../run-nodes.ts'
import { unitTestDiff } from '../unit-test-diff.ts'
import { materialize } from './materialize.ts'

/** Unit tests: the model's query over fixtures, against the rows that are expected. dbt-core 1.11: all of it is the execute phase. */
export const unitTestRunner = (): NodeRunner<UnitTestDefinition> => ({
  describe: (node) => `unit_test ${unitTestLabel(node)}`,
  compile: async () => undefined,
  execute: runUnitTest,
})

async function runUnitTest(definition: UnitTestDefinition, run: NodeRun): Promise<Executed> {
  const { manifest, node, tested } = unitTestManifest(run.services.index, definition)
  const services = { ...run.services, manifest, index: indexManifest(manifest) }
  const compiler = run.compiler.forServices(services)
  await compiler.compile(node, run.session, { codeOf: tested })
  const { context } = await materializeTest(node, { ...run, services, compiler }, definition.name)
  const main = context.results.main
  if (main === undefined)
    throw new QuernError('Runtime', 'no_main_statement', 'main is not being called during running unit test')
  const message = await unitTestDiff(main.table, run.services.invocation.flags.useColors)
  return {
    status: message === undefined ? 'pass' : 'fail',
    message: message ?? null,
    failures: message === undefined ? 0 : 1,
    adapterResponse: main.response instanceof AdapterResponse ? main.response.asDict() : {},
    unitTest: node,
  }
}

/** What the materialization throws, with the name of the test and where to look, as dbt says it. */
async function materializeTest(node: UnitTestNode, run: NodeRun, name: string): ReturnType<typeof materialize> {
  try {
    return await materialize(node, run)
  } catch (thrown) {
    const cause = asNodeError(thrown, node)
    if (cause.kind === 'Internal') throw cause
    throw new QuernError(
      'Runtime',
      'unit_test_execution',
      `An error occurred during execution of unit test '${name}'. There may be an error in the unit test definition: check the data types.\n ${causeText(cause, run.services.adapter.capabilities.errorKind)}`,
      { cause, hint: cause.hint },
    )
  }
}

/** dbt-core 1.11: an error of the database stands there without the node and the macros on the way. */
const causeText = (cause: QuernError, ofDatabase: string): string =>
  cause.kind === ofDatabase
    ? [`${cause.kind} Error`, ...cause.message.split('\n').map((line) => `  ${line}`)].join('\n')
    : dbtText(cause)
