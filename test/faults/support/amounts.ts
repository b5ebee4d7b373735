/**
 * How much is tried: all of it by `npm run test:faults`, a part of everything in the usual test run. The only place with such numbers.
 */
const isFull = process.env['QUERN_FAULTS'] === 'full'

export const AMOUNTS = {
  /** Builds killed with SIGKILL, for each database. */
  kills: isFull ? 105 : 4,
  /** Builds on Postgres that lose connections: backends ended, server restarted, connections cut, refused and swallowed by a proxy. */
  connectionFaults: isFull ? 56 : 7,
  /** Builds that get SIGINT or SIGTERM, for each database. */
  signals: isFull ? 20 : 2,
  /** Sizes (bytes) at which the disk of the DuckDB file and of the external files is full, between none and enough. */
  fullDisks: isFull ? 12 : 1,
  /** Invocations of the library in one process. */
  invocations: isFull ? 500 : 60,
  /** Rows of the largest seed. */
  seedRows: isFull ? 1_000_000 : 100_000,
  /** Nodes of the largest run. */
  nodes: isFull ? 5_000 : 250,
} as const

/** The seed of this run's random moments; `QUERN_FAULTS_SEED` repeats an earlier run. */
export const SEED = Number(process.env['QUERN_FAULTS_SEED'] ?? Date.now() % 2 ** 31) >>> 0
