import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { adapter as duckdb } from '../../../adapters/duckdb/adapter.ts'
import { adapter as postgres } from '../../../adapters/postgres/adapter.ts'
import { readCatalogColumns } from '../../../src/artifacts/read-catalog.ts'
import { readState } from '../../../src/artifacts/read-state.ts'
import { buildFlags } from '../../../src/cli/build-flags.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'
import { loadTarget, readProfiles } from '../../../src/config/load-profile.ts'
import { buildProject, readRawProject } from '../../../src/config/load-project.ts'
import { parseVarsText } from '../../../src/config/vars.ts'
import { parseCriterion, parseSelection, printSpec } from '../../../src/graph/selector/grammar.ts'
import { namedSelectors } from '../../../src/graph/selector/selectors-yml.ts'
import { hasWildcard, pathGlob, wildcard } from '../../../src/graph/selector/wildcard.ts'
import { parseYaml, YamlError } from '../../../src/jinja/python/yaml.ts'
import { toText } from '../../../src/jinja/runtime/text.ts'
import { dictEntries, isDict, TemplateFault, type Value } from '../../../src/jinja/runtime/value.ts'
import { readPackages } from '../../../src/project/packages.ts'
import type { Random } from '../random.ts'
import { badTexts, textsBelow } from '../seeds.ts'
import { answerOf, type FuzzTarget, laterAnswerOf, same } from '../target.ts'
import { SCRATCH } from './data.ts'

/** A template is given back as it stands: rendering is another target's business. */
const asWritten = (text: string): Value => text

const YAML_WORDS = ['\n', '\n  ', '\n    ', ': ', '- ', '[', ']', '{', '}', ',', '"', "'", 'null', 'true', '1', '-1', '2.5', "'{{ x }}'", '+', '&a ', '*a', '<<: ', '? ', '2024-01-02', '__proto__', 'constructor', '1:'] // biome-ignore format: one list

const folder = (name: string): string => {
  const path = join(SCRATCH, name)
  mkdirSync(path, { recursive: true })
  return path
}

export const project: FuzzTarget = {
  name: 'project',
  share: 2,
  seeds: [
    ...textsBelow('test/projects', /dbt_project\.yml$/),
    ...badTexts(/dbt_project\.yml$/),
    ...textsBelow('sample_project', /dbt_project\.yml$/),
    ...textsBelow('test/deprecations', /dbt_project\.yml$/),
  ],
  words: [
    ...YAML_WORDS,
    'name',
    'profile',
    'model-paths',
    'models',
    '+materialized',
    '+enabled',
    'vars',
    'on-run-start',
    'dispatch',
    'macro_namespace',
    'search_order',
    'query-comment',
    'quoting',
    'flags',
    'require-dbt-version',
    'restrict-access',
    'tests',
    'seeds',
    '+column_types',
    '+tags',
    '+meta',
    'clean-targets',
    'packages-install-path',
    'version',
    'config-version',
  ],
  run: (text) => {
    const root = folder('project')
    writeFileSync(join(root, 'dbt_project.yml'), text)
    answerOf(
      () => buildProject(readRawProject(root), { render: asWritten, versionCheck: true, emit: () => undefined }),
      [TemplateFault],
    )
  },
}

const ADAPTERS = { duckdb, postgres }

export const profiles: FuzzTarget = {
  name: 'profiles',
  share: 2,
  seeds: [
    ...textsBelow('test/projects', /profiles\.yml$/),
    ...badTexts(/profiles\.yml$/),
    'p: {target: dev, outputs: {dev: {type: duckdb, path: x.duckdb, extensions: [a, {name: b, repo: c}], settings: {s: 1}, attach: [{path: p, alias: q, type: sqlite}], secrets: [{type: s3, key_id: a}], filesystems: [], plugins: []}}}\n',
    'p: {target: dev, outputs: {dev: {type: postgres, host: h, user: u, password: p, port: 5432, dbname: d, schema: s, sslmode: require, search_path: a, keepalives_idle: 1, connect_timeout: 5, retries: 2}}}\n',
  ],
  words: [
    ...YAML_WORDS,
    'type',
    'duckdb',
    'postgres',
    'threads',
    'outputs',
    'target',
    'path',
    'schema',
    'database',
    'attach',
    'settings',
    'secrets',
    'extensions',
    'host',
    'port',
    'sslmode',
    'role',
    'keepalives_idle',
    'connect_timeout',
    'retries',
  ],
  run: async (text) => {
    const root = folder('profiles')
    writeFileSync(join(root, 'profiles.yml'), text)
    await laterAnswerOf(async () => {
      const read = readProfiles(root, root)
      const name = Object.keys(read.data)[0] ?? 'p'
      const load = async (type: string) => ADAPTERS[type as keyof typeof ADAPTERS]
      await loadTarget({
        profiles: read,
        profileName: name,
        target: null,
        threads: null,
        render: asWritten,
        reveal: (one) => one,
        secrets: [],
        adapters: { types: Object.keys(ADAPTERS), load },
        cwd: root,
      })
    }, [TemplateFault])
  },
}

