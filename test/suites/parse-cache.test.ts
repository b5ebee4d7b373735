import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { SURROUNDINGS, VARIED, type Variants } from '../parse-cache/varied-project.ts'
import { type ParseOutcome, parseOnce } from '../support/parse-twice.ts'

const work = realpathSync(mkdtempSync(join(tmpdir(), 'quern-parse-cache-')))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Milliseconds by which the clock of quern is ahead: files that were written just now are old for it. It stands still unless it is moved. */
let ahead = 0
const start = performance.now()
vi.spyOn(performance, 'now').mockImplementation(() => start + ahead)

const FILES: Readonly<Record<string, Variants>> = { ...VARIED, 'profiles.yml': SURROUNDINGS['profiles.yml'] }
let count = 0

/** The varied project in a folder of its own, in some state. */
class Project {
  readonly folder = join(work, String(++count))
  args: readonly string[] = []
  env: Readonly<Record<string, string>> = {}
  readonly #texts = new Map<string, string | null>()

  constructor() {
    for (const [path, texts] of Object.entries(FILES)) this.put(path, texts[0]!)
  }

  /** `keepTime`: the file has the time that it had, as when it is changed twice within a tick of the clock. */
  put(path: string, text: string | null, keepTime = false): void {
    if (this.#texts.get(path) === text) return
    const file = join(this.folder, path)
    const before = keepTime ? statSync(file, { throwIfNoEntry: false }) : undefined
    this.#texts.set(path, text)
    if (text === null) {
      rmSync(file, { force: true })
      return
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (before !== undefined) utimesSync(file, before.atime, before.mtime)
  }

  touch(path: string): void {
    const text = this.#texts.get(path)
    if (text !== null && text !== undefined) utimesSync(join(this.folder, path), new Date(), new Date())
  }

  /** Gives a file the place of another name, or takes it back. */
  move(path: string, to: string): void {
    const [from, at] = this.#texts.get(path) ? [path, to] : [to, path]
    const text = this.#texts.get(from) ?? null
    this.put(from, null)
    this.put(at, text)
  }

  parse(cold: boolean): Promise<ParseOutcome> {
    return parseOnce(this.folder, { args: this.args, env: this.env, cold })
  }

  /** Parses with what is kept and without, and compares. Gives what they have in common. */
  async check(): Promise<ParseOutcome> {
    const warm = await this.parse(false)
    const cold = await this.parse(true)
    expect(warm.told).toEqual(cold.told)
    expect(warm.manifest === cold.manifest ? '' : firstDifference(warm.manifest, cold.manifest)).toBe('')
    return warm
  }
}

function firstDifference(a: string, b: string): string {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return `with what was kept:\n${a.slice(Math.max(0, at - 300), at + 200)}\nwithout:\n${b.slice(Math.max(0, at - 300), at + 200)}`
}

/** Changes the project in one way; `pick` and `value` choose. */
type Edit = (project: Project, pick: number, value: number) => void
const paths = Object.keys(FILES)
const textOf = (pick: number, value: number): [string, string | null] => {
  const path = paths[pick % paths.length]!
  const texts = FILES[path]!
  return [path, texts[value % texts.length]!]
}
const MOVES = [
  ['models/lonely.sql', 'models/marts/lonely.sql'],
  ['models/orders.sql', 'models/sales.sql'],
  ['macros/tools.sql', 'macros/a/tools.sql'],
  ['models/schema.yml', 'models/marts/schema.yml'],
  ['seeds/colours.csv', 'seeds/shades.csv'],
] as const
const EDITS: readonly Edit[] = [
  ...Array.from({ length: 10 }, (): Edit => (project, pick, value) => project.put(...textOf(pick, value))),
  (project, pick, value) => project.put(...textOf(pick, value), true),
  () => void (ahead += 5000),
  () => void (ahead += 5000),
  (project, pick) => project.touch(paths[pick % paths.length]!),
  (project, pick) => {
    const [from, to] = MOVES[pick % MOVES.length]!
    project.move(from, to)
  },
  (project, pick) => void (project.args = SURROUNDINGS.arguments[pick % SURROUNDINGS.arguments.length]!),
  (project, pick) => void (project.env = SURROUNDINGS.environment[pick % SURROUNDINGS.environment.length]!),
]

describe('a parse with what is kept is the same as one without', () => {
  test('the varied project as it stands', async () => {
    const project = new Project()
    const first = await project.check()
    expect(first.told.at(-1)).toBe('')
    expect(first.skipped).toBe(undefined)
    for (let times = 0; times < 3; times++) {
      expect(await project.check()).toMatchObject({ manifest: first.manifest, told: first.told, skipped: true })
      ahead += 5000
    }
  })

  test('after every single edit, and when it is taken back', { timeout: 300_000 }, async () => {
    const project = new Project()
    await project.check()
    for (const [path, texts] of Object.entries(FILES)) {
      for (const text of [...texts.slice(1), texts[0]!]) {
        ahead += 5000
        project.put(path, text)
        await project.check().catch((error: Error) => {
          error.message = `${path} is now ${JSON.stringify(text)}: ${error.message}`
          throw error
        })
      }
    }
    for (const args of [...SURROUNDINGS.arguments.slice(1), []]) {
      project.args = args
      await project.check()
    }
    for (const env of [...SURROUNDINGS.environment.slice(1), {}]) {
      project.env = env
      await project.check()
    }
  })

  test('whatever else a model of its own reads', { timeout: 300_000 }, async () => {
    for (const text of VARIED['models/odd.sql']!) {
      if (text === null) continue
      const project = new Project()
      project.put('models/odd.sql', text)
      await project.check()
      const steps: (() => void)[] = [
        () => void (ahead += 5000),
        () => project.put('models/lonely.sql', 'select 3 as id'),
        () => project.put('profiles.yml', SURROUNDINGS['profiles.yml'][1]!),
        () => void (project.args = ['--target', 'twin']),
        () => void (project.args = ['--printer-width', '100']),
        () => void (project.args = ['--vars', '{colour: green}']),
        () => void (project.env = { OWNER: 'me', DBT_ENV_CUSTOM_ENV_A: 'x' }),
        () => project.put('dbt_project.yml', VARIED['dbt_project.yml']![3]!),
        () => project.put('macros/late.sql', VARIED['macros/late.sql']![1]!),
        () => project.put('macros/late.sql', VARIED['macros/late.sql']![3]!),
      ]
      for (const step of steps) {
        step()
        try {
          const { manifest, told } = await project.check()
          expect(manifest === '' ? told.at(-1) : '').toBe('')
        } catch (error) {
          ;(error as Error).message = `${text}, ${step}: ${(error as Error).message}`
          throw error
        }
      }
    }
  })

  test('whatever property files, hooks, tests and macros for names read', { timeout: 300_000 }, async () => {
    for (const variants of [
      { 'models/schema.yml': 1, 'models/marts/totals.sql': 1, 'tests/generic/custom.sql': 0 },
      { 'models/sources.yml': 1, 'models/schema.yml': 2, 'tests/generic/custom.sql': 2 },
      { 'macros/names.sql': 2, 'models/schema.yml': 6 },
    ]) {
      const project = new Project()
      for (const [path, at] of Object.entries(variants)) project.put(path, VARIED[path]![at]!)
      const steps: (() => void)[] = [
        () => void (ahead += 5000),
        ...SURROUNDINGS.arguments.map((args) => () => void (project.args = args)),
        ...SURROUNDINGS.environment.map((env) => () => void (project.env = env)),
        ...[1, 3, 2, 0].map((at) => () => project.put('dbt_project.yml', VARIED['dbt_project.yml']![at]!)),
        ...[1, 3, 0].map((at) => () => project.put('macros/tools.sql', VARIED['macros/tools.sql']![at]!)),
      ]
      for (const step of steps) {
        try {
          const { manifest, told } = await project.check()
          if (!project.args.includes('--warn-error')) expect(manifest === '' ? told.at(-1) : '').toBe('')
        } catch (error) {
          ;(error as Error).message = `${JSON.stringify(variants)}, before ${step}: ${(error as Error).message}`
          throw error
        }
        step()
      }
    }
  })

  /** A macro decides the tags of a model; each way to find one is lost or found, or the macro says something else. */
  test.each([
    ["adapter.dispatch('label')()", 'macros/label.sql', ['default__label', 'duckdb__label']],
    ["adapter.dispatch('label', macro_namespace='shop')()", 'macros/label.sql', ['default__label', 'duckdb__label']],
    ['label()', 'macros/label.sql', ['label']],
    ['shop.label()', 'macros/label.sql', ['label']],
    ["context['label']()", 'macros/label.sql', ['label']],
    ["context['shop']['label']()", 'macros/label.sql', ['label']],
    ['outer_label()', 'macros/label.sql', ['label']],
  ])('the macros that %s finds', { timeout: 120_000 }, async (call, path, [first = '', second]) => {
    const macro = (name: string, says: string): string => `{% macro ${name}() %}{{ return('${says}') }}{% endmacro %}\n`
    const outer = '{% macro outer_label() %}{{ return(label()) }}{% endmacro %}\n'
    const project = new Project()
    project.put('models/labelled.sql', `{{ config(tags=[${call}]) }} select 1 as id`)
    project.put(path, macro(first, 'one') + outer)
    const labels: string[] = []
    const look = async (): Promise<void> => {
      ahead += 5000
      const { manifest, told } = await project.check()
      labels.push(/"(one|two|three)"/.exec(manifest)?.[1] ?? told.at(-1) ?? '')
    }
    await look()
    project.put(path, macro(first, 'two') + outer)
    await look()
    if (second !== undefined) {
      project.put('macros/closer.sql', macro(second, 'three'))
      await look()
      project.put('macros/closer.sql', null)
      await look()
    }
    expect(labels).toEqual(second === undefined ? ['one', 'two'] : ['one', 'two', 'three', 'two'])
  })

  test('dates that pass, names that follow from a text', async () => {
    const project = new Project()
    project.put('models/schema.yml', VARIED['models/schema.yml']![8]!)
    project.put('models/layer.yml', null)
    await project.check()
    project.put('macros/names.sql', VARIED['macros/names.sql']![3]!)
    await project.check()
    project.put('models/lonely.sql', 'select 12345 as id')
    await project.check()
    // a thousand years
    ahead += 1000 * 366 * 86_400_000
    await project.check()
  })

  test('the same size at the same time', async () => {
    const project = new Project()
    await project.check()
    project.put('seeds/colours.csv', 'id,name\n1,tan\n', true)
    const tan = await project.check()
    project.put('seeds/colours.csv', 'id,name\n1,red\n', true)
    expect((await project.check()).manifest).not.toBe(tan.manifest)
  })

  test('after random edits', { timeout: 300_000 }, async () => {
    const step = fc.record({
      edit: fc.nat({ max: EDITS.length - 1 }),
      pick: fc.nat({ max: 999 }),
      value: fc.nat({ max: 99 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
        const project = new Project()
        await project.parse(false)
        for (const { edit, pick, value } of steps) {
          EDITS[edit]!(project, pick, value)
          await project.check()
        }
      }),
      {
        numRuns: Number(process.env['QUERN_CACHE_RUNS'] ?? 6),
        seed: Number(process.env['QUERN_CACHE_SEED'] ?? 20261123),
        endOnFailure: true,
      },
    )
  })
})
