import { describe, expect, test } from 'vitest'
import { dbtText } from '../../../src/errors/dbt-text.ts'
import { type ErrorKind, QuernError } from '../../../src/errors/quern-error.ts'

function failed(kind: ErrorKind, message: string): QuernError {
  const error = new QuernError(kind, 'x', message, { hint: 'ours' })
  error.node = 'model orders (models/orders.sql)'
  error.frames.push({ kind: 'macro', name: 'statement', path: 'macros/statement.sql' })
  return error
}

/* As dbt-core 1.11 writes `message` of run_results.json: measured with test/projects/contracts, constraints and function_errors. */
describe('the text of a node error', () => {
  test('of the database: no macro stack, and where the SQL is', () => {
    expect(dbtText(failed('Database', 'no such table\nLINE 1: x'), 'target/run/orders.sql')).toBe(
      'Database Error in model orders (models/orders.sql)\n  no such table\n  LINE 1: x\n  compiled code at target/run/orders.sql',
    )
  })

  test('at run time: neither', () => {
    expect(dbtText(failed('Runtime', 'Constraint Error: x'), 'target/run/orders.sql')).toBe(
      'Runtime Error in model orders (models/orders.sql)\n  Constraint Error: x',
    )
  })

  test('of compilation: the macro stack, after a line of two blanks', () => {
    expect(dbtText(failed('Compilation', 'not like this'))).toBe(
      [
        'Compilation Error in model orders (models/orders.sql)',
        '  not like this',
        '  ',
        '  > in macro statement (macros/statement.sql)',
        '  > called by model orders (models/orders.sql)',
      ].join('\n'),
    )
  })
})
