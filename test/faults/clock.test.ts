import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUERN, run } from './support/child.ts'
import { note } from './support/figures.ts'
import { duckdbPlace, type Place } from './support/place.ts'
import { damage, differences, type Prepared, prepare, restore } from './support/scenario.ts'
import { badEnd } from './support/verdict.ts'

const PRELOAD = join(import.meta.dirname, 'support', 'shifted-clock.cjs')
const DAY = 24 * 60 * 60 * 1000

let place: Place
let prepared: Prepared
let tried = 0
let survived = 0
beforeAll(async () => {
  place = duckdbPlace()
  prepared = (await prepare(place, QUERN))[0] as Prepared
})
afterAll(async () => {
  note({ what: 'clocks that jump', tried, survived })
  await place?.remove()
})

interface Timed {
  readonly elapsed_time: number
  readonly results: readonly {
    readonly unique_id: string
    readonly execution_time: number
    readonly timing: readonly { readonly name: string; readonly started_at: string; readonly completed_at: string }[]
  }[]
}

/** Durations of a run that are negative, longer than the run can have been, or end before they begin. */
function impossible(milliseconds: number): string[] {
  const { elapsed_time, results } = JSON.parse(
    readFileSync(join(place.folder, 'target', 'run_results.json'), 'utf8'),
  ) as Timed
  const most = milliseconds / 1000
  const isPossible = (seconds: number): boolean => seconds >= 0 && seconds <= most
  return [
    ...(isPossible(elapsed_time) ? [] : [`elapsed_time ${elapsed_time} of ${most}`]),
    ...results
      .filter((one) => !isPossible(one.execution_time))
      .map((one) => `${one.unique_id} took ${one.execution_time} of ${most}`),
    ...results.flatMap((one) =>
      one.timing
        .filter((step) => !isPossible((Date.parse(step.completed_at) - Date.parse(step.started_at)) / 1000))
        .map((step) => `${step.name} of ${one.unique_id}: ${step.started_at} to ${step.completed_at}`),
    ),
  ]
}

const withClock = (offset: number, jump: number, share: number): Record<string, string> => ({
  NODE_OPTIONS: `--require=${PRELOAD}`,
  QUERN_CLOCK_OFFSET: String(offset),
  QUERN_CLOCK_JUMP: String(jump),
  QUERN_CLOCK_AFTER: String(Math.round(share * prepared.milliseconds)),
})

const CASES = [
  { name: 'goes back a day in the middle', offset: 0, jump: -DAY },
  { name: 'goes on ten years in the middle', offset: 0, jump: 3652 * DAY },
  { name: 'is ten years ahead from the start', offset: 3652 * DAY, jump: 0 },
  { name: 'is in 1980', offset: -46 * 365 * DAY, jump: 0 },
]

describe('a clock that', () => {
  test.each(CASES.flatMap((one) => (one.jump === 0 ? [0.5] : [0.3, 0.6, 0.8]).map((share) => ({ ...one, share }))))(
    '$name ($share)',
    { timeout: 120_000 },
    async ({ offset, jump, share }) => {
      tried++
      await restore(place, prepared.scenario)
      const ended = await run(QUERN, prepared.scenario.args, { cwd: place.folder, env: withClock(offset, jump, share) })
      expect(badEnd(ended, [0])).toEqual([])
      expect(impossible(ended.milliseconds)).toEqual([])
      expect(ended.output).not.toMatch(/in -\d/)
      expect(await damage(place, prepared)).toEqual([])
      expect(await differences(place, prepared)).toEqual([])
      survived++
    },
  )

  test('is wrong when a file is edited: the edit is seen by whoever parses next', { timeout: 120_000 }, async () => {
    tried++
    await restore(place, prepared.scenario)
    const model = join(place.folder, 'models', 'plain_view.sql')
    const text = readFileSync(model, 'utf8')
    const compiled = async (env?: Record<string, string>): Promise<string> => {
      const args = ['compile', '--select', 'plain_view', '--vars', 'step: 2']
      const { exit, output } = await run(QUERN, args, { cwd: place.folder, ...(env === undefined ? {} : { env }) })
      expect(exit, output).toBe(0)
      return readFileSync(join(place.folder, 'target/compiled/faults/models/plain_view.sql'), 'utf8')
    }
    for (const [at, env] of [withClock(3652 * DAY, 0, 0), withClock(-DAY, 0, 0), undefined].entries()) {
      // as long as before
      writeFileSync(model, text.replace('as of', `was ${at}`))
      expect(await compiled(env)).toContain(`was ${at}`)
    }
    writeFileSync(model, text)
    survived++
  })
})
