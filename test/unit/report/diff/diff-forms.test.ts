import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { expect, test } from 'vitest'
import { paint } from '../../../../src/report/colours.ts'
import { COMMENT_LIMIT, diffMarkdown } from '../../../../src/report/diff/markdown.ts'
import { diffText } from '../../../../src/report/diff/text.ts'
import { diffDocument, diffNode, keyedRows } from './diff-document-stub.ts'

const plain = paint(false)

const CODE = { kind: 'code', rule: 'state:modified.body', diff: '@@ -1 +1 @@\n-select 1\n+select 2' } as const

test('the text of a document, whole', () => {
  const document = diffDocument(
    [
      diffNode({ name: 'new_one', change: 'added' }),
      diffNode({
        reasons: [CODE, { kind: 'tests', rule: null, added: ['unique_id'], removed: [], modified: [] }],
        columns: {
          status: 'compared',
          before_from: 'database',
          changes: [{ change: 'removed', name: 'old', type: 'int' }],
          order_changed: false,
          before: [],
          after: [],
        },
        rows: keyedRows({
          rows_before: 1200,
          rows_after: 1201,
          added: 1,
          changed: 1000,
          changed_by_column: { amount: 1000 },
          examples: [{ change: 'changed', key: { id: '7' }, values: { amount: { before: null, after: 'x\ny' } } }],
        }),
      }),
      diffNode({ name: 'below', change: 'upstream', because_of: ['model.shop.orders'] }),
      diffNode({ name: 'unique_id', resource_type: 'test', change: 'added', attached_node: 'model.shop.orders' }),
    ],
    { notes: ['something else'] },
  )
  expect(diffText(document, plain)).toBe(`Compared with the state in prod (this is target dev)
  models: 1 modified, 1 added; tests: 1 added
  downstream: 1 model
  columns: the same in 1 relation
  note: something else

~ model orders  modified  models/orders.sql
    code           +1 -1
        @@ -1 +1 @@
        -select 1
        +select 2
    tests          + unique_id
    columns        - old int
    rows           1 000 changed, 1 added (1 200 -> 1 201 rows)
                   by id (--key)
    changed        amount in 1 000
    examples       ~  id=7  amount: NULL -> x y

+ model new_one  added  models/new_one.sql

Downstream of what changed
  1 model: below`)
})

test('colours are those of the console, and those of a text are shown as they are written', () => {
  const document = diffDocument([diffNode({ change: 'removed', name: 'a\u001b[31mb', path: 'a.sql' })])
  expect(diffText(document, paint(true)).split('\n')[3]).toBe(
    '\u001b[31m- model a\\u001b[31mb\u001b[0m  removed  a.sql',
  )
})

test('reasons that several relations share are told once', () => {
  const columns = { status: 'unknown', reason: 'nothing there' } as const
  const names = ['a', 'b']
  const text = diffText(diffDocument(names.map((name) => diffNode({ name, columns }))), plain)
  expect(text.match(/nothing there/g)).toHaveLength(1)
  expect(text).toContain('note: nothing there (a, b)')
})

test('a comment holds what it can, and says what it left out', () => {
  const nodes = Array.from({ length: 900 }, (_, at) =>
    diffNode({ name: `model_${at}`, reasons: [{ ...CODE, diff: `@@ -1 +1 @@\n-${'x'.repeat(300)}` }] }),
  )
  const markdown = diffMarkdown(diffDocument(nodes))
  expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT)
  expect(markdown.length).toBeGreaterThan(COMMENT_LIMIT / 2)
  expect(markdown).toMatch(/\*Left out: the details of \d+\. A comment holds no more/)
  expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length)
})

test('property: whatever names and values are, Markdown is no longer than allowed and holds no markup of theirs', () => {
  const word = fc.oneof(
    fc.constantFrom('<b>x</b>', '`a`', '|', '@someone', '[x](y)', '</details>', '```', '\u202e', '#1', '**x**'),
    fc.string({ maxLength: 40 }),
  )
  const node = fc
    .tuple(word, word, word, fc.constantFrom('added', 'removed', 'modified', 'upstream'))
    .map(([name, value, diff, change]) =>
      diffNode({
        name,
        path: value,
        change: change as 'added',
        because_of: [`model.shop.${value}`],
        reasons: [
          { ...CODE, diff },
          { kind: 'configs', rule: 'state:modified.configs', changes: [{ key: name, before: value, after: diff }] },
        ],
        rows: keyedRows({
          changed: 1,
          changed_by_column: { [name]: 1 },
          examples: [{ change: 'changed', key: { [name]: value }, values: { [value]: { before: diff, after: null } } }],
        }),
      }),
    )
  fc.assert(
    fc.property(fc.array(node, { maxLength: 6 }), fc.integer({ min: 3000, max: 20_000 }), (nodes, limit) => {
      const markdown = diffMarkdown(diffDocument(nodes), limit)
      expect(markdown.length).toBeLessThanOrEqual(limit)
      const html = new MarkdownIt({ html: true }).render(markdown)
      const tags = new Set(
        [...html.matchAll(/<(\/?[a-z0-9]+)/gi)].map(([, tag]) => tag?.replace('/', '').toLowerCase()),
      )
      const allowed = new Set(
        'h3 ul li p code table thead tbody tr th td details summary sub pre strong em blockquote'.split(' '),
      )
      expect([...tags].filter((tag) => !allowed.has(tag ?? ''))).toEqual([])
      expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length)
    }),
    { numRuns: 60 },
  )
})
