import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { goldenCases } from '../support/golden-case.ts'
import { parseOnce } from '../support/parse-twice.ts'
import { quern } from '../support/quern.ts'

const work = realpathSync(mkdtempSync(join(tmpdir(), 'quern-parse-cache-')))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const CACHE = 'target/partial_parse.msgpack'
const FILES: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\nvars: {town: Rye}\n',
  'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: x.duckdb}\n',
  'models/one.sql': "{% if env_var('HIDDEN') != var('hidden') %}{{ config(tags=['x']) }}{% endif %}select 1 as id",
  'models/two.sql': "select * from {{ ref('one') }}",
  'models/models.yml': 'models: [{name: one, columns: [{name: id, data_tests: [unique]}]}]\n',
}
const OPTIONS = {
  args: ['--vars', '{hidden: vaRvalue}'],
  env: { HIDDEN: 'enVvalue', DBT_ENV_SECRET_KEY: 'seCret' },
}

let count = 0
/** A small project that was parsed once, with what was kept. */
async function parsedProject(): Promise<{ folder: string; kept: Buffer; cache: string }> {
  const folder = join(work, String(++count))
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  await parseOnce(folder, OPTIONS)
  const cache = join(folder, CACHE)
  return { folder, kept: readFileSync(cache), cache }
}

