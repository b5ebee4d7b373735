import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CLI, quern } from '../support/quern.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Twenty days with three rows each, built by the day with four threads; `bad` is a day whose batch cannot be built. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-microbatch-'))
  folders.push(folder)
  mkdirSync(join(folder, 'models'))
  const output = { type: 'duckdb', path: 'batches.duckdb', threads: 4 }
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: output } } }))
  writeFileSync(join(folder, 'dbt_project.yml'), "name: shop\nprofile: shop\nvars: {bad: ''}\n")
  writeFileSync(
    join(folder, 'models', 'days.sql'),
    "{{ config(materialized='view', event_time='happened') }} select timestamp '2024-01-01' + i * interval 8 hour as happened, i as id from range(60) as r(i)",
  )
  writeFileSync(
    join(folder, 'models', 'by_day.sql'),
    `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', begin='2024-01-01', batch_size='day') }}
select happened, id, '{{ thread_id }}' as thread, {{ "error('not this day')" if model.batch and model.batch.id == var('bad') | string else 1 }} as fine from {{ ref('days') }}`,
  )
  writeFileSync(join(folder, 'models', 'below.sql'), "select count(*) as n from {{ ref('by_day') }}")
  return folder
}

const WINDOW = ['--event-time-start', '2024-01-01', '--event-time-end', '2024-01-21']

/** Runs quern and kills it as soon as it has printed a text. */
function killedAfter(text: string, args: readonly string[], folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } })
    let output = ''
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      if (output.includes(text)) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(output))))
  })
}

interface Result {
  unique_id: string
  status: string
  message: string
  batch_results: { successful: string[][]; failed: string[][] } | null
}
function resultOf(folder: string, name: string): Result {
  const { results } = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as {
    results: Result[]
  }
  return results.find((result) => result.unique_id === `model.shop.${name}`)!
}

async function shown(folder: string, sql: string): Promise<Record<string, unknown>> {
  const { stdout } = await quern(['show', '--quiet', '--output', 'json', '--inline', sql], { cwd: folder })
  return (JSON.parse(stdout) as { show: Record<string, unknown>[] }).show[0]!
}

test('batches run on all threads, and every row comes once', { timeout: 120_000 }, async () => {
  const folder = project()
  for (const _ of ['first run', 'the same again']) {
    const ended = await quern(['run', ...WINDOW], { cwd: folder })
    expect(ended.exit, ended.stdout).toBe(0)
    const { successful, failed } = resultOf(folder, 'by_day').batch_results!
    expect(failed).toEqual([])
    expect(successful.length).toBe(20)
    expect(successful[0]).toEqual(['2024-01-01T00:00:00+00:00', '2024-01-02T00:00:00+00:00'])
    expect(successful).toEqual([...successful].sort())
    expect(
      await shown(folder, "select count(*)::int as n, count(distinct id)::int as ids from {{ ref('by_day') }}"),
    ).toEqual({
      n: 60,
      ids: 60,
    })
  }
})

test('a batch that fails leaves the others, and skips what is below', { timeout: 120_000 }, async () => {
  const folder = project()
  const ended = await quern(['run', ...WINDOW, '--vars', '{bad: 20240105}'], { cwd: folder })
  expect(ended.exit).toBe(1)
  expect(ended.stdout).toContain('batch 2024-01-05 of main.by_day')
  expect(ended.stdout).toContain('not this day')
  expect(ended.stdout).toContain('PARTIAL SUCCESS (19/20)')
  expect(resultOf(folder, 'by_day')).toMatchObject({
    status: 'partial success',
    batch_results: { failed: [['2024-01-05T00:00:00+00:00', '2024-01-06T00:00:00+00:00']] },
  })
  expect(resultOf(folder, 'below').status).toBe('skipped')
  expect(await shown(folder, "select count(*)::int as n from {{ ref('by_day') }}")).toEqual({ n: 57 })
})

