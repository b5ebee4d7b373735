import { afterAll, describe, expect, inject, test } from 'vitest'
import { AMOUNTS, SEED } from './support/amounts.ts'
import { pause, QUERN, run, start } from './support/child.ts'
import { note } from './support/figures.ts'
import { duckdbPlace, type Place, postgresPlace } from './support/place.ts'
import { randomNumbers } from './support/random.ts'
import { damage, differences, type Prepared, prepare, restore } from './support/scenario.ts'
import { badEnd } from './support/verdict.ts'

const removals: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const remove of removals) await remove()
})

/** Milliseconds from the signal to the end that only something that hangs exceeds. The figures say how long it took. */
const HANGS = 15_000

interface Signalled {
  readonly wrong: string[]
  readonly milliseconds: number
}

/** Sends a signal `share` of the way to the usual end, then finishes the work with `retry`, or the same command where nothing had begun. */
async function signalled(place: Place, prepared: Prepared, signal: NodeJS.Signals, share: number): Promise<Signalled> {
  await restore(place, prepared.scenario)
  const running = start(QUERN, prepared.scenario.args, { cwd: place.folder })
  await Promise.race([pause(share * prepared.milliseconds), running.ended])
  const sent = performance.now()
  running.child.kill(signal)
  const ended = await running.ended
  const milliseconds = performance.now() - sent
  const hasBegun = / START /.test(ended.output)
  // node itself was still starting, or everything was done already
  const isOutside = (ended.signal === signal && !hasBegun) || ended.exit === 0
  const wrong = isOutside ? [] : badEnd(ended, [2])
  if (milliseconds > HANGS) wrong.push(`it took ${milliseconds} ms to end`)
  wrong.push(...(await damage(place, prepared)))
  const again = hasBegun ? ['retry'] : prepared.scenario.args
  const finished = await run(QUERN, again, { cwd: place.folder })
  if (finished.exit !== 0) wrong.push(`${again[0]} ended with ${finished.exit}: ${finished.output}`)
  else wrong.push(...(await differences(place, prepared)))
  return { wrong, milliseconds }
}

async function survives(place: Place): Promise<void> {
  removals.push(() => place.remove())
  const all = await prepare(place, QUERN)
  const random = randomNumbers(SEED + 3)
  const failures: string[] = []
  let slowest = 0
  for (let at = 0; at < AMOUNTS.signals; at++) {
    const prepared = all[at % all.length] as Prepared
    const signal = at % 2 === 0 ? 'SIGTERM' : 'SIGINT'
    const share = random()
    const { wrong, milliseconds } = await signalled(place, prepared, signal, share)
    slowest = Math.max(slowest, milliseconds)
    if (wrong.length > 0)
      failures.push(`${signal}, ${prepared.scenario.name}, ${at} at ${share.toFixed(4)}:\n  ${wrong.join('\n  ')}`)
  }
  const tried = AMOUNTS.signals
  const more = { 'milliseconds to the end, at most': Math.round(slowest) }
  note({ what: `SIGTERM and SIGINT on ${place.database}`, tried, survived: tried - failures.length, more, seed: SEED })
  expect(failures.join('\n'), `seed ${SEED}`).toBe('')
}

describe('SIGTERM and SIGINT at any moment, then retry', () => {
  test('DuckDB', { timeout: 3_600_000 }, async () => survives(duckdbPlace()))
  test('Postgres', { timeout: 3_600_000 }, async () =>
    survives(await postgresPlace(inject('postgres'), 'quern_faults_signals')),
  )
})
