import { defineConfig } from 'vitest/config'

/** What measures the reference: by hand, with its path in FAULTS_REFERENCE. */
export default defineConfig({
  test: {
    root: new URL('../../..', import.meta.url).pathname,
    include: ['test/faults/reference/*.measure.ts'],
    globalSetup: ['test/faults/reference/start-postgres.ts'],
    testTimeout: 7_200_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
})