export const packages: FuzzTarget = {
  name: 'packages',
  share: 2,
  seeds: [
    ...textsBelow('test', /packages\.yml$|dependencies\.yml$|package-lock\.yml$/, 1500),
    ...badTexts(/packages\.yml$/),
    'packages:\n  - git: https://x/y\n    revision: 1.0\n    subdirectory: a\n    warn-unpinned: false\n  - package: a/b\n    version: [">=1.0.0", "<2.0.0"]\n  - tarball: https://x/y.tar.gz\n    name: n\n  - private: a/b\n    provider: github\n',
  ],
  words: [
    ...YAML_WORDS,
    'packages',
    'local',
    'git',
    'revision',
    'subdirectory',
    'warn-unpinned',
    'package',
    'version',
    'install_prerelease',
    'tarball',
    'private',
    'provider',
    'projects',
    '..',
    '/',
  ],
  run: (text) => {
    for (const name of ['packages.yml', 'dependencies.yml']) {
      const root = folder(`packages-${name}`)
      writeFileSync(join(root, name), text)
      answerOf(() => readPackages(root, root, (data) => data), [TemplateFault])
    }
  },
}

const METHODS = ['tag:', 'path:', 'fqn:', 'source:', 'config.materialized:', 'config.meta.a:', 'state:', 'result:', 'test_type:', 'package:', 'exposure:', 'metric:', 'resource_type:', 'selector:', 'version:', 'access:', 'group:', 'file:', 'wildcard', 'unit_test:', 'source_status:'] as const // biome-ignore format: one list

const criterion = (random: Random): string =>
  `${random.pick(['', '', '+', '2+', '@', '1+'])}${random.pick(['', '', ...METHODS])}${random.pick(['orders', '*', 'stg_*', 'a.b.c', 'models/x', '[ab]?', 'new', 'é', ''])}${random.pick(['', '', '+', '+3'])}`

export const selectors: FuzzTarget = {
  name: 'selectors',
  share: 8,
  seeds: [
    '+orders+',
    '@tag:nightly,config.materialized:table',
    '2+path:models/staging/*+1',
    'state:modified+ result:error',
    'source:raw.orders',
    'fqn:a.*.c',
    'file:[a-z]?.sql',
    'selector:x',
    '1+x+2 y,z',
  ],
  words: ['+', '@', ',', ' ', ':', '.', '*', '?', '[', ']', '[!', '**', '/', ...METHODS],
  grammar: (random) =>
    Array.from({ length: 1 + random.below(3) }, () =>
      Array.from({ length: 1 + random.few(3) }, () => criterion(random)).join(','),
    ).join(' '),
  run: (text) => {
    answerOf(() => parseSelection([text], [text]))
    const one = answerOf(() => parseCriterion(text))
    if (one !== undefined && !text.includes(',') && !text.includes(' ')) {
      const printed = printSpec(one)
      const again = answerOf(() => printSpec(parseCriterion(printed)))
      if (again !== undefined) same('printed and read again', again, printed)
    }
    if (!hasWildcard(text)) return
    const matches = answerOf(() => wildcard(text))
    matches?.('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')
    const glob = answerOf(() => pathGlob(text))
    glob?.('models/aaaaaaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaab.sql')
  },
}

export const selectorFiles: FuzzTarget = {
  name: 'selector-files',
  share: 2,
  seeds: [
    ...badTexts(/selectors\.yml$/),
    ...textsBelow('test', /selectors\.yml$/, 2000),
    'selectors:\n  - name: a\n    definition:\n      union:\n        - method: tag\n          value: x\n          parents: true\n          children_depth: 2\n        - intersection: [b, {method: path, value: c, childrens_parents: true}]\n        - exclude: [d]\n  - name: e\n    default: true\n    definition: {method: selector, value: a}\n',
  ],
  words: [
    ...YAML_WORDS,
    'selectors',
    'name',
    'definition',
    'union',
    'intersection',
    'exclude',
    'method',
    'value',
    'parents',
    'children',
    'parents_depth',
    'indirect_selection',
    'eager',
    'default',
    'selector',
    'tag',
  ],
  run: (text) => {
    const data = answerOf(() => parseYaml(text), [YamlError])
    const list =
      data !== undefined && isDict(data) ? [...dictEntries(data)].find(([key]) => key === 'selectors')?.[1] : undefined
    if (!Array.isArray(list)) return
    const definitions = list.flatMap((entry) => {
      if (!isDict(entry)) return []
      const fields = new Map(Array.from(dictEntries(entry), ([key, value]) => [toText(key), value]))
      return [
        {
          name: toText(fields.get('name') ?? null),
          description: null,
          isDefault: fields.get('default') === true,
          definition: fields.get('definition') ?? null,
        },
      ]
    })
    const named = answerOf(() => namedSelectors(definitions))
    for (const name of named?.names ?? []) answerOf(() => printSpec(named!.get(name)))
  },
}

