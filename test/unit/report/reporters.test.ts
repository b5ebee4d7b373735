import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../../src/events/run-event.ts'
import { coloursOn } from '../../../src/report/colours.ts'
import { LiveLine } from '../../../src/report/console/live-line.ts'
import { sortedJson } from '../../../src/report/format.ts'
import { makeReporters, type ReporterIo } from '../../../src/report/make-reporters.ts'
import type { Reporter } from '../../../src/report/reporter.ts'
import { environmentSecrets, makeScrub } from '../../../src/report/scrub.ts'
import { wrapMessage } from '../../../src/report/wrap.ts'
import { infoOf } from './node-stub.ts'

const defaults = {
  debug: false,
  logFileMaxBytes: 10_000_000,
  logFormat: 'default',
  logFormatFile: 'debug',
  logLevel: 'info',
  logLevelFile: 'debug',
  printerWidth: 80,
  quiet: false,
  useColors: true,
  useColorsFile: true,
} as const
const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function open(
  flags: Partial<Parameters<typeof makeReporters>[0]>,
  io: Partial<ReporterIo> = {},
  secrets: string[] = [],
) {
  const shown: string[] = []
  const reporter: Reporter = makeReporters(
    { ...defaults, ...flags },
    {
      stdout: { write: (text: string) => shown.push(text) },
      env: {},
      invocationId: '11111111-2222-3333-4444-555555555555',
      pid: 42,
      logFolder: undefined,
      now: () => time,
      ...io,
    },
    makeScrub(secrets),
  )
  const text = (): string => {
    reporter.flush()
    return shown.join('')
  }
  return { reporter, text, shown }
}
const version: RunEvent = { kind: 'invocation-started', version: '1.11.16', args: {} }
const say = (text: string, level: 'debug' | 'info' | 'warn' | 'error' = 'info'): RunEvent => ({
  kind: 'message',
  level,
  name: 'Note',
  code: 'Z050',
  text,
})

describe('when lines are written', () => {
  const three = ['a', 'b', 'c'].map((text) => say(text))
  const messages = (written: string): string[] =>
    [...written.matchAll(/"msg": "([abc])", "name"/g)].map((match) => match[1] as string)

  test('text for people at once', () => {
    const { reporter, shown } = open({})
    for (const event of three) reporter.on(event)
    expect(shown).toEqual(['03:04:05  a\n', '03:04:05  b\n', '03:04:05  c\n'])
  })
  test('everything at once on a terminal', () => {
    const shown: string[] = []
    const stdout = { write: (text: string) => shown.push(text), isTTY: true }
    const { reporter } = open({ logFormat: 'json' }, { stdout })
    for (const event of three) reporter.on(event)
    expect(shown.map(messages)).toEqual([['a'], ['b'], ['c']])
  })
  test.each([{ logFormat: 'json' }, { logFormat: 'json', debug: true }] as const)(
    'lines for programs together, in their order, when the turn of the event loop ends: %j',
    async (flags) => {
      const { reporter, shown } = open(flags)
      for (const event of three) reporter.on(event)
      expect(shown).toEqual([])
      await new Promise(setImmediate)
      expect(shown.map(messages)).toEqual([['a', 'b', 'c']])
      reporter.on(say('a'))
      reporter.flush()
      expect(shown.map(messages)).toEqual([['a', 'b', 'c'], ['a']])
      reporter.on(say('b'))
      await reporter.end()
      await new Promise(setImmediate)
      expect(shown.map(messages)).toEqual([['a', 'b', 'c'], ['a'], ['b']])
    },
  )
  test('many do not wait', () => {
    const { reporter, shown } = open({ logFormat: 'json' })
    reporter.on(say('a'.repeat(100_000)))
    expect(shown).toHaveLength(1)
  })
})

