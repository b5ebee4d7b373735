import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeStaticPage } from '../../src/cli/docs/page-files.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { type ArtifactFiles, manifest, node, serve, writeTarget } from '../support/docs-artifacts.ts'

/** What somebody who writes a description, names a column or fills a table might try. Each would set `window.hacked`, or fetch from elsewhere. */
const PAYLOADS = [
  '<script>window.hacked=1</script>',
  '</script><script>window.hacked=1</script>',
  '<!--<script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '<svg onload=window.hacked=1>',
  '<svg><script>window.hacked=1</script></svg>',
  '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<a href="javascript:window.hacked=1">here</a>',
  '[here](javascript:window.hacked=1)',
  '[here](JaVaScRiPt&#58;window.hacked=1)',
  '[here](java&#10;script:window.hacked=1)',
  '[here](vbscript:window.hacked=1)',
  '[here](data:text/html,<script>opener.hacked=1</script>)',
  '![x](x" onerror="window.hacked=1)',
  '![x](https://example.com/pixel.png)',
  '![x](data:image/svg+xml,<svg onload="window.hacked=1"/>)',
  '<style>@import "https://example.com/x.css"</style>',
  '<link rel=stylesheet href=https://example.com/x.css>',
  '<base href="https://example.com/">',
  '<meta http-equiv=refresh content="0;url=https://example.com/">',
  '<form action="https://example.com/"><button>go</button></form>',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>',
  '"><img src=x onerror=window.hacked=1>',
  '\'"><svg/onload=window.hacked=1>',
  '<details open ontoggle=window.hacked=1>',
  '`<img src=x onerror=window.hacked=1>`\n\n```html\n<script>window.hacked=1</script>\n```',
  '<div style="background:url(https://example.com/x)">',
  '[ref]: javascript:window.hacked=1\n\n[ref]',
  '<http://example.com/><javascript:window.hacked=1>',
  '{{7*7}}${window.hacked=1}#{window.hacked=1}',
  '\u2028<script>window.hacked=1</script>\u0000',
]

const all = PAYLOADS.join('\n\n')

