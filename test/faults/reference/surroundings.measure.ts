import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { startPostgres } from '../../support/postgres-server.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { pause, run, start } from '../support/child.ts'
import { onSmallDisk, readOnly } from '../support/disk.ts'
import { filesBelow } from '../support/outside.ts'
import { duckdbPlace, type Place, postgresPlace } from '../support/place.ts'
import { damage, differences, type Prepared, prepare, restore } from '../support/scenario.ts'
import { complaint, ENGINES, endOf, hasTrace, seen } from './engines.ts'

const short = (troubles: readonly string[]): string =>
  troubles.length === 0
    ? 'nothing'
    : troubles
        .map((one) => one.slice(0, 60))
        .slice(0, 4)
        .join(', ')

describe.each(ENGINES)('$name', (engine) => {
  let place: Place
  let prepared: Prepared
  beforeAll(async () => {
    place = duckdbPlace()
    prepared = (await prepare(place, engine))[0] as Prepared
  })
  afterAll(() => place.remove())

  test.each(['target', 'logs', 'db', 'out'])('full disk: %s', async (folder) => {
    await restore(place, prepared.scenario)
    await onSmallDisk(join(place.folder, folder), async (disk) => {
      // the artifacts grow by more than is left
      const grown = join(place.folder, 'models', 'grown.yml')
      writeFileSync(grown, JSON.stringify({ models: [{ name: 'summary', description: 'x '.repeat(200_000) }] }))
      disk.fill(folder === 'out' ? 4 * 1024 : 64 * 1024)
      const ended = await run(engine, prepared.scenario.args, { cwd: place.folder })
      disk.empty()
      rmSync(grown)
      const hurt = await damage(place, prepared)
      const again = await run(engine, prepared.scenario.args, { cwd: place.folder })
      seen(`full disk: ${folder}`, engine, {
        end: endOf(ended), 'stack trace': hasTrace(ended), says: complaint(ended), hurt: short(hurt),
        'next run': `${endOf(again)}, ${(await differences(place, prepared)).length === 0 ? 'all good' : 'not all good'}`,
      }) // biome-ignore format: facts
    })
  })

  test.each(['target', 'logs', 'db', 'out'])('read-only: %s', async (folder) => {
    await restore(place, prepared.scenario)
    await readOnly(join(place.folder, folder), async () => {
      const ended = await run(engine, prepared.scenario.args, { cwd: place.folder })
      seen(`read-only: ${folder}`, engine, { end: endOf(ended), 'stack trace': hasTrace(ended), says: complaint(ended) })
    })
  })

  test('secrets', async () => {
    await restore(place, prepared.scenario)
    const env = { DBT_ENV_SECRET_TOKEN: 'sesame-open-4711' }
    writeFileSync(join(place.folder, 'profiles.yml'), JSON.stringify({ faults: { target: 'dev', outputs: { dev: { type: 'duckdb', path: 'db/faults.duckdb', schema: 'faults', threads: 4, settings: { custom_user_agent: "{{ env_var('DBT_ENV_SECRET_TOKEN') }}" } } } } }))
    const model = join(place.folder, 'models', 'peek.sql')
    writeFileSync(model, "select '{{ adapter.config.credentials.settings }}' as peeked -- {{ adapter.config.credentials.password }}")
    const ended = await run(engine, ['--debug', 'compile', '--select', 'peek'], { cwd: place.folder, env })
    const found = ['target', 'logs'].flatMap((below) =>
      filesBelow(join(place.folder, below)).map((path) => join(below, path)).filter((path) => readFileSync(join(place.folder, path)).includes('sesame-open')))
    seen('a template reads adapter.config.credentials', engine, { end: endOf(ended), 'secret in output': ended.output.includes('sesame-open'), 'secret in files': found.join(', ') || 'none', says: complaint(ended, 1) })
  })
}) // biome-ignore format: facts

describe.each(ENGINES)('$name on Postgres', (engine) => {
  test('connections', async () => {
    const server = await startPostgres()
    const proxy = await startTcpProxy(server)
    const place = await postgresPlace(server, 'reference', { through: proxy, profile: { connect_timeout: 3 } })
    const prepared = (await prepare(place, engine))[0] as Prepared
    const faults: Readonly<Record<string, { before?: () => Promise<void> | void; during?: () => Promise<void> }>> = {
      'refused from the start': { before: () => proxy.refuse() },
      'no answer from the start': { before: () => proxy.blackHole() },
      'sessions ended by the administrator in the middle': { during: () => terminate(server) },
      'server restarted in the middle': { during: () => server.restart(300) },
      'no answer in the middle, SIGTERM after 5 s': { during: async () => proxy.blackHole() },
    }
    for (const [name, { before, during }] of Object.entries(faults)) {
      await restore(place, prepared.scenario)
      await before?.()
      const running = start(engine, prepared.scenario.args, { cwd: place.folder, seconds: 90 })
      let ended = running.ended
      if (during !== undefined) {
        while (!running.output().includes(' START ') && running.child.exitCode === null) await pause(10)
        await pause(700)
        await during()
        if (name.includes('SIGTERM')) {
          await Promise.race([pause(5000), running.ended])
          running.child.kill('SIGTERM')
          ended = Promise.race([
            running.ended,
            pause(15_000).then(() => {
              running.child.kill('SIGKILL')
              return running.ended
            }),
          ])
        }
      }
      const end = await ended
      await proxy.pass()
      const hurt = await damage(place, prepared)
      const again = await run(engine, prepared.scenario.args, { cwd: place.folder })
      seen(`connection: ${name}`, engine, {
        end: endOf(end), seconds: (end.milliseconds / 1000).toFixed(1), 'stack trace': hasTrace(end), says: complaint(end), hurt: short(hurt),
        'next run': `${endOf(again)}, ${(await differences(place, prepared)).length === 0 ? 'all good' : 'not all good'}`,
      }) // biome-ignore format: facts
    }
    await place.remove()
    await proxy.close()
    await server.stop()
  })

  test('two runs at once', async () => {
    const place = await postgresPlace(inject('postgres'), `reference_twice_${engine.name.replace('-', '_')}`)
    const prepared = (await prepare(place, engine))[0] as Prepared
    const ends: Record<string, number> = {}
    const says = new Set<string>()
    let good = 0
    for (let at = 0; at < 3; at++) {
      await restore(place, prepared.scenario)
      const both = await Promise.all(
        [0, 1].map(() => run(engine, prepared.scenario.args, { cwd: place.folder, seconds: 300 })),
      )
      for (const one of both) {
        ends[endOf(one)] = (ends[endOf(one)] ?? 0) + 1
        if (one.exit !== 0) says.add(complaint(one))
      }
      if ((await differences(place, prepared)).length === 0) good++
    }
    seen('two runs at once, same schema and target folder', engine, {
      ends,
      says: [...says].slice(0, 3).join(' // ') || 'nothing',
      'targets as of one run': `${good} of 3`,
    })
    await place.remove()
  })
})

async function terminate(server: {
  host: string
  port: number
  user: string
  password: string
  database: string
}): Promise<void> {
  const client = new pg.Client({ ...server })
  await client.connect()
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'reference' and application_name <> 'outside'",
  )
  await client.end()
}
