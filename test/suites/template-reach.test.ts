import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getAttribute, getItem } from '../../src/jinja/runtime/access.ts'
import { iterate } from '../../src/jinja/runtime/iterate.ts'
import { STR_METHODS } from '../../src/jinja/runtime/str-methods.ts'
import {
  dictEntries,
  isDict,
  PyFunction,
  PyObject,
  PyTuple,
  Undefined,
  type Value,
} from '../../src/jinja/runtime/value.ts'
import { typed } from '../support/in-process.ts'
import { writeTree } from '../support/package-hub.ts'

/*
 * Everything that a template can reach by attributes, items and iteration, from every context there is: each value is one of the template language's
 * own, never a function, a prototype or an object of JavaScript, and no password of the profile is among them.
 */

/** What attacks ask for first, and what objects of JavaScript have. */
const ASKED = [
  'constructor', '__proto__', 'prototype', '__class__', '__mro__', '__subclasses__', '__globals__', '__builtins__', '__init__', '__dict__',
  'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupGetter__', 'call', 'apply', 'bind', 'caller', 'callee', 'arguments', 'length',
  'then', 'catch', 'name', 'message', 'stack', 'cause', 'env', 'process', 'require', 'module', 'global', 'globalThis', 'services', 'run', 'driver',
  'connection', 'connections', 'client', 'session', 'fields', 'secrets', 'password', 'pass', 'credentials', 'config', 'target', 'invocation', 'emit',
  'reads', 'node', 'project', 'adapter', 'handle', 'options', 'settings', 'query', 'execute', 'file', 'text', 'root', 'path', 'profile',
] // biome-ignore format: one list

const PASSWORD = 'reach-M4rker-1'
const seen = new WeakSet<object>()
const problems = new Set<string>()
/** Contexts by name, with how many objects were first met there. */
const walked = new Map<string, number>()

function walk(start: Value, label: string): void {
  let count = 0
  const queue: [unknown, string][] = [[start, label]]
  const visit = (value: unknown, path: string): void => {
    const wrong = problemOf(value)
    if (wrong !== undefined) problems.add(`${path}: ${wrong}`)
    else if (typeof value === 'object' && value !== null && !seen.has(value) && isWorthAStep(value, label)) {
      seen.add(value)
      count++
      queue.push([value, path])
    }
  }
  visit(start, label)
  for (let at = 0; at < queue.length; at++) {
    const [value, path] = queue[at] as [Value, string]
    for (const [step, next] of stepsFrom(value)) visit(next, `${path}${step}`)
  }
  walked.set(label, (walked.get(label) ?? 0) + count)
}

/** Attributes make new objects each time (`date.min.min.min`): of each class in each context some are looked at, and of plain data more. */
function isWorthAStep(value: object, label: string): boolean {
  const kind = `${label} ${value.constructor?.name}`
  const count = (looked.get(kind) ?? 0) + 1
  looked.set(kind, count)
  return count <= (value instanceof PyObject ? 25 : 400)
}
const looked = new Map<string, number>()

/** What is wrong with something that a template got hold of. */
function problemOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.includes(PASSWORD) ? 'the password' : undefined
  if (value === null || ['boolean', 'number', 'bigint'].includes(typeof value)) return undefined
  if (typeof value !== 'object') return `a ${typeof value} of JavaScript`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (value instanceof PyObject) return undefined
  if (Array.isArray(value))
    return prototype === Array.prototype || value instanceof PyTuple ? undefined : 'an array of another class'
  return prototype === Object.prototype || prototype === null ? undefined : `a ${value.constructor?.name} of JavaScript`
}

function* stepsFrom(value: Value): Generator<[string, unknown]> {
  for (const name of namesOf(value)) {
    const attribute = attempt(() => getAttribute(value, name))
    if (attribute !== undefined && !(attribute instanceof Undefined)) yield [`.${name}`, attribute]
    const item = attempt(() => getItem(value, name))
    if (item !== undefined && !(item instanceof Undefined)) yield [`['${name}']`, item]
  }
  if (isDict(value)) {
    for (const [key, item] of dictEntries(value)) {
      yield [' key', key]
      yield [`[${String(key)}]`, item]
    }
  }
  if (value instanceof PyObject) {
    const items = attempt(() => [...(value.pyItems?.() ?? [])]) ?? []
    for (const [key, item] of items) yield [`[${String(key)}]`, item]
    yield [' as text', attempt(() => value.pyStr())]
    yield [' as repr', attempt(() => value.pyRepr())]
    yield [' as data', attempt(() => value.toPlain?.()) ?? null]
  }
  let index = 0
  // a list is as good as its first items; endless ones are cut
  for (const item of attempt(() => iterate(value)) ?? []) {
    yield [`[${index}]`, item]
    if (++index > 200) break
  }
}

