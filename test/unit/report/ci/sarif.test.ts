import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sarifText } from '../../../../src/report/ci/sarif.ts'
import { anyText, failedTest, problem, reported, runReport } from './run-report-stub.ts'

interface Log {
  readonly version: string
  readonly runs: {
    tool: { driver: { name: string; version: string; rules: { id: string }[] } }
    results: {
      ruleId: string
      ruleIndex: number
      level: string
      message: { text: string }
      locations: {
        physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string }; region?: Record<string, number> }
      }[]
      partialFingerprints: Record<string, string>
    }[]
  }[]
}
const read = (report: Parameters<typeof sarifText>[0]) => {
  const log = JSON.parse(sarifText(report, '1.2.3')) as Log
  return { log, run: log.runs[0]! }
}

test('errors, failures and warnings with rules and places; rows are kept out', () => {
  const { log, run } = read(
    runReport({
      errors: [problem()],
      nodes: [failedTest(), failedTest({ id: 'test.shop.w', name: 'w', outcome: 'warn' }), reported()],
      warnings: [problem({ code: 'UnusedPaths', details: 'models.x', place: undefined })],
    }),
  )
  expect(log.version).toBe('2.1.0')
  expect(run.tool.driver).toMatchObject({ name: 'quern', version: '1.2.3' })
  expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['UnusedPaths', 'ref_not_found', 'test_failed'])
  const schema = {
    artifactLocation: { uri: 'models/schema.yml', uriBaseId: '%SRCROOT%' },
    region: { startLine: 7, startColumn: 11 },
  }
  expect(run.results.map(({ partialFingerprints, ...rest }) => rest)).toEqual([
    {
      ruleId: 'ref_not_found',
      ruleIndex: 1,
      level: 'error',
      message: { text: 'Compilation Error\n  nothing is called x' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'models/a.sql', uriBaseId: '%SRCROOT%' },
            region: { startLine: 2, startColumn: 8, endLine: 2, endColumn: 17 },
          },
        },
      ],
    },
    { ruleId: 'test_failed', ruleIndex: 2, level: 'error', message: { text: 'not_null_orders_id: Got 2 results, configured to fail if != 0' }, locations: [{ physicalLocation: schema }] },
    { ruleId: 'test_failed', ruleIndex: 2, level: 'warning', message: { text: 'w: Got 2 results, configured to fail if != 0' }, locations: [{ physicalLocation: schema }] },
    { ruleId: 'UnusedPaths', ruleIndex: 0, level: 'warning', message: { text: 'models.x' }, locations: [{ physicalLocation: { artifactLocation: { uri: 'dbt_project.yml', uriBaseId: '%SRCROOT%' } } }] },
  ]) // biome-ignore format: a table
})

test('the same finding has the same fingerprint in the next run, another one has not', () => {
  const prints = (own: Parameters<typeof failedTest>[0]) =>
    read(runReport({ nodes: [failedTest(own)] })).run.results[0]!.partialFingerprints
  expect(prints({ seconds: 9, message: 'Got 7 results', place: { path: 'models/schema.yml', line: 99 } })).toEqual(
    prints({}),
  )
  expect(prints({ id: 'test.shop.other' })).not.toEqual(prints({}))
})

test('addresses are encoded, and point to files outside of the repository too', () => {
  const uri = (path: string) => read(runReport({ errors: [problem({ place: { path } })] })).run.results[0]!.locations
  expect(uri('models/a b%/ü#.sql')[0]?.physicalLocation.artifactLocation).toEqual({
    uri: 'models/a%20b%25/%C3%BC%23.sql',
    uriBaseId: '%SRCROOT%',
  })
  expect(uri('/etc/x.yml')[0]?.physicalLocation.artifactLocation).toEqual({ uri: 'file:///etc/x.yml' })
})

test('any text is JSON that says the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { run } = read(runReport({ errors: [problem({ details: text, code: text, place: { path: text } })] }))
      expect(run.results[0]).toMatchObject({ ruleId: text, message: { text } })
      expect(
        () => new URL(run.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri, 'file:///'),
      ).not.toThrow()
    }),
  )
})