/** A project in which every text is an attack. */
function hostile(): ArtifactFiles {
  const columns = Object.fromEntries(
    PAYLOADS.map((text) => [
      text,
      {
        name: text,
        description: text,
        data_type: text,
        tags: [text],
        meta: { [text]: text },
        constraints: [{ type: text, expression: text }],
      },
    ]),
  )
  const texts = {
    description: all,
    columns,
    tags: PAYLOADS,
    meta: Object.fromEntries(PAYLOADS.map((text) => [text, text])),
    raw_code: `${all}\n{{ ref('b') }} -- ${all}`,
    compiled_code: `${all}\nselect '"db"."main"."b"'`,
    group: PAYLOADS[0],
    alias: PAYLOADS[3],
    schema: PAYLOADS[4],
    database: PAYLOADS[1],
    docs: { show: true, node_color: 'url(https://example.com/x)' },
    config: { enabled: true, materialized: PAYLOADS[3], tags: PAYLOADS, unheard_of: { [PAYLOADS[0]!]: PAYLOADS[0] } },
  }
  const named = PAYLOADS.map((text, at) =>
    node('model', text, {
      unique_id: `model.shop.m${at}`,
      original_file_path: `models/${text}/${at}.sql`,
      depends_on: { nodes: ['model.shop.a'], macros: [] },
    }),
  )
  const nodes = [
    node('model', 'a', { ...texts, depends_on: { nodes: ['model.shop.b'], macros: ['macro.shop.x'] } }),
    node('model', 'b', { ...texts, relation_name: '"db"."main"."b"' }),
    node('source', 's', { ...texts, source_name: PAYLOADS[0], source_description: all, loader: PAYLOADS[3] }),
    node('test', 't', {
      description: all,
      attached_node: 'model.shop.a',
      column_name: PAYLOADS[0],
      depends_on: { nodes: ['model.shop.a'], macros: [] },
      test_metadata: { name: PAYLOADS[3], kwargs: { values: PAYLOADS } },
    }),
    ...[
      'javascript:window.hacked=1',
      ' java\nscript:window.hacked=1',
      'https://example.com/"><script>window.hacked=1</script>',
    ].map((url, at) =>
      node('exposure', `e${at}`, {
        description: all,
        url,
        label: PAYLOADS[at],
        type: PAYLOADS[3],
        maturity: PAYLOADS[4],
        owner: { name: PAYLOADS[0], email: PAYLOADS[3] },
      }),
    ),
    node('metric', 'n', {
      description: all,
      label: PAYLOADS[0],
      type: PAYLOADS[3],
      type_params: { measure: PAYLOADS },
      filter: PAYLOADS,
    }),
    node('unit_test', 'u', {
      description: all,
      given: [
        { input: PAYLOADS[0], rows: PAYLOADS.map((text) => ({ [text]: text })) },
        { input: PAYLOADS[3], rows: all },
        { input: PAYLOADS[4], rows: null, fixture: PAYLOADS[0], format: PAYLOADS[3] },
      ],
      expect: { rows: all },
      depends_on: { nodes: ['model.shop.a'], macros: [] },
    }),
    ...named,
  ]
  const macro = {
    unique_id: 'macro.shop.x',
    name: PAYLOADS[0],
    package_name: 'shop',
    macro_sql: all,
    description: all,
    arguments: PAYLOADS.map((text) => ({ name: text, type: text, description: text })),
    depends_on: { macros: [] },
  }
  const table = {
    metadata: {
      type: PAYLOADS[0],
      schema: PAYLOADS[0],
      name: PAYLOADS[3],
      database: PAYLOADS[4],
      comment: all,
      owner: PAYLOADS[0],
    },
    columns: Object.fromEntries(
      PAYLOADS.map((text, at) => [text, { name: text, type: text, index: at + 1, comment: text }]),
    ),
    stats: { x: { id: 'x', label: PAYLOADS[3], value: PAYLOADS[0], include: true, description: PAYLOADS[0] } },
  }
  const result = (id: string) => ({
    unique_id: id,
    status: PAYLOADS[3],
    execution_time: 1,
    thread_id: PAYLOADS[0],
    message: all,
    failures: null,
    timing: [{ name: 'execute', started_at: '2026-11-30T12:00:00Z', completed_at: '2026-11-30T12:00:01Z' }],
    adapter_response: { [PAYLOADS[0]!]: PAYLOADS[0] },
  })
  return {
    'manifest.json': manifest(nodes, {
      macros: { 'macro.shop.x': macro },
      docs: { 'doc.shop.__overview__': { name: '__overview__', package_name: 'shop', block_contents: all } },
      selectors: {
        [PAYLOADS[0]!]: { name: PAYLOADS[0], description: all, definition: { method: 'tag', value: PAYLOADS[0] } },
      },
    }),
    'catalog.json': {
      metadata: {},
      nodes: { 'model.shop.a': table },
      sources: { 'source.shop.raw.s': table },
      errors: PAYLOADS,
    },
    'run_results.json': {
      metadata: { generated_at: PAYLOADS[0] },
      results: [result('model.shop.a'), result('test.shop.t'), { ...result('model.shop.b'), status: 'error' }],
      elapsed_time: 1,
      args: { which: 'build', invocation_command: all },
    },
    'sources.json': {
      metadata: {},
      results: [{ unique_id: 'source.shop.raw.s', status: 'error', error: all, max_loaded_at: PAYLOADS[0] }],
    },
    'column_lineage.json': {
      nodes: {
        'model.shop.a': {
          status: 'partial',
          reason: all,
          columns: {
            [PAYLOADS[0]!]: { sources: PAYLOADS.map((text) => ({ node: 'model.shop.b', column: text, how: text })) },
          },
          used: [],
        },
      },
    },
  }
}

const PLACES = [
  '#/',
  '#/model/model.shop.a',
  ...PAYLOADS.map((text) => `#/model/model.shop.a?section=${encodeURIComponent(`column-${text}`)}`).slice(0, 4),
  '#/model/model.shop.m0',
  '#/model/model.shop.m3',
  '#/source/source.shop.raw.s',
  '#/test/test.shop.t',
  '#/exposure/exposure.shop.e0',
  '#/exposure/exposure.shop.e1',
  '#/exposure/exposure.shop.e2',
  '#/metric/metric.shop.n',
  '#/unit_test/unit_test.shop.u',
  '#/macro/macro.shop.x',
  '#/list/model',
  '#/list/exposure',
  '#/list/test',
  '#/list/macro',
  `#/list/${encodeURIComponent(PAYLOADS[0]!)}`,
  `#/model/${encodeURIComponent(PAYLOADS[0]!)}`,
  '#/runs',
  '#/graph',
  '#/graph?colour=tag',
  `#/graph?select=${encodeURIComponent(PAYLOADS[0]!)}`,
  `#/graph?node=model.shop.a&column=${encodeURIComponent(PAYLOADS[0]!)}`,
  '#/graph?node=model.shop.a&up=1&down=1',
]

