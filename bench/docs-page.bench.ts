import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, visit } from '../test/support/browser.ts'
import { bigProject, serve, writeTarget } from '../test/support/docs-artifacts.ts'

/**
 * `npm run bench:page`: how long the page keeps the browser's main thread busy. Counted are the thread's own seconds, not those of the clock on the wall: what else the
 * machine does at the time does not make the page slow.
 */
let browser: Browser
const folders: string[] = []
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function opened(
  size: number,
  act: (page: Page, url: string, busy: () => Promise<number>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quern-docs-speed-'))
  folders.push(folder)
  const site = await serve(writeTarget(folder, bigProject(size)))
  const seen = await visit(browser)
  const session = await seen.page.context().newCDPSession(seen.page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  try {
    await act(seen.page, site.url, () => busySeconds(session))
    expect(seen.complaints).toEqual([])
  } finally {
    await seen.close()
    await site.close()
  }
}

async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find((metric) => metric.name === 'TaskDuration')!.value
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

test('the first page of a project of 1 000 models', { timeout: 180_000 }, async () => {
  const seconds: number[] = []
  for (let round = 0; round < 3; round++) {
    await opened(1177, async (page, url, busy) => {
      await page.goto(url)
      await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor()
      seconds.push(await busy())
      expect(await page.locator('.type-links').textContent()).toContain('1,000')
    })
  }
  console.log(`first page: ${seconds.map((one) => one.toFixed(2)).join(', ')} s`)
})

test('search among 10 000 nodes, key by key', { timeout: 180_000 }, async () => {
  await opened(10_000, async (page, url, busy) => {
    await page.goto(url)
    await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor()
    await page.keyboard.press('/')
    // the first key may wait for the rest of the index
    await page.keyboard.type('x')
    const seconds: number[] = []
    for (const key of ['Backspace', ...'customer amount_6', 'Backspace', 'Backspace', ...'zzz']) {
      const before = await busy()
      await page.keyboard.press(key)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
      seconds.push((await busy()) - before)
    }
    console.log(
      `a key: ${(1000 * median(seconds)).toFixed(0)} ms, at most ${(1000 * Math.max(...seconds)).toFixed(0)} ms`,
    )
    expect(await page.getByText('Nothing found.').count()).toBe(1)
  })
})

test('a graph of 2 000 nodes is moved and zoomed', { timeout: 180_000 }, async () => {
  await opened(2000, async (page, url, busy) => {
    await page.goto(`${url}#/graph`)
    await page.getByRole('application', { name: /of 2,000 nodes/ }).waitFor()
    const box = (await page.locator('main canvas').boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const frames = async (count: number, move: (frame: number) => Promise<void>): Promise<number> => {
      const seconds: number[] = []
      for (let frame = 0; frame < count; frame++) {
        const before = await busy()
        await move(frame)
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
        seconds.push((await busy()) - before)
      }
      return median(seconds)
    }
    await page.mouse.move(x, y)
    const zoom = await frames(20, (frame) => page.mouse.wheel(0, frame < 10 ? -200 : 150))
    await page.mouse.down()
    const pan = await frames(20, (frame) => page.mouse.move(x + frame * 5, y + frame * 3))
    await page.mouse.up()
    console.log(`a frame: zoom ${(1000 * zoom).toFixed(1)} ms, pan ${(1000 * pan).toFixed(1)} ms`)
  })
})
