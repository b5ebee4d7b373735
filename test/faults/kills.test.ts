import { afterAll, describe, expect, inject, test } from 'vitest'
import { AMOUNTS, SEED } from './support/amounts.ts'
import { pause, QUERN, run, start } from './support/child.ts'
import { note } from './support/figures.ts'
import { duckdbPlace, type Place, postgresPlace } from './support/place.ts'
import { randomNumbers } from './support/random.ts'
import { damage, differences, type Prepared, prepare, restore, watched } from './support/scenario.ts'

const removals: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const remove of removals) await remove()
})

/** Starts a build and kills it `share` (0 to 1) of the way to its usual end; undefined: it was over before. */
async function killed(
  place: Place,
  { scenario, milliseconds }: Prepared,
  share: number,
): Promise<{ hasBegun: boolean } | undefined> {
  const running = start(QUERN, scenario.args, { cwd: place.folder })
  await Promise.race([pause(share * milliseconds), running.ended])
  running.child.kill('SIGKILL')
  const { signal, output } = await running.ended
  return signal === 'SIGKILL' ? { hasBegun: / START /.test(output) } : undefined
}

/** One kill, `share` of the way or earlier: what was wrong after it, and after the next run, which is a `retry` when there is something to retry. */
async function killedOnce(
  place: Place,
  prepared: Prepared,
  share: number,
  mayRetry: boolean,
): Promise<{ share: number; looks: number; wrong: string[] }> {
  await restore(place, prepared.scenario)
  const { result, looks } = await watched(place, prepared, async () => {
    const kill = await killed(place, prepared, share)
    if (kill === undefined) return undefined
    const wrong = await damage(place, prepared)
    const args = mayRetry && kill.hasBegun ? ['retry'] : prepared.scenario.args
    const again = await run(QUERN, args, { cwd: place.folder })
    if (again.exit !== 0) return [...wrong, `${args[0]} ended with ${again.exit}: ${again.output}`]
    return [...wrong, ...(await differences(place, prepared))]
  })
  if (result === undefined) return await killedOnce(place, prepared, share * 0.8, mayRetry)
  return { share, looks: looks.count, wrong: [...result, ...looks.wrong] }
}

/** Kills builds at random moments; after each the old or the new targets are there, and the next run finishes the work. */
async function survives(place: Place): Promise<void> {
  removals.push(() => place.remove())
  const all = await prepare(place, QUERN)
  const random = randomNumbers(SEED + (place.database === 'postgres' ? 1 : 0))
  const failures: string[] = []
  let allLooks = 0
  let survived = 0
  for (let at = 0; at < AMOUNTS.kills; at++) {
    const prepared = all[at % all.length] as Prepared
    const { share, looks, wrong } = await killedOnce(place, prepared, random(), at % 2 === 1)
    allLooks += looks
    if (wrong.length === 0) survived++
    else failures.push(`${prepared.scenario.name}, kill ${at} at ${share.toFixed(4)}:\n  ${wrong.join('\n  ')}`)
  }
  note({
    what: `kill -9 on ${place.database}`,
    tried: AMOUNTS.kills,
    survived,
    more: { 'targets looked at by readers meanwhile': allLooks },
    seed: SEED,
  })
  expect(failures.join('\n'), `seed ${SEED}`).toBe('')
}

const LONG = { timeout: 3_600_000 }

describe('kill -9 at any moment', () => {
  test('DuckDB', LONG, async () => survives(duckdbPlace()))
  test('Postgres', LONG, async () => survives(await postgresPlace(inject('postgres'), 'quern_faults_kills')))
})
