import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { screenshot } from '../support/browser.ts'
import { artifact } from '../support/docs-project.ts'
import { FACT, type SampleSite, sampleSite } from '../support/sample-site.ts'

/** The page of the sample project, as a person uses it. */
let site: SampleSite
beforeAll(async () => {
  site = await sampleSite()
}, 180_000)
afterAll(() => site?.close())
const at: SampleSite['at'] = (...given) => site.at(...given)

const heading = (page: Page): Promise<string> => page.locator('main h1').innerText()
/** Names of the nodes of the graph, as readers of the screen hear them. */
const drawn = async (page: Page): Promise<string[]> => (await page.locator('main canvas li').allTextContents()).sort()

test('from the first page by search to a model, and along a ref to another one', async () => {
  await at('', async (page) => {
    await expect.poll(() => heading(page)).toBe('flights')
    expect(await page.title()).toBe('flights · docs')
    expect(await page.getByRole('link', { name: /Last run/ }).innerText()).toMatch(/all good\s*64 results/)
    await screenshot(page, 'overview-light')
    await page.keyboard.press('/')
    await page.keyboard.type('fct fli')
    await expect.poll(() => page.getByRole('option').first().innerText()).toContain('fct_flights')
    await screenshot(page, 'search-light')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'fct_flights', exact: true, level: 1 }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.locator('.code a', { hasText: "'dim_planes'" }).click()
    await page.getByRole('heading', { name: 'dim_planes', level: 1 }).waitFor()
    expect(page.url()).toBe(`${site.url}#/model/model.flights.dim_planes`)
    await page.goBack()
    await page.getByRole('heading', { name: 'fct_flights', exact: true, level: 1 }).waitFor()
  })
})

test('what is typed right after the key that opens the search is not lost: it takes the keys before anything is painted', async () => {
  await at('', async (page) => {
    const focused = await page.evaluate(async () => {
      dispatchEvent(new KeyboardEvent('keydown', { key: '/' }))
      await Promise.resolve()
      await Promise.resolve()
      return document.activeElement?.getAttribute('role')
    })
    expect(focused).toBe('combobox')
  })
})

