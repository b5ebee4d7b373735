import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { typed } from '../../support/in-process.ts'
import { badTexts, textsBelow } from '../seeds.ts'
import type { FuzzTarget } from '../target.ts'
import { SCRATCH } from './data.ts'
import { yaml } from './yaml.ts'

const BASE: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: bad\nprofile: bad\n',
  'profiles.yml': 'bad: {target: dev, outputs: {dev: {type: duckdb, path: bad.duckdb}}}\n',
  'models/ok.sql': "{{ config(materialized='table') }}select 1 as id\n",
  'models/two.sql': "select * from {{ ref('ok') }} where {{ var('v', 1) }} = 1\n",
  'seeds/numbers.csv': 'id\n1\n',
  'macros/helper.sql': '{% macro helper(x) %}{{ x }}{% endmacro %}\n',
}

/** Signs of a bug in what a command line says. */
const BUG =
  /^\s+at .+(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$|\b(TypeError|RangeError|ReferenceError)\b|is not a function|Cannot read propert|\[object \w+\]|please report/m

/** `quern parse` of a small project with the text as one of its files. */
const parsing = (path: string) => async (text: string) => {
  const root = join(SCRATCH, 'whole')
  rmSync(root, { recursive: true, force: true })
  for (const [name, content] of Object.entries({ ...BASE, [path]: text })) {
    const file = join(root, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, content)
  }
  const ended = await typed(['parse', '--no-partial-parse', '--log-level-file', 'none'], { cwd: root })
  const said = ended.out + ended.err
  // what a template says itself is no sign
  const sign = BUG.exec(said.replace(/^.*( \| |Error\(|description).*$/gm, ''))
  if (sign !== null && !text.includes(sign[0].trim()))
    throw new Error(`the command line shows a bug: ${sign[0].trim()}`)
}

const FIELDS = ['models', 'sources', 'seeds', 'snapshots', 'exposures', 'macros', 'metrics', 'semantic_models', 'saved_queries', 'unit_tests', 'groups', 'functions', 'name: ok', 'columns', 'data_tests', 'tests', 'config', 'constraints', 'versions', 'latest_version', 'access', 'docs', 'meta', 'tags', 'freshness', 'loaded_at_field', 'tables', 'unique', 'accepted_values', 'relationships', 'owner', 'depends_on', 'given', 'expect', 'rows', 'format', 'input', 'type_params', 'measures', 'dimensions', 'entities', 'agg', 'description', 'data_type', 'quote', 'contract', 'enforced', 'time_spine', 'arguments', 'returns', '+', "{{ doc('a') }}", "ref('ok')"] // biome-ignore format: one list

/** Property files, all the way to the manifest. */
export const properties: FuzzTarget = {
  name: 'properties',
  share: 0.5,
  seeds: [
    ...textsBelow(
      'test/projects',
      /^(?!.*(dbt_project|profiles|packages|case|selectors|dependencies)\.ya?ml$).*\.ya?ml$/,
      1500,
    ),
    ...badTexts(/models\/\w+\.yml$/),
  ],
  words: [...yaml.words, ...FIELDS],
  run: parsing('models/schema.yml'),
}

/** Models, with everything that dbt's names do while parsing. */
export const models: FuzzTarget = {
  name: 'models',
  share: 0.3,
  seeds: [...textsBelow('test/projects', /models\/.*\.sql$/, 1500), ...badTexts(/models\/\w+\.sql$/)],
  words: [
    '{{ config(',
    ') }}',
    "materialized='",
    "{{ ref('ok') }}",
    "{{ source('a', 'b') }}",
    "{{ var('v') }}",
    "{{ env_var('HOME') }}",
    '{{ this }}',
    '{{ target }}',
    '{% snapshot s %}',
    '{% endsnapshot %}',
    '{% macro m() %}',
    '{% endmacro %}',
    '{{ adapter.',
    'dispatch(',
    '{% call statement(',
    '{{ run_query(',
    '{{ graph',
    '{{ model',
    '{{ log(',
    '{{ return(',
    'pre_hook=',
    'tags=',
    'meta=',
    'none',
    '[]',
    '{}',
    '1',
    "'",
  ],
  run: parsing('models/m.sql'),
}

export const projectFiles: FuzzTarget = {
  name: 'project-files',
  share: 0.2,
  seeds: [
    ...textsBelow('test/projects', /dbt_project\.yml$/, 1500).map((text) =>
      text.replace(/^(name|profile):.*$/gm, '$1: bad'),
    ),
    ...badTexts(/dbt_project\.yml$/),
  ],
  words: [
    ...yaml.words,
    'models:',
    '+tags',
    'vars',
    'name: bad',
    'profile: bad',
    'on-run-start',
    'dispatch',
    'flags',
    'query-comment',
  ],
  run: parsing('dbt_project.yml'),
}
