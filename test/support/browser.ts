import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findBrowser } from './find-browser.mjs'
import { REPOSITORY } from './quern.ts'

/** Where tests leave their screenshots, to be looked at. */
export const SCREENSHOTS = join(REPOSITORY, 'test', 'output', 'docs-site')

/** A real browser. Throws, and says how to get one, when there is none: these tests are never skipped in silence. */
export async function openBrowser(): Promise<Browser> {
  const path = findBrowser()
  if (path === undefined)
    throw new Error(
      'the tests of the docs page need Chromium: apt-get install chromium, or npx playwright-core install chromium, or its path in CHROMIUM',
    )
  // Chromium's sandbox does not work for root, as whom CI runs.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ executablePath: path, args })
}

/** A page in a context of its own, with all that it complains about. */
export interface Visit {
  readonly page: Page
  /** Errors of scripts, refused by the policy, and whatever was written to the console as an error. */
  readonly complaints: string[]
  /** Addresses asked for outside of the page's own place. */
  readonly strangers: string[]
  readonly close: () => Promise<void>
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    acceptDownloads: true,
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const strangers: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // optional files that are not there are looked for all the same
    if (message.type() === 'error' && !/404 \(Not Found\)/.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!/^(?:http:\/\/(?:127\.0\.0\.1|localhost)[:/]|file:|data:|blob:)/.test(request.url()))
      strangers.push(request.url())
  })
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, complaints, strangers, close: () => context.close() }
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })
}
