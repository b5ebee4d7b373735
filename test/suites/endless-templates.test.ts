import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLI } from '../support/quern.ts'

/** Goes round for minutes, and waits for nothing. */
const ENDLESS = "{% for a in range(100000) %}{% set x = ('a' * 1000000) | upper | length %}{% endfor %}"

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

/** Runs a project of one model and sends a signal as soon as a line was printed, and again until the process ends. */
async function interrupted(model: string, command: string, line: string, signal: NodeJS.Signals): Promise<Ended> {
  const root = mkdtempSync(join(tmpdir(), 'quern-endless-'))
  mkdirSync(join(root, 'models'))
  writeFileSync(join(root, 'dbt_project.yml'), 'name: bad\nprofile: bad\n')
  writeFileSync(join(root, 'profiles.yml'), 'bad: {target: dev, outputs: {dev: {type: duckdb, path: bad.duckdb}}}\n')
  writeFileSync(join(root, 'models', 'm.sql'), `${model} select 1 as id\n`)
  const child = spawn(process.execPath, [CLI, command], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: root },
  })
  let output = ''
  let again: NodeJS.Timeout | undefined
  const hear = (data: Buffer): void => {
    output += data.toString('utf8')
    if (again === undefined && output.includes(line)) again = setInterval(() => child.kill(signal), 1000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  try {
    return await new Promise((resolve) => child.on('close', (code, by) => resolve({ code, signal: by, output })))
  } finally {
    clearInterval(again)
    child.kill('SIGKILL')
    rmSync(root, { recursive: true, force: true })
  }
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('ends a template that does not come to an end while parsing', { timeout: 90_000 }, async () => {
    const ended = await interrupted(ENDLESS, 'parse', 'Starting full parse', signal)
    expect(ended.signal ?? ended.code).not.toBe(0)
    expect(ended.output).not.toMatch(/RuntimeError|does not come to an end|please report/)
  })

  test('ends one that does not come to an end while running', { timeout: 90_000 }, async () => {
    const ended = await interrupted(`{% if execute %}${ENDLESS}{% endif %}`, 'run', '1 of 1 START', signal)
    expect(ended.signal ?? ended.code).not.toBe(0)
    expect(ended.output).not.toMatch(/RuntimeError|does not come to an end|please report/)
  })
})
