import { afterAll, beforeAll, expect, test } from 'vitest'
import { pythonModules } from '../../../../src/jinja/python/modules.ts'
import { ours, readCases } from '../reference-cases.ts'
import { render } from '../rendering.ts'

const modules = readCases(new URL('module-cases.json', import.meta.url))
const timezones = readCases(new URL('timezone-cases.json', import.meta.url))
const before = process.env['TZ']
beforeAll(() => {
  process.env['TZ'] = 'UTC'
})
afterAll(() => {
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
})

test(`${modules.length} templates: datetime, pytz, re, itertools and Decimal are Python's`, () => {
  expect(ours(modules)).toEqual(modules)
})

test(`${timezones.length} zones are pytz's`, () => {
  expect(ours(timezones)).toEqual(timezones)
})

test('now() and today() read the clock that is passed in', () => {
  const names = { modules: pythonModules({ now: () => Date.UTC(2024, 1, 29, 12, 30, 15, 250) }) }
  const text =
    '{{ modules.datetime.datetime.now() }} {{ modules.datetime.datetime.utcnow() }} {{ modules.datetime.date.today() }} {{ modules.datetime.datetime.now(modules.pytz.timezone("Asia/Tokyo")) }}'
  expect(render(text, names)).toBe(
    '2024-02-29 12:30:15.250000 2024-02-29 12:30:15.250000 2024-02-29 2024-02-29 21:30:15.250000+09:00',
  )
})