/** Presses and opens what there is to be opened. */
async function touch(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const button of document.querySelectorAll<HTMLElement>(
      'main button[aria-expanded=false], main .segments button',
    ))
      button.click()
  })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
}

/** What of the page would run or fetch something. */
const dangers = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    if ('hacked' in window) found.push('a script ran')
    const scripts = document.querySelectorAll('script')
    if (scripts.length !== 2) found.push(`${scripts.length} scripts`)
    if (document.querySelectorAll('style').length !== 1) found.push('styles')
    for (const element of document.querySelectorAll(
      'iframe, object, embed, base, form[action], link:not([rel=icon]), main svg script, meta[http-equiv=refresh]',
    ))
      found.push(element.outerHTML)
    for (const element of document.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`)
        if (
          /^(href|src|action|xlink:href)$/i.test(name) &&
          /^[\s\u0000-\u0020]*(javascript|vbscript|data:(?!image))/i.test(value)
        )
          found.push(`${name}=${value}`)
      }
    for (const image of document.querySelectorAll('main img'))
      if (!/^data:image\/(png|gif|jpeg|webp)/.test(image.getAttribute('src')!)) found.push(image.outerHTML)
    return found
  })

let browser: Browser
let folder: string
let served: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  browser = await openBrowser()
  folder = mkdtempSync(join(tmpdir(), 'quern-docs-safety-'))
  writeTarget(folder, hostile())
  writeStaticPage(folder)
  served = await serve(folder)
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('more than 15 ways are tried', () => expect(new Set(PAYLOADS).size).toBeGreaterThan(15))

describe.each(['served', 'static'])('nothing of a project runs in the %s page', (kind) => {
  const places = kind === 'served' ? PLACES : PLACES.filter((_, at) => at % 4 === 1)
  test.each(places)('%s', async (hash) => {
    const seen = await visit(browser)
    const start = kind === 'served' ? served.url : `file://${folder}/static_index.html`
    await seen.page.goto(start + hash)
    await seen.page.locator('main :is(h1, canvas, .empty)').first().waitFor()
    await touch(seen.page)
    expect(await dangers(seen.page)).toEqual([])
    expect(seen.strangers).toEqual([])
    // The policy had nothing to refuse: nothing even tried.
    expect(seen.complaints).toEqual([])
    await seen.close()
  })
})

test('attacks are shown as the texts that they are', async () => {
  const seen = await visit(browser)
  await seen.page.goto(`${served.url}#/model/model.shop.a`)
  const shown = await seen.page.locator('main .markdown').first().innerText()
  for (const text of [
    '<script>window.hacked=1</script>',
    '<img src=x onerror="window.hacked=1">',
    '<svg onload=window.hacked=1>',
  ])
    expect(shown).toContain(text)
  const names = await seen.page.locator('.column-name code').allTextContents()
  expect(names).toEqual(PAYLOADS)
  await seen.close()
})

test('search shows them, too, and opens none', async () => {
  const seen = await visit(browser)
  await seen.page.goto(served.url)
  await seen.page.locator('main h1').waitFor()
  await seen.page.keyboard.press('/')
  await seen.page.keyboard.type('<script>')
  await seen.page.getByRole('option').first().waitFor()
  expect(await dangers(seen.page)).toEqual([])
  expect(seen.complaints).toEqual([])
  await seen.close()
})

test('what would run is refused by the policy of the page', async () => {
  const seen = await visit(browser)
  await seen.page.goto(served.url)
  await seen.page.locator('main h1').waitFor()
  await seen.page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.hacked = 1'
    document.body.append(script)
    const image = new Image()
    image.setAttribute('onerror', 'window.hacked = 1')
    image.src = 'https://example.com/x.png'
    document.body.append(image)
  })
  await seen.page.waitForTimeout(200)
  expect(await seen.page.evaluate(() => 'hacked' in window)).toBe(false)
  expect(seen.complaints.filter((text) => /Content Security Policy/.test(text)).length).toBeGreaterThanOrEqual(2)
  await seen.close()
})
