import { type ChildProcess, spawn } from 'node:child_process'
import { CLI } from '../../support/quern.ts'

/** Program and first arguments of what is tested; the reference is run through the same faults (test/faults/reference). */
export interface Engine {
  readonly name: string
  readonly command: readonly string[]
}
export const QUERN: Engine = { name: 'quern', command: [process.execPath, CLI] }

export interface Ended {
  readonly exit: number | null
  readonly signal: NodeJS.Signals | null
  /** Both streams. */
  readonly output: string
  /** From start to end. */
  readonly milliseconds: number
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What was written so far. */
  output(): string
}

export interface StartOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
  /** Killed when it takes longer: it hangs. */
  readonly seconds?: number
}

/** Starts an engine with no environment but the given one (and PATH). */
export function start(engine: Engine, args: readonly string[], options: StartOptions): Running {
  const [program, ...first] = engine.command as [string, ...string[]]
  const began = performance.now()
  const child = spawn(program, [...first, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (options.seconds ?? 120) * 1000,
    killSignal: 'SIGKILL',
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit, signal) => resolve({ exit, signal, output, milliseconds: performance.now() - began }))
  })
  return { child, ended, output: () => output }
}

/** Runs to the end. */
export const run = (engine: Engine, args: readonly string[], options: StartOptions): Promise<Ended> =>
  start(engine, args, options).ended

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))
