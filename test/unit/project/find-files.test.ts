import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDbtignore } from '../../../src/project/dbtignore.ts'
import { fileStem, findProjectFiles } from '../../../src/project/find-files.ts'
import { readText } from '../../../src/project/read-file.ts'
import { StrippedFile } from '../../../src/project/stripped-file.ts'

function inFolder<T>(files: Readonly<Record<string, string | Buffer>>, run: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'quern-files-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return run(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}
const paths = (root: string) => ({
  root,
  modelPaths: ['models'],
  seedPaths: ['seeds'],
  testPaths: ['tests'],
  analysisPaths: ['analyses'],
  macroPaths: ['macros'],
  snapshotPaths: ['snapshots'],
  functionPaths: ['functions'],
  docsPaths: ['models', 'docs'],
})
const names = (files: readonly { original: string }[]): string[] => files.map((file) => file.original)

test('files by folder and extension; hidden and temporary files are left out, hidden folders are not', () => {
  const files = {
    'models/b.sql': '', 'models/a.SQL': '', 'models/.c.sql': '', 'models/~d.sql': '', 'models/#e.sql': '', 'models/.hidden/f.sql': '', 'models/p.py': '',
    'models/s.yml': '', 'models/x/s.yaml': '', 'tests/one.sql': '', 'tests/generic/g.sql': '', 'tests/fixtures/f.csv': '', 'docs/d.md': '', '.sql': '',
    'models/.sql': '',
  } // biome-ignore format: one list
  inFolder(files, (root) => {
    symlinkSync(join(root, 'models', 'b.sql'), join(root, 'models', 'link.sql'))
    symlinkSync(join(root, 'models', 'x'), join(root, 'models', 'linked'))
    const found = findProjectFiles(paths(root))
    expect(names(found.models)).toEqual([
      'models/a.SQL',
      'models/b.sql',
      'models/link.sql',
      'models/.hidden/f.sql',
      'models/p.py',
    ])
    expect(names(found.properties)).toEqual(['models/s.yml', 'models/x/s.yaml'])
    expect([names(found.singularTests), names(found.genericTests), names(found.fixtures), names(found.docs)]).toEqual([
      ['tests/one.sql'],
      ['tests/generic/g.sql'],
      ['tests/fixtures/f.csv'],
      ['docs/d.md'],
    ])
  })
})

test('.dbtignore: the last pattern that matches decides', () => {
  const ignored = parseDbtignore('# comment\nmodels/old/\n*.bak.sql\n!models/old/keep.sql\n')
  expect(['models/old/a.sql', 'models/old/keep.sql', 'models/x.bak.sql', 'models/a.sql'].map(ignored)).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('the name of a node is its file without the last extension', () => {
  expect(['a/b.c.sql', 'x.sql', 'm.sql.jinja2'].map(fileStem)).toEqual(['b.c', 'x', 'm'])
})

test('a stripped file keeps the positions of the file', () => {
  const file = new StrippedFile('a.sql', '\n\n  select 1\n')
  expect([file.text, file.position(0), file.line(3)]).toEqual(['select 1', { line: 3, column: 3 }, '  select 1'])
})

test('other encodings are named', () => {
  inFolder({ 'a.sql': Buffer.from([0x73, 0x0a, 0xe9, 0x20]), 'b.sql': Buffer.from([0xff, 0xfe, 0x73, 0]) }, (root) => {
    expect(() => readText(join(root, 'a.sql'), 'a.sql')).toThrow(
      'Could not read a.sql: the file is not UTF-8 (byte 0xe9 at offset 2, line 2)',
    )
    expect(() => readText(join(root, 'b.sql'), 'b.sql')).toThrow('Could not read b.sql: the file is UTF-16, not UTF-8')
    expect(() => readText(root, 'models')).toThrow('Could not read models: it is a folder, not a file')
  })
})

test('an absolute folder stands for itself', () => {
  inFolder({ 'elsewhere/a.sql': '', 'project/models/b.sql': '' }, (root) => {
    const elsewhere = join(root, 'elsewhere')
    const found = findProjectFiles({ ...paths(join(root, 'project')), modelPaths: ['models', elsewhere] })
    expect(names(found.models)).toEqual(['models/b.sql', `${elsewhere}/a.sql`])
  })
})

test('what cannot be read says why', () => {
  inFolder({ 'file.sql': '' }, (root) => {
    const reasonOf = (path: string): string => {
      try {
        return readText(join(root, path), path)
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(reasonOf('gone.sql')).toBe('Could not read gone.sql: it does not exist (a broken link?)')
    expect(reasonOf('.')).toBe('Could not read .: it is a folder, not a file')
  })
})

// The file system of root denies nothing.
test.skipIf(process.getuid?.() === 0)('a file without permission', () => {
  inFolder({ 'secret.sql': '' }, (root) => {
    chmodSync(join(root, 'secret.sql'), 0)
    expect(() => readText(join(root, 'secret.sql'), 'secret.sql')).toThrow(
      'Could not read secret.sql: permission denied',
    )
  })
})
