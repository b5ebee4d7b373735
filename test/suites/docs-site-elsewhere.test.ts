import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { writeStaticPage } from '../../src/cli/docs/page-files.ts'
import { screenshot, visit } from '../support/browser.ts'
import { serve, writeTarget } from '../support/docs-artifacts.ts'
import { artifact } from '../support/docs-project.ts'
import { freshDatabase } from '../support/postgres-database.ts'
import { quern } from '../support/quern.ts'
import { FACT, type SampleSite, sampleSite } from '../support/sample-site.ts'

/** The page in other colours and sizes, as a file, for another database; and dbt's page on our artifacts. */
let site: SampleSite
beforeAll(async () => {
  site = await sampleSite()
}, 180_000)
afterAll(() => site?.close())
const at: SampleSite['at'] = (...given) => site.at(...given)

describe('in other colours and sizes', () => {
  const PAGES = [
    '',
    `#/model/${FACT}`,
    '#/list/model',
    '#/runs',
    '#/graph',
    `#/graph?node=${FACT}&column=is_late`,
    '#/list/test',
  ]
  const background = (page: Page): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor)

  test('dark by the system, light by the switch, and remembered', async () => {
    await at('', async (page) => {
      expect(await background(page)).toBe('rgb(20, 22, 26)')
      await screenshot(page, 'overview-dark')
      await page.goto(`${site.url}#/model/${FACT}`)
      await screenshot(page, 'model-dark')
      await page.goto(`${site.url}#/graph`)
      await page.locator('main canvas').waitFor()
      await screenshot(page, 'graph-dark')
      await page.getByRole('button', { name: 'Light' }).click()
      expect(await background(page)).toBe('rgb(255, 255, 255)')
      await page.reload()
      await page.locator('main canvas').waitFor()
      expect(await background(page)).toBe('rgb(255, 255, 255)')
    }, { colorScheme: 'dark' }) // biome-ignore format: one call
  })

  test.each(PAGES.map((hash, index) => [hash, index] as const))('on a phone: %s', async (hash, index) => {
    await at(hash, async (page) => {
      const { content, screen } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, screen: innerWidth }))
      expect(content).toBeLessThanOrEqual(screen)
      const main = await page.locator('main').evaluate((element) => element.scrollWidth - element.clientWidth)
      expect(main).toBeLessThanOrEqual(0)
      await screenshot(page, `phone-${index}`)
      await page.getByRole('button', { name: 'Open the menu' }).click()
      await page.getByRole('link', { name: 'Overview' }).click()
      await page.getByRole('heading', { name: 'flights', level: 1, exact: true }).waitFor()
      await page.getByRole('navigation', { name: 'Project' }).waitFor({ state: 'hidden' })
    }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }) // biome-ignore format: one call
  })

  test('everything that can be used has a name', async () => {
    for (const hash of PAGES) {
      await at(hash, async (page) => {
        const nameless = await page.evaluate(() =>
          [
            ...document.querySelectorAll<HTMLElement>(
              'button, a[href], input, select, [role=tree], [role=table], canvas',
            ),
          ]
            .filter((element) => {
              const labels = (element as HTMLInputElement).labels
              const text = element.getAttribute('aria-label') ?? element.textContent
              return element.closest('[aria-hidden=true]') === null && !text?.trim() && (labels?.length ?? 0) === 0
            })
            .map((element) => element.outerHTML.slice(0, 200)),
        )
        expect(nameless, hash).toEqual([])
      })
    }
  })
})

