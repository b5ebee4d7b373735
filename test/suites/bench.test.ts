import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { newFolder, removeFolders } from '../support/library-project.ts'
import { REPOSITORY } from '../support/quern.ts'

afterAll(removeFolders)

interface Data {
  readonly cases: Readonly<
    Record<string, { readonly results: Readonly<Record<string, { readonly runs: readonly { wall: number }[] }>> }>
  >
}

test('the benchmark measures a tiny project, and a second one adds to the first', () => {
  const folder = newFolder({})
  const file = join(folder, 'figures.json')
  const out = join(folder, 'RESULTS.md')
  const bench = (...cases: string[]): string => {
    const options = ['--rounds', '1', '--work', folder, '--merge', file, '--out', out]
    const run = spawnSync(
      process.execPath,
      [join(REPOSITORY, 'bench', 'run.mjs'), ...options, ...cases.flatMap((name) => ['--case', name])],
      { encoding: 'utf8' },
    )
    expect(run).toMatchObject({ status: 0, stderr: expect.not.stringContaining('failed') })
    return run.stdout
  }
  bench('version')
  expect(bench('build:20:duckdb:2')).toMatch(/^\| case \| quern \/ floor \|\n/)

  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Data
  expect(Object.keys(cases)).toEqual(['version', 'build:20:duckdb:2'])
  for (const { results } of Object.values(cases))
    for (const name of ['quern', 'floor']) expect(results[name]?.runs).toHaveLength(1)
  expect(readFileSync(out, 'utf8')).toContain('| build:20:duckdb:2 | ')
})
