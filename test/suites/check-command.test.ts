import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { RULES } from '../../src/check/rules.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

const FILES = {
  'seeds/raw.csv': 'id,name\n1,a\n',
  'models/people.sql': "with spare as (select 1 as one)\nselect id, name from {{ ref('raw') }}\n",
  'models/silenced.sql':
    "-- quern-ignore: unused-cte\nwith spare as (select 1 as one)\nselect id, nmae {# quern-ignore: unknown-column #} from {{ ref('raw') }}\n",
  'models/whole.sql':
    "{# quern-ignore-file #}\nwith spare as (select 1 as one)\nselect id, nope\nfrom {{ ref('raw') }}\n",
  'models/broken.sql': "select id,\n  {{ 'nmae' }} as name\nfrom {{ ref('raw') }}\n",
  'models/last.sql': "select id from {{ ref('people') }}\n",
  'models/lenient.sql':
    "{{ config(meta={'quern_check': {'unused-cte': false}}) }}\nwith spare as (select 1 as one)\nselect id from {{ ref('raw') }}\n",
  'models/failing.sql': "select {{ exceptions.raise_compiler_error('no luck') if execute }} as id\n",
  'models/unreadable.sql': "select * from (pivot {{ ref('raw') }} on name using count(*))\n",
}

describe('duckdb', () => {
  let project: WrittenProject
  beforeAll(async () => {
    project = await writtenProject('check', 'duckdb', inject('postgres'), FILES)
  })
  afterAll(async () => await project.remove())

  test('text: findings with their lines, then notes, then the sum', async () => {
    const { exit, stdout } = await project.run('check', '--quiet')
    expect(exit).toBe(1)
    expect(stdout).toContain(
      [
        'models/broken.sql:2:6 error unknown-column',
        "  There is no column 'nmae' in what the query reads",
        '    1 | select id,',
        "  > 2 |   {{ 'nmae' }} as name",
        '      |      ^^^^^^',
        "    3 | from {{ ref('raw') }}",
        "  hint: did you mean 'name'?",
        '',
        'models/people.sql:1:6 warning unused-cte',
        "  Nothing reads the CTE 'spare'",
      ].join('\n'),
    )
    expect(stdout).toContain(
      "model.shop.failing note not-analysed: 'failing' is not checked: it could not be compiled: no luck",
    )
    expect(stdout).toMatch(
      /model\.shop\.unreadable note not-analysed: 'unreadable' is not checked: its SQL cannot be analysed: /,
    )
    expect(stdout).toContain("models/people.sql:2:12 note unused-column: No model uses the column 'name' of 'people'")
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      '1 error, 1 warning, 3 notes in 8 models, of which 5 could not be read completely',
    )
    expect(stdout).not.toMatch(/silenced|whole|lenient|\u001b/)
  })

  test('severities of the command line, and when it fails', async () => {
    const exit = async (...args: string[]): Promise<number | null> => (await project.run('check', ...args)).exit
    expect(await exit('--fail-on', 'never')).toBe(0)
    expect(await exit('--rule', 'unknown-column=warning')).toBe(0)
    expect(await exit('--rule', 'unknown-column=warning', '--fail-on', 'warning')).toBe(1)
    expect(await exit('--select', 'lenient')).toBe(0)
    expect(await exit('--select', 'lenient', '--rule', 'unused-cte=error')).toBe(1)
  })

  test.each([
    ['unknown-colum=off', "'unknown-colum' is no rule of quern check", "did you mean 'unknown-column'?"],
    ['unused-cte=fatal', "'fatal' is no severity", 'severities: error, warning, note, off'],
    ['unused-cte', "'' is no severity", 'severities: '],
  ])('--rule %s', async (rule, message, hint) => {
    const { exit, stdout } = await project.run('check', '--rule', rule)
    expect(exit).toBe(2)
    expect(stdout).toContain(message)
    expect(stdout).toContain(hint)
  })

  test('json is all there is on standard output', async () => {
    const { exit, stdout, stderr } = await project.run('check', '--format', 'json', '--select', 'broken')
    expect(exit).toBe(1)
    const { metadata, summary, findings } = JSON.parse(stdout)
    expect(metadata).toMatchObject({ check_schema_version: 1 })
    expect(summary).toEqual({ error: 1, warning: 0, note: 0, models: 1, analysed: 0 })
    expect(findings).toEqual([
      {
        rule: 'unknown-column', severity: 'error', message: "There is no column 'nmae' in what the query reads", hint: "did you mean 'name'?",
        unique_id: 'model.shop.broken', path: 'models/broken.sql', line: 2, column: 6, end_line: 2, end_column: 12,
      },
    ]) // biome-ignore format: as in the docs
    expect(stderr).toContain('Running with dbt')
  })

  test('sarif in a file, the text besides', async () => {
    const { stdout } = await project.run('check', '--format', 'sarif', '--output', 'found.sarif', '--select', 'broken')
    expect(stdout).toContain('models/broken.sql:2:6 error unknown-column')
    const { runs } = JSON.parse(readFileSync(join(project.folder, 'found.sarif'), 'utf8'))
    expect(runs[0].tool.driver.rules).toEqual([
      { id: 'unknown-column', shortDescription: { text: 'A column that none of the tables in reach has' } },
    ])
    expect(runs[0].results[0]).toMatchObject({
      ruleId: 'unknown-column',
      level: 'error',
      locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 6, endLine: 2, endColumn: 12 } } }],
    })
  })
})