describe('text', () => {
  test('time in UTC, two blanks, message; answers stand alone', () => {
    const { reporter, text } = open({})
    for (const event of [version, { kind: 'print', text: 'raw' } as const, say('hidden', 'debug')]) reporter.on(event)
    expect(text()).toBe('03:04:05  Running with dbt=1.11.16\nraw\n')
  })
  test('colours, when asked for, are those of the reference, with a reset before each line', () => {
    const { reporter, text } = open({}, { coloursAsked: true })
    reporter.on({ kind: 'query-cancelled', connection: 'model.a.b' })
    reporter.on({ kind: 'print', text: 'raw' })
    expect(text()).toBe(
      `\u001b[0m03:04:05  CANCEL query model.a.b ${'.'.repeat(57)} [\u001b[31mCANCEL\u001b[0m]\nraw\n`,
    )
  })
  test('levels, --quiet, --log-level none', () => {
    const all = [
      say('d', 'debug'),
      say('i'),
      say('w', 'warn'),
      say('e', 'error'),
      { kind: 'print', text: 'p' } as const,
    ]
    const shown = (flags: Parameters<typeof open>[0]): string => {
      const { reporter, text } = open(flags)
      for (const event of all) reporter.on(event)
      return text().replaceAll('03:04:05  ', '').replaceAll('\n', ' ').trim()
    }
    expect(shown({ logLevel: 'debug' })).toBe('d i w e p')
    expect(shown({ debug: true })).toBe('d i w e p')
    expect(shown({})).toBe('i w e p')
    expect(shown({ logLevel: 'warn' })).toBe('w e p')
    expect(shown({ logLevel: 'error' })).toBe('e p')
    expect(shown({ quiet: true })).toBe('e p')
    expect(shown({ logLevel: 'none' })).toBe('')
  })
  test('long names overflow, hooks are cut, --printer-width is kept', () => {
    const name = 'x'.repeat(90)
    const { reporter, text } = open({ printerWidth: 60 })
    reporter.on({ kind: 'start-line', index: 1, total: 2, description: `test ${name}`, info: infoOf('test', name) })
    reporter.on({ kind: 'hook-start', index: 1, total: 2, statement: name, info: infoOf('operation', name) })
    reporter.on({ kind: 'start-line', index: 1, total: 2, description: 'test a', info: infoOf('test', 'a') })
    expect(text().replaceAll('03:04:05  ', '')).toBe(
      `1 of 2 START test ${name}  [RUN]\n${`1 of 2 START hook: ${name}`.slice(0, 57)}... [RUN]\n1 of 2 START test a ${'.'.repeat(40)} [RUN]\n`,
    )
  })
})

test('debug lines have microseconds, level, thread, and a header once', () => {
  const { reporter, text } = open({ logFormat: 'debug', logLevel: 'debug' })
  reporter.on(version)
  reporter.on({ kind: 'sql-query', connection: 'model.a.b', sql: 'select 1', thread: 'Thread-12 (worker)' })
  expect(text().split('\n')).toEqual([
    '',
    '',
    `${'='.repeat(30)} 03:04:05.678000 | 11111111-2222-3333-4444-555555555555 ${'='.repeat(30)}`,
    '03:04:05.678000 [info ] [MainThread]: Running with dbt=1.11.16',
    '03:04:05.678000 [debug] [MainThread]: running dbt with arguments {}',
    '03:04:05.678000 [debug] [Thread-12 ]: On model.a.b: select 1',
    '',
  ])
})

test('JSON lines: sorted keys, the fields of the reference, custom env', () => {
  const { reporter, text } = open({ logFormat: 'json' }, { env: { DBT_ENV_CUSTOM_ENV_RUN: '7', OTHER: 'x' } })
  reporter.on({ kind: 'found-stats', statLine: '1 model', thread: 'Thread-1 (worker)' })
  expect(text()).toBe(
    '{"data": {"stat_line": "1 model"}, "info": {"category": "", "code": "W006", "extra": {"RUN": "7"}, ' +
      '"invocation_id": "11111111-2222-3333-4444-555555555555", "level": "info", "msg": "Found 1 model", "name": "FoundStats", ' +
      '"pid": 42, "thread": "Thread-1 (worker)", "ts": "2026-01-02T03:04:05.678000Z"}}\n',
  )
  expect(sortedJson({ b: [1, { d: null, c: undefined }], a: 5n })).toBe('{"a": 5, "b": [1, {"c": null, "d": null}]}')
})

describe('log file', () => {
  const path = () => join(folder, 'logs', 'dbt.log')
  test('holds everything at debug level, in batches, complete at the end', async () => {
    const { reporter } = open({}, { logFolder: join(folder, 'logs') })
    reporter.on(version)
    reporter.on(say('detail', 'debug'))
    expect(existsSync(path())).toBe(false)
    await reporter.end()
    expect(readFileSync(path(), 'utf8')).toMatch(/^\n\n={30} .*\n.*\[info \].*\n.*arguments.*\n.*\[debug\].*detail\n$/)
  })
  test('an error is written at once', () => {
    const { reporter } = open({}, { logFolder: join(folder, 'logs') })
    reporter.on({ kind: 'encountered-error', error: new Error('x') })
    expect(readFileSync(path(), 'utf8')).toContain('Encountered an error:')
  })
  test('JSON is written in the turn of the event loop that it is from, because others follow it', async () => {
    const { reporter } = open({ logFormatFile: 'json' }, { logFolder: join(folder, 'logs') })
    reporter.on(say('now', 'debug'))
    await new Promise(setImmediate)
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ info: { msg: 'now', level: 'debug' } })
  })
  test('turns over at its limit and keeps five', async () => {
    const { reporter } = open({ logFileMaxBytes: 100 }, { logFolder: join(folder, 'logs') })
    for (let at = 1; at <= 8; at++) {
      reporter.on(say(`line ${at} ${'x'.repeat(60)}`))
      reporter.flush()
    }
    const number = (file: string): number => Number(/line (\d)/.exec(readFileSync(file, 'utf8'))![1])
    expect(number(path())).toBe(8)
    expect([1, 2, 3, 4, 5].map((n) => number(`${path()}.${n}`))).toEqual([7, 6, 5, 4, 3])
    expect(existsSync(`${path()}.6`)).toBe(false)
  })
  test('a folder that cannot be written is said once, and the run goes on', () => {
    writeFileSync(join(folder, 'logs'), 'a file in the way')
    const { reporter, text } = open({}, { logFolder: join(folder, 'logs', 'deeper') })
    for (let at = 0; at < 3; at++) {
      reporter.on(say('x'))
      reporter.flush()
    }
    expect(text().match(/Could not write to path/g)).toHaveLength(1)
    expect(text()).toContain('hint: the run goes on without a log file')
  })
  test('clean does not log into the folder that it removes', async () => {
    const { reporter } = open({}, { logFolder: join(folder, 'logs') })
    reporter.on({ kind: 'message', level: 'info', name: 'CheckCleanPath', code: 'Z012', text: 'Checking /x/*' })
    await reporter.end()
    expect(existsSync(path())).toBe(false)
  })
})

