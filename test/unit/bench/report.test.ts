import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REPOSITORY } from '../../support/quern.ts'

interface Run {
  readonly wall: number
  readonly cpu: number
  readonly memory: number
}
interface Data {
  readonly machine: string
  readonly participants: readonly {
    readonly name: string
    readonly version: string
    readonly extra: readonly string[]
  }[]
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly date: string
        readonly load: readonly [number, number]
        readonly results: Readonly<Record<string, { readonly runs: readonly Run[]; readonly failed?: string }>>
      }
    >
  >
}
interface Statistics {
  median(values: readonly number[]): number
  ratio(runs: readonly Run[], others: readonly Run[], field: keyof Run): number | undefined
}
interface Report {
  markdown(data: Data): string
  ratioTable(data: Data): string[]
  targets(data: Data): { case: string; against: string; times?: number; met?: boolean; failed: string[] }[]
}
interface Cases {
  parseCase(name: string): { kind: string; size: number; database: string; threads: number }
  readonly SUITES: Readonly<Record<string, readonly string[]>>
}
const from = (file: string): Promise<unknown> => import(join(REPOSITORY, 'bench', file))
const { median, ratio } = (await from('statistics.mjs')) as Statistics
const { markdown, ratioTable, targets } = (await from('report.mjs')) as Report
const { parseCase, SUITES } = (await from('cases.mjs')) as Cases

const runs = (...walls: number[]): Run[] => walls.map((wall) => ({ wall, cpu: wall / 2, memory: 100 }))
const data: Data = {
  machine: '2 x a processor',
  participants: [
    { name: 'quern', version: '1', extra: [] },
    { name: 'dbt-core', version: '2', extra: [] },
    { name: 'rust', version: '3', extra: ['run=--quickly'] },
  ],
  cases: {
    'parse_cold:1000': {
      date: '2026-11-30T10:00:00.000Z',
      load: [0.5, 1.5],
      results: {
        quern: { runs: runs(1, 1, 4) },
        'dbt-core': { runs: runs(12, 16) },
        rust: { runs: runs(2), failed: 'exit code 1: no' },
        floor: { runs: runs(0.5, 0.5, 1) },
      },
    },
    version: {
      date: '2026-11-29T10:00:00.000Z',
      load: [0.2, 0.1],
      results: { quern: { runs: runs(0.2) }, 'dbt-core': { runs: runs(1) } },
    },
  },
}

describe('statistics', () => {
  test('a median of an even number of values is the middle of two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5])
  })

  test('a ratio is taken round by round, over the rounds that both took part in', () => {
    expect(ratio(runs(1, 6, 100), runs(2, 3), 'wall')).toBe(1.25)
    expect(ratio(runs(1), [], 'wall')).toBeUndefined()
    expect(ratio(runs(1), [{ wall: 1, cpu: 0, memory: 1 }], 'cpu')).toBeUndefined()
  })
})

describe('report', () => {
  test('the ratios have a column for each reference and the floor', () => {
    expect(ratioTable(data)).toEqual([
      '| case | quern / dbt-core | quern / rust | quern / floor |',
      '| --- | --- | --- | --- |',
      '| version | 0.200 (5.00x) · 0.200 | - | - |',
      '| parse_cold:1000 | 0.0729 (13.7x) · 0.0729 | failed | 2.00 (0.500x) · 2.00 |',
    ])
  })

  test('targets are met, missed, not measured, or not to be measured since somebody failed', () => {
    const of = (name: string, against: string) =>
      targets(data).find((target) => target.case === name && target.against === against)
    expect(of('parse_cold:1000', 'dbt-core')).toMatchObject({ met: true, failed: [] })
    expect(of('version', 'dbt-core')).toMatchObject({ met: false, times: 5 })
    expect(of('parse_cold:1000', 'rust')).toMatchObject({ met: undefined, failed: ['rust'] })
    expect(of('ls:1000', 'rust')).toMatchObject({ met: undefined, failed: [] })
  })

  test('the head names dates, machine, load and participants; what failed is told last', () => {
    const text = markdown(data)
    expect(text).toContain('- measured: 2026-11-29, 2026-11-30\n- machine: 2 x a processor\n')
    expect(text).toContain('of the cases: 0.1 to 1.5\n- quern: 1\n- dbt-core: 2\n- rust: 3 (with run=--quickly)\n')
    expect(text).toContain('| rust | cold parse | parse_cold:1000 | ahead | - | rust failed |')
    expect(text).toContain(
      '| parse_cold:1000 | 1.00 (1.00-4.00) · 0.50 · 100 · 3 | 14.0 (12.0-16.0) · 7.00 · 100 · 2 | failed |',
    )
    expect(text.endsWith('\n- parse_cold:1000, rust: exit code 1: no\n')).toBe(true)
  })
})

describe('cases', () => {
  test('a case has a kind, a size, a database and threads', () => {
    expect(parseCase('run:1000:postgres:8')).toMatchObject({
      kind: 'run',
      size: 1000,
      database: 'postgres',
      threads: 8,
    })
    expect(parseCase('ls:100')).toMatchObject({ kind: 'ls', size: 100, database: 'duckdb', threads: 4 })
  })

  test.each(['walk:100', 'run', 'run:x', 'version:100', 'run:100:oracle', 'run:100:duckdb:0', 'run:1:duckdb:1:1'])(
    '%s is no case',
    (name) => {
      expect(() => parseCase(name)).toThrow()
    },
  )

  test('the suites name cases', () => {
    for (const name of Object.values(SUITES).flat()) expect(parseCase(name)).toHaveProperty('spec')
  })
})
