import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PLACE, type Problem, type Reply, type Request } from './child.ts'
import { inputOf } from './input.ts'
import { minimise } from './minimise.ts'
import type { FuzzTarget } from './target.ts'

/** A text that a parser does not take as it should. */
export interface Finding {
  readonly target: string
  readonly text: string
  readonly problem: Problem
}

export interface Ran {
  readonly count: number
  readonly seconds: number
  readonly findings: readonly Finding[]
}

/** Longer than any input may take, however busy the machine is. */
const HANG = 20_000

/** A process that reads inputs, and is put up again when one of them has ended it. */
export class Reader {
  readonly #program: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'quern-fuzz-'))
  readonly #place = join(this.#folder, 'place')
  #child: ChildProcess | undefined

  constructor(program: string) {
    this.#program = program
    writeFileSync(this.#place, Buffer.alloc(8))
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #started(): ChildProcess {
    this.#child ??= fork(this.#program, [], {
      execArgv: ['--max-old-space-size=1024', '--stack-size=984'],
      env: { ...process.env, [PLACE]: this.#place },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    return this.#child
  }

  get #at(): number {
    return readFileSync(this.#place).readDoubleLE()
  }

  /** Sends a request; resolves with how it went: to its end, or the process hung or died. */
  #ask(request: Request, heard: (reply: Reply) => void): Promise<'done' | Problem> {
    const child = this.#started()
    return new Promise((resolve) => {
      let seen = -1
      let since = Date.now()
      const end = (how: 'done' | Problem): void => {
        clearInterval(watch)
        child.removeAllListeners()
        if (how !== 'done') {
          child.kill('SIGKILL')
          this.#child = undefined
        }
        resolve(how)
      }
      const watch = setInterval(() => {
        const at = this.#at
        if (!Object.is(at, seen)) {
          seen = at
          since = Date.now()
        } else if (Date.now() - since > HANG) end({ message: 'hangs', stack: '' })
      }, 250)
      child.on('message', (reply: Reply) => {
        heard(reply)
        if (reply.kind !== 'finding') end('done')
      })
      child.send(request)
      child.on('exit', (code, signal) => end({ message: `the process ended with ${signal ?? code}`, stack: '' }))
    })
  }

  async problemOf(target: string, text: string): Promise<Problem | undefined> {
    let problem: Problem | undefined
    const how = await this.#ask({ kind: 'probe', target, text }, (reply) => {
      if (reply.kind === 'probed') problem = reply.problem
    })
    return how === 'done' ? problem : how
  }

  /** Feeds a parser with the inputs from one number to another; findings of one kind count once, and are made small. */
  async run(target: FuzzTarget, seed: string, from: number, to: number, until: number): Promise<Ran> {
    const startedAt = Date.now()
    const findings = new Map<string, Finding>()
    const add = (index: number, problem: Problem): void => {
      const kind = kindOf(problem)
      if (!findings.has(kind)) findings.set(kind, { target: target.name, text: inputOf(target, seed, index), problem })
    }
    let next = from
    while (next < to && Date.now() < until) {
      writeFileSync(this.#place, Buffer.alloc(8, 255))
      const how = await this.#ask({ kind: 'run', target: target.name, seed, from: next, to, until }, (reply) => {
        if (reply.kind === 'finding') add(reply.index, reply.problem)
        else if (reply.kind === 'done') next = reply.next
      })
      if (how === 'done') break
      const at = this.#at
      if (!Number.isFinite(at)) throw new Error(`the fuzzer does not start: ${how.message}`)
      add(at, how)
      next = at + 1
    }
    const seconds = (Date.now() - startedAt) / 1000
    const small: Finding[] = []
    for (const finding of findings.values()) small.push(await this.#smaller(finding))
    return { count: next - from, seconds, findings: small }
  }

  async #smaller(finding: Finding): Promise<Finding> {
    const kind = kindOf(finding.problem)
    const slow = finding.problem.stack === ''
    const text = await minimise(
      finding.text,
      async (part) => {
        const problem = await this.problemOf(finding.target, part)
        return problem !== undefined && kindOf(problem) === kind
      },
      slow ? 12 : 600,
    )
    return { ...finding, text }
  }
}

/** Two problems are of one kind when they come from one place of the code and say the same but for what they quote. */
export function kindOf({ message, stack }: Problem): string {
  const place = /\n\s+at (?:async )?(?:\S+ \()?(?:.*\/)?([\w.-]+:\d+)/.exec(stack)?.[1] ?? ''
  return `${place} ${message.replace(/'[^']*'|"[^"]*"|`[^`]*`|\d+/g, '_').replace(/: .*/s, '')}`
}
