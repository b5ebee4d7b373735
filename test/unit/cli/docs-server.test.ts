import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { PAGE_ARTIFACTS } from '../../../src/cli/docs/page-files.ts'
import { isOwnName } from '../../../src/cli/docs/server.ts'
import { FILES } from '../../../src/docs-site/data/files.ts'

test.each([
  'localhost', 'LOCALHOST:1', '127.0.0.1:8080', '192.168.0.7', '[::1]', '[fe80::1]:80', hostname(), 'docs.internal', 'docs.internal:8080',
])('a name of this machine: %s', (name) => expect(isOwnName(name, 'docs.internal')).toBe(true)) // biome-ignore format: one list

test.each([
  undefined, '', ':80', 'evil.example', 'localhost.', 'localhost.evil.example', '127.0.0.1.evil.example', '[evil', 'docs.internal.evil.example', 'a:b:c',
])('not a name of this machine: %s', (name) => expect(isOwnName(name, 'docs.internal')).toBe(false)) // biome-ignore format: one list

test('the page asks for what the server gives and the static page holds', () => expect(FILES).toEqual(PAGE_ARTIFACTS))