export const vars: FuzzTarget = {
  name: 'vars',
  share: 3,
  seeds: ['{"a": 1, "b": [1, {"c": null}]}', '{a: 1, b: c}', 'a: 1', '{a: {b: {c: 1}}}', "{'a': 'b'}", '[1]', 'x'],
  words: ['{', '}', '[', ']', ':', ', ', '"', "'", '\\', 'null', '1', '\n', '&a ', '*a', '!!str ', '__proto__'],
  run: (text) => {
    answerOf(() => parseVarsText(text, '--vars', parseYaml))
  },
}

export const argv: FuzzTarget = {
  name: 'argv',
  share: 1,
  seeds: [
    'run --select a b --exclude c',
    'test -s tag:x --threads 4 --vars {a:1}',
    'build --full-refresh --target dev',
    '--debug run',
    'docs generate --no-compile',
    'ls --output json --output-keys name',
    'run-operation m --args {}',
    'seed --show',
    'retry --state x',
    'source freshness',
    'clone --state s',
    'show --inline select --limit 5',
    'run --event-time-start 2024-01-01 --event-time-end 2024-02-01',
    'deps --add-package a/b@1.0',
  ],
  words: [
    ' ',
    ' --',
    ' -s ',
    '=',
    ' --select ',
    ' --vars ',
    ' --threads ',
    ' --warn-error-options ',
    ' --log-level ',
    ' --limit ',
    ' --sample ',
    ' run',
    ' docs',
    ' --no-',
    ' -h',
    ' --version',
    ' --store-failures',
    ' --',
    ' {}',
    ' 1',
    ' -1',
  ],
  run: (text) => {
    const words = text.split(' ')
    const cwd = folder('argv')
    answerOf(() => {
      const parsed = parseArgv(words)
      const { command } = parsed
      if (command === undefined) return
      buildFlags({
        parsed: { ...parsed, command },
        argv: words,
        env: {},
        cwd,
        home: cwd,
        interactive: false,
        parseYaml,
        now: () => 1_700_000_000_000,
      })
    }, [UsageError])
  },
}

const MANIFEST =
  '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "duckdb"}, "nodes": {"model.a.b": {"resource_type": "model", "name": "b", "raw_code": "select 1", "config": {"materialized": "view"}, "columns": {"x": {"name": "x"}}, "depends_on": {"nodes": []}, "checksum": {"name": "sha256", "checksum": "1"}, "fqn": ["a", "b"]}}, "sources": {}, "exposures": {}, "metrics": {}, "macros": {"macro.a.m": {"macro_sql": "x", "depends_on": {"macros": []}}}}'
const RESULTS =
  '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "generated_at": "2024-01-01T00:00:00Z"}, "results": [{"unique_id": "model.a.b", "status": "error", "execution_time": 1.5, "batch_results": {"successful": [["2024-01-01T00:00:00", "2024-01-02T00:00:00"]], "failed": []}}], "args": {"which": "run"}, "elapsed_time": 2}'
const SOURCES =
  '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json"}, "results": [{"unique_id": "source.a.b.c", "max_loaded_at": "2024-01-01T00:00:00Z", "status": "pass"}], "elapsed_time": 1}'
const CATALOG =
  '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {"model.a.b": {"metadata": {}, "columns": {"x": {"type": "INTEGER", "index": 1, "name": "x"}}}}, "sources": {}}'

export const artifacts: FuzzTarget = {
  name: 'artifacts',
  share: 2,
  seeds: [MANIFEST, RESULTS, SOURCES, CATALOG],
  words: [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    'null',
    '1',
    'true',
    '""',
    '{}',
    '[]',
    '"metadata"',
    '"nodes"',
    '"results"',
    '"v12"',
    '"__proto__"',
    '"unique_id"',
  ],
  run: (text) => {
    const root = folder('state')
    for (const name of ['manifest.json', 'run_results.json', 'sources.json', 'catalog.json'])
      writeFileSync(join(root, name), text)
    answerOf(() => readState(root, root, root))
    answerOf(() => readCatalogColumns(root))
  },
}