test('search finds columns, and opens the column', async () => {
  await at('', async (page) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('plane_age_band')
    const first = page.getByRole('option').first()
    await expect.poll(() => first.innerText()).toMatch(/fct_flights\s*column plane_age_band/)
    await first.click()
    await page.getByRole('button', { name: 'plane_age_band', expanded: true }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('no such thing anywhere')
    await page.getByText('Nothing found.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

test('a model page says what it is, where from, and whether it is healthy', async () => {
  await at(`#/model/${FACT}`, async (page) => {
    const facts = (await page.locator('.facts').innerText()).replace(/\s+/g, ' ')
    expect(facts).toMatch(/Last run success in [\d.]+ s, .*Tests 9 passed Table "flights"\."main"\."fct_flights"/)
    const row = page.locator('table.columns tbody tr', { hasText: 'flight_key' }).first()
    expect((await row.innerText()).replace(/\s+/g, ' ')).toMatch(
      /flight_key key VARCHAR Hash of day, .* surrogate_key ?\. not_null, unique/,
    )
    expect(await page.locator('table.columns tbody tr').count()).toBe(18)
    const tests = page.locator('#section-tests tbody tr')
    expect(await tests.count()).toBe(9)
    expect(await tests.first().innerText()).toMatch(/^pass/)
    const lists = page.locator('.neighbour-list')
    expect((await lists.nth(0).innerText()).split('\n').slice(1).sort()).toEqual([
      'dim_planes',
      'int_flight_outcomes',
      'int_hourly_conditions',
    ])
    expect((await lists.nth(1).innerText()).split('\n')).toHaveLength(7)
    await page.getByRole('button', { name: 'Compiled' }).click()
    await page.locator('.code a', { hasText: '__dbt__cte__int_flight_outcomes' }).first().click()
    await expect.poll(() => heading(page)).toBe('int_flight_outcomes')
  })
})

test('a section has an address, and links of dbt lead to the same page', async () => {
  await at(`#/model/${FACT}?section=code`, async (page) => {
    const top = await page.locator('#section-code').evaluate((element) => element.getBoundingClientRect().top)
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top).toBeLessThan(300)
  })
  await at(`#!/model/${FACT}`, async (page) => await expect.poll(() => heading(page)).toBe('fct_flights'))
  await at('#!/overview', async (page) => await expect.poll(() => heading(page)).toBe('flights'))
  await at('#/model/model.flights.gone', async (page) =>
    expect(await page.locator('main').innerText()).toContain('model.flights.gone'),
  )
})

describe('the lineage graph', () => {
  test('of the project, of a selector, around a node', async () => {
    await at(`#/model/${FACT}`, async (page) => {
      await page.getByRole('link', { name: 'Lineage graph' }).click()
      await page.locator('main canvas').waitFor()
      await expect.poll(() => drawn(page)).toHaveLength(15)
      await screenshot(page, 'graph-around-light')
      await page.getByRole('slider', { name: 'upstream' }).fill('1')
      await page.getByRole('slider', { name: 'downstream' }).fill('0')
      await page.getByRole('application', { name: /of 4 nodes/ }).waitFor()
      await expect
        .poll(() => drawn(page))
        .toEqual([
          'dim_planes, model',
          'fct_flights, model',
          'int_flight_outcomes, model',
          'int_hourly_conditions, model',
        ])
    })
    await at('#/graph', async (page) => {
      await expect.poll(() => drawn(page)).toHaveLength(23)
      const select = page.getByRole('textbox', { name: 'Select' })
      await select.fill('1+fct_flights,config.materialized:ephemeral source:raw+1')
      await select.press('Enter')
      await page.getByRole('application', { name: /of 4 nodes/ }).waitFor()
      await expect
        .poll(() => drawn(page))
        .toEqual([
          'int_flight_outcomes, model',
          'int_hourly_conditions, model',
          'raw.flights, source',
          'stg_flights, model',
        ])
      await select.fill('nosuch:x')
      await select.press('Enter')
      await page.getByText("'nosuch' is not a valid method name").waitFor()
      await select.fill('fct_flightz')
      await select.press('Enter')
      await page.getByText("did you mean 'fct_flights'?").waitFor()
      await select.fill('result:no-op')
      await select.press('Enter')
      await expect.poll(() => drawn(page)).toEqual(['delay_report, exposure'])
      await page.getByRole('button', { name: 'Show the whole project' }).click()
      await page.getByRole('application', { name: /of 23 nodes/ }).waitFor()
    })
  })

  test('is walked through with the keyboard, and drawn by the mouse', async () => {
    await at(`#/graph?node=${FACT}&up=1&down=1`, async (page) => {
      const canvas = page.locator('main canvas')
      await canvas.focus()
      await page.keyboard.press('ArrowRight')
      const panel = page.locator('.graph-panel h2')
      await expect.poll(() => panel.innerText()).not.toBe('fct_flights')
      await page.keyboard.press('ArrowLeft')
      await expect.poll(() => panel.innerText()).toBe('fct_flights')
      await page.keyboard.press('Enter')
      await expect.poll(() => heading(page)).toBe('fct_flights')
    })
    await at(`#/graph?node=${FACT}&up=0&down=0`, async (page) => {
      const canvas = page.locator('main canvas')
      const box = (await canvas.boundingBox())!
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
      // one node, in the middle: it follows the mouse
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x - 150, y - 100, { steps: 5 })
      await page.mouse.up()
      await page.mouse.dblclick(x, y)
      expect(page.url()).toContain('#/graph')
      await page.mouse.dblclick(x - 150, y - 100)
      await page.getByRole('heading', { name: 'fct_flights', exact: true, level: 1 }).waitFor()
    })
  })

  test('is saved as a picture and as text', async () => {
    await at('#/graph', async (page) => {
      const saved = async (format: string): Promise<Buffer> => {
        await page.getByRole('button', { name: 'Export' }).click()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: format }).click(),
        ])
        return readFileSync(await download.path())
      }
      const svg = (await saved('SVG')).toString()
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
      expect(svg.match(/<title>/g)).toHaveLength(23)
      expect(svg).not.toContain('NaN')
      expect([...(await saved('PNG')).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
      const { nodes, edges } = JSON.parse((await saved('JSON')).toString()) as {
        nodes: unknown[]
        edges: { from: string; to: string }[]
      }
      expect(nodes).toHaveLength(23)
      const dependencies = Object.values({
        ...(artifact(site.folder, 'manifest.json')['parent_map'] as Record<string, string[]>),
      })
      expect(dependencies.flat().length).toBeGreaterThan(edges.length)
      expect(edges).toContainEqual({ from: 'model.flights.dim_planes', to: FACT })
      expect((await saved('Mermaid')).toString()).toMatch(/^flowchart LR\n/)
      expect((await saved('DOT')).toString()).toContain(`"model.flights.dim_planes" -> "${FACT}";`)
    })
  })

  test('takes its colours from results, tags and groups', async () => {
    await at('#/graph', async (page) => {
      expect((await page.locator('.legend').innerText()).replace(/\s+/g, ' ')).toBe(
        'model 16 seed 4 source 1 analysis 1 exposure 1',
      )
      await page.getByRole('combobox', { name: 'Colour' }).selectOption('tag')
      await page.locator('.legend', { hasText: 'staging' }).waitFor()
      await page.getByRole('combobox', { name: 'Colour' }).selectOption('status')
      await page.locator('.legend', { hasText: 'warning 1' }).waitFor()
      await screenshot(page, 'graph-status-light')
    })
  })
})

test('a column is followed to where it comes from and where it goes', async () => {
  await at(`#/model/${FACT}`, async (page) => {
    await page.getByRole('button', { name: 'is_late' }).click()
    const details = (await page.locator('.column-details').innerText()).replace(/\s+/g, ' ')
    expect(details).toContain(
      'Comes from int_flight_outcomes is_late copied Goes into carrier_punctuality late_percent aggregated',
    )
    await page.getByRole('link', { name: 'Show full lineage' }).click()
    await page.getByRole('application', { name: /of 5 nodes/ }).waitFor()
    await expect
      .poll(() => drawn(page))
      .toEqual([
        'carrier_punctuality, model',
        'fct_flights, model',
        'int_flight_outcomes, model',
        'raw.flights, source',
        'stg_flights, model',
      ])
    await screenshot(page, 'column-lineage-light')
    await page.getByRole('checkbox', { name: 'where it filters or joins' }).check()
    await page.getByRole('application', { name: /of 6 nodes/ }).waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'JSON' }).click(),
    ])
    const { nodes, edges } = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
      nodes: { unique_id: string; columns?: string[] }[]
      edges: unknown[]
    }
    expect(Object.fromEntries(nodes.map((one) => [one.unique_id, one.columns]))).toEqual({
      'source.flights.raw.flights': ['arr_delay'],
      'model.flights.stg_flights': ['arrival_delay'],
      'model.flights.int_flight_outcomes': ['is_late'],
      [FACT]: ['is_late'],
      'model.flights.carrier_punctuality': ['late_percent'],
      'model.flights.weather_effect': undefined,
    })
    expect(edges).toContainEqual({ from: FACT, to: 'model.flights.weather_effect', how: 'filter' })
    await page.locator('.graph-panel').getByRole('link', { name: 'is_late', exact: false }).waitFor()
  })
  await at('#/model/model.flights.carrier_punctuality', async (page) =>
    expect(await page.locator('.note').innerText()).toBe(
      'Where these columns come from is known in part: a macro was not understood.',
    ),
  )
  // picked in the graph of models
  await at(`#/graph?node=${FACT}&up=1&down=1`, async (page) => {
    await page.locator('.graph-panel').getByRole('link', { name: 'is_late' }).click()
    await page.getByText('Lineage of is_late in fct_flights').waitFor()
    await page.getByRole('link', { name: 'Model graph' }).click()
    await page.getByRole('slider', { name: 'upstream' }).waitFor()
  })
})