describe('secrets', () => {
  test('are replaced in text, JSON and file, the longer first, also when JSON escapes them', async () => {
    const secrets = ['pass', 'pass"word\\']
    const json = open({ logFormat: 'json' }, {}, secrets)
    json.reporter.on(say('it is pass"word\\ or pass'))
    expect(JSON.parse(json.text()).info.msg).toBe('it is ***** or *****')
    const { reporter, text } = open({}, { logFolder: folder }, secrets)
    reporter.on({ kind: 'print', text: 'pass"word\\!' })
    reporter.on({ kind: 'sql-query', connection: 'c', sql: "password 'pass'" })
    await reporter.end()
    expect(text()).toBe('*****!\n')
    expect(readFileSync(join(folder, 'dbt.log'), 'utf8')).not.toContain("'pass'")
  })
  test('empty ones replace nothing; the environment has them by name', () => {
    expect(makeScrub(['', ' '])('a b')).toBe('a b')
    expect(environmentSecrets({ DBT_ENV_SECRET_X: 's', DBT_X: 't' })).toEqual(['s'])
  })
})

test('when there are colours', () => {
  const on = (options: Partial<Parameters<typeof coloursOn>[0]>): boolean =>
    coloursOn({ useColors: true, asked: false, isTerminal: false, env: {}, ...options })
  expect(on({})).toBe(false)
  expect(on({ isTerminal: true })).toBe(true)
  expect(on({ isTerminal: true, env: { NO_COLOR: '1' } })).toBe(false)
  expect(on({ isTerminal: true, env: { NO_COLOR: '' } })).toBe(true)
  expect(on({ isTerminal: true, env: { TERM: 'dumb' } })).toBe(false)
  expect(on({ asked: true, env: { NO_COLOR: '1' } })).toBe(true)
  expect(on({ env: { FORCE_COLOR: '1' } })).toBe(true)
  expect(on({ isTerminal: true, useColors: false, env: { FORCE_COLOR: '1' } })).toBe(false)
})

describe('live line', () => {
  const start: RunEvent = { kind: 'start-line', index: 1, total: 4, description: 'd', info: infoOf('model', 'orders') }
  test('appears when a run is long, and goes away before other output', () => {
    let now = 0
    const shown: string[] = []
    const live = new LiveLine({ write: (text: string) => shown.push(text), isTTY: true, columns: 80 }, () => now)
    live.before(start, true)
    live.after()
    expect(shown).toEqual([])
    now = 12_400
    live.after()
    expect(shown.splice(0)).toEqual(['\r\u001b[2K0 of 4 done, 1 running: orders 12s'])
    live.before(say('x'), true)
    expect(shown.splice(0)).toEqual(['\r\u001b[2K'])
    live.after()
    live.stop()
    expect(shown.at(-1)).toBe('\r\u001b[2K')
  })
  test('never on a pipe or in CI', () => {
    const shown = (io: Partial<ReporterIo>): string => {
      let now = 0
      let text = ''
      const { reporter } = open(
        {},
        { now: () => now, ...io, stdout: { ...io.stdout, write: (part: string) => (text += part) } },
      )
      reporter.on(start)
      now = 60_000
      reporter.on(say('later'))
      reporter.flush()
      return text
    }
    const terminal = { stdout: { isTTY: true, columns: 80, write: () => undefined } }
    expect(shown({})).not.toContain('running')
    expect(shown({ ...terminal, env: { CI: 'true' } })).not.toContain('running')
    expect(shown(terminal)).toContain('running: orders 60s')
  })
})

/* Texts that Python 3.11's textwrap.fill gave for these inputs. */
test('wrapping', () => {
  expect(wrapMessage('aaa bbb ccc', 7)).toBe('aaa bbb\nccc')
  expect(wrapMessage('aaa  bbb   ccc', 8)).toBe('aaa  bbb\nccc')
  expect(wrapMessage('abcdefghij kl', 4)).toBe('abcd\nefgh\nij\nkl')
  expect(wrapMessage('ab cdefghij', 4)).toBe('ab c\ndefg\nhij')
  expect(wrapMessage('one\ntwo\n\nthree four', 80)).toBe('one two\nthree four')
  expect(wrapMessage('well-known-hyphens stay', 12)).toBe('well-known-h\nyphens stay')
})
