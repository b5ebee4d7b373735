import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLI, REPOSITORY } from '../support/quern.ts'

/** A copy of the build, whose compiled code may be spoilt. */
let copy: string
beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'quern-launch-')))
  cpSync(join(REPOSITORY, 'dist'), join(copy, 'dist'), {
    recursive: true,
    filter: (path) => !/[\\/](types|chunks)$/.test(path),
  })
  writeFileSync(join(copy, 'package.json'), '{"type": "module"}')
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const code = (): string => join(copy, 'dist', readdirSync(join(copy, 'dist')).find((name) => name.endsWith('.code'))!)
const run = (cli: string, args: readonly string[]): unknown => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' })
  return { status, stdout: stdout.replace(/^\d\d:\d\d:\d\d/gm, ''), stderr }
}

test('the build has compiled code for the Node that made it', () => {
  expect(code()).toContain(`quern.cjs-${process.version}-${process.arch}.code`)
})

test.each([
  ['as it was made', (bytes: Buffer) => bytes],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ['of something else', () => Buffer.from('not compiled code')],
  ['empty', () => Buffer.alloc(0)],
  ['missing', () => undefined],
])('compiled code %s: the same is done', { timeout: 60_000 }, (_, spoilt) => {
  const path = code()
  const whole = readFileSync(path)
  const bytes = spoilt(whole)
  try {
    if (bytes === undefined) rmSync(path)
    else writeFileSync(path, bytes)
    for (const args of [
      ['--help'],
      ['ls', '--help'],
      ['--version'],
      ['nothing'],
      ['show', '--inline', 'select', '--project-dir', '/nowhere'],
    ])
      expect(run(join(copy, 'dist', 'cli.js'), args)).toEqual(run(CLI, args))
  } finally {
    writeFileSync(path, whole)
  }
})