test('lists, sources with their freshness, macros, exposures, the last run', async () => {
  await at('#/list/model', async (page) => {
    expect(await page.getByRole('table', { name: 'models' }).getAttribute('aria-rowcount')).toBe('17')
    await page.getByRole('columnheader', { name: 'Last run' }).getByRole('button').click()
    await page.getByRole('columnheader', { name: 'Last run' }).getByRole('button').click()
    await expect
      .poll(() => page.getByRole('columnheader', { name: 'Last run' }).getAttribute('aria-sort'))
      .toBe('descending')
    await page.getByRole('searchbox', { name: 'Filter models' }).fill('planes')
    await page.getByText('3 of 16').waitFor()
    await screenshot(page, 'list-light')
  })
  await at('#/list/source', async (page) =>
    expect(await page.locator('.data-table').innerText()).toMatch(/raw\.flights[\s\S]*1\d years ago/),
  )
  await at('#/source/source.flights.raw.flights', async (page) => {
    expect((await page.locator('.facts').innerText()).replace(/\s+/g, ' ')).toMatch(
      /Freshness warn newest data 1\d years ago/,
    )
  })
  await at('', async (page) =>
    expect(await page.locator('#section-attention').innerText()).toMatch(/warn\s+raw\.flights/),
  )
  await at('#/macro/macro.flights.surrogate_key', async (page) => {
    await expect.poll(() => heading(page)).toBe('surrogate_key')
    expect(await page.locator('.neighbours').innerText()).toContain('stg_flights')
  })
  await at('#/exposure/exposure.flights.delay_report', async (page) => {
    await expect.poll(() => heading(page)).toBe('The monthly report on delays')
    expect(await page.locator('.facts').innerText()).toContain('Flight analysts · flights@example.com')
    expect(await page.getByRole('link', { name: 'https://example.com/delays' }).getAttribute('rel')).toBe(
      'noopener noreferrer',
    )
  })
  await at('#/runs', async (page) => {
    expect(await page.locator('.lane-bar').count()).toBe(64)
    expect(await page.getByRole('table', { name: 'Results' }).getAttribute('aria-rowcount')).toBe('65')
    await page.getByRole('button', { name: /skipped 1/ }).click()
    await expect.poll(() => page.getByRole('table', { name: 'Results' }).innerText()).toContain('delay_report')
    await screenshot(page, 'runs-light')
  })
})

test('trees of the project and of the database, by keyboard too', async () => {
  await at(`#/model/${FACT}`, async (page) => {
    const tree = page.getByRole('tree', { name: 'Files of the project' })
    const current = tree.locator('[aria-current=page]')
    await expect.poll(() => current.innerText()).toBe('fct_flights')
    await tree.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'plane_age_effect', level: 1 }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    const folder = tree.getByRole('treeitem', { name: 'marts' })
    await expect.poll(() => folder.getAttribute('aria-expanded')).toBe('false')
    await page.getByRole('button', { name: 'Database' }).click()
    const tables = page.getByRole('tree', { name: 'Tables of the database' })
    await tables.getByRole('treeitem', { name: 'dim_planes' }).click()
    await page.getByRole('heading', { name: 'dim_planes', level: 1 }).waitFor()
  })
})
