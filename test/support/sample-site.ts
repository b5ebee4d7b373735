import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openBrowser, visit } from './browser.ts'
import { addToTarget, docsServe, documentedSample, FRESHNESS, LINEAGE } from './docs-project.ts'

/** The model that most is to be seen of. */
export const FACT = 'model.flights.fct_flights'

/** The documentation of the sample project, built and served, and a browser before it. */
export interface SampleSite {
  readonly browser: Browser
  readonly folder: string
  readonly url: string
  /** Opens a place of the site, does something there, and wants no complaint of the browser and no request to elsewhere. */
  readonly at: (hash: string, act: (page: Page) => Promise<void>, options?: BrowserContextOptions) => Promise<void>
  readonly close: () => Promise<void>
}

export async function sampleSite(): Promise<SampleSite> {
  const browser = await openBrowser()
  const sample = await documentedSample()
  addToTarget(sample.folder, { 'column_lineage.json': LINEAGE, 'sources.json': FRESHNESS })
  const serving = await docsServe(sample.folder)
  return {
    browser,
    folder: sample.folder,
    url: serving.url,
    at: async (hash, act, options = {}) => {
      const seen = await visit(browser, options)
      try {
        await seen.page.goto(serving.url + hash)
        await seen.page.locator('main h1, main canvas').first().waitFor()
        await act(seen.page)
        expect(seen.complaints).toEqual([])
        expect(seen.strangers).toEqual([])
      } finally {
        await seen.close()
      }
    },
    close: async () => {
      await browser.close()
      await serving.stop()
      sample.remove()
    },
  }
}