test('retry builds the batches that failed, and what was skipped', { timeout: 120_000 }, async () => {
  const folder = project()
  await quern(['run', ...WINDOW, '--vars', '{bad: 20240105}'], { cwd: folder })
  const ended = await quern(['retry', '--vars', '{bad: none}'], { cwd: folder })
  expect(ended.exit, ended.stdout).toBe(0)
  expect(ended.stdout).toContain('Batch 1 of 1 START batch 2024-01-05')
  expect(resultOf(folder, 'by_day')).toMatchObject({ status: 'success', batch_results: { failed: [] } })
  expect(resultOf(folder, 'by_day').batch_results!.successful.length).toBe(20)
  expect(await shown(folder, "select n::int as n from {{ ref('below') }}")).toEqual({ n: 60 })
})

test.each([
  [WINDOW, 20, { event_time_start: '2024-01-01T00:00:00', event_time_end: '2024-01-21T00:00:00' }],
  [
    ['--sample', "{start: '2024-01-01', end: '2024-01-03'}"],
    2,
    { sample: { start: '2024-01-01T00:00:00+00:00', end: '2024-01-03T00:00:00+00:00' } },
  ],
])('retry takes over %j of a run that failed altogether', { timeout: 120_000 }, async (options, batches, recorded) => {
  const folder = project()
  await quern(['run', ...options, '--vars', '{bad: 20240101}'], { cwd: folder })
  const { args } = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as { args: object }
  expect(args).toMatchObject(recorded)
  const ended = await quern(['retry', '--vars', '{bad: none}'], { cwd: folder })
  expect(ended.exit, ended.stdout).toBe(0)
  expect(ended.stdout).toContain(`Batch ${batches} of ${batches} OK`)
})

test('with --fail-fast the batches after a failure are not run and count as failed', { timeout: 120_000 }, async () => {
  const folder = project()
  const ended = await quern(['run', ...WINDOW, '--fail-fast', '--threads', '1', '--vars', '{bad: 20240103}'], {
    cwd: folder,
  })
  expect(ended.exit).toBe(1)
  expect(ended.stdout).not.toContain('START batch 2024-01-04')
  const result = resultOf(folder, 'by_day')
  expect(result.message).toBe('PARTIAL SUCCESS (2/20)')
  expect(result.batch_results!.failed.length).toBe(18)
})

test('a first build that was killed is continued by the next run', { timeout: 120_000 }, async () => {
  const folder = project()
  const text = (sql: string) => writeFileSync(join(folder, 'models', 'by_day.sql'), sql)
  const config = (begin: Date) =>
    `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', begin='${begin.toISOString().slice(0, 10)}', batch_size='day', concurrent_batches=false) }}`
  const begin = new Date(Date.now() - 9 * 86_400_000)
  writeFileSync(
    join(folder, 'models', 'days.sql'),
    `{{ config(materialized='view', event_time='happened') }} select cast('${begin.toISOString().slice(0, 10)}' as timestamp) + i * interval 8 hour as happened, i as id from range(30) as r(i)`,
  )
  // the fifth batch never ends
  const slow =
    "{{ 'select count(*) from range(1000000000) a, range(1000000) b' if model.batch and model.batch.id.endswith(var('slow') | string) else 'select 0' }}"
  text(
    `${config(begin)} select happened, id, '{{ model.batch.id if model.batch }}' as batch, (${slow}) as z from {{ ref('days') }}`,
  )
  const fifth = new Date(begin.getTime() + 4 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  await killedAfter('Batch 4 of 10 OK', ['run', '--vars', `{slow: ${fifth}}`], folder)
  const ended = await quern(['run', '--vars', '{slow: never}'], { cwd: folder })
  expect(ended.exit, ended.stdout).toBe(0)
  expect(ended.stdout).toContain('4 of 10 batches are there')
  expect(ended.stdout).toContain('Batch 6 of 6 OK')
  expect(
    await shown(folder, "select count(*)::int as n, count(distinct id)::int as ids from {{ ref('by_day') }}"),
  ).toEqual({ n: 30, ids: 30 })
  // and that is over: the run after it builds the latest two batches, as always
  const again = await quern(['run', '--vars', '{slow: never}'], { cwd: folder })
  expect(again.stdout).toContain('Batch 2 of 2 OK')
})
