import { expect, test } from 'vitest'
import { QuernError } from '../../../src/errors/quern-error.ts'
import { findText, SourceFile, userSpan } from '../../../src/errors/source-file.ts'

const host = new SourceFile('models/a.yml', 'models:\n  - name: a\n    description: "{{ doc(1) }}"\n')
const at = (file: SourceFile, start: number, end: number) => ({ file, start, end })

test('a value inside of a file points into the file', () => {
  const value = new SourceFile('<yaml>', '{{ doc(1) }}', () => at(host, host.text.indexOf('"'), host.text.length - 1))
  const span = userSpan(at(value, 3, 9))!
  expect(span.file.text.slice(span.start, span.end)).toBe('doc(1)')
  expect(span.file.position(span.start)).toEqual({ line: 3, column: 22 })
})

test('a value that does not stand there word for word gives the whole', () => {
  const value = new SourceFile('<yaml>', '{{ doc(2) }}', () => at(host, 10, 20))
  expect(userSpan(at(value, 3, 9))).toEqual(at(host, 10, 20))
})

test('what no user wrote has no place', () => {
  expect(userSpan(at(new SourceFile('macros/a.sql', 'x', 'builtin'), 0, 1))).toBeUndefined()
  expect(userSpan(at(new SourceFile('a', 'x', () => undefined), 0, 1))).toBeUndefined()
})

test('findText', () => {
  expect(findText(host, 'name: a')).toEqual(at(host, 12, 19))
  expect(findText(host, '')).toBeUndefined()
  expect(findText(host, 'nowhere')).toBeUndefined()
})

test('an error in a built-in macro is shown where the user called it', () => {
  const builtin = new SourceFile('macros/statement.sql', '{{ x }}', 'builtin')
  const error = new QuernError('Compilation', 'x', "'x' is undefined", { at: at(builtin, 3, 4) })
  error.frames.push(
    { kind: 'macro', name: 'statement', span: at(builtin, 3, 4) },
    { kind: 'model', name: 'a', span: at(host, 12, 16) },
  )
  expect(error.details()).toEqual([
    'models/a.yml:2:5',
    '  1 | models:',
    '> 2 |   - name: a',
    '    |     ^^^^',
    '  3 |     description: "{{ doc(1) }}"',
    '> in macro statement (macros/statement.sql:1)',
    '> called by model a (models/a.yml:2)',
  ])
})

test('the middle of a long stack is left out', () => {
  const file = new SourceFile('macros/r.sql', 'x')
  const error = new QuernError('Compilation', 'x', 'too deep')
  for (let i = 0; i < 60; i++) error.frames.push({ kind: 'macro', name: `m${i}`, path: file.path })
  const lines = error.details()
  expect(lines).toHaveLength(13)
  expect(lines[8]).toBe('> ... 48 more calls ...')
  expect(lines.at(-1)).toBe('> called by macro m59 (macros/r.sql)')
})

test('completed keeps what there is', () => {
  const error = new QuernError('Parsing', 'code', 'text', { hint: 'first' })
  error.node = 'model a (a.sql)'
  const done = error.completed({ at: at(host, 0, 1), hint: 'second' })
  expect(done).toMatchObject({ kind: 'Parsing', code: 'code', message: 'text', hint: 'first', node: 'model a (a.sql)' })
  expect(done.at).toEqual(at(host, 0, 1))
})
