import { defineConfig } from 'vitest/config'

/** `npm run test:faults`: all faults, in their full number. The usual test run takes some of each (support/amounts.ts). */
process.env['QUERN_FAULTS'] ??= 'full'

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/faults/support/print-figures.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
})
