import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, inject, test } from 'vitest'
import type { DatabaseName } from '../support/golden-case.ts'
import { CLI } from '../support/quern.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

/** What ends by itself after the end of the test only. */
const ENDLESS = {
  duckdb: 'select count(*) as n from range(1000000000) a, range(1000000) b',
  postgres: 'select 1 as n from pg_sleep(600)',
} as const

const files = (database: DatabaseName): Record<string, string> => ({
  'models/a_first.sql': "{{ config(materialized='table') }} select 1 as n",
  'models/b_endless.sql': `{{ config(materialized='table') }} {% if var('quick', false) %} select 1 as n {% else %} ${ENDLESS[database]} {% endif %} -- {{ ref('a_first') }}`,
  'models/c_below.sql': "select * from {{ ref('b_endless') }}",
  'models/schema.yml':
    'models: [{name: a_first, columns: [{name: n, data_tests: [not_null]}]}, {name: c_below, columns: [{name: n, data_tests: [not_null]}]}]\n',
})

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

/** Begins a build, and kills it when its endless model runs; `meanwhile` is done before. */
function killed(project: WrittenProject, env: Record<string, string>, meanwhile?: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'build', '--threads', '1', '--target', env['T'] as string], {
      cwd: project.folder,
      env: { ...env, PATH: process.env['PATH'] ?? '' },
    })
    children.add(child)
    let output = ''
    let begun = false
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      if (begun || !/START sql table model golden\.b_endless/.test(output)) return
      begun = true
      Promise.resolve(meanwhile?.()).then(() => child.kill('SIGKILL'), reject)
    })
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(output))))
  })
}

const journals = ({ folder }: WrittenProject): string[] =>
  readdirSync(join(folder, 'target')).filter((name) => name.startsWith('run_journal'))
const statuses = (project: WrittenProject) =>
  Object.entries(project.results()).map(([id, { status }]) => [id.split('.').slice(0, 3).join('.'), status])

describe.each(['duckdb', 'postgres'] as const)('%s: a run that was killed', (database) => {
  test('retry does what was not done, with the options of the run; results are made of the journal', {
    timeout: 120_000,
  }, async () => {
    const project = await writtenProject('journal', database, inject('postgres'), files(database))
    try {
      const env = { ...project.env, T: database }
      await killed(project, env, async () => {
        const meanwhile = await project.run('retry')
        expect([meanwhile.exit, meanwhile.stdout]).toEqual([2, expect.stringContaining('is still under way: process ')])
        expect(journals(project)).toHaveLength(1)
      })
      expect(existsSync(join(project.folder, 'target', 'run_results.json'))).toBe(false)
      // what is not running any more is told of by whatever comes next
      const listed = await project.run('ls', '--select', 'a_first', '--resource-type', 'model')
      expect(listed.stdout).toMatch(/The build of .* UTC was killed: .* \(2 of 5 were done/)
      expect(statuses(project)).toEqual([
        ['model.shop.a_first', 'success'],
        ['test.shop.not_null_a_first_n', 'pass'],
        ['model.shop.b_endless', 'error'],
        ['model.shop.c_below', 'skipped'],
        ['test.shop.not_null_c_below_n', 'skipped'],
      ])
      expect(journals(project)).toEqual([])
      const selected = await project.run('ls', '-q', '--select', 'result:skipped', '--state', 'target')
      expect(selected.stdout.trim().split('\n')).toEqual(['shop.c_below', 'shop.not_null_c_below_n'])

      // killed once more, and taken up without anything in between
      await killed(project, env)
      const retried = await project.run('retry', '--vars', 'quick: true')
      expect([retried.exit, retried.stdout]).toEqual([
        0,
        expect.stringMatching(/PASS=3 WARN=0 ERROR=0 SKIP=0.* TOTAL=3/),
      ])
      expect(statuses(project)).toEqual([
        ['model.shop.b_endless', 'success'],
        ['model.shop.c_below', 'success'],
        ['test.shop.not_null_c_below_n', 'pass'],
      ])
      const again = await project.run('retry')
      expect([again.exit, again.stdout]).toEqual([0, expect.stringContaining('Nothing to do')])
    } finally {
      await project.remove()
    }
  })

  test('the results of a run that ended since count', { timeout: 120_000 }, async () => {
    const project = await writtenProject('journal_since', database, inject('postgres'), files(database))
    try {
      await killed(project, { ...project.env, T: database })
      const other = await project.run('run', '--select', 'a_first')
      expect(other.exit, other.stdout).toBe(0)
      expect(statuses(project)).toEqual([['model.shop.a_first', 'success']])
      expect(journals(project)).toEqual([])
      // without its own results nobody else's are replaced
      await killed(project, { ...project.env, T: database, DBT_WRITE_JSON: '0' })
      expect(journals(project)).toEqual([])
    } finally {
      await project.remove()
    }
  })
})

test('a project that cannot be parsed leaves the journal for when it can', { timeout: 60_000 }, async () => {
  const project = await writtenProject('journal_broken', 'duckdb', inject('postgres'), files('duckdb'))
  try {
    await killed(project, { ...project.env, T: 'duckdb' })
    writeFileSync(join(project.folder, 'models', 'broken.sql'), '{{ nope( }}')
    const broken = await project.run('run')
    expect(broken.exit).toBe(2)
    writeFileSync(join(project.folder, 'models', 'broken.sql'), 'select 1 as n')
    const retried = await project.run('retry', '--vars', 'quick: true')
    expect([retried.exit, retried.stdout]).toEqual([0, expect.stringMatching(/PASS=3 .*TOTAL=3/)])
  } finally {
    await project.remove()
  }
})
