import { openSync, writeSync } from 'node:fs'
import { unicodeCodePoint } from '../../src/cli/unicode-names.ts'
import { useUnicodeNames } from '../../src/jinja/syntax/unicode-names.ts'
import { inputOf } from './input.ts'
import type { FuzzTarget } from './target.ts'
import { targetNamed } from './targets/all.ts'

/** What a child is asked to do: run inputs one after the other, or tell whether one text is still a finding. */
export type Request =
  | {
      readonly kind: 'run'
      readonly target: string
      readonly seed: string
      readonly from: number
      readonly to: number
      readonly until: number
    }
  | { readonly kind: 'probe'; readonly target: string; readonly text: string }

export interface Problem {
  readonly message: string
  readonly stack: string
}

export type Reply =
  | { readonly kind: 'finding'; readonly index: number; readonly problem: Problem }
  | { readonly kind: 'done'; readonly next: number }
  | { readonly kind: 'probed'; readonly problem: Problem | undefined }

/** What is wrong with how a parser takes a text; undefined when nothing is. */
export async function problemOf(target: FuzzTarget, text: string): Promise<Problem | undefined> {
  try {
    await target.run(text)
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) return { message: String(error), stack: '' }
    const cause = error.cause instanceof Error ? `\n${error.cause.stack ?? ''}` : ''
    return { message: `${error.name}: ${error.message}`, stack: (error.stack ?? '') + cause }
  }
}

/** Where the parent looks up which input is being read, should this process hang or end. */
export const PLACE = 'QUERN_FUZZ_PLACE'

async function answer(request: Request, place: number, send: (reply: Reply) => void): Promise<void> {
  const target = targetNamed(request.target)
  if (request.kind === 'probe') return send({ kind: 'probed', problem: await problemOf(target, request.text) })
  const number = Buffer.alloc(8)
  let index = request.from
  for (; index < request.to && Date.now() < request.until; index++) {
    number.writeDoubleLE(index)
    writeSync(place, number, 0, 8, 0)
    const problem = await problemOf(target, inputOf(target, request.seed, index))
    if (problem !== undefined) send({ kind: 'finding', index, problem })
  }
  send({ kind: 'done', next: index })
}

/** Takes requests from the parent process, for as long as it is there. */
export function serve(): void {
  useUnicodeNames(unicodeCodePoint)
  const place = openSync(process.env[PLACE]!, 'r+')
  process.on('message', (request: Request) => void answer(request, place, (reply) => void process.send!(reply)))
  process.on('disconnect', () => process.exit(0))
}
