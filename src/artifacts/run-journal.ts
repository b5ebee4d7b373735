import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fdatasync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { resolve } from 'node:path'
import type { PlainDict } from '../jinja/runtime/value.ts'
import type { UniqueId } from '../manifest/unique-id.ts'
import { ownMark, type ProcessMark, stillRuns } from '../util/process-mark.ts'
import { NO_SECRETS, type Secrets } from '../util/secrets.ts'
import { toJson } from './json-text.ts'
import { utc } from './metadata.ts'
import { writeFileAtomically } from './write-file.ts'

/*
 * The journal of a run: a file of JSON lines in the target folder, `run_journal-<id>.jsonl`. The first says which run it is and what it is going to do,
 * the others are added as nodes begin and end; the file goes when run_results.json has been written. One that is there without its process is
 * that of a run that was killed: everything that run_results.json would have said can be had from it.
 */

/** What the first line says besides who writes it. */
export interface JournalHeader {
  /** As in run_results.json. */
  readonly metadata: PlainDict
  readonly args: PlainDict
  /** What is going to be run, in order. */
  readonly selected: readonly UniqueId[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

const FORMAT = 1
const NAME = /^run_journal-[0-9a-f-]+\.jsonl$/
const RESULTS = 'run_results.json'
/** What is lost when the machine loses its power: what ended within the last so many milliseconds, which is then done again. */
const SYNC_MILLISECONDS = 1000

/** Journals that invocations of this process write. */
const ownJournals = new Set<string>()

/** The journal of a run that is under way, without its `secrets`. A disk that refuses it ends the journal, not the run: `onFailure` hears of it, once. */
export class RunJournal {
  readonly #path: string
  readonly #secrets: Secrets
  readonly #onFailure: (error: unknown) => void
  #open: number | undefined
  #timer: NodeJS.Timeout | undefined
  #isSynced = true
  #syncing = false

  constructor(targetDir: string, header: JournalHeader, secrets: Secrets, onFailure: (error: unknown) => void) {
    this.#path = resolve(targetDir, `run_journal-${randomUUID()}.jsonl`)
    this.#secrets = secrets
    this.#onFailure = onFailure
    const { startedAt, ...rest } = header
    this.#guarded(() => {
      mkdirSync(targetDir, { recursive: true })
      const before = seen(targetDir)
      this.#open = openSync(this.#path, 'ax')
      ownJournals.add(this.#path)
      this.#add(toJson({ format: FORMAT, process: ownMark(), started_at: startedAt, before, ...rest }))
    })
  }

  started(id: UniqueId): void {
    this.#add(toJson({ started: id }))
  }

  /** A node is done, and what it did is committed: its entry of run_results.json. */
  finished(entry: PlainDict): void {
    this.#add(`${RESULT_LINE}${toJson(entry)}}`)
  }

  /** The run is over. `isReplaced`: its run_results.json was written; earlier journals then tell of nothing that could be taken up any more. */
  end(isReplaced: boolean): void {
    this.#close()
    remove(this.#path)
    if (isReplaced) for (const { path } of leftJournals(resolve(this.#path, '..'))) remove(path)
  }

  /** The run is over and its results could not be written: the journal stays, for the next command to make them of it. Nothing once it has ended. */
  leave(): void {
    this.#close()
  }

  #add(line: string): void {
    if (this.#open === undefined) return
    const bytes = Buffer.from(`${this.#secrets.scrubFile(line)}\n`)
    this.#guarded(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#open as number, bytes, at)
    })
    this.#isSynced = false
    this.#timer ??= setTimeout(() => this.#sync(), SYNC_MILLISECONDS).unref()
  }

  /** Nobody waits for the disk. */
  #sync(): void {
    this.#timer = undefined
    if (this.#open === undefined || this.#isSynced || this.#syncing) return
    this.#isSynced = true
    this.#syncing = true
    const open = this.#open
    fdatasync(open, () => {
      this.#syncing = false
      if (this.#open === undefined) closeSync(open)
      else if (!this.#isSynced) this.#timer ??= setTimeout(() => this.#sync(), SYNC_MILLISECONDS).unref()
    })
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#close()
      this.#onFailure(error)
    }
  }

  #close(): void {
    clearTimeout(this.#timer)
    // while it is being synced it is closed afterwards
    if (this.#open !== undefined && !this.#syncing) closeSync(this.#open)
    this.#open = undefined
    ownJournals.delete(this.#path)
  }
}

/** A journal that cannot be removed does no harm: the next results tell that it is an old one. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // a folder that is gone, or read-only by now
  }
}

const RESULT_LINE = '{"result": '

/** What tells one run_results.json from another, without reading it. */
function seen(targetDir: string): PlainDict | null {
  const found = statSync(resolve(targetDir, RESULTS), { throwIfNoEntry: false })
  return found === undefined ? null : { size: found.size, modified: found.mtimeMs, file: found.ino }
}

interface FoundJournal {
  readonly path: string
  readonly header: Readonly<Record<string, unknown>> & { readonly process: ProcessMark; readonly started_at: number }
  readonly lines: readonly string[]
}

/** The journals of a folder whose runs have ended without taking them away, those that began last first. */
function leftJournals(targetDir: string): FoundJournal[] {
  return journals(targetDir)
    .filter(({ path, header }) => !isUnderWay(path, header.process))
    .sort((a, b) => b.header.started_at - a.header.started_at)
}

const isUnderWay = (path: string, mark: ProcessMark): boolean =>
  stillRuns(mark) && (mark.pid !== ownMark().pid || ownJournals.has(path))

function journals(targetDir: string): FoundJournal[] {
  let names: string[]
  try {
    names = readdirSync(targetDir).filter((name) => NAME.test(name))
  } catch {
    return []
  }
  return names.flatMap((name) => {
    const path = resolve(targetDir, name)
    try {
      const [first = '', ...lines] = readFileSync(path, 'utf8').split('\n')
      const header = JSON.parse(first) as FoundJournal['header']
      return typeof header.process?.pid === 'number' && typeof header.started_at === 'number'
        ? [{ path, header, lines }]
        : []
    } catch {
      // killed within its first line, or just gone
      return []
    }
  })
}

/** A run whose results were put together from its journal. */
export interface RecoveredRun {
  readonly command: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly done: number
  readonly selected: number
}

/** The run that is under way in a target folder, if there is one. */
export function runUnderWay(targetDir: string): { readonly pid: number; readonly startedAt: number } | undefined {
  const found = journals(targetDir).find(({ path, header }) => isUnderWay(path, header.process))
  return found && { pid: found.header.process.pid, startedAt: found.header.started_at }
}

/**
 * Writes the run_results.json of a run that was killed, from its journal, and takes the journal away: what is not known to be done is an error when
 * it had begun, else skipped. Does nothing when there is no such journal, or when another run has written its results since. Throws a `QuernError`
 * when the file cannot be written; the journal then stays.
 */
export function recoverRunResults(targetDir: string): RecoveredRun | undefined {
  const left = leftJournals(targetDir)
  const [latest] = left
  if (latest === undefined) return undefined
  const recovered = isNews(latest, targetDir) ? rebuild(latest, targetDir) : undefined
  for (const { path } of left) remove(path)
  return recovered
}

/** Whether a journal tells of a later run than run_results.json does. */
function isNews({ header, path }: FoundJournal, targetDir: string): boolean {
  const results = statSync(resolve(targetDir, RESULTS), { throwIfNoEntry: false })
  if (results === undefined || toJson(seen(targetDir)) === toJson(header['before'])) return true
  // Another run, or this one just before it was killed.
  return statSync(path).mtimeMs > results.mtimeMs && !wrote(resolve(targetDir, RESULTS), header)
}

function wrote(path: string, header: FoundJournal['header']): boolean {
  try {
    const { metadata } = JSON.parse(readFileSync(path, 'utf8')) as { metadata?: { invocation_id?: unknown } }
    return metadata?.invocation_id === (header['metadata'] as PlainDict | undefined)?.['invocation_id']
  } catch {
    return false
  }
}

function rebuild({ header, lines, path }: FoundJournal, targetDir: string): RecoveredRun {
  const entries = new Map<string, string>()
  const started = new Set<string>()
  for (const line of lines) {
    try {
      const { result, started: id } = JSON.parse(line) as { result?: { unique_id: string }; started?: string }
      if (id !== undefined) started.add(id)
      // as it was written: numbers may have a form of their own
      if (result !== undefined) entries.set(result.unique_id, line.slice(RESULT_LINE.length, -1))
    } catch {
      // the line during which the process was killed
    }
  }
  const selected = (header['selected'] as readonly string[] | undefined) ?? []
  const done = entries.size
  for (const id of selected) if (!entries.has(id)) entries.set(id, toJson(undone(id, started.has(id))))
  const elapsed = Math.max(0, (statSync(path).mtimeMs - header.started_at) / 1000)
  const metadata = { ...(header['metadata'] as PlainDict), generated_at: utc(Date.now()) }
  const text = `{"metadata": ${toJson(metadata)}, "results": [${[...entries.values()].join(', ')}], "elapsed_time": ${elapsed}, "args": ${toJson(header['args'])}}`
  // what the journal holds has been through `secrets` already
  writeFileAtomically(resolve(targetDir, RESULTS), text, { secrets: NO_SECRETS })
  const command = String((header['args'] as PlainDict | undefined)?.['which'] ?? 'run')
  return { command, startedAt: header.started_at, done, selected: selected.length }
}

/** The entry of what a run that was killed had not finished. */
const undone = (id: string, hadBegun: boolean): PlainDict => ({
  status: hadBegun ? 'error' : 'skipped',
  timing: [],
  thread_id: 'MainThread',
  execution_time: 0,
  adapter_response: {},
  message: hadBegun
    ? 'The process ended while this ran: whether it was done is not known'
    : 'The process ended before this was begun',
  failures: null,
  unique_id: id,
  compiled: false,
  compiled_code: null,
  relation_name: null,
  batch_results: null,
})
