import { defineConfig } from 'vitest/config'

/** What measures in a browser: run by hand, never among the tests. */
export default defineConfig({
  test: { include: ['bench/**/*.bench.ts'], maxWorkers: 1, root: new URL('..', import.meta.url).pathname },
})
