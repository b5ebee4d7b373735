import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The browser for tests: the one of the variable CHROMIUM, the system's, or playwright's own. */
export const findBrowser = () =>
  [process.env['CHROMIUM'], ...SYSTEM, chromium.executablePath()].find((path) => path !== undefined && existsSync(path))
