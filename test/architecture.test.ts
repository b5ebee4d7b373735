import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REPOSITORY } from './support/quern.ts'

/** A folder of src imports only folders above it in this list (ARCHITECTURE.md). */
const RANKING = [
  'util', 'errors', 'jinja', 'manifest', 'lineage', 'events', 'adapter',
  'project', 'config', 'artifacts', 'context-base', 'context', 'parse', 'graph', 'docs-site', 'compile', 'check', 'execute',
  'report', 'cli', 'library',
] as const // biome-ignore format: one list

/** Types of a folder below are contracts that foundations name: type imports only. */
const TYPE_ONLY: Readonly<Record<string, readonly string[]>> = {
  adapter: ['events', 'config'],
  project: ['config'],
  events: ['config'],
}

/** These compute; others read files. */
const PURE = ['jinja', 'manifest', 'lineage', 'graph', 'compile', 'check', 'docs-site']

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

function sources(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm

function importsOf(file: string): Import[] {
  const text = readFileSync(join(REPOSITORY, file), 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => ({
    file,
    target: (match[2] ?? match[3]) as string,
    typeOnly: match[1] !== undefined,
  }))
}

const resolved = (one: Import): string => normalize(join(dirname(one.file), one.target))
const folderOf = (path: string): string => relative('src', path).split('/')[0] as string

const all = [...sources('src'), ...sources('adapters')].flatMap(importsOf)
const internal = all.filter((one) => one.target.startsWith('.'))

describe('which way imports point', () => {
  test('every folder of src is in the ranking', () => {
    const folders = new Set(
      sources('src')
        .filter((file) => file.split('/').length > 2)
        .map(folderOf),
    )
    expect([...folders].filter((folder) => !(RANKING as readonly string[]).includes(folder))).toEqual([])
  })

  test('a folder imports only folders above it', () => {
    const wrong = internal
      .filter((one) => one.file.startsWith('src/') && resolved(one).startsWith('src/'))
      .filter((one) => one.file.split('/').length > 2)
      .filter((one) => {
        const from = folderOf(one.file)
        const to = folderOf(resolved(one))
        if (from === to) return false
        if (one.typeOnly && (TYPE_ONLY[from] ?? []).includes(to)) return false
        return RANKING.indexOf(to as never) > RANKING.indexOf(from as never)
      })
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('the page of the documentation is a program of its own: the rest of src knows nothing of it, and it needs the graph alone', () => {
    const wrong = internal.filter((one) => {
      const [from, to] = [one.file.startsWith('src/docs-site/'), resolved(one).startsWith('src/docs-site/')]
      if (!from) return to
      return !/^src\/(docs-site|graph|manifest|errors|jinja\/runtime)\//.test(resolved(one))
    })
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('jinja imports only util and errors', () => {
    const wrong = internal
      .filter((one) => one.file.startsWith('src/jinja/'))
      .filter((one) => !/^src\/(jinja|util|errors)\//.test(resolved(one)))
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('what computes uses no Node built-in', () => {
    const wrong = all.filter(
      (one) => PURE.some((folder) => one.file.startsWith(`src/${folder}/`)) && one.target.startsWith('node:'),
    )
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('adapters know the contract and the foundations, never each other', () => {
    const allowed =
      /^(adapters\/(common|duckdb|postgres)\/|src\/(adapter|lineage|manifest|errors|util|jinja|events|config)\/)/
    const wrong = internal
      .filter((one) => one.file.startsWith('adapters/'))
      .filter((one) => {
        const to = resolved(one)
        const own = one.file.split('/').slice(0, 2).join('/')
        return !allowed.test(to) || (to.startsWith('adapters/') && !to.startsWith(own))
      })
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('only cli/wire.ts names a concrete adapter', () => {
    const wrong = internal.filter(
      (one) => one.file.startsWith('src/') && resolved(one).startsWith('adapters/') && one.file !== 'src/cli/wire.ts',
    )
    expect(wrong.map((one) => `${one.file} -> ${one.target}`)).toEqual([])
  })

  test('options of the library are those of the command line', () => {
    const check = spawnSync(process.execPath, ['scripts/library-options.mjs', '--check'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
    })
    expect(check.stderr.replace(/^npm warn.*\n?/gm, '')).toBe('')
  })

  test('no barrels inside src', () => {
    expect(sources('src').filter((file) => file.endsWith('/index.ts') && file !== 'src/index.ts')).toEqual([])
  })

  test('no import cycles at run time', () => {
    const edges = new Map<string, string[]>()
    for (const one of internal) {
      if (one.typeOnly || all.includes(one) === false) continue
      const list = edges.get(one.file)
      if (list === undefined) edges.set(one.file, [resolved(one)])
      else list.push(resolved(one))
    }
    expect(cycleIn(edges)).toEqual([])
  })
})

/** The files of one cycle, or an empty list. */
function cycleIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    if (state.get(file) === 'done') return []
    if (state.get(file) === 'open') return path.slice(path.indexOf(file))
    state.set(file, 'open')
    path.push(file)
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    state.set(file, 'done')
    return []
  }
  for (const file of edges.keys()) {
    const cycle = visit(file)
    if (cycle.length > 0) return cycle
  }
  return []
}

/** What src writes to files passes what hides secrets: each call says which, if only NO_SECRETS. */
test('no file is written without saying what must not get into it', () => {
  const writers = /\b(?:writeFileAtomically|renewFile)\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)/g
  const wrong = sources('src')
    .filter((file) => file !== 'src/artifacts/write-file.ts')
    .flatMap((file) =>
      Array.from(readFileSync(join(REPOSITORY, file), 'utf8').matchAll(writers), ([call]) => [file, call] as const),
    )
    .filter(([, call]) => !/secrets/i.test(call))
  expect(wrong).toEqual([])
})
