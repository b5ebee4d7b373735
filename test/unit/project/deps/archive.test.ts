import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as tar from 'tar'
import { describe, expect, test } from 'vitest'
import type { QuernError } from '../../../../src/errors/quern-error.ts'
import { unpack } from '../../../../src/project/deps/archive.ts'
import { Transient } from '../../../../src/project/deps/http.ts'
import { LIMITS } from '../../../../src/project/deps/limits.ts'

interface Entry {
  readonly path: string
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO'
  readonly linkpath?: string
  readonly text?: string
  readonly mode?: number
}

/** A tar file with just these entries, however wrong. */
function archiveOf(entries: readonly Entry[]): { base: string; path: string } {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath = '', text = '', mode = 0o644 }) => {
    const body = Buffer.from(type === 'File' ? text : '')
    const header = new tar.Header({ path, type, linkpath, size: body.length, mode, uid: 0, gid: 0, mtime: new Date(0) })
    const block = Buffer.alloc(512)
    header.encode(block, 0)
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  const base = mkdtempSync(join(tmpdir(), 'quern-archive-'))
  const path = join(base, 'a.tar.gz')
  writeFileSync(path, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])))
  return { base, path }
}

async function tried(entries: readonly Entry[], limits = LIMITS): Promise<{ base: string; error: unknown }> {
  const { base, path } = archiveOf(entries)
  try {
    await unpack(path, join(base, 'deep/out'), 'x.tar.gz', limits)
    return { base, error: undefined }
  } catch (error) {
    return { base, error }
  }
}

const PROJECT: Entry = { path: 'top/dbt_project.yml', text: 'name: x\n' }

test('what is in the top folder is unpacked, rights cut down', async () => {
  const { base, error } = await tried([
    { path: 'top', type: 'Directory', mode: 0o755 },
    PROJECT,
    { path: 'top/run.sh', text: '#', mode: 0o6777 },
    { path: 'top/link.yml', type: 'SymbolicLink', linkpath: 'dbt_project.yml' },
    { path: 'top/deep/up.yml', type: 'SymbolicLink', linkpath: '../dbt_project.yml' },
    { path: 'top/hard.yml', type: 'Link', linkpath: 'top/dbt_project.yml' },
  ])
  expect(error).toBeUndefined()
  const out = join(base, 'deep/out')
  expect(readdirSync(out).sort()).toEqual(['dbt_project.yml', 'deep', 'hard.yml', 'link.yml', 'run.sh'])
  expect(readFileSync(join(out, 'deep/up.yml'), 'utf8')).toBe('name: x\n')
  expect(readFileSync(join(out, 'hard.yml'), 'utf8')).toBe('name: x\n')
  expect(lstatSync(join(out, 'run.sh')).mode & 0o7022).toBe(0)
})

describe('nothing leaves the folder', () => {
  test.each<[string, Entry[]]>([
    ['..', [PROJECT, { path: 'top/../../../escaped', text: 'x' }]],
    ['.. at the start', [{ path: '../escaped', text: 'x' }]],
    ['absolute', [PROJECT, { path: '/tmp/quern-escaped', text: 'x' }]],
    ['a drive', [PROJECT, { path: 'C:\\escaped', text: 'x' }]],
    ['backslashes', [PROJECT, { path: 'top\\..\\..\\escaped', text: 'x' }]],
    ['a link upwards', [PROJECT, { path: 'top/l', type: 'SymbolicLink', linkpath: '../../..' }]],
    ['an absolute link', [PROJECT, { path: 'top/l', type: 'SymbolicLink', linkpath: '/etc/passwd' }]],
    [
      'through a link',
      [PROJECT, { path: 'top/l', type: 'SymbolicLink', linkpath: '../..' }, { path: 'top/l/escaped', text: 'x' }],
    ],
    [
      'links that lead out together',
      [
        PROJECT,
        { path: 'top/a/b', type: 'Directory' },
        { path: 'top/a/b/up', type: 'SymbolicLink', linkpath: '../..' },
        { path: 'top/out', type: 'SymbolicLink', linkpath: 'a/b/up/../x' },
        { path: 'top/a/b/far', type: 'SymbolicLink', linkpath: 'up/../..' },
      ],
    ],
    ['a hard link', [PROJECT, { path: 'top/l', type: 'Link', linkpath: '../../secret' }]],
    ['a hard link to an absolute path', [PROJECT, { path: 'top/l', type: 'Link', linkpath: '/etc/passwd' }]],
    ['a device', [PROJECT, { path: 'top/d', type: 'CharacterDevice' }]],
    ['a pipe', [PROJECT, { path: 'top/p', type: 'FIFO' }]],
  ])('%s', async (_name, entries) => {
    const { base, error } = await tried(entries)
    expect((error as QuernError).code).toBe('archive_refused')
    expect(existsSync(join(base, 'escaped')) || existsSync(join(base, 'deep/escaped'))).toBe(false)
    expect(existsSync('/tmp/quern-escaped')).toBe(false)
  })
})

test('limits', async () => {
  const many = await tried([PROJECT, { path: 'top/a' }, { path: 'top/b' }], { ...LIMITS, entries: 2 })
  expect((many.error as QuernError).message).toBe('The archive x.tar.gz was not unpacked: it has more than 2 entries')
  const large = await tried([PROJECT, { path: 'top/a', text: 'a'.repeat(3_000_000) }], {
    ...LIMITS,
    unpackedBytes: 2 * 1024 * 1024,
  })
  expect((large.error as QuernError).message).toBe('The archive x.tar.gz was not unpacked: it holds more than 2 MB')
  expect(existsSync(join(large.base, 'deep'))).toBe(false)
})

test('two top folders, or a file instead', async () => {
  const two = await tried([PROJECT, { path: 'other/a.sql', text: 'x' }])
  expect((two.error as QuernError).hint).toBe(
    'an archive holds one folder, and that the package; this one has top, other',
  )
  expect(((await tried([{ path: 'a.sql', text: 'x' }])).error as QuernError).code).toBe('archive_structure')
})

test('what is no archive may be downloaded again', async () => {
  const { path, base } = archiveOf([PROJECT])
  writeFileSync(path, '<html>')
  await expect(unpack(path, join(base, 'out'), 'x', LIMITS)).rejects.toThrow(Transient)
  writeFileSync(path, gzipSync(Buffer.from('')))
  await expect(unpack(path, join(base, 'out'), 'x', LIMITS)).rejects.toThrow(Transient)
  const whole = readFileSync(archiveOf([PROJECT]).path)
  writeFileSync(path, whole.subarray(0, whole.length - 12))
  await expect(unpack(path, join(base, 'out'), 'x', LIMITS)).rejects.toThrow(Transient)
})
