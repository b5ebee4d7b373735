import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ago,
  counted,
  dateTime,
  duration,
  inlineValue,
  instant,
  readable,
  withoutColours,
} from '../../../src/docs-site/text/format.ts'
import { highlight, linesOf, type TokenKind } from '../../../src/docs-site/text/highlight.ts'
import { isSafeLink, markdownHtml, plainSummary } from '../../../src/docs-site/text/markdown.ts'

describe('Markdown', () => {
  test('what it is for', () => {
    expect(markdownHtml('A **bold** word, `code` and\n\n- a list')).toBe(
      '<p>A <strong>bold</strong> word, <code>code</code> and</p>\n<ul>\n<li>a list</li>\n</ul>\n',
    )
    expect(markdownHtml('# Title')).toBe('<h3>Title</h3>\n')
    expect(markdownHtml('###### Deep')).toBe('<h6>Deep</h6>\n')
    expect(markdownHtml('[site](https://example.com/a?b=c)')).toBe(
      '<p><a href="https://example.com/a?b=c" target="_blank" rel="noopener noreferrer">site</a></p>\n',
    )
    expect(markdownHtml('[model](#/model/model.a.b) [mail](mailto:a@example.com)')).toBe(
      '<p><a href="#/model/model.a.b">model</a> <a href="mailto:a@example.com">mail</a></p>\n',
    )
    expect(markdownHtml('![logo](assets/logo.png)')).toBe('<p><img src="assets/logo.png" alt="logo"></p>\n')
    expect(markdownHtml('![far](https://example.com/a.png)')).toBe(
      '<p><a href="https://example.com/a.png" target="_blank" rel="noopener noreferrer">far</a></p>\n',
    )
    expect(markdownHtml('| a |\n|---|\n| b |')).toContain('<div class="scroll"><table>')
  })

  test.each([
    'javascript:x', 'JAVASCRIPT:x', ' javascript:x', 'java\tscript:x', 'java\nscript:x', '\u0001javascript:x', 'vbscript:x', 'data:text/html,x', 'file:///etc/passwd',
    'blob:x', 'about:blank', '//example.com/x', 'ftp://example.com', 'javascript&colon;x',
  ])('is no link: %j', (url) => expect(isSafeLink(url)).toBe(false)) // biome-ignore format: one list
  test.each([
    'https://example.com', 'http://example.com/a?b#c', 'mailto:a@example.com', 'tel:+49', '#/model/x', 'assets/a.png', './a.png', '../a.png', '/a/b', 'a.pdf',
  ])('is a link: %j', (url) => expect(isSafeLink(url)).toBe(true)) // biome-ignore format: one list

  test('HTML of a text is text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<',
            '>',
            '"',
            "'",
            '&',
            '=',
            '/',
            'script',
            'onerror',
            'img src=x ',
            '[',
            '](',
            ')',
            '!',
            '`',
            '\n',
            ' ',
            'javascript:',
            'a',
          ),
        ),
        (parts) => {
          const html = markdownHtml(parts.join(''))
          // quoted values of our own attributes left out, only these elements are left
          const tags =
            html.replace(/ (?:href|src|alt|target|rel|class|title|start)="[^"]*"/g, '').match(/<[^>]*>/g) ?? []
          for (const tag of tags)
            expect(tag).toMatch(/^<\/?(?:p|a|em|strong|code|pre|img|blockquote|br|ul|ol|li|h[3-6]|hr|s)>$/)
          expect(html).not.toMatch(/(?:href|src)="\s*(?:javascript|vbscript)/i)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('the first paragraph as one line', () => {
    expect(plainSummary('plain')).toBe('plain')
    expect(plainSummary('One **bold** [link](x)\nand `code`\n\nsecond')).toBe('One bold link and code')
    expect(plainSummary('# Title\n\ntext')).toBe('Title')
    expect(plainSummary('\n')).toBe('')
  })
})

