import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { buildFlags } from '../../src/cli/build-flags.ts'
import { listCommand } from '../../src/cli/commands/list.ts'
import type { Loaded } from '../../src/cli/load-manifest.ts'
import { writeManifest } from '../../src/cli/load-manifest.ts'
import type { CommandName } from '../../src/cli/option.ts'
import { parseArgv } from '../../src/cli/parse-argv.ts'
import { readStates } from '../../src/cli/previous-states.ts'
import { selectNodes } from '../../src/cli/task.ts'
import { UsageError } from '../../src/cli/usage-error.ts'
import { loadProject } from '../../src/cli/wire.ts'
import { QuernError } from '../../src/errors/quern-error.ts'
import type { RunEvent } from '../../src/events/run-event.ts'
import { type SubDag, subDag } from '../../src/graph/sub-dag.ts'
import { parseYaml } from '../../src/jinja/python/yaml.ts'
import { NO_SECRETS } from '../../src/util/secrets.ts'
import { REPOSITORY } from '../support/quern.ts'

/** What the reference did with a command line; see test/selectors/README.md. */
interface Case {
  readonly args: readonly string[]
  readonly listed?: string
  readonly lines?: readonly string[]
  readonly selected?: string
  readonly edges?: string
  readonly warnings?: readonly string[]
  readonly usage?: string
  readonly error?: string
  readonly crash?: string
}
type Files = Readonly<Record<string, string>>
interface Expected {
  readonly names: readonly string[]
  readonly ids: readonly string[]
  readonly ls: readonly Case[]
  readonly generated: readonly Case[]
  readonly tasks: readonly Case[]
}

const FOLDER = join(REPOSITORY, 'test', 'selectors')
const project = parse(readFileSync(join(FOLDER, 'project.yml'), 'utf8')) as Files
const cases = parse(readFileSync(join(FOLDER, 'cases.yml'), 'utf8')) as Readonly<
  Record<'earlier' | 'state' | 'current', Files>
>
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Expected
const work = mkdtempSync(join(tmpdir(), 'quern-selectors-'))
const folders: Readonly<Record<string, string>> = {
  root: join(work, 'project'),
  state: join(work, 'state'),
  nothing: join(work, 'nothing'),
}
const root = folders['root']!
const earlier = join(work, 'earlier')
const projects = new Map<string, Loaded>()

