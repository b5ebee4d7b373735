import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { expect, test } from 'vitest'
import { COMMENT_LIMIT, markdownText, seconds } from '../../../../src/report/ci/markdown.ts'
import { code, fence } from '../../../../src/report/ci/markdown-text.ts'
import { visible } from '../../../../src/report/ci/plain-text.ts'
import { anyText, failedTest, problem, reported, runReport } from './run-report-stub.ts'

const reader = new MarkdownIt({ html: true, linkify: true })

test('a summary', () => {
  const report = runReport({
    command: 'quern ci --state prod',
    ci: true,
    nodes: [failedTest(), reported()],
    selected: 2,
    deferred: 1,
    state: {
      folder: 'prod',
      changes: [
        { id: 'model.shop.orders', resourceType: 'model', change: 'modified', parts: ['body', 'persisted_descriptions'] },
        { id: 'seed.shop.old', resourceType: 'seed', change: 'removed', parts: [] },
      ],
    },
    warnings: [problem({ code: 'UnusedPaths', details: 'models.x', place: undefined })],
  }) // biome-ignore format: one value
  expect(markdownText(report)).toBe(`### ❌ quern failed: 1 failed, 1 passed in 2.50 s

Command: \`quern ci --state prod\`  
Target: \`ci\` (duckdb)  
Compared with: \`prod\`  
Selected: 2 resources; a parent is read from the state where this environment lacks it

#### Changed since the state (2)

| | Resource | What |
|---|---|---|
| ✏️ | \`model.shop.orders\` | modified: body, persisted descriptions |
| 🗑️ | \`seed.shop.old\` | removed |

#### What went wrong

❌ **test** \`not_null_orders_id\`: \`Got 2 results, configured to fail if != 0\`

\`models/schema.yml:7\`, compiled: \`target/compiled/shop/models/schema.yml/not_null_orders_id.sql\`

\`\`\`text
| id   | note |
| ---- | ---- |
| NULL | a\\|b |
| 2    | x\\ny |
\`\`\`

#### Results (2)

| | Type | Resource | Status | Time |
|---|---|---|---|---:|
| ❌ | test | \`not_null_orders_id\` | fail | 0.25 s |
| ✅ | model | \`orders\` | success | 0.25 s |

<details><summary>Warnings (1)</summary>

⚠️ \`UnusedPaths\`

\`\`\`text
models.x
\`\`\`

</details>

#### To repeat what failed

\`\`\`sh
quern retry
quern build --select not_null_orders_id
\`\`\`
`)
})

test('head lines', () => {
  const head = (own: Parameters<typeof runReport>[0]): string => markdownText(runReport(own)).split('\n')[0]!
  expect(head({ exit: 0, nodes: [reported()] })).toBe('### ✅ quern passed: 1 passed in 2.50 s')
  expect(head({ exit: 0 })).toBe('### ✅ quern passed: nothing to do in 2.50 s')
  expect(head({ exit: 0, nodes: [reported({ outcome: 'warn' }), reported()] })).toBe(
    '### ⚠️ quern passed: 1 warning, 1 passed in 2.50 s',
  )
  expect(head({ exit: 2, errors: [problem(), problem()] })).toBe('### ❌ quern failed: 2 errors in 2.50 s')
  expect(head({ interrupted: true, nodes: [reported()] })).toBe('### ❌ quern was interrupted: 1 passed in 2.50 s')
})

test('without a state, ci says so', () => {
  expect(markdownText(runReport({ ci: true, exit: 0, nodes: [reported()] }))).toContain('No state was given')
  expect(markdownText(runReport({ exit: 0, nodes: [reported()] }))).not.toContain('No state was given')
})

test('fits a comment: results go before failures, and what is left out is said', () => {
  const nodes = [
    ...Array.from({ length: 100 }, (_, number) => failedTest({ name: `failed_${number}` })),
    ...Array.from({ length: 3000 }, (_, number) => reported({ name: `model_${number}` })),
  ]
  const text = markdownText(runReport({ nodes }))
  expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT)
  expect(text.length).toBeGreaterThan(COMMENT_LIMIT - 1000)
  for (const number of nodes.slice(0, 100).keys()) expect(text).toContain(`**test** \`failed_${number}\``)
  expect(text).toMatch(/\*\d+ more left out: this text is limited to what a comment can hold\.\*/)
})

test('fits a comment when failures alone do not', () => {
  const nodes = Array.from({ length: 2000 }, (_, number) => failedTest({ name: `failed_${number}` }))
  const errors = Array.from({ length: 50 }, () => problem({ details: 'x'.repeat(10_000) }))
  for (const report of [runReport({ nodes }), runReport({ nodes, errors })])
    expect(markdownText(report).length).toBeLessThanOrEqual(COMMENT_LIMIT)
})

const oneLine = (text: string): string => visible(text).replace(/\s+/g, ' ').trim()

test('a code span says the text and nothing else, in texts and in tables', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const wanted = oneLine(text)
      fc.pre(wanted !== '')
      const [, paragraph] = reader.parse(`x ${code(text)} y`, {})
      expect(paragraph?.children?.map(({ type, content }) => [type, content])).toEqual([
        ['text', 'x '],
        ['code_inline', wanted],
        ['text', ' y'],
      ])
      const cells = reader.parse(`| a | b |\n|---|---|\n| ${code(text, 'cell')} | z |\n`, {})
      const inline = cells.filter(({ type }) => type === 'inline').map(({ children }) => children?.map((one) => one.content))
      expect(inline).toEqual([['a'], ['b'], [wanted], ['z']])
    }),
  ) // biome-ignore format: long lines
})

test('a fence holds any text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const tokens = reader.parse(`${fence(text)}\n\nafter`, {})
      expect(tokens.map(({ type }) => type)).toEqual(['fence', 'paragraph_open', 'inline', 'paragraph_close'])
      expect(tokens[0]?.content).toBe(`${visible(text)}\n`)
    }),
  )
})

test('durations', () => {
  expect([0, 1.234, 59.994, 60, 125.9].map(seconds)).toEqual(['0.00 s', '1.23 s', '59.99 s', '1 min 0 s', '2 min 5 s'])
})