describe('code', () => {
  const kinds = (code: string, language: 'sql' | 'jinja' | 'python'): [TokenKind, string][] =>
    highlight(code, language).flatMap(({ kind, text }) =>
      text.trim() === '' || kind === 'text' ? [] : [[kind, text] as [TokenKind, string]],
    )

  test('SQL', () => {
    expect(kinds(`select count(*), 'it''s', 1.5e3, "Name" -- why\nfrom a /* b */`, 'sql')).toEqual([
      ['keyword', 'select'], ['function', 'count'], ['operator', '*'], ['string', "'it''s'"], ['number', '1.5e3'], ['comment', '-- why'], ['keyword', 'from'],
      ['comment', '/* b */'],
    ]) // biome-ignore format: one list
    expect(kinds("$tag$ it's -- here $tag$ x", 'sql')).toEqual([['string', "$tag$ it's -- here $tag$"]])
  })
  test('templates', () => {
    expect(kinds("select {{ ref('a') }} {# no #} {%- if x -%}", 'jinja')).toEqual([
      ['keyword', 'select'], ['jinja', '{{'], ['jinja-name', 'ref'], ['jinja', '('], ['jinja-string', "'a'"], ['jinja', ')'], ['jinja', '}}'],
      ['comment', '{# no #}'], ['jinja', '{%-'], ['keyword', 'if'], ['jinja-name', 'x'], ['jinja', '-%}'],
    ]) // biome-ignore format: one list
  })
  test('Python', () => {
    expect(kinds('def model(dbt, s):  # x\n  return dbt.ref("a")', 'python')).toEqual([
      ['keyword', 'def'], ['function', 'model'], ['operator', ':'], ['comment', '# x'], ['keyword', 'return'], ['function', 'ref'], ['string', '"a"'],
    ]) // biome-ignore format: one list
  })

  test.each(['sql', 'jinja', 'python'] as const)('%s: the tokens joined are the code, whatever it is', (language) => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        "'",
        '"',
        '--',
        '/*',
        '*/',
        '\n',
        'select',
        '$$',
        '`',
        '"""',
        '#',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const code = pieces.join('')
        const tokens = highlight(code, language)
        expect(tokens.map((token) => token.text).join('')).toBe(code)
        expect(linesOf(tokens).map((line) => line.map((token) => token.text).join('')).join('\n')).toBe(code) // biome-ignore format: one call
      }),
      { numRuns: 300 },
    )
  })
})

describe('numbers and times', () => {
  test('durations', () =>
    expect([0.034, 9.999, 12.34, 59.96, 61, 3599, 3660, 7325].map(duration)).toEqual([
      '0.03 s',
      '10.00 s',
      '12.3 s',
      '60.0 s',
      '1 min 1 s',
      '59 min 59 s',
      '1 h 1 min',
      '2 h 2 min',
    ]))
  test('how long ago', () => {
    const now = Date.UTC(2026, 10, 30, 12)
    expect(ago('2026-11-30T11:59:30Z', now)).toBe('just now')
    expect(ago('2026-11-30T11:00:00', now)).toBe('1 hour ago')
    expect(ago('2026-11-29T12:00:00.123456Z', now)).toBe('23 hours ago')
    expect(ago('2026-11-29T11:00:00.123456Z', now)).toBe('yesterday')
    expect(ago('2025-11-01T12:00:00+00:00', now)).toBe('last year')
    expect(ago(undefined, now)).toBeUndefined()
    expect(ago('nonsense', now)).toBeUndefined()
  })
  test('a time without a zone is UTC', () => {
    expect(instant('2026-11-30T12:00:00')).toBe(Date.UTC(2026, 10, 30, 12))
    expect(instant('2026-11-30T12:00:00+02:00')).toBe(Date.UTC(2026, 10, 30, 10))
    expect(instant('<b>')).toBeUndefined()
    expect(dateTime('<b>')).toBeUndefined()
  })
  test('words and values', () => {
    expect([counted(1, 'test'), counted(1200, 'test'), counted(2, 'query', 'queries')]).toEqual([
      '1 test',
      '1,200 tests',
      '2 queries',
    ])
    expect([
      inlineValue('a'),
      inlineValue(['a', 'b']),
      inlineValue(['a,b']),
      inlineValue({ a: 1 }),
      inlineValue(null),
    ]).toEqual(['a', 'a, b', '["a,b"]', '{"a":1}', 'null'])
  })
  test('definitions in words', () => {
    const filter = { where_filters: [{ where_sql_template: "{{ Entity('customer') }} > 2" }] }
    expect([
      readable({ name: 'total', filter: null, alias: null, join_to_timespine: false }),
      readable([
        { name: 'a', alias: 'x' },
        { name: 'b', filter },
      ]),
      readable({ time_granularity: 'day', validity_params: null }),
      readable([null, {}, '', { name: null }]),
      readable(7),
    ]).toEqual([
      'total',
      "a (alias: x), b (filter: {{ Entity('customer') }} > 2)",
      'time granularity: day',
      undefined,
      '7',
    ])
  })
  test('colours of a terminal', () => expect(withoutColours('\u001b[32mok\u001b[0m [1m]')).toBe('ok [1m]'))
})
