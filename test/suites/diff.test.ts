import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { DiffDocument, DiffNode, KeyedRowsDiff, WholeRowsDiff } from '../../src/events/diff-document.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

/** A select of literal rows. */
const rows = (columns: readonly string[], ...values: readonly string[][]): string =>
  values.map((row) => `select ${row.map((value, at) => `${value} as ${columns[at]}`).join(', ')}`).join('\nunion all ')

const none = (columns: readonly string[], ...types: readonly string[]): string =>
  `select ${columns.map((name, at) => `cast(null as ${types[at]}) as ${name}`).join(', ')} where 1 = 0`

const KEYED = ['id', 'name', 'amount']
const ODD = ['"Order Id"', '"ligne é"', '"say ""hi"""']

/** As it was built as production. */
const PROD = {
  'models/keyed.sql': rows(
    KEYED,
    ['1', "'a'", '10'],
    ['2', "'b'", 'cast(null as integer)'],
    ['3', 'null', '30'],
    ['4', "'d'", '40'],
  ),
  'models/odd_names.sql': `{{ config(materialized='table', meta={'primary_key': ['Order Id', 'ligne é']}) }}\n${rows(ODD, ['1', "'x'", "'one'"], ['1', "'y'", "'two'"], ['2', "'x'", "'three'"])}`,
  'models/doubtful_key.sql': `{{ config(primary_key='id') }}\n${rows(['id', 'name'], ['1', "'a'"], ['2', "'b'"], ['2', "'c'"], ['null', "'d'"], ['3', "'e'"])}`,
  'models/keyless.sql': rows(['name', 'n'], ["'a'", '1'], ["'a'", '1'], ["'b'", '2'], ['null', 'null']),
  'models/retyped.sql': `{{ config(materialized='table') }}\n${rows(['id', 'gone', 'amount', 'x', 'y'], ['1', "'g'", '10', '1', '2'], ['2', "'g'", '20', '1', '2'])}`,
  'models/empty_both.sql': none(['id'], 'integer'),
  'models/empty_before.sql': none(['id', 'name'], 'integer', 'varchar(10)'),
  'models/fails_here.sql': 'select 1 as id',
  'models/floats.sql': rows(
    ['id', 'x'],
    ['1', 'cast(0.3 as double precision)'],
    ['2', "cast('NaN' as double precision)"],
    ['3', "cast('Infinity' as double precision)"],
    ['4', 'cast(1e9 as double precision)'],
    ['5', 'cast(null as double precision)'],
  ),
  'models/nested.sql': `{% if target.type == 'postgres' %}select 1 as id, cast('{"a": 1, "b": [2]}' as json) as j, point(1, 2) as p, array[1, 2] as l
union all select 2, cast('{"a": 1}' as json), point(1, 2), array[1, 2]
{% else %}select 1 as id, {'a': 1, 'b': [2]} as j, map {'k': 1} as p, [1, 2] as l
union all select 2, {'a': 1, 'b': [1]}, map {'k': 1}, [1, 2]{% endif %}`,
  'models/gone.sql': 'select 1 as gone_id',
  'models/first_name.sql': "select id, 'a text of its own' as text from {{ ref('keyed') }}",
  'models/uses_macro.sql': "select id, {{ cents('amount') }} as cents from {{ ref('keyed') }}",
  'models/below.sql': "select count(*) as n from {{ ref('uses_macro') }}",
  'models/soft.sql': "{{ config(materialized='ephemeral') }} select 1 as id",
  'models/unchanged.sql': 'select 1 as id',
  'macros/cents.sql': '{% macro cents(x) %}{{ x }} * 100{% endmacro %}',
  'seeds/countries.csv': 'code,name\nDE,Germany\nFR,France\n',
  'models/schema.yml': `models:
  - name: keyed
    description: Orders by key
    columns:
      - name: id
        data_tests: [unique, not_null]
  - name: first_name
    columns: [{name: id, data_tests: [not_null]}]
  - name: floats
    columns: [{name: id, data_tests: [unique]}]
  - name: nested
    columns: [{name: id, data_tests: [unique]}]
  - name: empty_before
    config: {unique_key: id}
exposures:
  - {name: board, type: dashboard, owner: {name: someone}, depends_on: [ref('below')]}
seeds: [{name: countries, config: {meta: {primary_key: code}}}]
`,
}

