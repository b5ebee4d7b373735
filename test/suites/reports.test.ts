import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { workflowCommands } from '../support/github-commands.ts'
import { casesOf, junitProblems, parseXml } from '../support/junit.ts'
import type { Ended } from '../support/quern.ts'
import { type WrittenProject, writtenProject } from '../support/written-project.ts'

const SECRET = 'hunter2hunter2'

const FILES = {
  'seeds/events.csv': 'id,ts\n1,2020-01-01 00:00:00\n',
  // 3 rows without a note, one id twice, a text with all that is awkward
  'models/orders.sql': `select 1 as id, null as note union all select 2, null union all select 3, null
union all select 3, 'a|b <c> & "d"
${SECRET} é' union all select 4, 'fine'
`,
  'models/broken.sql': "select\n  id,\n  no_such_column\nfrom {{ ref('orders') }}\n",
  'models/below.sql': "select * from {{ ref('broken') }}\n",
  'models/lonely.sql': 'select 1 as id\n',
  'models/summed.sql': "select sum(id) as total from {{ ref('lonely') }}\n",
  'tests/singular.sql': "select id, note from {{ ref('lonely') }}, (select 'x' as note) n -- all rows\n",
  'macros/awkward.sql': "{% test awkward(model) %}select note from {{ model }} where note like 'a|b%'{% endtest %}\n",
  'models/schema.yml': `sources:
  - name: raw
    schema: golden
    config: {loaded_at_field: "cast(ts as timestamp)"}
    tables:
      - name: events
        config: {freshness: {error_after: {count: 2, period: day}}}
      - name: gone
        config: {freshness: {warn_after: {count: 1, period: hour}}}
models:
  - name: orders
    data_tests:
      - awkward: {config: {severity: warn}}
    columns:
      - name: note
        data_tests:
          - not_null: {config: {store_failures: true, severity: warn}}
      - name: id
        data_tests:
          - unique: {config: {severity: warn}}
  - name: lonely
    columns:
      - name: id
        data_tests:
          - not_null
          - accepted_values: {arguments: {values: [7]}, config: {severity: warn}}
unit_tests:
  - name: adds_up
    model: summed
    given: [{input: ref('lonely'), rows: [{id: 1}, {id: 2}]}]
    expect: {rows: [{total: 4}]}
`,
}

const REPORTS = ['--report', 'junit=out/junit.xml', '--report', 'sarif=out/run.sarif', '--report', 'markdown=out/a b/run.md', '--report', 'github'] // biome-ignore format: one list

interface Finding {
  readonly ruleId: string
  readonly level: string
  readonly locations: { physicalLocation: { artifactLocation: { uri: string }; region?: { startLine: number } } }[]
}