beforeAll(async () => {
  layOut(root, project)
  layOut(earlier, project)
  layOut(earlier, cases.earlier)
  const before = await load(earlier, ['ls', '--write-json', '--target-path', folders['state']!])
  writeManifest(before)
  layOut(folders['state']!, cases.state)
  mkdirSync(folders['nothing']!)
  layOut(root, cases.current)
}, 60_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Each command line selects what the reference selects (test/selectors/record.py). */
describe('ls', () => {
  for (const one of expected.ls) check(one, lists)
})
describe('ls, generated', () => {
  for (const one of expected.generated) check(one, lists)
})
describe('what a command runs', () => {
  for (const one of expected.tasks) check(one, selects)
})

/** What quern adds to dbt's warning for a criterion that matches nothing. */
describe('hints', () => {
  const hints: readonly (readonly [string, string | undefined])[] = [
    ['mnit', "did you mean 'mint'?"],
    ['+mnit+1', "did you mean 'mint'?"],
    ['Alba', "did you mean 'alba'?"],
    ['fqn:tools.sharde', "did you mean 'fqn:tools.shared'?"],
    ['beds.rosse', "did you mean 'beds.roses'?"],
    ['tag:thorni', "did you mean 'tag:thorny'?"],
    ['tag:unit_tagg', "did you mean 'tag:unit_tag'?"],
    ['thorny', "did you mean 'tag:thorny'?"],
    ['market.orders', "did you mean 'source:market.orders'?"],
    ['kitchen', "did you mean 'group:kitchen'?"],
    ['group:kitchn', "did you mean 'group:kitchen'?"],
    ['access:pubilc', "did you mean 'access:public'?"],
    ['package:tool', "did you mean 'package:tools'?"],
    ['models/bed', "did you mean 'models/beds'?"],
    ['path:models/marts/_mart.yml', "did you mean 'path:models/marts/_marts.yml'?"],
    ['mintt.sql', "did you mean 'mint.sql'?"],
    ['source:markte', "did you mean 'source:market'?"],
    ['exposure:garden.bord', "did you mean 'exposure:garden.board'?"],
    ['metric:harvst', "did you mean 'metric:harvest'?"],
    ['unit_test:alba_unti', "did you mean 'unit_test:alba_unit'?"],
    ['test_name:not_nul', "did you mean 'test_name:not_null'?"],
    ['config.materialized:tabel', "did you mean 'config.materialized:table'?"],
    ['config.meta.owner:bbo', "did you mean 'config.meta.owner:bob'?"],
    ['off', "model 'off' (models/beds/trees/off.sql) is disabled"],
    ['alba,mnit', "did you mean 'mint'?"],
    ['alba,mint', 'each part matches something, but nothing matches all of them'],
    ['', 'the criterion is empty: is it a variable without a value, or are there two spaces?'],
    ['alba,', "a comma stands at the beginning or end of 'alba,'"],
    ['zzz*', undefined],
    ['nothing_like_this_at_all', undefined],
  ]
  for (const [criterion, hint] of hints)
    test(criterion, async () => {
      const { events } = await outcomeOf(['ls', '--select', criterion], (loaded) => void listCommand(loaded))
      const warned = events.flatMap((event) =>
        event.kind === 'warning' && event.name === 'NoNodesForSelectionCriteria' ? [event.hint] : [],
      )
      expect(warned).toEqual([hint])
    })
})

/** dbt-core 1.12: a named selector is a criterion like others. */
describe('selector:', () => {
  const listed = async (...args: readonly string[]): Promise<unknown> => {
    const { events, outcome } = await outcomeOf(['ls', ...args], (loaded) => void listCommand(loaded))
    return outcome.error ?? events.flatMap((event) => (event.kind === 'print' ? [event.text] : []))
  }
  test('is what --selector selects', async () => {
    for (const name of ['joined', 'minus', 'mixed_modes', 'cautious', 'empty', 'inherits_in_union', 'deep'])
      expect(await listed('--select', `selector:${name}`), name).toEqual(await listed('--selector', name))
  })
  test('with operators, sets and wildcards', async () => {
    expect(await listed('--select', 'selector:one_key+', '--resource-type', 'model')).toEqual(
      await listed('--select', 'tag:nightly+', '--resource-type', 'model'),
    )
    expect(await listed('--select', '@selector:one_key,tag:beds')).toEqual(
      await listed('--select', '@tag:nightly,tag:beds'),
    )
    expect(await listed('--select', 'selector:*ooleans')).toEqual(await listed('--selector', 'booleans'))
    expect(await listed('--exclude', 'selector:one_key')).toEqual(await listed('--exclude', 'tag:nightly'))
  })
  test('of a name that is not there', async () => {
    expect(await listed('--select', 'selector:joind')).toMatch(/^Could not find selector named joind, expected one of/)
  })
})

/** On purpose not as in the reference. */
const DIFFERS: ReadonlySet<string> = new Set([
  // a backslash separates folders wherever quern runs; in dbt on Windows only
  '--select models\\beds',
])

function check(one: Case, run: (one: Case) => Promise<void>): void {
  const asked = DIFFERS.has(one.args.join(' ')) ? test.fails : test
  asked(one.args.join(' ') || '(no arguments)', async () => await run(one))
}

async function lists(one: Case): Promise<void> {
  const { events, outcome } = await outcomeOf(['ls', ...one.args], (loaded) => void listCommand(loaded))
  const lines = events.flatMap((event) => (event.kind === 'print' ? [event.text] : []))
  const wanted = one.listed === undefined ? one.lines : numbersOf(one.listed).map((at) => expected.names[at]!)
  compare(one, outcome, wanted === undefined ? {} : { lines: wanted }, wanted === undefined ? {} : { lines })
}

async function selects(one: Case): Promise<void> {
  let ids: readonly string[] = []
  let edges: readonly string[] = []
  const words = one.args.filter((arg) => !arg.startsWith('-'))
  const command = words[0] === 'source' ? 'freshness' : words[0]!
  const { outcome } = await outcomeOf(one.args, (loaded) => {
    const { selection, graph } = selectNodes(loaded, command)
    ids = selection.ids
    const built = ids.filter((id) => command !== 'build' || !loaded.manifest.unitTests.has(id as never))
    edges = reducedEdges(subDag(graph, built as never, { waitForTests: command === 'build' }))
  })
  const place = (id: string): string => String(expected.ids.indexOf(id))
  compare(
    one,
    outcome,
    {
      selected: numbersOf(one.selected ?? '').map((at) => expected.ids[at]!),
      ...(one.edges === undefined ? {} : { edges: one.edges.split(' ').filter(Boolean).map(named).sort() }),
    },
    {
      selected: ids,
      ...(one.edges === undefined
        ? {}
        : { edges: edges.map((edge) => named(edge.split(' ').map(place).join('-'))).sort() }),
    },
  )
}

const named = (edge: string): string =>
  edge
    .split('-')
    .map((at) => expected.ids[Number(at)])
    .join(' -> ')

interface Outcome {
  readonly warnings: readonly string[]
  readonly error?: string
}

/** A message up to where it tells of what would be right, which we tell in our own way. */
const shortened = (message: string | undefined): string | undefined =>
  message
    ?.replace(/^Invalid value for [^:]*: /, '')
    .replace(/ is not one of .*/, '')
    .replace(/(selector value "[^"]*"). .*/, '$1')

function compare(one: Case, outcome: Outcome, wanted: object, got: object): void {
  // where the reference breaks down, a message is what we owe
  if (one.crash !== undefined) return
  const error = one.error ?? one.usage
  expect({ error: shortened(outcome.error), warnings: outcome.warnings, ...(error === undefined ? got : {}) }).toEqual({
    error: shortened(error),
    warnings: one.warnings ?? [],
    ...(error === undefined ? wanted : {}),
  })
}

async function outcomeOf(
  args: readonly string[],
  run: (loaded: Loaded) => void,
): Promise<{ events: RunEvent[]; outcome: Outcome }> {
  const argv = args.map((arg) => arg.replace(/\{(\w+)\}/g, (whole, name) => folders[name] ?? whole))
  const events: RunEvent[] = []
  const outcome: { warnings: string[]; error?: string } = { warnings: [] }
  try {
    const at = argv.indexOf('--target')
    const target = at === -1 ? '' : argv[at + 1]!
    const loaded = projects.get(target) ?? (await load(root, at === -1 ? ['ls'] : ['ls', '--target', target]))
    projects.set(target, loaded)
    const invocation = { ...invocationOf(root, argv), emit: (event: RunEvent) => void events.push(event) }
    run({ ...loaded, invocation, states: () => readStates(invocation, loaded.config, loaded.targetDir) })
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof QuernError)) throw error
    outcome.error = empty(firstLine(error.message))
  }
  for (const event of events) {
    if (event.kind !== 'warning') continue
    if (event.name === 'NoNodesForSelectionCriteria' || event.name === 'NoNodesSelected')
      outcome.warnings.push(empty(event.text))
  }
  return { events, outcome }
}

