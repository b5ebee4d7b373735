import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { AMOUNTS, SEED } from './support/amounts.ts'
import { pause, QUERN, type Running, run, start } from './support/child.ts'
import { note } from './support/figures.ts'
import { type PostgresPlace, postgresPlace } from './support/place.ts'
import { randomNumbers } from './support/random.ts'
import { damage, differences, type Prepared, prepare, restore, watched } from './support/scenario.ts'
import { badEnd } from './support/verdict.ts'

/** A server of its own: it is restarted. */
let server: PostgresServer
let proxy: TcpProxy
let place: PostgresPlace
beforeAll(async () => {
  server = await startPostgres()
  proxy = await startTcpProxy(server)
  place = await postgresPlace(server, 'faults', { through: proxy, profile: { retries: 0, connect_timeout: 3 } })
})
afterAll(async () => {
  await place?.remove()
  await proxy?.close()
  await server?.stop()
})

/** Ends the sessions of quern, not those that look on. */
async function terminate(): Promise<void> {
  const client = new pg.Client({ ...server })
  await client.connect()
  try {
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'faults' and application_name <> 'outside'",
    )
  } finally {
    await client.end()
  }
}

/** How long a run may wait for a server that never answers before somebody ends it. */
const PATIENCE = 4000

interface Fault {
  readonly name: string
  /** Before the build starts. */
  readonly arm?: () => void
  /** At a random moment of the build. */
  readonly strike: (running: Running) => Promise<void>
  /** Readers lose their connections as well. */
  readonly forAll?: boolean
}

const FAULTS: readonly Fault[] = [
  { name: 'sessions ended by the administrator', strike: terminate },
  { name: 'connections reset', strike: async () => proxy.reset() },
  {
    name: 'connections reset, and new ones refused from then on',
    strike: async () => {
      await proxy.refuse()
      proxy.reset()
    },
  },
  {
    name: 'no answer any more',
    strike: async ({ child, ended }) => {
      proxy.blackHole()
      await Promise.race([pause(PATIENCE), ended])
      child.kill('SIGTERM')
    },
  },
  { name: 'server restarted', strike: () => server.restart(300), forAll: true },
  {
    name: 'the connection ends before a COMMIT arrives',
    arm: () => proxy.cutWhen({ text: 'COMMIT', direction: 'to-server', deliver: false, times: 3 }),
    strike: async () => undefined,
  },
  {
    name: 'the answer to a COMMIT is lost',
    arm: () => proxy.cutWhen({ text: 'COMMIT', direction: 'to-client', deliver: false, times: 3 }),
    strike: async () => undefined,
  },
]

/** One build that is disturbed, then one that is not: what was wrong. */
async function disturbed(prepared: Prepared, fault: Fault, share: number): Promise<string[]> {
  await restore(place, prepared.scenario)
  const build = async (): Promise<string[]> => {
    fault.arm?.()
    const running = start(QUERN, prepared.scenario.args, { cwd: place.folder })
    await Promise.race([pause(share * prepared.milliseconds), running.ended])
    await fault.strike(running)
    const ended = await running.ended
    await proxy.pass()
    return badEnd(ended)
  }
  const { result, looks } = fault.forAll
    ? { result: await build(), looks: { wrong: [] } }
    : await watched(place, prepared, build)
  const wrong = [...result, ...looks.wrong, ...(await damage(place, prepared))]
  const again = await run(QUERN, prepared.scenario.args, { cwd: place.folder })
  if (again.exit !== 0) return [...wrong, `the next run ended with ${again.exit}: ${again.output}`]
  return [...wrong, ...(await differences(place, prepared))]
}

test('connections that fail at any moment', { timeout: 3_600_000 }, async () => {
  const all = await prepare(place, QUERN)
  const random = randomNumbers(SEED + 2)
  const failures: string[] = []
  for (let at = 0; at < AMOUNTS.connectionFaults; at++) {
    const fault = FAULTS[at % FAULTS.length] as Fault
    const prepared = all[at % all.length] as Prepared
    const share = random()
    const wrong = await disturbed(prepared, fault, share)
    if (wrong.length > 0)
      failures.push(`${fault.name}, ${prepared.scenario.name}, ${at} at ${share.toFixed(4)}:\n  ${wrong.join('\n  ')}`)
  }
  const tried = AMOUNTS.connectionFaults
  note({ what: 'connection faults on postgres', tried, survived: tried - failures.length, seed: SEED })
  expect(failures.join('\n'), `seed ${SEED}`).toBe('')
})