describe.each(['duckdb', 'postgres'] as const)('reports on %s', { timeout: 180_000 }, (database) => {
  let project: WrittenProject
  const text = (path: string): string => readFileSync(join(project.folder, path), 'utf8')
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(project.folder, path)), { recursive: true })
    writeFileSync(join(project.folder, path), content)
  }
  const junit = () => {
    const document = parseXml(text('out/junit.xml'))
    expect(junitProblems(document)).toEqual([])
    return document
  }
  /** `suite / case: outcome` */
  const outcomes = (): string[] =>
    casesOf(junit()).map(
      ({ attributes, children }) =>
        `${attributes['classname']} / ${attributes['name']}: ${children[0]?.name ?? 'passed'}`,
    )
  const findings = (): string[] => {
    const log = JSON.parse(text('out/run.sarif')) as { runs: { results: Finding[] }[] }
    return log.runs[0]!.results.map(({ ruleId, level, locations: [place] }) => {
      const { artifactLocation, region } = place!.physicalLocation
      return `${level} ${ruleId} ${artifactLocation.uri}:${region?.startLine ?? ''}`
    })
  }
  /** As GitHub runs it: the project is a folder of the repository. */
  const onGithub = async (...args: string[]): Promise<Ended & { summary: string }> => {
    const summary = join(dirname(project.folder), 'summary.md')
    rmSync(summary, { force: true })
    const env = {
      GITHUB_WORKSPACE: dirname(project.folder),
      GITHUB_STEP_SUMMARY: summary,
      DBT_ENV_SECRET_TOKEN: SECRET,
    }
    const ended = await project.runWith(env, ...args)
    return { ...ended, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' }
  }
  const annotations = (output: string): string[] =>
    workflowCommands(output).map(
      ({ name, properties: { file, line, title } }) => `${name} ${file}:${line ?? ''} ${title}`,
    )

  beforeAll(async () => {
    project = await writtenProject('reports', database, inject('postgres'), FILES)
    await project.run('seed')
  })
  afterAll(() => project.remove())

  test('a build with every kind of outcome, in all reports at once', async () => {
    const ended = await onGithub('build', '--exclude', 'resource_type:seed', ...REPORTS)
    expect(ended.exit).toBe(1)

    expect(outcomes()).toEqual([
      'model.shop.below / model below: skipped',
      'model.shop.broken / model broken: error',
      'model.shop.lonely / model lonely: passed',
      'model.shop.lonely / accepted_values_lonely_id__7: system-out',
      'model.shop.lonely / not_null_lonely_id: passed',
      'model.shop.lonely / singular: failure',
      'model.shop.orders / model orders: passed',
      'model.shop.orders / awkward_orders_: system-out',
      'model.shop.orders / not_null_orders_note: system-out',
      'model.shop.orders / unique_orders_id: system-out',
      'model.shop.summed / model summed: skipped',
      'model.shop.summed / unit test summed::adds_up: skipped',
    ])
    const cases = casesOf(junit())
    const caseOf = (name: string) => cases.find(({ attributes }) => attributes['name'] === name)!
    const failure = caseOf('singular').children[0]!
    expect(failure.attributes).toEqual({ message: 'Got 1 result, configured to fail if != 0', type: 'test_failed' })
    expect(failure.text).toBe(
      'Defined in: project/tests/singular.sql\nCompiled SQL: project/target/compiled/shop/tests/singular.sql\n\n' +
        'Failing rows (a sample):\n| id | note |\n| -- | ---- |\n| 1  | x    |',
    )
    expect(caseOf('singular').attributes['file']).toBe('project/tests/singular.sql')
    // stored failures are read from where they are; nulls are no empty texts
    expect(caseOf('not_null_orders_note').children[0]?.text).toContain(
      '| id | note |\n| -- | ---- |\n| 1  | NULL |\n| 2  | NULL |\n| 3  | NULL |',
    )
    expect(caseOf('awkward_orders_').children[0]?.text).toContain(String.raw`| a\|b <c> & "d"\n***** é |`)
    expect(caseOf('model broken').children[0]?.text).toMatch(/no_such_column/)

    expect(annotations(ended.stdout).sort()).toEqual(
      [
        'error project/models/broken.sql:3 model broken could not be run',
        'error project/tests/singular.sql: test singular failed',
        'warning project/models/schema.yml:13 test awkward_orders_ warns',
        'warning project/models/schema.yml:17 test not_null_orders_note warns',
        'warning project/models/schema.yml:20 test unique_orders_id warns',
        'warning project/models/schema.yml:26 test accepted_values_lonely_id__7 warns',
      ].sort(),
    )
    expect(findings().filter((finding) => finding.startsWith('error'))).toEqual([
      expect.stringMatching(/^error \w+ project\/models\/broken\.sql:3$/),
      'error test_failed project/tests/singular.sql:',
    ])
    expect(text('out/a b/run.md').trim()).toBe(ended.summary.trim())
    expect(ended.summary).toContain('### ❌ quern failed: 1 error, 1 failed, 4 warnings, 3 skipped, 3 passed in ')
    expect(ended.summary).toContain('quern build --select broken singular')
    for (const output of [ended.stdout, ended.summary, text('out/junit.xml'), text('out/run.sarif')])
      expect(output).not.toContain(SECRET)
  })

  test('a failing unit test shows what differs', async () => {
    await onGithub('build', '--select', 'lonely', '--exclude', 'singular')
    const ended = await onGithub('build', '--select', 'summed', ...REPORTS)
    expect(ended.exit).toBe(1)
    expect(outcomes()).toEqual([
      'model.shop.summed / model summed: skipped',
      'model.shop.summed / unit test summed::adds_up: failure',
    ])
    expect(casesOf(junit())[1]?.children[0]?.text).toContain('+++,3\n---,4')
    expect(annotations(ended.stdout)).toEqual(['error project/models/schema.yml:28 unit test summed::adds_up failed'])
    expect(findings()).toEqual(['error unit_test_failed project/models/schema.yml:28'])
  })

  test('stale sources and sources that cannot be asked', async () => {
    const ended = await onGithub('source', 'freshness', ...REPORTS)
    expect(ended.exit).toBe(1)
    expect(outcomes()).toEqual([
      'source.shop.raw.events / freshness of raw.events: failure',
      'source.shop.raw.gone / freshness of raw.gone: error',
    ])
    expect(casesOf(junit())[0]?.children[0]?.attributes['message']).toMatch(
      /^The newest row is \d+ days( \d+ (?:hours?|minutes?|seconds?))? old, configured to fail after 2 days$/,
    )
    expect(annotations(ended.stdout)).toEqual([
      'error project/models/schema.yml:8 source raw.gone could not be run',
      'error project/models/schema.yml:6 source raw.events failed',
    ])
    expect(ended.summary).toContain('quern source freshness --select source:raw.gone source:raw.events')
  })

  test('a project that cannot be read', async () => {
    put('models/bad.sql', 'select 1\nfrom {{ ref("orders" }}\n')
    try {
      const ended = await onGithub('parse', ...REPORTS)
      expect(ended.exit).toBe(2)
      expect(outcomes()).toEqual(['quern / run: error'])
      expect(annotations(ended.stdout)).toEqual([expect.stringMatching(/^error project\/models\/bad\.sql:2 \w+$/)])
      expect(findings()).toEqual([expect.stringMatching(/^error \w+ project\/models\/bad\.sql:2$/)])
      expect(ended.summary).toContain('#### What ended the run\n\n`project/models/bad.sql:2`')
    } finally {
      rmSync(join(project.folder, 'models/bad.sql'))
    }
  })

  test('all references that lead nowhere are marked', async () => {
    put('models/bad_a.sql', "select *\nfrom {{ ref('nowhere') }}\n")
    put('models/bad_b.sql', "select * from {{ ref('loneli') }}\n")
    try {
      const ended = await onGithub('compile', ...REPORTS)
      expect(ended.exit).toBe(2)
      expect(
        workflowCommands(ended.stdout).map(({ properties, message }) => [
          properties['file'],
          properties['line'],
          message.split('\n').at(-1),
        ]),
      ).toEqual([
        ['project/models/bad_a.sql', '2', expect.stringContaining('^^^')],
        ['project/models/bad_b.sql', '1', expect.stringContaining('^^^')],
      ])
      expect(outcomes()).toEqual(['quern / run: error', 'quern / run: error'])
      expect(findings()).toEqual([
        'error node_not_found project/models/bad_a.sql:2',
        'error node_not_found project/models/bad_b.sql:1',
      ])
    } finally {
      for (const name of ['bad_a', 'bad_b']) rmSync(join(project.folder, `models/${name}.sql`))
    }
  })

  test('without rows, with an own number of rows, and when the rows cannot be had', async () => {
    const select = ['test', '--select', 'not_null_orders_note', 'unique_orders_id', '--report', 'junit=out/junit.xml']
    expect((await project.run('build', '--select', 'orders', '--exclude', 'resource_type:test')).exit).toBe(0)
    const texts = async (...more: string[]): Promise<string[]> => {
      expect((await project.run(...select, ...more)).exit).toBe(0)
      return casesOf(junit()).map(({ children }) => children[0]!.text)
    }
    for (const one of await texts('--report-rows', '0')) expect(one).not.toContain('Failing rows')
    expect((await texts('--report-rows', '2'))[0]?.match(/\| NULL \|/g)).toHaveLength(2)
    put('macros/own.sql', '{% macro get_failing_rows_sql(compiled_code, limit) %}select no_such_thing{% endmacro %}')
    try {
      for (const one of await texts()) {
        expect(one).toContain('WARN: Got')
        expect(one).not.toContain('Failing rows')
      }
    } finally {
      rmSync(join(project.folder, 'macros/own.sql'))
    }
  })

  test('without a report nothing is asked, and artifacts say nothing of reports', async () => {
    const run = async (...more: string[]): Promise<string> => {
      rmSync(join(project.folder, 'logs'), { recursive: true, force: true })
      await project.run('test', '--select', 'unique_orders_id', ...more)
      return text('logs/dbt.log')
    }
    const args = (): string[] =>
      Object.keys((JSON.parse(text('target/run_results.json')) as { args: Record<string, unknown> }).args)
    expect(await run()).not.toContain('failing_rows')
    const before = args()
    expect(await run('--report', 'markdown=out/x.md')).toContain('failing_rows')
    expect(args()).toEqual(before)
    expect(await run('--report', 'sarif=out/run.sarif')).not.toContain('failing_rows')
  })

  test('ci: what changed since the state, as Markdown on standard output', async () => {
    put('models/bystander.sql', 'select 1 as id\n')
    await project.run('build', '--select', 'lonely', 'bystander', '--exclude', 'resource_type:test')
    mkdirSync(join(project.folder, 'prod'), { recursive: true })
    writeFileSync(join(project.folder, 'prod/manifest.json'), text('target/manifest.json'))

    const idle = await project.run('ci', '--state', 'prod')
    expect(idle).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^### ✅ quern passed: nothing to do in /) })
    expect(idle.stdout).toContain('from which nothing differs')
    expect(idle.stderr).toContain('Nothing to do')

    put('models/lonely.sql', 'select 7 as id\n')
    put('models/added.sql', "select * from {{ ref('bystander') }}\n")
    put('models/schema.yml', FILES['models/schema.yml'].replace('total: 4', 'total: 3'))
    rmSync(join(project.folder, 'models/below.sql'))
    const { exit, stdout, stderr } = await project.run('ci', '--state', 'prod', '--exclude', 'singular')
    expect([exit, stderr]).toEqual([0, expect.stringContaining('Done. PASS=6')])
    expect(stdout).toMatch(/^### ✅ quern passed: 6 passed in /)
    expect(stdout).toContain(
      [
        '#### Changed since the state (4)',
        '',
        '| | Resource | What |',
        '|---|---|---|',
        '| 🆕 | `model.shop.added` | new |',
        '| 🗑️ | `model.shop.below` | removed |',
        '| ✏️ | `model.shop.lonely` | modified: body |',
        '| ✏️ | `unit_test.shop.summed.adds_up` | modified: definition |',
      ].join('\n'),
    )
    const { args } = JSON.parse(text('target/run_results.json')) as { args: Record<string, unknown> }
    expect(args).toMatchObject({ which: 'build', select: ['state:modified+'], defer: true, state: 'prod' })

    const chosen = await project.run(
      'ci',
      '--state',
      'prod',
      '--no-defer',
      '--select',
      'added',
      '--report',
      'junit=out/junit.xml',
    )
    expect(chosen.exit).toBe(0)
    expect(outcomes()).toEqual(['model.shop.added / model added: passed'])
    const all = await project.run('ci', '--select', 'bystander')
    expect(all.stdout).toContain('No state was given')
  })

  test('ci needs the state that it is given', async () => {
    const { exit, stdout, stderr } = await project.run('ci', '--state', 'nowhere', '--no-defer', '--select', 'orders')
    expect(exit).toBe(2)
    expect(stderr).toContain("There is no manifest.json in 'nowhere' (--state)")
    expect(stdout).toContain("There is no manifest.json in 'nowhere' (--state)")
  })

  test('retry reports what it repeats', async () => {
    await project.run('build', '--select', 'orders', 'broken', '--exclude', 'resource_type:test')
    const { exit } = await project.run('retry', '--report', 'junit=out/junit.xml')
    expect([exit, outcomes()]).toEqual([1, ['model.shop.broken / model broken: error']])
  })

  test('an inline query that fails is told once, and marks no file', async () => {
    const { exit, stdout } = await project.run('compile', '--inline', 'select {{ nope() }}', ...REPORTS)
    expect(exit).toBe(2)
    expect(outcomes()).toEqual(['sql_operation.shop.inline_query / sql operation inline_query: error'])
    const commands = workflowCommands(stdout)
    expect(commands).toHaveLength(1)
    expect(stdout).toMatch(/^::error title=sql operation inline_query could not be run::/m)
    expect(text('out/run.sarif')).not.toContain('from%20remote')
  })

  test('a report that cannot be written ends the run before it begins', async () => {
    put('afile', '')
    for (const path of ['afile/junit.xml', 'models']) {
      const { exit, stdout } = await project.run('build', '--report', `junit=${path}`)
      expect([exit, stdout]).toEqual([2, expect.stringContaining('cannot be written (--report junit=')])
      expect(stdout).not.toContain('START')
    }
  })

  test('a report of a kind that there is not', async () => {
    const problems: [string, string][] = [
      ['pdf=x', "'pdf' is not one of 'junit', 'github', 'sarif', 'markdown'."],
      ['junit', "'junit' needs a file: junit=PATH."],
      ['github=x', "'github' takes no path: GitHub says where its reports go."],
      ['junit=', "'junit=' names no file after '='."],
    ]
    for (const [report, message] of problems) {
      const { exit, stderr } = await project.run('build', '--report', report)
      expect([exit, stderr]).toEqual([2, expect.stringContaining(`Invalid value for '--report': ${message}`)])
    }
    const twice = await project.runWith({ QUERN_REPORT: 'junit=x, sarif=x' }, 'build')
    expect([twice.exit, twice.stderr]).toEqual([2, expect.stringContaining("two reports are to be written to 'x'.")])
  })
})