test('the docs have every rule with its severity', () => {
  const docs = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8')
  for (const [rule, { severity }] of Object.entries(RULES)) expect(docs).toContain(`| \`${rule}\` | ${severity} |`)
})

test('an enforced contract says what types columns have', async () => {
  const project = await writtenProject('check_contract', 'duckdb', inject('postgres'), {
    'seeds/raw.csv': 'id,name\n1,a\n',
    'models/promised.sql': "select id, left(name, id) as code, name from {{ ref('raw') }}\n",
    'models/uses.sql': "select id\nfrom {{ ref('promised') }}\nwhere code = 'high' and name = 'high'\n",
    'models/schema.yml': `models:
  - name: promised
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer}
      - {name: code, data_type: integer}
      - {name: name, data_type: varchar}
`,
  })
  try {
    const { stdout } = await project.run('check', '--quiet', '--format', 'json')
    const { findings } = JSON.parse(stdout)
    expect(findings.map(({ rule, path, line, column }: Record<string, unknown>) => [rule, path, line, column])).toEqual(
      [['type-mismatch', 'models/uses.sql', 3, 7]],
    )
  } finally {
    await project.remove()
  }
})

test.each(['duckdb', 'postgres'] as const)(
  'SQL that cannot be followed is said to be that, and the others are checked, on %s',
  async (database) => {
    const nested =
      "select {% for i in range(5000) %}({% endfor %}id{% for i in range(5000) %} + 1){% endfor %} as x from {{ ref('raw') }}"
    const project = await writtenProject('check_deep', database, inject('postgres'), {
      'seeds/raw.csv': 'id\n1\n',
      'models/nested.sql': nested,
      'models/plain.sql': "select idd from {{ ref('raw') }}\n",
    })
    try {
      const { stdout, exit } = await project.run('check', '--quiet')
      expect(exit).toBe(1)
      expect(stdout).toContain('models/plain.sql:1:8 error unknown-column')
      expect(stdout).toMatch(
        /model\.shop\.nested note not-analysed: 'nested' is not checked: its SQL cannot be analysed: /,
      )
      expect(stdout).not.toMatch(/bug|RangeError/)
    } finally {
      await project.remove()
    }
  },
)

test('of packages only errors are told; a stale catalog is named', async () => {
  const project = await writtenProject('check_package', 'duckdb', inject('postgres'), {
    'packages.yml': 'packages:\n  - local: pkg\n',
    'pkg/dbt_project.yml': "name: pkg\nversion: '1.0'\n",
    'pkg/models/theirs.sql': 'with spare as (select 1 as one)\nselect 1 as id, 2 as unread\n',
    'pkg/models/wrong.sql': "select nope from {{ ref('theirs') }}\n",
    'dbt_project.yml':
      "name: shop\nversion: '1.0'\nprofile: golden\non-run-start: create table {{ target.schema }}.outside as select 1 as id\n",
    'models/sources.yml': 'sources:\n  - name: s\n    schema: golden\n    tables: [{name: outside}]\n',
    'models/ours.sql': "select t.gone from {{ source('s', 'outside') }} as t\n",
  })
  try {
    await project.run('deps')
    const found = async (): Promise<string[][]> => {
      const { stdout } = await project.run('check', '--quiet', '--format', 'json')
      const { findings } = JSON.parse(stdout) as { findings: { path: string; rule: string; hint: string }[] }
      return findings.map(({ path, rule, hint }) => [path, rule, hint]).sort()
    }
    const theirs = ['models/wrong.sql', 'unknown-column', 'it has: id, unread']
    expect(await found()).toEqual([theirs])
    await project.run('run', '--select', 'theirs')
    await project.run('docs', 'generate', '--select', 'theirs', 'source:s.outside')
    const note =
      /^it has: id \(sources are as of \d{4}-\d\d-\d\d, in target\/catalog\.json: `quern docs generate` looks anew\)$/
    expect(await found()).toEqual([['models/ours.sql', 'unknown-column', expect.stringMatching(note)], theirs])
  } finally {
    await project.remove()
  }
})
