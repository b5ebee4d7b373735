import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunJournal, recoverRunResults, runUnderWay } from '../../../src/artifacts/run-journal.ts'
import type { UniqueId } from '../../../src/manifest/unique-id.ts'
import { NO_SECRETS } from '../../../src/util/secrets.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ids = ['model.p.a', 'model.p.b', 'model.p.c'] as UniqueId[]
const header = (invocation = 'one') => ({
  metadata: { dbt_schema_version: 'x', invocation_id: invocation },
  args: { which: 'build' },
  selected: ids,
  startedAt: 1000,
})
const open = (invocation?: string): RunJournal =>
  new RunJournal(folder, header(invocation), NO_SECRETS, (error) => expect.fail(String(error)))
const entry = (id: UniqueId) => ({
  status: 'success',
  unique_id: id,
  message: 'ä "quoted" \u2028 {"result": ',
  timing: [],
})

const journals = (): string[] => readdirSync(folder).filter((name) => name.startsWith('run_journal'))
const journalPath = (): string => join(folder, journals()[0] as string)
const results = () =>
  JSON.parse(readFileSync(join(folder, 'run_results.json'), 'utf8')) as {
    metadata: { invocation_id: string }
    results: { unique_id: string; status: string }[]
    args: { which: string }
  }

/** As if the process that wrote the journal had ended: it is that of one that did. */
function kill(): void {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  for (const name of journals()) {
    const path = join(folder, name)
    const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n')
    const data = JSON.parse(first) as { process: { pid: number } }
    data.process.pid = pid
    writeFileSync(path, [JSON.stringify(data), ...rest].join('\n'))
  }
}

describe('the journal of a run', () => {
  test('of a run that ended nothing is left', () => {
    const journal = open()
    journal.started(ids[0] as UniqueId)
    expect(runUnderWay(folder)?.pid).toBe(process.pid)
    expect(recoverRunResults(folder)).toBeUndefined()
    journal.end(true)
    expect(readdirSync(folder)).toEqual([])
    expect(runUnderWay(folder)).toBeUndefined()
  })

  test('of a run that was killed: done, begun, not begun', () => {
    const journal = open()
    journal.started(ids[0] as UniqueId)
    journal.finished(entry(ids[0] as UniqueId))
    journal.started(ids[1] as UniqueId)
    kill()
    expect(recoverRunResults(folder)).toEqual({ command: 'build', startedAt: 1000, done: 1, selected: 3 })
    expect(results().results.map(({ unique_id, status }) => [unique_id, status])).toEqual([
      ['model.p.a', 'success'],
      ['model.p.b', 'error'],
      ['model.p.c', 'skipped'],
    ])
    expect(results().results[0]).toEqual(entry(ids[0] as UniqueId))
    expect([results().metadata.invocation_id, results().args.which]).toEqual(['one', 'build'])
    expect(journals()).toEqual([])
    expect(recoverRunResults(folder)).toBeUndefined()
  })

  test('cut anywhere it gives whole results, and tells of nothing as done that is not in it', () => {
    const journal = open()
    for (const id of ids) {
      journal.started(id)
      journal.finished(entry(id))
    }
    kill()
    const whole = readFileSync(journalPath())
    const path = journalPath()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        rmSync(join(folder, 'run_results.json'), { force: true })
        const cut = whole.subarray(0, length)
        writeFileSync(path, cut)
        const lines = cut.toString().split('\n')
        const recovered = recoverRunResults(folder)
        if (recovered === undefined) {
          // not even its first line is there
          expect(lines).toHaveLength(1)
          return
        }
        const done = lines.filter((line) => line.startsWith('{"result"') && line.endsWith('}}')).length
        const statuses = results().results.map(({ status }) => status)
        expect(statuses.filter((status) => status === 'success')).toHaveLength(done)
        expect(statuses).toHaveLength(3)
      }),
    )
  })

  test('results that another run wrote since are kept', () => {
    open()
    kill()
    writeFileSync(join(folder, 'run_results.json'), JSON.stringify({ metadata: { invocation_id: 'two' } }))
    expect(recoverRunResults(folder)).toBeUndefined()
    expect(results().metadata.invocation_id).toBe('two')
    expect(journals()).toEqual([])
  })

  test('results that it replaces may be younger by a clock that was set back', () => {
    writeFileSync(join(folder, 'run_results.json'), JSON.stringify({ metadata: { invocation_id: 'before' } }))
    const future = new Date(Date.now() + 1e9)
    utimesSync(join(folder, 'run_results.json'), future, future)
    open('after')
    kill()
    expect(recoverRunResults(folder)?.done).toBe(0)
    expect(results().metadata.invocation_id).toBe('after')
  })

  test('killed between its results and its end', () => {
    open('same')
    kill()
    writeFileSync(
      join(folder, 'run_results.json'),
      JSON.stringify({ metadata: { invocation_id: 'same' }, results: [] }),
    )
    const later = new Date(Date.now() + 1e6)
    utimesSync(journalPath(), later, later)
    expect(recoverRunResults(folder)).toBeUndefined()
    expect(results().results).toEqual([])
  })

  test('a run that ends takes the journals of killed ones with it, not those of others under way', () => {
    open('killed')
    kill()
    const other = open('other')
    const own = open('own')
    own.end(true)
    expect(journals()).toHaveLength(1)
    other.end(false)
    expect(journals()).toEqual([])
  })

  test('of a run whose results could not be written they are made by the next, in the same process too', () => {
    const journal = open()
    journal.finished(entry(ids[0] as UniqueId))
    journal.leave()
    expect(runUnderWay(folder)).toBeUndefined()
    expect(recoverRunResults(folder)?.done).toBe(1)
    journal.leave()
  })

  test('what stands in the folder under its name, and is none, is left alone', () => {
    const path = join(folder, 'run_journal-0.jsonl')
    for (const text of ['', 'nonsense', '{}', '[]', '{"process": 1}', '\0'.repeat(100)]) {
      writeFileSync(path, text)
      expect(recoverRunResults(folder)).toBeUndefined()
      expect(runUnderWay(folder)).toBeUndefined()
    }
  })

  test('a disk that refuses it is told of once', () => {
    writeFileSync(join(folder, 'file'), '')
    const errors: unknown[] = []
    const journal = new RunJournal(join(folder, 'file'), header(), NO_SECRETS, (error) => errors.push(error))
    journal.started(ids[0] as UniqueId)
    journal.end(true)
    expect(errors).toHaveLength(1)
  })
})