describe('as one file', () => {
  test('the static page shows everything without a server', async () => {
    const seen = await visit(site.browser)
    await seen.page.goto(`file://${site.folder}/target/static_index.html#/model/${FACT}`)
    await seen.page.getByRole('heading', { name: 'fct_flights', level: 1 }).waitFor()
    expect(await seen.page.locator('.facts').innerText()).toContain('9 passed')
    await seen.page.goto(`file://${site.folder}/target/static_index.html#/runs`)
    await seen.page.locator('.lane-bar').first().waitFor()
    // with the lineage of columns that docs generate worked out itself
    await seen.page.goto(`file://${site.folder}/target/static_index.html#/graph?node=${FACT}&column=is_late`)
    const names = seen.page.locator('main canvas li')
    await names.first().waitFor({ state: 'attached' })
    expect(await names.allTextContents()).toEqual(
      expect.arrayContaining(['int_flight_outcomes, model', 'stg_flights, model', 'carrier_punctuality, model']),
    )
    expect(seen.complaints).toEqual([])
    expect(seen.strangers).toEqual([])
    await seen.close()
  })

  test('pictures of the project are shown, in the file and from the server', async () => {
    const dot = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const folder = join(site.folder, 'pictured')
    const described = { ...artifact(site.folder, 'manifest.json') } as {
      nodes: Record<string, { description: string }>
    }
    described.nodes[FACT]!.description = '![a dot](pictures/dot.png)'
    writeTarget(folder, { 'manifest.json': described })
    writeStaticPage(folder)
    mkdirSync(join(folder, 'pictures'))
    writeFileSync(join(folder, 'pictures', 'dot.png'), dot)
    const other = await serve(folder, ['pictures'])
    for (const start of [other.url, `file://${folder}/static_index.html`]) {
      const seen = await visit(site.browser)
      await seen.page.goto(`${start}#/model/${FACT}`)
      const picture = seen.page.getByRole('img', { name: 'a dot' })
      await picture.waitFor()
      expect(
        await picture.evaluate((element) =>
          (element as HTMLImageElement).decode().then(() => (element as HTMLImageElement).naturalWidth),
        ),
        start,
      ).toBe(1)
      expect(seen.complaints).toEqual([])
      await seen.close()
    }
    await other.close()
  })

  test('the page without its data says what to do', async () => {
    const seen = await visit(site.browser)
    await seen.page.goto(`file://${site.folder}/target/index.html`)
    expect(await seen.page.getByRole('alert').innerText()).toMatch(
      /quern docs serve[\s\S]*quern docs generate --static/,
    )
    expect(seen.complaints).toEqual([])
    await seen.close()
  })
})

/** dbt's own page, as its package has it in dbt/task/docs/index.html: its path in this variable. */
const DBT_PAGE = process.env['DBT_DOCS_PAGE']
test.runIf(DBT_PAGE !== undefined)('dbt’s own page shows our artifacts', async () => {
  const folder = join(site.folder, 'dbt-page')
  mkdirSync(folder)
  for (const name of ['manifest.json', 'catalog.json'])
    copyFileSync(join(site.folder, 'target', name), join(folder, name))
  copyFileSync(DBT_PAGE!, join(folder, 'index.html'))
  const other = await serve(folder)
  const seen = await visit(site.browser)
  await seen.page.goto(`${other.url}#!/model/${FACT}`)
  await seen.page.getByRole('heading', { name: 'fct_flights', level: 1 }).waitFor()
  expect(await seen.page.locator('body').innerText()).toMatch(/flights\.main\.fct_flights[\s\S]*flight_key\s+VARCHAR/)
  expect(seen.complaints).toEqual([])
  await seen.close()
  await other.close()
})

test('on Postgres, with the rows that the database reported', { timeout: 180_000 }, async () => {
  const server = inject('postgres')
  const drop = await freshDatabase(server, 'quern_docs_site')
  const env = {
    FLIGHTS_TARGET: 'postgres',
    FLIGHTS_PG_HOST: server.host,
    FLIGHTS_PG_PORT: String(server.port),
    FLIGHTS_PG_USER: server.user,
    FLIGHTS_PG_PASSWORD: server.password,
    FLIGHTS_PG_DBNAME: 'quern_docs_site',
  }
  try {
    for (const command of [
      ['build', '--select', 'planes', 'stg_planes'],
      ['docs', 'generate', '--no-compile', '--static'],
    ])
      expect(
        await quern(command, { cwd: site.folder, env: { ...env, QUERN_TARGET_PATH: 'target-postgres' } }),
      ).toMatchObject({ exit: 0 })
    const seen = await visit(site.browser)
    await seen.page.goto(`file://${site.folder}/target-postgres/static_index.html#/seed/seed.flights.planes`)
    await seen.page.getByRole('heading', { name: 'planes', level: 1 }).waitFor()
    const columns = (await seen.page.locator('table.columns').innerText()).replace(/\s+/g, ' ')
    expect(columns).toMatch(/tailnum character varying\(6\) .* year integer/)
    expect((await seen.page.locator('.facts').innerText()).replace(/\s+/g, ' ')).toContain('Rows 3,322')
    await seen.close()
  } finally {
    await drop()
  }
})
