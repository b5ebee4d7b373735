import { expect, test } from 'vitest'
import { didYouMean } from '../../../src/errors/did-you-mean.ts'

test.each([
  ['stg_ordrs', ['orders', 'stg_orders'], 'stg_orders'],
  ['tabel', ['view', 'table'], 'table'],
  ['tabxy', ['table'], undefined],
  ['dbt', ['dbt'], undefined],
  ['HELPER', ['helpr'], 'helpr'],
])('%s', (name, candidates, meant) => expect(didYouMean(name, candidates)).toBe(meant))