/** Names that may lead somewhere: those of attacks, of the object's own class, and those that its code speaks of. */
function namesOf(value: Value): Set<string> {
  const names = new Set(ASKED)
  if (typeof value !== 'object' || value === null) return names
  for (let one: object | null = value; one !== null && one !== Object.prototype; one = Object.getPrototypeOf(one)) {
    for (const name of Object.getOwnPropertyNames(one)) names.add(name)
    if (value instanceof PyObject && typeof one.constructor === 'function')
      for (const [, name] of one.constructor.toString().matchAll(/['"`]([a-zA-Z_]\w*)['"`]/g)) names.add(name!)
  }
  if (Array.isArray(value)) return new Set(ASKED)
  return names
}

function attempt<T>(run: () => T): T | undefined {
  try {
    const result = run()
    if (result instanceof Promise) {
      result.catch(() => undefined)
      problems.add('a promise')
    }
    return result
  } catch (error) {
    if (error instanceof Error && error.message.includes(PASSWORD))
      problems.add(`an error says the password: ${error.message}`)
    return undefined
  }
}

const WALK = 'walk_for_this_test'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quern-reach-'))
  const methods = STR_METHODS as Map<string, (text: string, args: readonly Value[]) => Value>
  methods.set(WALK, (label, args) => {
    for (const value of args) walk(value, label)
    return ''
  })
})
afterAll(() => {
  ;(STR_METHODS as Map<string, unknown>).delete(WALK)
  rmSync(folder, { recursive: true, force: true })
})

/** A template that walks everything it knows by name. */
const all = (label: string, ...more: string[]): string =>
  `{{ '${label}'.${WALK}(${['context', 'builtins', 'modules', 'flags', 'self', 'varargs', 'kwargs', 'caller', 'namespace', 'range', 'dict', 'cycler', 'joiner', 'lipsum', 'namespace(x=1)', "cycler('a')", "joiner(',')", ...more].map((name) => `(${name})`).join(', ')}) }}`

const RUNNING = [
  'adapter', 'this', 'model', 'config', 'graph', 'target', 'var', 'ref', 'source', 'load_result', 'store_result', 'statement', 'run_query', 'execute', 'api',
  'exceptions', 'dbt', 'dbt_duckdb', 'selected_resources', 'invocation_args_dict', 'dbt_metadata_envs', 'database', 'schema', 'schemas', 'pre_hooks',
  'post_hooks', 'sql', 'compiled_code', 'column_name', 'adapter.config', 'adapter.config.credentials', "adapter.get_relation(this.database, this.schema, 'm')",
  "run_query('select 1 as id, now() as t, [1] as l, {a: 1} as s, 1.5::decimal(9,2) as d')", 'modules.re', "modules.re.compile('a')", "modules.re.match('a', 'a')",
  'modules.itertools', "modules.itertools.chain([1])", 'modules.datetime', 'modules.datetime.datetime.now()', 'modules.pytz', "modules.pytz.timezone('Europe/Rome')",
  'fromyaml("a: [1, 2020-01-01]")', 'fromjson("{\\"__proto__\\": {\\"a\\": 1}, \\"constructor\\": 1}")', 'api.Relation', 'api.Column', "api.Column.create('a', 'integer')",
  "api.Relation.create(identifier='x')", 'this.include(database=false)', "adapter.quote('x')", "dispatch", "adapter.dispatch('test_unique')", "execute and get_columns_in_query('select 1 as a')",
] // biome-ignore format: one list

test('from every context', { timeout: 120_000 }, async () => {
  const run = all('run', ...RUNNING)
  writeTree(folder, {
    'profiles.yml': `shop: {target: "${all('profile').replaceAll('"', '\\"')}dev", outputs: {dev: {type: duckdb, path: reach.duckdb, password: ${PASSWORD}, x_token: ${PASSWORD}, attach: [{path: ':memory:', alias: other, options: {}}], settings: {search_path: main}}}}\n`,
    'dbt_project.yml': JSON.stringify({
      name: 'shop', profile: 'shop', 'on-run-start': `${all('hook', 'adapter', 'target', 'graph', 'schemas', 'results', 'database_schemas')}`, 'on-run-end': `${all('end hook', 'results', 'schemas', 'database_schemas', 'load_result', 'adapter')}`,
      vars: { a: { b: [1] } }, models: { '+meta': { x: `${all('project file', 'target')}` }, '+pre-hook': run.replace("'run'", "'pre-hook'") },
      'query-comment': `${all('query comment', 'connection_name', 'node', 'target')}`,
    }),
    'packages.yml': `packages: [{local: "${all('packages file')}../inner"}]\n`,
    'models/m.sql': `${all('model', ...RUNNING)} {% call(x) statement('s', fetch_result=true) %}select 1 as id, 'a' as t{% endcall %} {% set r = load_result('s') %}{{ 'results'.${WALK}(r, r and r.table) }} select 1 as id`,
    'models/i.sql': `{{ config(materialized='incremental') }} ${all('incremental', ...RUNNING)} select 1 as id {% if is_incremental() %} union all select 2 {% endif %}`,
    'models/m.yml': JSON.stringify({ models: [{ name: 'm', description: all('description'), columns: [{ name: 'id', data_tests: ['unique', { walked: { arguments: { x: all('test argument') } } }] }], unit_tests: [] }] }),
    'macros/m.sql': `{% macro outer(a) %}{% call(b) inner() %}{{ 'caller'.${WALK}(context, caller, varargs, kwargs, a, b) }}{% endcall %}{% for x in [1] recursive %}{{ 'loop'.${WALK}(loop, self) }}{% endfor %}{% endmacro %}
{% macro inner() %}{{ 'inner'.${WALK}(caller, context) }}{{ caller([1]) }}{% endmacro %}
{% macro op() %}${all('operation', ...RUNNING.filter((name) => !/this|column_name/.test(name)))}{{ outer({}) }}{% endmacro %}
{% test walked(model, column_name, x) %}${all('test', 'model', 'column_name', 'x', 'adapter')} select 1 as id where false{% endtest %}
{% materialization own, default %}${all('materialization', ...RUNNING)}{% call statement('main') %}select 1{% endcall %}{{ return({'relations': [this]}) }}{% endmaterialization %}
{% macro generate_schema_name(custom, node) %}${all('name', 'node', 'target')}main{% endmacro %}`,
    'models/own.sql': "{{ config(materialized='own') }} select 1 as id",
    'snapshots/s.sql': `{% snapshot snap %}{{ config(unique_key='id', strategy='check', check_cols='all') }}${all('snapshot', 'adapter', 'config')} select 1 as id{% endsnapshot %}`,
    'tests/t.sql': `${all('singular test', ...RUNNING.filter((name) => !/column_name/.test(name)))} select 1 as id where false`,
    'analyses/a.sql': `${all('analysis')} select 1`,
    '../inner/dbt_project.yml': 'name: inner\n',
  }) // biome-ignore format: one project
  const env = { DBT_ENV_SECRET_X: PASSWORD }
  const argv = ['--profiles-dir', folder, '--no-partial-parse']
  const commands = [
    ['deps'],
    ['parse'],
    ['build'],
    ['build'],
    ['run-operation', 'op'],
    ['compile'],
    ['show', '--inline', `${all('inline', 'adapter')} select 1 as id`],
  ]
  const failed: string[] = []
  for (const command of commands) {
    const { code, out, err } = await typed([...command, ...argv], { cwd: folder, env })
    if (code !== 0)
      failed.push(
        `${command[0]}: ${out
          .split('\n')
          .filter((line) => /rror/.test(line))
          .join(' | ')}${out.slice(-1500)}${err}`,
      )
  }
  expect(failed).toEqual([])
  expect([...problems]).toEqual([])
  expect([...walked.keys()].sort()).toEqual([
    'analysis', 'caller', 'description', 'end hook', 'hook', 'incremental', 'inline', 'inner', 'loop', 'materialization', 'model', 'name', 'operation',
    'packages file', 'pre-hook', 'profile', 'project file', 'query comment', 'results', 'singular test', 'snapshot', 'test', 'test argument',
  ]) // biome-ignore format: one list
  expect([...walked.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(5_000)
})

test('the walk itself finds what is wrong', () => {
  walk([{ a: (() => 1) as unknown as Value }, new Date() as unknown as Value, `x ${PASSWORD}`], 'wrong')
  const found = [...problems].filter((problem) => problem.startsWith('wrong'))
  expect(found).toEqual(
    expect.arrayContaining([
      'wrong[0].a: a function of JavaScript',
      'wrong[1]: a Date of JavaScript',
      'wrong[2]: the password',
    ]),
  )
  expect(new PyFunction('f', () => null).getAttr('constructor')).toBeUndefined()
})
