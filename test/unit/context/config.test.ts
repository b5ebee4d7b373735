import { expect, test } from 'vitest'
import { RuntimeConfig } from '../../../src/context/config.ts'
import { render } from '../jinja/rendering.ts'

// Measured with dbt-core 1.11.16: `config` of a model with these hooks and no unique_key.
const config = new RuntimeConfig(
  { 'pre-hook': ['a'], 'post-hook': ['b', 'c'], unique_key: null, materialized: 'view' },
  'model.p.m',
)
const shown = (expression: string): string => render(`{{ ${expression} }}`, { config })

test('hooks are found under their Python names only', () => {
  expect(shown("config.get('pre_hook') | length")).toBe('1')
  expect(shown("config.get('post_hook') | length")).toBe('2')
  expect(shown("config.get('pre-hook')")).toBe('None')
  expect(shown("config.get('post-hook', 'default')")).toBe('default')
})

test('a config that is null is there: the default is not taken', () => {
  expect(shown("config.get('unique_key', 'x')")).toBe('None')
  expect(shown("config.get('nope', 'x')")).toBe('x')
  expect(shown("config.get('materialized', 'x')")).toBe('view')
})
