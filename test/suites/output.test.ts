import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { LogLine } from '../support/event-facts.ts'
import { CLI, quern } from '../support/quern.ts'

/* How lines leave the process: at once, whole, also when the reader is slow or gone; and what is never in them. */

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-output-'))
  folders.push(folder)
  const all = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}\n',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const start = (folder: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } })

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('close', resolve)
  })

const jsonLines = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine)

const ENDLESS = "{{ config(materialized='table') }} select count(*) as n from range(1000000000) a, range(1000000) b"

describe('JSON lines on a pipe', () => {
  test('the result of a node is there while the next one runs', { timeout: 60_000 }, async () => {
    const folder = project({ 'models/a_quick.sql': 'select 1 as id', 'models/b_endless.sql': ENDLESS })
    const child = start(folder, '--log-format', 'json', '--log-level', 'debug', 'run')
    let text = ''
    let running = 'not told'
    child.stdout!.on('data', (data: Buffer) => {
      text += data.toString()
      if (running !== 'not told' || !text.includes('"name": "LogStartLine"') || !/b_endless.*\[RUN\]/.test(text)) return
      const lines = jsonLines(text.slice(0, text.lastIndexOf('\n')))
      running = lines
        .filter(({ info }) => info.name === 'LogModelResult')
        .map(({ info }) => info.msg)
        .join()
      child.kill('SIGTERM')
    })
    const exit = await ended(child)
    expect(running).toContain('1 of 2 OK created sql view model main.a_quick')
    expect(exit).not.toBe(0)
    const last = jsonLines(text).slice(-1)[0] as LogLine
    expect([last.info.name, last.data['success']]).toEqual(['CommandCompleted', false])
    const results = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as {
      results: { status: string }[]
    }
    expect(results.results.map(({ status }) => status)).toEqual(['success', 'error'])
  })

  test('a long message comes whole to a slow reader', { timeout: 60_000 }, async () => {
    const macro =
      "{% macro report() %}{% do log('--START--' ~ ('[\"x y\"], ' * 40000) ~ '--END--', info=true) %}{% endmacro %}"
    const folder = project({ 'macros/report.sql': macro })
    const child = start(folder, '--log-format', 'json', 'run-operation', 'report')
    const pieces: Buffer[] = []
    child.stdout!.on('data', (data: Buffer) => {
      pieces.push(data)
      child.stdout!.pause()
      setTimeout(() => child.stdout!.resume(), 20)
    })
    expect(await ended(child)).toBe(0)
    const told = jsonLines(Buffer.concat(pieces).toString()).find(({ info }) => info.name === 'JinjaLogInfo')
    expect(told!.info.msg).toBe(`--START--${'["x y"], '.repeat(40000)}--END--`)
    expect(told!.data['msg']).toBe(told!.info.msg)
  })

  test('a reader that leaves does not end the run', { timeout: 60_000 }, async () => {
    const models = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`models/${name}.sql`, 'select 1 as id']))
    const folder = project(models)
    const child = start(folder, '--log-format', 'json', '--log-level', 'debug', 'run')
    let errors = ''
    child.stderr!.on('data', (data: Buffer) => {
      errors += data.toString()
    })
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await ended(child)).toBe(0)
    expect(errors).toBe('')
    const results = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as {
      results: unknown[]
    }
    expect(results.results).toHaveLength(4)
  })
})

test('secrets are in no line and no log file', { timeout: 60_000 }, async () => {
  const folder = project({
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: postgres, host: 127.0.0.1, port: 1, user: me, password: "{{ env_var(\'DBT_ENV_SECRET_PG\') }}", dbname: shop, schema: s}}}\n',
    'models/a.sql': "{% do log('told: ' ~ var('token'), info=true) %} select '{{ var(\"token\") }}' as id",
  })
  const env = { DBT_ENV_SECRET_PG: 'hunter-two', DBT_ENV_SECRET_TOKEN: 'to"ken' }
  for (const format of ['json', 'text', 'debug']) {
    const options = [
      '--log-format',
      format,
      '--log-format-file',
      format,
      '--log-level',
      'debug',
      '--vars',
      "{token: 'to\"ken'}",
    ]
    const { exit, stdout, stderr } = await quern(['run', ...options], { cwd: folder, env })
    expect(exit).not.toBe(0)
    const all = stdout + stderr + readFileSync(join(folder, 'logs', 'dbt.log'), 'utf8')
    expect(all).toContain('told: *****')
    expect(all).not.toMatch(/hunter-two|to\\*"ken/)
  }
})

describe('the log file', () => {
  const models = { 'models/a.sql': 'select 1 as id' }

  test('turns over at --log-file-max-bytes; 0 is never', { timeout: 60_000 }, async () => {
    const folder = project(models)
    const log = join(folder, 'logs', 'dbt.log')
    await quern(['parse', '--log-file-max-bytes', '0'], { cwd: folder })
    await quern(['parse', '--log-file-max-bytes', '0'], { cwd: folder })
    expect(existsSync(`${log}.1`)).toBe(false)
    expect(readFileSync(log, 'utf8').match(/={30} \d\d:\d\d:\d\d\.\d{6} \| [0-9a-f-]{36} ={30}/g)).toHaveLength(2)
    await quern(['parse', '--log-file-max-bytes', '300'], { cwd: folder })
    expect(existsSync(`${log}.1`)).toBe(true)
  })

  test('is none with --log-level-file none, and lies where --log-path says, seen from the project', {
    timeout: 60_000,
  }, async () => {
    const folder = project(models)
    await quern(['parse', '--log-level-file', 'none'], { cwd: folder })
    expect(existsSync(join(folder, 'logs', 'dbt.log'))).toBe(false)
    await quern(['parse', '--log-path', 'elsewhere', '--project-dir', folder, '--profiles-dir', folder], {
      cwd: folder,
    })
    expect(readFileSync(join(folder, 'elsewhere', 'dbt.log'), 'utf8')).toContain('Running with dbt=')
  })

  test('two processes at once write whole lines', { timeout: 60_000 }, async () => {
    const folder = project(models)
    const options = ['parse', '--log-format-file', 'json', '--log-file-max-bytes', '2000']
    await Promise.all([1, 2].map(() => quern(options, { cwd: folder })))
    const texts = ['', '.1', '.2', '.3']
      .map((ending) => join(folder, 'logs', `dbt.log${ending}`))
      .filter((path) => existsSync(path))
    const ids = texts.flatMap((path) => jsonLines(readFileSync(path, 'utf8'))).map(({ info }) => info['invocation_id'])
    expect(new Set(ids).size).toBeGreaterThan(0)
  })

  test('has no colours of its own accord, and those of the console with --use-colors-file', {
    timeout: 60_000,
  }, async () => {
    const folder = project(models)
    await quern(['run', '--use-colors'], { cwd: folder })
    expect(readFileSync(join(folder, 'logs', 'dbt.log'), 'utf8')).not.toContain('\u001b[')
    await quern(['run', '--use-colors-file'], { cwd: folder })
    expect(readFileSync(join(folder, 'logs', 'dbt.log'), 'utf8')).toContain('[\u001b[32mOK\u001b[0m in ')
  })
})
