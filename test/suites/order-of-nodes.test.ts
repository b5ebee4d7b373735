import { expect, inject, test } from 'vitest'
import { writtenProject } from '../support/written-project.ts'

/** `z1` has a chain of models behind it, the others have nothing. */
const FILES = {
  'models/lonely.sql': "{{ config(materialized='table') }} select 1 as n",
  ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`models/${name}.sql`, 'select 1 as n'])),
  'models/z1.sql': 'select 1 as n',
  'models/z2.sql': "select * from {{ ref('z1') }}",
  'models/z3.sql': "select * from {{ ref('z2') }}",
}
/** Models with the numbers of their lines, in the order of these. */
const started = (output: string): string[] =>
  [...output.matchAll(/(\d+) of 8 START .*golden\.(\w+)/g)].map(([, number, name]) => `${number} ${name}`).sort()

test.each(['duckdb', 'postgres'] as const)(
  '%s: nodes start in the order in which they become ready, as in dbt; with --longest-first in another',
  {
    timeout: 60_000,
  },
  async (database) => {
    const project = await writtenProject('order', database, inject('postgres'), FILES)
    try {
      // dbt-core 1.11.16 with two threads: those that wait for nothing by name, then what they let go
      const plain = await project.run('run', '--threads', '2')
      expect(started(plain.stdout).slice(0, 6), plain.stdout).toEqual(['1 a', '2 b', '3 c', '4 d', '5 lonely', '6 z1'])
      // without times of an earlier run all models take as long
      const longest = await project.run('run', '--threads', '2', '--longest-first', '--target-path', 'new')
      expect(started(longest.stdout).slice(0, 2), longest.stdout).toEqual(['1 z1', '2 a'])
      // a variable of the environment says the same; a folder of its own, because another run's times would decide
      const again = await project.runWith(
        { QUERN_LONGEST_FIRST: '1' },
        ...['run', '--threads', '2', '--target-path', 'again'],
      )
      expect(started(again.stdout)[0], again.stdout).toBe('1 z1')
      const one = await project.run('run', '--threads', '1', '--longest-first')
      expect(started(one.stdout)[0]).toBe('1 a')
    } finally {
      await project.remove()
    }
  },
)
