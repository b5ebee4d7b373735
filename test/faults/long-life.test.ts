import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { REPOSITORY } from '../support/quern.ts'
import { writtenProject } from '../support/written-project.ts'
import { AMOUNTS } from './support/amounts.ts'
import { note } from './support/figures.ts'

/** What a process holds, after so many invocations (bytes, counts). */
interface Held {
  readonly time: number
  readonly heap: number
  readonly rss: number
  readonly descriptors: number
  readonly resources: number
}

const MB = 1 << 20

function runScript(script: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = join(REPOSITORY, 'test', 'faults', 'support', script)
    const child = spawn(process.execPath, ['--expose-gc', path, ...args], {
      env: { ...env, PATH: process.env['PATH'] ?? '', UV_THREADPOOL_SIZE: '8' },
    })
    let [output, errors] = ['', '']
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
    })
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString()
    })
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`exit ${code}: ${output}${errors}`))))
  })
}

const FILES = {
  'models/a.sql': "{{ config(materialized='table') }} select i as id from generate_series(1, 500) as g(i)",
  'models/b.sql': "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('a') }}",
  'models/c.sql': "select count(*) as n from {{ ref('b') }}",
  'snapshots/s.sql':
    "{% snapshot s %}{{ config(strategy='check', check_cols='all', unique_key='id') }} select * from {{ ref('a') }}{% endsnapshot %}",
  'seeds/d.csv': 'id,name\n1,one\n2,two\n',
  'models/schema.yml':
    'models: [{name: a, columns: [{name: id, data_tests: [unique]}]}, {name: c, columns: [{name: n, data_tests: [{accepted_values: {arguments: {values: [0]}}}]}]}]\n',
}

describe.each(['duckdb', 'postgres'] as const)('%s', (database) => {
  test(`${AMOUNTS.invocations} invocations in one process leak neither memory nor handles`, {
    timeout: 1_800_000,
  }, async () => {
    const project = await writtenProject(`long_${database}`, database, inject('postgres'), {
      ...FILES,
    })
    try {
      const every = AMOUNTS.invocations / 10
      const env = { ...project.env, DBT_TARGET: database }
      const output = await runScript(
        'many-invocations.mjs',
        [project.folder, String(AMOUNTS.invocations), String(every)],
        env,
      )
      const held = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Held)
      expect(held).toHaveLength(10)
      // the first fifth fills what is kept for good: compiled templates, code of the engine
      const [, early] = held
      const last = held.at(-1)
      if (early === undefined || last === undefined) throw new Error(output)
      const grown = last.heap - early.heap
      note({
        what: `${AMOUNTS.invocations} invocations in one process, ${database}`,
        tried: 1,
        survived: 1,
        more: { 'KiB of heap grown': Math.round(grown / 1024), 'handles left': last.descriptors - early.descriptors },
      })
      expect(grown, output).toBeLessThan(AMOUNTS.invocations * 8 * 1024 + 4 * MB)
      expect(last.descriptors, output).toBeLessThanOrEqual(early.descriptors)
      expect(last.resources, output).toBeLessThanOrEqual(early.resources)
    } finally {
      await project.remove()
    }
  })
})

test('a seed of many rows takes the memory of one of a fifth of them', { timeout: 900_000 }, async () => {
  const peaks: number[] = []
  for (const rows of [AMOUNTS.seedRows / 5, AMOUNTS.seedRows]) {
    const lines = Array.from(
      { length: rows },
      (_, at) => `${at},name ${at % 97},${at % 1000}.25,2026-01-0${1 + (at % 9)}`,
    )
    for (const database of ['duckdb', 'postgres'] as const) {
      const project = await writtenProject(`rows_${database}_${rows}`, database, inject('postgres'), {
        'seeds/large.csv': `id,name,amount,day\n${lines.join('\n')}\n`,
      })
      try {
        const env = { ...project.env, DBT_TARGET: database }
        const output = await runScript('peak-of-seed.mjs', [project.folder], env)
        peaks.push(Number(output))
      } finally {
        await project.remove()
      }
    }
  }
  const [duckdbSmall = 0, postgresSmall = 0, duckdbLarge = 0, postgresLarge = 0] = peaks
  note({
    what: `seeds of ${AMOUNTS.seedRows} rows`,
    tried: 2,
    survived: 2,
    more: { 'MiB more on DuckDB': duckdbLarge - duckdbSmall, 'MiB more on Postgres': postgresLarge - postgresSmall },
  })
  // DuckDB keeps what it may of its own data; 5 times the rows are far more than that
  expect(duckdbLarge - duckdbSmall, peaks.join(', ')).toBeLessThan(150)
  expect(postgresLarge - postgresSmall, peaks.join(', ')).toBeLessThan(100)
})

test(`a run of ${AMOUNTS.nodes} nodes holds its memory`, { timeout: 900_000 }, async () => {
  const models = Object.fromEntries(
    Array.from({ length: AMOUNTS.nodes }, (_, at) => [
      `models/m${at}.sql`,
      at < 10 ? `select ${at} as n` : `select * from {{ ref('m${at % 10}') }} -- ${'x'.repeat(200)}`,
    ]),
  )
  const project = await writtenProject('many_nodes', 'duckdb', inject('postgres'), models)
  try {
    const env = { ...project.env, DBT_TARGET: 'duckdb' }
    const held = (await runScript('nodes-held.mjs', [project.folder, String(AMOUNTS.nodes / 5)], env))
      .trim()
      .split('\n')
      .map(Number)
    expect(held).toHaveLength(5)
    const [early = 0, late = 0] = [held[1], held[4]]
    const perNode = (late - early) / ((AMOUNTS.nodes * 3) / 5)
    note({
      what: `a run of ${AMOUNTS.nodes} nodes`,
      tried: 1,
      survived: 1,
      more: { 'KiB of heap for each further node': Math.round(perNode / 1024) },
    })
    // its result and its SQL, which the artifacts have
    expect(perNode, held.join(', ')).toBeLessThan(16 * 1024)
  } finally {
    await project.remove()
  }
})
