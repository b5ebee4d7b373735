import { expect, test } from 'vitest'
import { SourceFile } from '../../../src/errors/source-file.ts'
import { locate, readYaml } from '../../../src/project/read-yaml.ts'
import { caught } from '../config/caught.ts'

const file = new SourceFile('x.yml', 'name: shop\nmodels:\n  - name: a\n    tags: [x, y]\n  - name: b\n')
const text = (path: (string | number)[], of?: 'key' | 'value'): string => {
  const span = locate(file, path, of)!
  return file.text.slice(span.start, span.end)
}

test('locate finds keys and values', () => {
  expect(text(['name'])).toBe('shop')
  expect(text(['models', 1, 'name'])).toBe('b')
  expect(text(['models', 0, 'tags', 1])).toBe('y')
  expect(text(['models', 0, 'tags'], 'key')).toBe('tags')
})

test('a path that ends early means its longest part', () => {
  expect(text(['models', 0, 'nope'])).toBe(text(['models', 0]))
})

test('an empty file is None', () => {
  expect(readYaml(new SourceFile('x.yml', ''))).toBe(null)
})

test('tabs are named', () => {
  const error = caught(() => readYaml(new SourceFile('x.yml', 'a:\n\tb: 1\n')))
  expect(error.message).toMatch(/^Syntax error near line 2: /)
  expect(error.hint).toBe('YAML does not allow tabs for indentation: use spaces')
})