/** What differs in this branch; null: the file is gone. */
const DEV: Readonly<Record<string, string | null>> = {
  'models/keyed.sql': `{{ config(materialized='table', tags=['new']) }}\n${rows(KEYED, ['1', "'a'", '10'], ['2', "'b'", '20'], ['3', "'c'", '30'], ['5', "'e'", '50'])}`,
  'models/odd_names.sql': `{{ config(materialized='table', meta={'primary_key': ['Order Id', 'ligne é']}) }}\n${rows(ODD, ['1', "'x'", "'one'"], ['1', "'y'", "'2'"], ['2', "'y'", "'three'"])}`,
  'models/doubtful_key.sql': `{{ config(primary_key='id') }}\n${rows(['id', 'name'], ['1', "'a2'"], ['2', "'b'"], ['3', "'e'"], ['3', "'f'"], ['null', "'g'"], ['null', "'h'"], ['4', "'i'"])}`,
  'models/keyless.sql': rows(['name', 'n'], ["'a'", '1'], ["'b'", '2'], ['null', 'null'], ["'c'", '3'], ["'c'", '3']),
  'models/retyped.sql': `{{ config(materialized='table') }}\n${rows(['id', 'amount', 'y', 'x', 'fresh'], ['1', "'10'", '2', '1', 'true'], ['2', "'21'", '2', '1', 'true'])}`,
  'models/empty_before.sql': rows(['id', 'name'], ['1', "cast('a' as varchar(10))"]),
  'models/fails_here.sql': 'select * from nothing_of_this_name',
  'models/floats.sql': rows(
    ['id', 'x'],
    ['1', 'cast(0.1 as double precision) + cast(0.2 as double precision)'],
    ['2', "cast('NaN' as double precision)"],
    ['3', "cast('-Infinity' as double precision)"],
    ['4', 'cast(1e9 as double precision) + 1'],
    ['5', 'cast(0 as double precision)'],
  ),
  'models/nested.sql': `{% if target.type == 'postgres' %}select 1 as id, cast('{"b":[2],"a":1}' as json) as j, point(1, 2) as p, array[1, 2] as l
union all select 2, cast('{"a": 2}' as json), point(1, 3), array[1, 2]
{% else %}select 1 as id, {'a': 1, 'b': [2]} as j, map {'k': 1} as p, [1, 2] as l
union all select 2, {'a': 2, 'b': [1]}, map {'k': 2}, [1, 2]{% endif %}`,
  'models/gone.sql': null,
  'models/first_name.sql': null,
  'models/second_name.sql': PROD['models/first_name.sql'],
  'models/brand_new.sql': 'select 1 as id',
  'models/soft.sql': "{{ config(materialized='ephemeral') }} select 2 as id",
  'macros/cents.sql': '{% macro cents(x) %}({{ x }}) * 100{% endmacro %}',
  'seeds/countries.csv': 'code,name\nDE,Deutschland\nFR,France\n',
  'models/schema.yml': PROD['models/schema.yml']
    .replace('Orders by key', 'Orders, one row for each')
    .replace('[unique, not_null]', '[unique]')
    .replace('first_name', 'second_name'),
}

function write(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) {
      rmSync(join(folder, path))
      continue
    }
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const UNIDENTIFIED = { null_rows: 0, duplicate_keys: 0, duplicate_rows: 0, left_out_rows: 0 }
const IDENTIFIED = { before: UNIDENTIFIED, after: UNIDENTIFIED }

