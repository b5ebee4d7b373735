import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addTemplate,
  addYamlCases,
  CORPUS,
  corpusCases,
  corpusProject,
  importantLines,
  runCorpus,
} from '../support/corpus.ts'

/** Templates and properties of which the reference's result was recorded: see test/jinja-corpus/README.md. */
describe('jinja corpus', () => {
  const templates = corpusCases('ok')
  for (const area of new Set(templates.map(([, one]) => one.area)))
    describe(area, () => {
      const cases = templates.filter(([, one]) => one.area === area)
      const project = corpusProject()
      let output = ''
      beforeAll(async () => {
        for (const [id] of cases) addTemplate(project, join(CORPUS, 'cases', area), area, id)
        output = (await runCorpus(project, ['compile', '--select', `path:models/${area}`])).output
      })
      afterAll(() => rmSync(project, { recursive: true, force: true }))
      for (const [id, { sql }] of cases)
        test(id, () => {
          const path = join(project, 'target', 'compiled', 'jc', 'models', area, `${id}.sql`)
          expect(existsSync(path), output).toBe(true)
          expect(readFileSync(path, 'utf8').trimEnd()).toBe(sql)
        })
    })

  describe('errors', () => {
    for (const [id, wanted] of corpusCases('error'))
      test(id, async () => {
        const project = corpusProject()
        try {
          addTemplate(project, join(CORPUS, 'errors'), 'errors', id)
          const { exit, output } = await runCorpus(project, ['compile'])
          expect(exit, output).toBe(wanted.exit)
          for (const line of importantLines(wanted.message)) expect(output).toContain(line)
          if (wanted.names_case) expect(output).toContain(id)
          if (wanted.line !== null && !wanted.message.includes('(<template>, line'))
            expect(output).toMatch(new RegExp(`${id}(\\.macros)?\\.sql:${wanted.line}:`))
        } finally {
          rmSync(project, { recursive: true, force: true })
        }
      })
  })

  describe('yaml', () => {
    const project = corpusProject()
    const cases = corpusCases('yaml')
    let nodes: Record<string, Record<string, unknown>> = {}
    let output = ''
    beforeAll(async () => {
      addYamlCases(
        project,
        cases.map(([id]) => id),
      )
      output = (await runCorpus(project, ['parse'])).output
      const manifest = join(project, 'target', 'manifest.json')
      if (existsSync(manifest)) nodes = JSON.parse(readFileSync(manifest, 'utf8')).nodes
    })
    afterAll(() => rmSync(project, { recursive: true, force: true }))
    for (const [id, wanted] of cases)
      test(id, () => {
        for (const [name, node] of Object.entries(wanted.nodes)) {
          // A test's id ends with a hash, which is not recorded.
          const found = Object.keys(nodes).find((key) => key === name || key.replace(/\.[0-9a-f]{10}$/, '') === name)
          expect(found, output).toBeDefined()
          expect(asRecorded(nodes[found!]!, node)).toEqual(node)
        }
      })
  })
})

type Json = Readonly<Record<string, unknown>>

/** The recorded keys of a manifest node; of its config, columns and test metadata under the names and keys that were recorded. */
function asRecorded(node: Json, recorded: Json): Json {
  const config = node['config'] as Record<string, unknown>
  const metadata = node['test_metadata'] as { name: string; kwargs: Record<string, unknown> } | undefined
  // The recorder left out what is null in here; the reference's manifest has it.
  const docs = Object.entries(config['docs'] ?? {}).filter(([, value]) => value !== null)
  const hooks = (name: string): unknown => (config[name] as { sql: string }[] | undefined)?.map((hook) => hook.sql)
  // The relation under test is the same in every test: it was not recorded.
  const { model: _model, ...kwargs } = metadata?.kwargs ?? {}
  const renamed: Json = {
    ...node,
    type: node['resource_type'],
    pre: hooks('pre-hook'),
    post: hooks('post-hook'),
    column: node['column_name'],
    test: metadata?.name,
    kwargs,
  }
  const columns = recorded['columns'] as Record<string, Json> | undefined
  return {
    ...pick(renamed, recorded),
    config: pick({ ...config, docs: Object.fromEntries(docs) }, recorded['config'] as Json),
    ...(columns && {
      columns: Object.fromEntries(
        Object.entries(node['columns'] as Record<string, Json>).map(([name, column]) => [
          name,
          pick(column, columns[name] ?? column),
        ]),
      ),
    }),
  }
}

const pick = (value: Json, like: Json): Json => Object.fromEntries(Object.keys(like).map((key) => [key, value[key]]))
