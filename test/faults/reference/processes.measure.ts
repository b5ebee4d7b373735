import { existsSync, readFileSync, watch as watchFolder, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { type Ended, type Engine, pause, run, start } from '../support/child.ts'
import { tornArtifacts } from '../support/outside.ts'
import { duckdbPlace, type Place, postgresPlace } from '../support/place.ts'
import { writeSeed } from '../support/project.ts'
import { randomNumbers } from '../support/random.ts'
import { damage, differences, type Prepared, prepare, restore, watched } from '../support/scenario.ts'
import { complaint, ENGINES, endOf, REPEATS, seen } from './engines.ts'

const PLACES: Readonly<Record<string, (engine: Engine) => Promise<Place>>> = {
  DuckDB: async () => duckdbPlace(),
  Postgres: (engine) => postgresPlace(inject('postgres'), `reference_${engine.name.replace('-', '_')}`),
}

/** Kinds of trouble without the states that tell one occurrence from another. */
const kindOf = (trouble: string): string =>
  trouble
    .replace(/^a reader saw: /, '')
    .replace(/ is (missing|unreadable|\d+ rows).*/s, ' $1')
    .replace(/\d+ rows/, 'mixed or part')
const kinds = (troubles: readonly string[]): string => [...new Set(troubles.map(kindOf))].sort().join(', ') || 'nothing'

/** Sends a signal when nodes are being run: `share` of the time that they take, from the first of them. */
async function interrupted(place: Place, engine: Engine, prepared: Prepared, signal: NodeJS.Signals, share: number) {
  const running = start(engine, prepared.scenario.args, { cwd: place.folder })
  let isOver = false
  void running.ended.then(() => {
    isOver = true
  })
  const began = performance.now()
  while (!isOver && !running.output().includes(' START ')) await pause(10)
  const rest = prepared.milliseconds - (performance.now() - began)
  await Promise.race([pause(share * Math.max(500, rest)), running.ended])
  const sent = performance.now()
  running.child.kill(signal)
  const ended = await running.ended
  return { ended, seconds: (performance.now() - sent) / 1000 }
}

/** What run_results.json says of a build of step 2; undefined: it is an earlier run's, or there is none. */
function ownResults(place: Place): Record<string, number> | undefined {
  const path = join(place.folder, 'target', 'run_results.json')
  if (!existsSync(path)) return undefined
  try {
    const { results, args } = JSON.parse(readFileSync(path, 'utf8')) as {
      results: { status: string }[]
      args: { vars?: { step?: number } }
    }
    if (args.vars?.step !== 2) return undefined
    const counts: Record<string, number> = {}
    for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
    return counts
  } catch {
    return { 'not JSON': 1 }
  }
}

describe.each(ENGINES)('$name', (engine) => {
  describe.each(Object.keys(PLACES))('%s', (database) => {
    let place: Place
    let all: Prepared[]
    beforeAll(async () => {
      place = await PLACES[database]!(engine)
      all = await prepare(place, engine)
    })
    afterAll(() => place?.remove())

    test('readers during a build that nothing disturbs', async () => {
      for (const prepared of all) {
        await restore(place, prepared.scenario)
        const { looks } = await watched(place, prepared, () =>
          run(engine, prepared.scenario.args, { cwd: place.folder }),
        )
        seen(`readers, ${database}, ${prepared.scenario.name}`, engine, {
          looks: looks.count,
          'saw missing or in part': kinds(looks.wrong),
        })
      }
    })

    test('kill -9', async () => {
      const random = randomNumbers(7)
      const [hurt, after]: [string[], string[]] = [[], []]
      let hurtKills = 0
      const retries: Record<string, number> = {}
      let complete = 0
      let kills = 0
      while (kills < REPEATS) {
        const prepared = all[kills % 2] as Prepared
        await restore(place, prepared.scenario)
        const { ended } = await interrupted(place, engine, prepared, 'SIGKILL', 0.9 * random())
        if (ended.signal !== 'SIGKILL' || !/ START /.test(ended.output)) continue
        kills++
        const wrong = await damage(place, prepared)
        hurt.push(...wrong)
        if (wrong.length > 0) hurtKills++
        const retry = await run(engine, ['retry'], { cwd: place.folder })
        const left = await differences(place, prepared)
        const verdict = `${endOf(retry)}, ${left.length === 0 ? 'all done' : 'work not done'}`
        retries[verdict] = (retries[verdict] ?? 0) + 1
        const again = await run(engine, prepared.scenario.args, { cwd: place.folder })
        const different = await differences(place, prepared)
        if (again.exit === 0 && different.length === 0) complete++
        else after.push(again.exit === 0 ? '' : complaint(again), ...different)
      }
      seen(`kill -9, ${database}`, engine, {
        kills,
        'kills after which targets or artifacts are missing or torn': hurtKills,
        which: kinds(hurt),
        retry: retries,
        'same command again makes all good': `${complete} of ${kills}`,
        otherwise: kinds(after),
      })
    })

    test.each(['SIGINT', 'SIGTERM'] as const)('%s', async (signal) => {
      const prepared = all[0] as Prepared
      const random = randomNumbers(11)
      const ends: Record<string, number> = {}
      const results: (Record<string, number> | string)[] = []
      const hurt: string[] = []
      let slowest = 0
      for (let at = 0; at < Math.ceil(REPEATS / 2); at++) {
        await restore(place, prepared.scenario)
        let signalled: { ended: Ended; seconds: number }
        do signalled = await interrupted(place, engine, prepared, signal, 0.7 * random())
        while (!/ START /.test(signalled.ended.output))
        const end = endOf(signalled.ended)
        ends[end] = (ends[end] ?? 0) + 1
        slowest = Math.max(slowest, signalled.seconds)
        results.push(ownResults(place) ?? 'none of this run')
        hurt.push(...(await damage(place, prepared)))
      }
      seen(`${signal}, ${database}`, engine, {
        ends,
        'seconds at most': slowest.toFixed(1),
        results,
        'targets hurt': kinds(hurt),
      })
    })
  })

  test('kill -9 while manifest.json is written', async () => {
    const place = duckdbPlace()
    writeSeed(place.folder, 1)
    // a large manifest: what stands in it does not matter
    const text = 'x '.repeat(10 * 2 ** 20)
    writeFileSync(
      join(place.folder, 'models', 'large.yml'),
      JSON.stringify({
        models: [
          { name: 'plain_view', description: text },
          { name: 'summary', description: text },
        ],
      }),
    )
    let torn = 0
    let kills = 0
    const parse = ['parse', '--no-partial-parse']
    await run(engine, parse, { cwd: place.folder })
    for (let at = 0; at < REPEATS; at++) {
      const running = start(engine, parse, { cwd: place.folder })
      const watcher = watchFolder(join(place.folder, 'target'), (_event, name) => {
        if (String(name).startsWith('manifest.json')) running.child.kill('SIGKILL')
      })
      const ended = await running.ended
      watcher.close()
      if (ended.signal === 'SIGKILL') kills++
      if (tornArtifacts(join(place.folder, 'target')).some((one) => one.startsWith('manifest.json'))) torn++
    }
    seen('kill -9 while manifest.json (40 MB) is written', engine, { kills, 'manifest.json torn': torn })
    await place.remove()
  })
})
