import fc from 'fast-check'
import { expect, test } from 'vitest'
import { junitText } from '../../../../src/report/ci/junit.ts'
import { casesOf, junitProblems, parseXml } from '../../../support/junit.ts'
import { anyText, failedTest, problem, reported, runReport } from './run-report-stub.ts'

test('one suite for each model: itself, then its tests', () => {
  const report = runReport({
    nodes: [
      failedTest(),
      reported({ id: 'model.shop.late', name: 'late', outcome: 'skip', status: 'skipped', seconds: 0, startedAt: undefined, message: 'Skipped because of test.shop.x' }),
      reported(),
      reported({ id: 'exposure.shop.board', resourceType: 'exposure', name: 'board', outcome: 'no-op' }),
    ],
    warnings: [problem({ code: 'UnusedPaths', details: 'models.x is not used', place: undefined })],
  }) // biome-ignore format: one value
  expect(junitText(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="quern" tests="3" failures="1" errors="0" time="2.500">
  <testsuite name="model.shop.late" tests="1" failures="0" errors="0" skipped="1" time="0.000" file="models/orders.sql">
    <testcase name="model late" classname="model.shop.late" time="0.000" file="models/orders.sql">
      <skipped message="Skipped because of test.shop.x"/>
    </testcase>
  </testsuite>
  <testsuite name="model.shop.orders" tests="2" failures="1" errors="0" skipped="0" time="0.500" timestamp="2026-03-01T12:00:00" file="models/orders.sql">
    <testcase name="model orders" classname="model.shop.orders" time="0.250" file="models/orders.sql"/>
    <testcase name="not_null_orders_id" classname="model.shop.orders" time="0.250" file="models/schema.yml">
      <failure message="Got 2 results, configured to fail if != 0" type="test_failed">Defined in: models/schema.yml:7
Compiled SQL: target/compiled/shop/models/schema.yml/not_null_orders_id.sql

Failing rows (a sample):
| id   | note |
| ---- | ---- |
| NULL | a\\|b |
| 2    | x\\ny |</failure>
    </testcase>
  </testsuite>
  <testsuite name="quern" tests="0" failures="0" errors="0" skipped="0" time="0.000">
    <system-out>WARN UnusedPaths: models.x is not used</system-out>
  </testsuite>
</testsuites>
`)
})

test('an error that ended the run is a case, and nothing at all is a document too', () => {
  const document = parseXml(junitText(runReport({ errors: [problem()] })))
  expect(junitProblems(document)).toEqual([])
  expect(casesOf(document).map(({ attributes, children }) => [attributes, children[0]])).toEqual([
    [
      { name: 'run', classname: 'quern', time: '0.000', file: 'models/a.sql' },
      {
        name: 'error',
        attributes: { message: 'Compilation Error: nothing is called x', type: 'ref_not_found' },
        children: [],
        text: 'Compilation Error\n  nothing is called x',
      },
    ],
  ])
  expect(junitProblems(parseXml(junitText(runReport())))).toEqual([])
})

/** What XML 1.0 cannot hold at all. */
const writable = (text: string): string =>
  [...text]
    .map((char) => (/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]$|^[\u{10000}-\u{10ffff}]$/u.test(char) ? char : '\ufffd'))
    .join('')

test('whatever a project calls things and databases say, the document is well-formed and says the same', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, anyText, fc.boolean(), (name, message, details, cell, fails) => {
      const node = failedTest({
        name,
        suite: name,
        message,
        details,
        outcome: fails ? 'fail' : 'warn',
        place: { path: name },
        sample: { columns: [cell], rows: [[cell]] },
      })
      const document = parseXml(junitText(runReport({ nodes: [node] })))
      expect(junitProblems(document)).toEqual([])
      const [found] = casesOf(document)
      expect(found?.attributes).toMatchObject({ name: writable(name), classname: writable(name), file: writable(name) })
      const [child] = found!.children
      if (fails) expect(child?.attributes['message']).toBe(writable(message))
      expect(child?.text).toContain(writable(details))
    }),
  )
})
