import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { freshDatabase } from '../support/postgres-database.ts'
import { CLI, quern } from '../support/quern.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A project with one model that takes far longer than the test waits. */
function slowProject(output: object, sql: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quern-interrupt-'))
  folders.push(folder)
  mkdirSync(join(folder, 'models'))
  writeFileSync(join(folder, 'dbt_project.yml'), 'name: slow\nprofile: slow\n')
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ slow: { target: 'dev', outputs: { dev: output } } }))
  writeFileSync(join(folder, 'models', 'endless.sql'), sql)
  writeFileSync(join(folder, 'models', 'below.sql'), "select * from {{ ref('endless') }}")
  return folder
}

/** Sends a signal as soon as the model runs; gives exit code, output and the seconds from signal to exit. */
function interrupted(
  folder: string,
  signal: NodeJS.Signals,
  args: readonly string[] = ['run'],
): Promise<{ exit: number | null; output: string; seconds: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } })
    let output = ''
    let sent = 0
    const read = (data: Buffer): void => {
      output += data.toString()
      if (sent === 0 && output.includes('START')) {
        sent = -1
        setTimeout(() => {
          sent = performance.now()
          child.kill(signal)
        }, 500)
      }
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', (exit) => resolve({ exit, output, seconds: (performance.now() - sent) / 1000 }))
  })
}

const ENDLESS = "{{ config(materialized='table') }} "

