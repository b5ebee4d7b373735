import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { OPTIONS } from '../../src/cli/flags-table.ts'
import { COMMANDS, concernsCommand, type OptionSpec } from '../../src/cli/option.ts'
import { EFFECTS, type Effect, PROJECT, SEEN_ELSEWHERE, WITHOUT_EFFECT } from '../flags/effects.ts'
import { type Done, typed } from '../support/in-process.ts'
import { folderWith } from '../unit/config/project-files.ts'

/** Every option of the table has an effect that is seen here, by every way in which it may be given. */

const optionOf = ({ key, command }: Pick<Effect, 'key' | 'command'>): OptionSpec =>
  OPTIONS.find((option) => option.key === key && concernsCommand(command, option))!

async function run(
  effect: Effect,
  how: { before?: readonly string[]; after?: readonly string[]; env?: Record<string, string>; flags?: object } = {},
): Promise<Done> {
  const files: Record<string, string> = { ...PROJECT }
  for (const [path, text] of Object.entries(effect.files ?? {})) {
    if (text === null) delete files[path]
    else files[path] = text
  }
  if (how.flags !== undefined) files['dbt_project.yml'] += stringify({ flags: how.flags })
  const cwd = folderWith(files)
  for (const line of effect.first ?? []) expect((await typed(line, { cwd })).code, line.join(' ')).toBe(0)
  // What the earlier lines have in common with the one that counts is not what is looked at.
  if (effect.key !== 'empty_catalog' && effect.command !== 'docs serve')
    rmSync(join(cwd, 'target'), { recursive: true, force: true })
  const argv = [...(how.before ?? []), ...effect.command.split(' '), ...(effect.rest ?? []), ...(how.after ?? [])]
  return await typed(argv, { cwd, env: how.env ?? {}, ...(effect.stopped && { signal: AbortSignal.abort() }) })
}

describe.each(EFFECTS.map((effect, index) => [`${effect.key} of ${effect.command}`, effect, index] as const))(
  '%s',
  (_, effect) => {
    const option = optionOf(effect)
    const { plain, changed, env } = effect
    const seen = (done: Done): unknown => {
      const value = effect.see(done)
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [...value].sort() : value
    }
    const wants = async (done: Promise<Done>, wanted: unknown): Promise<void> => {
      const ended = await done
      expect(seen(ended), `${ended.code}\n${ended.out}${ended.err}`).toEqual(wanted)
    }
    test('without it', () => wants(run(effect), plain))
    for (const given of effect.given) {
      if (option.commands !== 'before')
        test(`behind: ${given.join(' ')}`, () => wants(run(effect, { after: given }), changed))
      if (typeof option.commands === 'string')
        test(`in front: ${given.join(' ')}`, () => wants(run(effect, { before: given }), changed))
    }
    if (env !== undefined) {
      const prefixes =
        option.own === true
          ? ['QUERN_']
          : option.engineEnvOnly === true
            ? ['DBT_ENGINE_']
            : ['DBT_', 'DBT_ENGINE_', 'QUERN_']
      test.each(prefixes)(`variable %s${option.env}=${env}`, (prefix) =>
        wants(run(effect, { env: { [prefix + option.env!]: env } }), changed),
      )
      const { back } = effect
      if (back !== undefined)
        test(`${back.join(' ')} beats the variable`, () => {
          const place = option.commands === 'before' ? { before: back } : { after: back }
          return wants(run(effect, { env: { [`DBT_${option.env}`]: env }, ...place }), plain)
        })
    }
    if (effect.project !== undefined)
      test('flags:', () => wants(run(effect, { flags: { [effect.key]: effect.project } }), changed))
    test('all ways that the table names are tried', () => {
      expect(env !== undefined).toBe(option.env !== undefined)
      if (option.inProject === true && !['use_colors', 'use_colors_file'].includes(effect.key))
        expect(effect.project).not.toBe(undefined)
      if (option.kind === 'switch' && option.negatable && option.env !== undefined)
        expect(effect.back).not.toBe(undefined)
    })
  },
)

describe.each(Object.entries(WITHOUT_EFFECT))('%s is taken, and changes nothing', (key, { given, command }) => {
  const same = (done: Done): string[] => done.results().filter((line) => !line.startsWith('test'))
  test(given.join(' '), async () => {
    const effect: Effect = { key, command, given: [given], see: code, plain: 0, changed: 0 }
    const [without, withIt] = [await run(effect), await run(effect, { after: given })]
    expect([withIt.code, same(withIt)], withIt.out).toEqual([without.code, same(without)])
  })
})
const code = (done: Done): number => done.code

test('every option has its row', () => {
  const rows = new Set([
    ...EFFECTS.map(({ key }) => key),
    ...Object.keys(WITHOUT_EFFECT),
    ...Object.keys(SEEN_ELSEWHERE),
  ])
  expect([...new Set(OPTIONS.map(({ key }) => key))].filter((key) => !rows.has(key))).toEqual([])
})

test('the table marks those without effect', () => {
  expect([...new Set(OPTIONS.flatMap(({ key, inert }) => (inert === true ? key : [])))].sort()).toEqual(
    Object.keys(WITHOUT_EFFECT).sort(),
  )
})

test('every option is accepted by every command that has it', () => {
  expect(
    COMMANDS.flatMap((command) => OPTIONS.filter((option) => concernsCommand(command, option))).length,
  ).toBeGreaterThan(900)
})