describe.each(['duckdb', 'postgres'] as const)('quern diff on %s', (database) => {
  let project: WrittenProject
  beforeAll(async () => {
    project = await writtenProject('diff', database, inject('postgres'), PROD)
    const built = await project.runWith({ GOLDEN_SCHEMA: 'prod' }, 'build')
    expect(built.stdout).toContain('ERROR=0')
    cpSync(join(project.folder, 'target'), join(project.folder, 'prod-artifacts'), { recursive: true })
    write(project.folder, DEV)
    const again = await project.run('build', '--exclude', 'fails_here')
    expect(again.stdout).toContain('ERROR=0')
  }, 240_000)
  afterAll(async () => await project?.remove())

  const compared = async (...args: string[]): Promise<DiffDocument> => {
    const ended = await project.run('diff', '--state', 'prod-artifacts', '--format', 'json', ...args)
    expect({ exit: ended.exit, stderr: ended.exit === 0 ? '' : ended.stderr }).toEqual({ exit: 0, stderr: '' })
    return JSON.parse(ended.stdout) as DiffDocument
  }
  const nodeOf = ({ nodes }: DiffDocument, id: string): DiffNode => {
    const node = nodes.find(({ unique_id }) => unique_id === id)
    if (node === undefined) throw new Error(`no ${id} in ${nodes.map(({ unique_id }) => unique_id).join(', ')}`)
    return node
  }

  test('tells which resources differ, and why', { timeout: 60_000 }, async () => {
    const manifest = join(project.folder, 'target', 'manifest.json')
    const before = readFileSync(manifest, 'utf8')
    const document = await compared('--no-columns')
    expect(document.before).toEqual({ state: 'prod-artifacts', target: null, schema: null })
    const changes = Object.fromEntries(
      document.nodes
        .filter(({ resource_type: type }) => type !== 'test')
        .map(({ unique_id: id, change }) => [id.replace('.shop.', ' '), change]),
    )
    expect(changes).toEqual({
      'model keyed': 'modified',
      'model odd_names': 'modified',
      'model doubtful_key': 'modified',
      'model keyless': 'modified',
      'model retyped': 'modified',
      'model empty_before': 'modified',
      'model fails_here': 'modified',
      'model floats': 'modified',
      'model nested': 'modified',
      'model gone': 'removed',
      'model second_name': 'renamed',
      'model brand_new': 'added',
      'model soft': 'modified',
      'model uses_macro': 'modified',
      'model below': 'upstream',
      'seed countries': 'modified',
      'exposure board': 'upstream',
    })
    const keyed = nodeOf(document, 'model.shop.keyed')
    expect(keyed.reasons.map(({ kind, rule }) => [kind, rule])).toEqual([
      ['code', 'state:modified.body'],
      ['configs', 'state:modified.configs'],
      ['descriptions', null],
      ['labels', null],
      ['tests', null],
      ['compiled_code', null],
    ])
    expect(keyed.reasons.slice(1, 5)).toEqual([
      {
        kind: 'configs',
        rule: 'state:modified.configs',
        changes: [{ key: 'materialized', before: 'view', after: 'table' }],
      },
      {
        kind: 'descriptions',
        rule: null,
        changes: [{ key: 'description', before: 'Orders by key', after: 'Orders, one row for each' }],
      },
      { kind: 'labels', rule: null, changes: [{ key: 'tags', before: [], after: ['new'] }] },
      { kind: 'tests', rule: null, added: [], removed: ['not_null_keyed_id'], modified: [] },
    ])
    const renamed = nodeOf(document, 'model.shop.second_name')
    expect(renamed.renamed_from).toBe('model.shop.first_name')
    // its test went with it, and its code compiles to the same but for what environments are called
    const test = document.nodes.find(({ name }) => name === 'not_null_second_name_id')
    expect([test?.change, test?.attached_node]).toEqual(['renamed', 'model.shop.second_name'])
    expect(renamed.reasons.find(({ kind }) => kind === 'compiled_code')).toEqual({
      kind: 'compiled_code',
      rule: null,
      diff: '',
    })
    const macro = nodeOf(document, 'model.shop.uses_macro').reasons
    expect(macro[0]).toEqual({ kind: 'macros', rule: 'state:modified.macros', macros: ['shop.cents'] })
    const compiled = macro[1]?.kind === 'compiled_code' ? macro[1].diff : undefined
    expect(compiled?.split('\n').map((line) => line.replace(/from .*/, 'from'))).toEqual([
      '@@ -1 +1 @@',
      '-select id, amount * 100 as cents from',
      '+select id, (amount) * 100 as cents from',
    ])
    // the nearest one: that keyed changed is told at uses_macro's own entry
    expect(nodeOf(document, 'model.shop.below').because_of).toEqual(['model.shop.uses_macro'])
    expect(nodeOf(document, 'seed.shop.countries').reasons).toEqual([
      { kind: 'code', rule: 'state:modified.body', diff: null },
    ])
    // nothing is written
    expect(readFileSync(manifest, 'utf8')).toBe(before)
  })

  test('tells which columns differ, and only those', { timeout: 60_000 }, async () => {
    const document = await compared()
    const integer = database === 'duckdb' ? 'INTEGER' : 'integer'
    const text = database === 'duckdb' ? 'VARCHAR' : 'text'
    const retyped = nodeOf(document, 'model.shop.retyped').columns
    expect(retyped).toMatchObject({
      status: 'compared',
      before_from: 'database',
      changes: [
        { change: 'type', name: 'amount', before: integer, after: text },
        { change: 'added', name: 'fresh', type: database === 'duckdb' ? 'BOOLEAN' : 'boolean' },
        { change: 'removed', name: 'gone', type: text },
      ],
      order_changed: true,
    })
    const others = ['keyed', 'odd_names', 'keyless', 'nested', 'second_name', 'uses_macro', 'below']
    for (const name of others)
      expect([name, nodeOf(document, `model.shop.${name}`).columns]).toEqual([
        name,
        expect.objectContaining({ status: 'compared', changes: [], order_changed: false }),
      ])
    expect(nodeOf(document, 'model.shop.fails_here').columns).toEqual({
      status: 'unknown',
      reason: 'the relation does not exist in this target: it was not built here',
    })
    for (const name of ['gone', 'brand_new', 'soft']) expect(nodeOf(document, `model.shop.${name}`).columns).toBeNull()
    expect(document.summary.columns).toEqual({ changed: 1, breaking: 1, unknown: 1 })
  })

  test('counts the rows that differ, by key or as wholes', { timeout: 60_000 }, async () => {
    const document = await compared('--data', '--examples', '5')
    const keyed = (name: string): KeyedRowsDiff => {
      const { rows: found } = nodeOf(document, `model.shop.${name}`)
      if (found?.status !== 'compared' || found.by !== 'key') throw new Error(`${name}: ${JSON.stringify(found)}`)
      return found
    }
    expect(keyed('keyed')).toEqual({
      status: 'compared',
      by: 'key',
      key: ['id'],
      key_from: 'test unique_keyed_id',
      rows_before: 4,
      rows_after: 4,
      added: 1,
      removed: 1,
      changed: 2,
      unchanged: 1,
      changed_by_column: { name: 1, amount: 1 },
      not_identified: IDENTIFIED,
      compared_columns: ['name', 'amount'],
      left_out_columns: [],
      compared_as_text: [],
      float_tolerance: null,
      examples: [
        { change: 'changed', key: { id: '2' }, values: { amount: { before: null, after: '20' } } },
        { change: 'changed', key: { id: '3' }, values: { name: { before: null, after: 'c' } } },
        { change: 'added', key: { id: '5' }, values: { name: { after: 'e' }, amount: { after: '50' } } },
        { change: 'removed', key: { id: '4' }, values: { name: { before: 'd' }, amount: { before: '40' } } },
      ],
    })
    expect(keyed('odd_names')).toMatchObject({
      key: ['Order Id', 'ligne é'],
      key_from: 'meta primary_key',
      added: 1,
      removed: 1,
      changed: 1,
      unchanged: 1,
      changed_by_column: { 'say "hi"': 1 },
      examples: [
        {
          change: 'changed',
          key: { 'Order Id': '1', 'ligne é': 'y' },
          values: { 'say "hi"': { before: 'two', after: '2' } },
        },
        { change: 'added', key: { 'Order Id': '2', 'ligne é': 'y' } },
        { change: 'removed', key: { 'Order Id': '2', 'ligne é': 'x' } },
      ],
    })
    // 2 is there twice before, 3 twice after: neither is compared
    expect(keyed('doubtful_key')).toMatchObject({
      key_from: 'config primary_key',
      rows_before: 5,
      rows_after: 7,
      added: 1,
      removed: 0,
      changed: 1,
      unchanged: 0,
      not_identified: {
        before: { null_rows: 1, duplicate_keys: 1, duplicate_rows: 2, left_out_rows: 4 },
        after: { null_rows: 2, duplicate_keys: 1, duplicate_rows: 2, left_out_rows: 5 },
      },
    })
    expect(keyed('empty_before')).toMatchObject({
      key_from: 'config unique_key',
      rows_before: 0,
      rows_after: 1,
      added: 1,
      removed: 0,
      changed: 0,
    })
    expect(keyed('floats')).toMatchObject({ changed: 4, unchanged: 1, changed_by_column: { x: 4 } })
    expect(keyed('nested')).toMatchObject({
      changed: 1,
      unchanged: 1,
      changed_by_column: { j: 1, p: 1 },
      compared_as_text: database === 'postgres' ? ['p'] : [],
    })
    const retyped = nodeOf(document, 'model.shop.retyped').rows
    expect(retyped).toMatchObject({
      by: 'whole rows',
      added: 1,
      removed: 1,
      compared_columns: ['id', 'amount', 'y', 'x'],
      compared_as_text: ['amount'],
      left_out_columns: [
        { name: 'gone', side: 'before' },
        { name: 'fresh', side: 'after' },
      ],
    })
    const keyless = nodeOf(document, 'model.shop.keyless').rows as WholeRowsDiff
    expect(keyless).toMatchObject({ by: 'whole rows', rows_before: 4, rows_after: 5, added: 2, removed: 1 })
    expect(keyless.examples).toEqual([
      { change: 'added', key: {}, values: { name: { after: 'c' }, n: { after: '3' } }, times: 2 },
      { change: 'removed', key: {}, values: { name: { before: 'a' }, n: { before: '1' } }, times: 1 },
    ])
    expect(nodeOf(document, 'seed.shop.countries').rows).toMatchObject({ changed: 1, unchanged: 1, key: ['code'] })
    expect(nodeOf(document, 'model.shop.fails_here').rows).toMatchObject({ status: 'unknown', error: false })
    expect(nodeOf(document, 'model.shop.gone').rows).toBeNull()
  })

  test('takes the key and the tolerance that it is given, and shows what was selected', {
    timeout: 60_000,
  }, async () => {
    const tolerant = await compared('--data', '--select', 'floats', 'unchanged', '--float-tolerance', '1e-9')
    expect(nodeOf(tolerant, 'model.shop.floats').rows).toMatchObject({
      changed: 2,
      unchanged: 3,
      float_tolerance: 1e-9,
    })
    // their tests come along, as with any selection
    const models = tolerant.nodes.filter(({ resource_type: type }) => type === 'model')
    expect(models.map(({ name, change }) => [name, change])).toEqual([
      ['floats', 'modified'],
      ['unchanged', 'unchanged'],
    ])
    const given = await compared('--data', '--select', 'retyped', '--key', 'ID', '--examples', '0')
    expect(nodeOf(given, 'model.shop.retyped').rows).toMatchObject({
      key: ['id'],
      key_from: '--key',
      changed: 1,
      unchanged: 1,
      changed_by_column: { amount: 1 },
      compared_as_text: ['amount'],
      examples: [],
    })
    const both = await compared('--data', '--select', 'keyless', '--key', 'name,n')
    expect(nodeOf(both, 'model.shop.keyless').rows).toMatchObject({
      key: ['name', 'n'],
      added: 0,
      not_identified: { before: { duplicate_keys: 1, null_rows: 1 }, after: { duplicate_keys: 1, null_rows: 1 } },
    })
    const wrong = await project.run('diff', '--state', 'prod-artifacts', '--data', '--select', 'keyed', '--key', 'idd')
    expect(wrong.exit).toBe(2)
    expect(wrong.stdout).toContain("did you mean 'id'?")
  })

  test('compares with another schema without a state', { timeout: 60_000 }, async () => {
    const ended = await project.run(
      'diff', '--against-schema', 'prod', '--select', 'keyed', '--data', '--format', 'json',
    ) // biome-ignore format: one command line
    const document = JSON.parse(ended.stdout) as DiffDocument
    expect(document.before).toEqual({ state: null, target: null, schema: 'prod' })
    const [keyed, ...others] = document.nodes
    expect(others).toEqual([])
    expect(keyed).toMatchObject({ name: 'keyed', change: null, rows: { changed: 2, added: 1, removed: 1 } })
    expect(keyed?.relation?.before).toMatch(/"prod"\."keyed"$/)
  })

  test('its text says the same to people', { timeout: 60_000 }, async () => {
    const ended = await project.run('diff', '--state', 'prod-artifacts', '--data')
    expect(ended.exit).toBe(0)
    const text = ended.stdout
    expect(text).not.toContain('\u001b')
    expect(text).toContain('Compared with the state in prod-artifacts')
    expect(text).toContain('models: 1 removed, 1 renamed, 11 modified, 1 added; seeds: 1 modified')
    expect(text).toContain('downstream: 1 model, 1 exposure')
    expect(text).toContain('> model second_name  renamed from model.shop.first_name  models/second_name.sql')
    expect(text).toContain('~  id=2  amount: NULL -> 20')
    expect(text).toContain(
      'left out before: 1 row with null in the key, 1 key in more than one row (2 rows), 1 row whose key the other side has more than once',
    )
  })

  test('ends with 1 on the differences that it is asked for', { timeout: 60_000 }, async () => {
    const codes = async (...args: string[]): Promise<number | null> =>
      (await project.run('diff', '--state', 'prod-artifacts', ...args)).exit
    expect(await codes('--no-columns', '--select', 'unchanged', '--fail-on', 'any')).toBe(0)
    expect(await codes('--no-columns', '--select', 'keyless', '--fail-on', 'nodes')).toBe(1)
    expect(await codes('--select', 'keyless', '--fail-on', 'columns', 'breaking')).toBe(0)
    expect(await codes('--select', 'retyped', '--fail-on', 'breaking')).toBe(1)
    expect(await codes('--data', '--select', 'keyless', '--fail-on', 'rows')).toBe(1)
    expect(await codes('--select', 'keyless', '--fail-on', 'rows')).toBe(2)
  })

  test('without the relation of the state, its catalog.json knows the columns', { timeout: 90_000 }, async () => {
    const state = join(project.folder, 'own-artifacts')
    cpSync(join(project.folder, 'prod-artifacts'), state, { recursive: true })
    const catalogued = await project.runWith(
      { GOLDEN_SCHEMA: 'prod' },
      'docs',
      'generate',
      '--no-compile',
      '--target-path',
      'own-artifacts',
    )
    expect(existsSync(join(state, 'catalog.json'))).toBe(true)
    expect(catalogued.exit).toBe(0)
    // as if the state had been built where this run builds
    const manifest = readFileSync(join(state, 'manifest.json'), 'utf8').replaceAll(
      '"schema": "prod"',
      '"schema": "golden"',
    )
    writeFileSync(join(state, 'manifest.json'), manifest)
    const catalog = JSON.parse(readFileSync(join(state, 'catalog.json'), 'utf8')) as {
      nodes: Record<string, { columns: Record<string, { name: string; index: number; type: string }> }>
    }
    catalog.nodes['model.shop.keyed'] = {
      columns: { id: { name: 'id', index: 1, type: 'uuid' }, old: { name: 'old', index: 2, type: 'text' } },
    }
    writeFileSync(join(state, 'catalog.json'), JSON.stringify(catalog))
    const ended = await project.run(
      'diff', '--state', 'own-artifacts', '--select', 'keyed', '--data', '--format', 'json',
    ) // biome-ignore format: one command line
    const document = JSON.parse(ended.stdout) as DiffDocument
    expect(nodeOf(document, 'model.shop.keyed')).toMatchObject({
      columns: {
        status: 'compared',
        before_from: 'catalog',
        changes: [
          { change: 'type', name: 'id', before: 'uuid' },
          { change: 'added', name: 'name' },
          { change: 'added', name: 'amount' },
          { change: 'removed', name: 'old', type: 'text' },
        ],
      },
      rows: {
        status: 'unknown',
        reason: 'what is compared with is the same relation: what was in it before is not there any more',
      },
    })
    // a database that this connection does not have
    writeFileSync(join(state, 'manifest.json'), manifest.replaceAll(/"database": "[^"]*"/g, '"database": "elsewhere"'))
    rmSync(join(state, 'catalog.json'))
    const away = await project.run(
      'diff', '--state', 'own-artifacts', '--select', 'keyed', '--data', '--format', 'json',
    ) // biome-ignore format: one command line
    const reason =
      "this target cannot read the database 'elsewhere', where the relations of the state are: name their target with --against-target"
    expect([away.exit, nodeOf(JSON.parse(away.stdout) as DiffDocument, 'model.shop.keyed')]).toEqual([
      0,
      expect.objectContaining({
        columns: { status: 'unknown', reason },
        rows: { status: 'unknown', reason, error: false },
      }),
    ])
  })
})
