import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest } from '../../src/util/digest.ts'
import { REPOSITORY } from '../support/quern.ts'
import type { Finding } from './parent.ts'

const FOLDER = join(REPOSITORY, 'test', 'fuzz', 'found')

/** A text that was a finding once, and is read by the tests for ever. */
export interface Found {
  readonly target: string
  readonly text: string
  /** What went wrong. */
  readonly was: string
}

export const foundTexts = (): Found[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Found)

/** Writes a finding beside the others; gives the file's name. */
export function keepFinding({ target, text, problem }: Finding): string {
  mkdirSync(FOLDER, { recursive: true })
  const file = `${target}-${digest('sha256', text, 'hex').slice(0, 8)}.json`
  const found: Found = { target, text, was: problem.message.split('\n')[0]!.slice(0, 200) }
  writeFileSync(join(FOLDER, file), `${JSON.stringify(found, null, 2)}\n`)
  return file
}
