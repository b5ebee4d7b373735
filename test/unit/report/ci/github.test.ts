import fc from 'fast-check'
import { expect, test } from 'vitest'
import { githubAnnotations } from '../../../../src/report/ci/github.ts'
import { workflowCommands } from '../../../support/github-commands.ts'
import { anyText, failedTest, problem, reported, runReport } from './run-report-stub.ts'

test('errors, then warnings, with their places', () => {
  const report = runReport({
    errors: [problem()],
    nodes: [
      failedTest(),
      failedTest({ name: 'few', outcome: 'warn', message: 'Got 1 result, configured to warn if != 0', compiledPath: undefined }),
      reported(),
    ],
    warnings: [problem({ code: 'UnusedPaths', details: '100% unused', place: { path: 'a,b:c.yml', line: 1, column: 2, endLine: 3, endColumn: 1 } })],
  }) // biome-ignore format: one value
  expect(githubAnnotations(report)).toEqual([
    '::error file=models/a.sql,line=2,endLine=2,col=8,endColumn=17,title=ref_not_found::Compilation Error%0A  nothing is called x',
    '::error file=models/schema.yml,line=7,col=11,title=test not_null_orders_id failed::Got 2 results, configured to fail if != 0%0ACompiled SQL: target/compiled/shop/models/schema.yml/not_null_orders_id.sql',
    '::warning file=models/schema.yml,line=7,col=11,title=test few warns::Got 1 result, configured to warn if != 0',
    '::warning file=a%2Cb%3Ac.yml,line=1,endLine=3,title=UnusedPaths::100%25 unused',
  ])
})

test('no more than GitHub shows, what ended the run first', () => {
  const nodes = Array.from({ length: 30 }, (_, number) => failedTest({ name: `t${number}` }))
  const lines = githubAnnotations(runReport({ nodes, errors: [problem()] }))
  expect(lines).toHaveLength(10)
  expect(lines[0]).toContain('title=ref_not_found')
})

test('the runner reads back what was meant, whatever it is', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (path, title, details) => {
      const [line] = githubAnnotations(runReport({ errors: [problem({ code: title, details, place: { path } })] }))
      expect(line).not.toMatch(/[\r\n]/)
      expect(workflowCommands(line!)).toEqual([{ name: 'error', properties: { file: path, title }, message: details }])
    }),
  )
})
