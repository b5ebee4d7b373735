import { describe, expect, test } from 'vitest'
import { eventTime, sampleWindow } from '../../../src/config/event-window.ts'
import { parseYaml } from '../../../src/jinja/python/yaml.ts'

const NOW = Date.parse('2024-03-31T16:06:00.500Z')
const window = (text: string): string => {
  const found = sampleWindow(text, NOW, parseYaml)
  return typeof found === 'string' ? found : `${found.start.pyStr()} - ${found.end.pyStr()}`
}

test('moments are read in the three forms that click reads', () => {
  expect(eventTime('2024-02-29')?.pyStr()).toBe('2024-02-29 00:00:00+00:00')
  expect(eventTime('2024-02-29T16:01:02')?.pyStr()).toBe('2024-02-29 16:01:02+00:00')
  expect(eventTime('2024-2-9 6:01:02')?.pyStr()).toBe('2024-02-09 06:01:02+00:00')
  for (const wrong of ['2024', '2023-02-29', '2024-13-01', '2024-01-01 24:00:00', '2024-01-01T10:00', 'now', ''])
    expect(eventTime(wrong)).toBeUndefined()
})

describe('--sample', () => {
  test('goes back from now', () => {
    const now = '2024-03-31 16:06:00.500000+00:00'
    expect(window('3 days')).toBe(`2024-03-28 16:06:00.500000+00:00 - ${now}`)
    expect(window('1 HOUR')).toBe(`2024-03-31 15:06:00.500000+00:00 - ${now}`)
    expect(window('1 month')).toBe(`2024-02-29 16:06:00.500000+00:00 - ${now}`)
    expect(window('4 months')).toBe(`2023-11-30 16:06:00.500000+00:00 - ${now}`)
    expect(window('2 years')).toBe(`2022-03-31 16:06:00.500000+00:00 - ${now}`)
  })

  test('takes a dict', () => {
    expect(window("{start: '2024-01-01', end: '2024-01-02T03:04:05'}")).toBe(
      '2024-01-01 00:00:00+00:00 - 2024-01-02 03:04:05+00:00',
    )
    expect(window('{start: 2024-01-01, end: 2024-01-02 03:04:05}')).toBe(
      '2024-01-01 00:00:00+00:00 - 2024-01-02 03:04:05+00:00',
    )
  })

  // The texts are those of dbt-core 1.11.
  test('says what is wrong', () => {
    expect(window('abc')).toBe("Cannot load SAMPLE_WINDOW from 'abc'. Must be of form 'DAYS_INT GRAIN_SIZE'.")
    expect(window('x days')).toBe("Unable to convert 'x' to an integer.")
    expect(window('3 weeks')).toBe(
      "Invalid grain size 'weeks'. Must be one of ['hour', 'day', 'month', 'year', 'hours', 'days', 'months', 'years'].",
    )
    expect(window('9999 years')).toMatch(/before the year 1/)
    expect(window("{start: '2024-01-01'}")).toMatch(/"end" .* missing/)
    expect(window('{start: x, end: y}')).toMatch(/"start" .* invalid value 'x'/)
    expect(window('{start: ')).toMatch(/not valid YAML/)
  })
})