describe('what is kept between two parses', () => {
  test('is used by the next one, in another target folder too, and from another file', async () => {
    const { folder } = await parsedProject()
    expect(await parseOnce(folder, OPTIONS)).toMatchObject({ skipped: true, reasons: [] })
    // as Dagster does: a new target folder with a copy of this one file
    mkdirSync(join(folder, 'elsewhere'))
    cpSync(join(folder, CACHE), join(folder, 'elsewhere', 'partial_parse.msgpack'))
    expect(await parseOnce(folder, { ...OPTIONS, target: 'elsewhere' })).toMatchObject({ skipped: true })
    const args = [...OPTIONS.args, '--partial-parse-file-path', CACHE]
    expect(await parseOnce(folder, { ...OPTIONS, args, target: 'third' })).toMatchObject({ skipped: true })
  })

  test('is left alone by --no-partial-parse when reading, and made anew', async () => {
    const { folder, cache } = await parsedProject()
    rmSync(cache)
    const args = [...OPTIONS.args, '--no-partial-parse']
    expect(await parseOnce(folder, { ...OPTIONS, args })).toMatchObject({ skipped: undefined, reasons: [] })
    expect(await parseOnce(folder, OPTIONS)).toMatchObject({ skipped: true })
  })

  test('holds no values of vars, variables or profiles', async () => {
    const { folder, cache } = await parsedProject()
    const secret = `secrets: [{type: s3, key_id: "{{ env_var('DBT_ENV_SECRET_KEY') }}"}]`
    const profile = `dev: {type: duckdb, path: x.duckdb, ${secret}}`
    writeFileSync(join(folder, 'profiles.yml'), `shop:\n  target: dev\n  outputs:\n    ${profile}\n`)
    writeFileSync(join(folder, 'models/three.sql'), "{% if adapter.external_root() == 'x' %}x{% endif %} select 1")
    expect((await parseOnce(folder, OPTIONS)).told.at(-1)).toBe('')
    const kept = readFileSync(cache)
    expect(kept.includes('profile')).toBe(true)
    for (const text of ['vaRvalue', 'enVvalue', 'seCret', 'x.duckdb']) expect(kept.includes(text)).toBe(false)
  })

  test('knows nothing of what a command adds to the manifest', async () => {
    const { folder } = await parsedProject()
    const cold = await parseOnce(folder, { ...OPTIONS, cold: true })
    const args = ['--profiles-dir', folder, ...OPTIONS.args]
    for (const command of [['compile', '--inline', "select * from {{ ref('two') }}"], ['build']])
      expect((await quern([...command, ...args], { cwd: folder, env: { ...OPTIONS.env, HOME: folder } })).exit).toBe(0)
    const warm = await parseOnce(folder, OPTIONS)
    expect(warm).toMatchObject({ manifest: cold.manifest, told: cold.told })
  })

  test('is of no use when it is damaged anywhere', { timeout: 120_000 }, async () => {
    const { folder, kept: first, cache } = await parsedProject()
    // what changes is added to the file
    writeFileSync(join(folder, 'models/two.sql'), "select 1 + id as id from {{ ref('one') }}")
    await parseOnce(folder, OPTIONS)
    const kept = readFileSync(cache)
    expect(kept.subarray(0, first.length).equals(first)).toBe(true)
    expect(kept.length).toBeGreaterThan(first.length)
    const { manifest } = await parseOnce(folder, { ...OPTIONS, cold: true })
    const damage = fc.oneof(
      fc.record({ cut: fc.nat({ max: kept.length - 1 }) }),
      fc.record({ at: fc.nat({ max: kept.length - 1 }), bit: fc.nat({ max: 7 }) }),
      fc.record({ at: fc.nat({ max: 120 }), bit: fc.nat({ max: 7 }) }),
    )
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const bytes = 'cut' in how ? kept.subarray(0, how.cut) : Buffer.from(kept)
        if ('at' in how) bytes[how.at]! ^= 1 << how.bit
        writeFileSync(cache, bytes)
        const outcome = await parseOnce(folder, OPTIONS)
        expect(outcome).toMatchObject({ manifest, skipped: undefined })
        expect(outcome.reasons).toHaveLength(1)
      }),
      { numRuns: 25, seed: 7 },
    )
    expect(await parseOnce(folder, OPTIONS)).toMatchObject({ manifest, skipped: true })
  })

  test.each([
    ['empty', Buffer.alloc(0), /^Failed to load parsed file/],
    // the beginning of a file of dbt's: a map of MessagePack
    [
      'of dbt',
      Buffer.from([0x8f, 0xa5, ...Buffer.from('nodes'), 0x81, 0xa1, 0x61, 0xc0]),
      /^Failed to load parsed file/,
    ],
  ])('is of no use when it is %s', async (_, bytes, reason) => {
    const { folder, cache } = await parsedProject()
    writeFileSync(cache, bytes)
    const { skipped, reasons } = await parseOnce(folder, OPTIONS)
    expect({ skipped, reasons }).toEqual({ skipped: undefined, reasons: [expect.stringMatching(reason)] })
  })

  test('is of no use when another build wrote it', async () => {
    const { folder, kept, cache } = await parsedProject()
    writeFileSync(cache, kept.toString('latin1').replace(/^(\S+) \S+/, '$1 another'), 'latin1')
    expect(await parseOnce(folder, OPTIONS)).toMatchObject({ skipped: undefined, reasons: ['of a version mismatch'] })
  })

  test('cannot be read or written: no error', async () => {
    const { folder, cache } = await parsedProject()
    const { manifest } = await parseOnce(folder, { ...OPTIONS, cold: true })
    rmSync(cache)
    mkdirSync(join(cache, 'in-the-way'), { recursive: true })
    expect(await parseOnce(folder, OPTIONS)).toMatchObject({
      manifest,
      skipped: undefined,
      told: expect.arrayContaining(['']),
    })
  })
})

/** Every golden project parses to the same with what was kept as without. */
describe('golden projects, parsed twice', () => {
  for (const golden of goldenCases().filter(({ databases }) => databases.includes('duckdb'))) {
    test(golden.name, async () => {
      const folder = join(work, golden.name)
      cpSync(join(golden.folder, 'project'), folder, { recursive: true })
      const env = {
        GOLDEN_DUCKDB_PATH: join(folder, 'x.duckdb'),
        GOLDEN_SCHEMA: 'golden',
        HOME: folder,
        ...golden.env,
        ...golden.steps[0]?.env,
      }
      const args = ['--target', 'duckdb']
      if (golden.steps[0]?.args[0] === 'deps')
        await quern(['deps', '--profiles-dir', folder, ...args], { cwd: folder, env })
      const cold = await parseOnce(folder, { args, env, cold: true })
      for (let times = 0; times < 2; times++) {
        const { manifest, told } = await parseOnce(folder, { args, env })
        expect(told).toEqual(cold.told)
        expect(manifest === cold.manifest).toBe(true)
      }
    })
  }
})