const load = (at: string, argv: readonly string[]): Promise<Loaded> => loadProject(invocationOf(at, argv))

function invocationOf(at: string, args: readonly string[]) {
  const words = args[0] === 'source' ? 2 : 1
  const common = ['--no-write-json', '--project-dir', at, '--profiles-dir', at]
  const argv = [...args.slice(0, words), ...common, ...args.slice(words)]
  const parsed = parseArgv(argv)
  const { flags } = buildFlags({
    parsed: { ...parsed, command: parsed.command as CommandName },
    argv,
    env: {},
    cwd: at,
    home: at,
    interactive: false,
    parseYaml,
    now: Date.now,
  })
  return {
    id: 'test',
    startedAt: new Date(),
    flags,
    env: {},
    cwd: at,
    emit: () => {},
    secrets: NO_SECRETS,
    signal: new AbortController().signal,
    now: Date.now,
  }
}

function layOut(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`)
  }
}

const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? ''

const empty = (text: string): string =>
  Object.entries(folders).reduce((now, [name, folder]) => now.replaceAll(folder, `{${name}}`), text)

/** `0-2,5` -> 0, 1, 2, 5 */
function numbersOf(ranges: string): number[] {
  return ranges
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [from, to] = range.split('-').map(Number) as [number, number | undefined]
      return Array.from({ length: (to ?? from) - from + 1 }, (_, at) => from + at)
    })
}

/** Edges `parent child` between selected nodes, also through unselected ones, without those that follow from others. */
function reducedEdges(dag: SubDag): string[] {
  const above: Set<number>[] = []
  const all = (vertex: number): Set<number> => {
    const known = above[vertex]
    if (known !== undefined) return known
    const found = new Set<number>()
    above[vertex] = found
    for (const parent of dag.parents[vertex]!) {
      found.add(parent)
      for (const one of all(parent)) found.add(one)
    }
    return found
  }
  return dag.ids.flatMap((id, vertex) => {
    if (dag.selected[vertex] !== true) return []
    const parents = [...all(vertex)].filter((parent) => dag.selected[parent] === true)
    const direct = parents.filter((parent) => !parents.some((other) => all(other).has(parent)))
    return direct.map((parent) => `${dag.ids[parent]} ${id}`)
  })
}
