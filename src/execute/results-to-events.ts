import type { NodeInfo } from '../events/node-info.ts'
import type { GroupInfo, RunEvent } from '../events/run-event.ts'
import { asDict, isGenericTest, type UnitTestDefinition, unitTestLabel } from '../manifest/node.ts'
import type { NodeResult } from '../manifest/node-result.ts'
import type { RunnableNode } from './node-run.ts'

export interface LinePlace {
  readonly index: number
  readonly total: number
  readonly thread: string
  readonly info: NodeInfo
  readonly group: GroupInfo | undefined
}

/** The line that says how a node ended: one kind of event for each kind of node. */
export function resultEvent(node: RunnableNode, description: string, result: NodeResult, place: LinePlace): RunEvent {
  const failed = result.status === 'error'
  const common = { ...place, executionTime: result.executionTime }
  switch (node.resource_type) {
    case 'seed':
      return {
        ...common,
        kind: 'seed-result',
        outcome: failed ? 'error' : 'success',
        message: failed ? 'ERROR' : (result.message ?? ''),
        schema: node.schema,
        relation: node.alias,
      }
    case 'snapshot':
      return {
        ...common,
        kind: 'snapshot-result',
        outcome: failed ? 'error' : 'success',
        message: failed ? 'ERROR' : (result.message ?? ''),
        description: description.replace(/^snapshot /, ''),
        config: asDict(node.config),
      }
    case 'function':
      return { ...common, kind: 'function-result', description, outcome: failed ? 'error' : 'success' }
    case 'unit_test':
      return {
        ...common,
        kind: 'test-result',
        name: unitTestLabel(node as UnitTestDefinition),
        status: result.status as 'pass' | 'fail' | 'error',
        failures: result.failures,
        attachedNode: null,
      }
    case 'test':
      return {
        ...common,
        kind: 'test-result',
        name: node.name,
        status: result.status as 'pass' | 'fail' | 'warn' | 'error',
        failures: result.failures,
        attachedNode: isGenericTest(node) ? node.attached_node : null,
      }
    default:
      return {
        ...common,
        kind: 'model-result',
        description,
        outcome: failed ? 'error' : result.status === 'partial success' ? 'partial success' : 'success',
        status: failed ? 'ERROR' : (result.message ?? ''),
      }
  }
}