describe('ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends a run on DuckDB and leaves results',
    { timeout: 60_000 },
    async (signal) => {
      const folder = slowProject(
        { type: 'duckdb', path: 'slow.duckdb' },
        `${ENDLESS}select count(*) as n from range(1000000000) a, range(1000000) b`,
      )
      const { exit, output, seconds } = await interrupted(folder, signal, [
        'run',
        '--report',
        'junit=out/junit.xml',
        '--report',
        'markdown=out/run.md',
      ])
      // measured: dbt-core 1.11.16 ends with 2 on SIGINT
      expect(exit).toBe(2)
      expect(seconds).toBeLessThan(5)
      expect(output).toContain('CANCEL query model.slow.endless')
      const results = JSON.parse(readFileSync(join(folder, 'target', 'run_results.json'), 'utf8')) as {
        results: { unique_id: string; status: string; message: string }[]
      }
      expect(results.results.map((result) => [result.unique_id, result.status])).toEqual([
        ['model.slow.endless', 'error'],
        ['model.slow.below', 'skipped'],
      ])
      expect(results.results[0]?.message).toContain('Cancelled: the run was interrupted')
      expect(readdirSync(join(folder, 'target')).filter((name) => /journal|tmp/.test(name))).toEqual([])
      writeFileSync(join(folder, 'models', 'endless.sql'), 'select 1 as n')
      const retried = await quern(['retry'], { cwd: folder })
      expect(retried.stdout + retried.stderr).toContain('Done. PASS=2 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=2')
      expect(readFileSync(join(folder, 'out', 'junit.xml'), 'utf8')).toContain('<testcase name="model endless"')
      expect(readFileSync(join(folder, 'out', 'run.md'), 'utf8')).toMatch(/^### ❌ quern was interrupted: 1 error/)
    },
  )

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a second %s ends the process at once',
    { timeout: 60_000 },
    async (signal) => {
      const folder = slowProject(
        { type: 'duckdb', path: 'slow.duckdb' },
        `${ENDLESS}select count(*) as n from range(1000000000) a, range(1000000) b`,
      )
      const child = spawn(process.execPath, [CLI, 'run'], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } })
      let output = ''
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
      child.stdout.on('data', (data: Buffer) => {
        const before = output
        output += data.toString()
        if (!before.includes('START') && output.includes('START')) {
          child.kill(signal)
          child.kill(signal)
        }
      })
      expect([2, signal === 'SIGINT' ? 130 : 143]).toContain(await ended)
    },
  )

  describe('while the project is parsed, or before', () => {
    /** A project whose parsing does not end. */
    const turning = (): string => {
      const folder = slowProject({ type: 'duckdb', path: 'slow.duckdb' }, 'select 1 as n')
      const turns = Array.from({ length: 6 }, (_, depth) => `{% for i${depth} in range(100) %}`).join('')
      const text = `${turns}{{ var('x', i0 + i5) }}${'{% endfor %}'.repeat(6)} select 1 as n`
      writeFileSync(join(folder, 'models', 'turning.sql'), text)
      return folder
    }
    const endsBy = async (signal: NodeJS.Signals, after: number): Promise<string> => {
      const child = spawn(process.execPath, [CLI, 'parse', '--debug'], {
        cwd: turning(),
        env: { PATH: process.env['PATH'] ?? '' },
      })
      setTimeout(() => child.kill(signal), after)
      let output = ''
      child.stdout.on('data', (data: Buffer) => {
        output += data.toString()
      })
      return await new Promise((resolve) =>
        child.on('close', (code, by) => resolve(by ?? (code === 2 && output.includes('ctrl-c') ? 'ctrl-c' : output))),
      )
    }
    test('a signal ends the process at once', { timeout: 60_000 }, async () => {
      expect(['ctrl-c', 'SIGINT']).toContain(await endsBy('SIGINT', 3000))
      expect(['ctrl-c', 'SIGTERM']).toContain(await endsBy('SIGTERM', 3000))
    })
    test('whenever it comes', { timeout: 120_000 }, async () => {
      for (let after = 60; after < 260; after += 8) {
        const signal = after % 16 === 12 ? 'SIGINT' : 'SIGTERM'
        expect(['ctrl-c', signal], `${signal} after ${after} ms`).toContain(await endsBy(signal, after))
      }
    })
  })

  test('SIGINT cancels the query in Postgres', { timeout: 60_000 }, async () => {
    const server = inject('postgres')
    const drop = await freshDatabase(server, 'quern_interrupt')
    try {
      const { host, port, user, password } = server
      const folder = slowProject(
        { type: 'postgres', host, port, user, password, dbname: 'quern_interrupt', schema: 'slow', threads: 2 },
        `${ENDLESS}select 1 as n, pg_sleep(600)::text as nothing`,
      )
      const { exit, output, seconds } = await interrupted(folder, 'SIGINT')
      expect(exit).toBe(2)
      expect(seconds).toBeLessThan(5)
      expect(output.match(/CANCEL query model\.slow\.endless/g)).toHaveLength(1)
    } finally {
      await drop()
    }
  })

  test('SIGINT ends source freshness; what was measured is written', { timeout: 60_000 }, async () => {
    const server = inject('postgres')
    const drop = await freshDatabase(server, 'quern_interrupt_sources')
    try {
      const { host, port, user, password } = server
      const folder = slowProject(
        { type: 'postgres', host, port, user, password, dbname: 'quern_interrupt_sources', schema: 's', threads: 2 },
        'select 1 as n',
      )
      const table = (name: string, query: string) => ({ name, config: { loaded_at_query: query } })
      const sources = [
        {
          name: 'raw',
          freshness: { warn_after: { count: 1, period: 'day' } },
          tables: [table('a_quick', 'select now()'), table('b_endless', 'select now() from pg_sleep(600)')],
        },
      ]
      writeFileSync(join(folder, 'models', 'sources.yml'), JSON.stringify({ version: 2, sources }))
      const { exit, output, seconds } = await interrupted(folder, 'SIGINT', ['source', 'freshness', '--threads', '1'])
      expect(exit).toBe(2)
      expect(seconds).toBeLessThan(5)
      expect(output.match(/CANCEL query source\.slow\.raw\.b_endless/g)).toHaveLength(1)
      const written = JSON.parse(readFileSync(join(folder, 'target', 'sources.json'), 'utf8')) as {
        results: { unique_id: string; status: string }[]
      }
      expect(written.results.map((result) => [result.unique_id, result.status])).toEqual([
        ['source.slow.raw.a_quick', 'pass'],
      ])
    } finally {
      await drop()
    }
  })
})
