import { existsSync, readFileSync } from 'node:fs'
import { isQuernError, QuernError } from '../../errors/quern-error.ts'
import { userSpan } from '../../errors/source-file.ts'
import type { ProjectParsed, RunReported } from '../../events/report-events.ts'
import type { Deprecation, RunEvent, Warning } from '../../events/run-event.ts'
import { graphNode, type Manifest } from '../../manifest/manifest.ts'
import { type GraphNode, isGenericTest, type UnitTestDefinition, unitTestLabel } from '../../manifest/node.ts'
import type { NodeResult } from '../../manifest/node-result.ts'
import type { UniqueId } from '../../manifest/unique-id.ts'
import type { Scrub } from '../reporter.ts'
import { firstLine, plainText } from './plain-text.ts'
import { type PropertyTarget, PropertyText } from './property-text.ts'
import { RepositoryPaths, repositoryRoot, spanPlace } from './repository-paths.ts'
import { resultMessage } from './result-message.ts'
import {
  OUTCOMES,
  type Outcome,
  type Place,
  type Problem,
  type ReportedNode,
  type RunReport,
  type Sample,
} from './run-report.ts'

export interface CollectorIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Absolute folder where the project is looked for. */
  readonly projectDir: string | null
  readonly ci: boolean
}

export interface ReportEnd {
  readonly exit: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  /** `dbt build --select x` */
  readonly command: string
}

/** Takes from the events of a run what reports say, and makes a `RunReport` of it at the end. */
export class ReportCollector {
  readonly #io: CollectorIo
  readonly #samples = new Map<UniqueId, Sample>()
  readonly #errors: unknown[] = []
  readonly #warnings: (Warning | Deprecation)[] = []
  #project: ProjectParsed | undefined
  #run: RunReported | undefined
  #state: RunReport['state']
  #adapter: string | undefined
  #target: string | undefined
  #interrupted = false
  readonly #texts = new Map<string, string | undefined>()
  readonly #propertyTexts = new Map<string, PropertyText>()

  constructor(io: CollectorIo) {
    this.#io = io
  }

  on(event: RunEvent): void {
    switch (event.kind) {
      case 'project-parsed':
        this.#project = event
        break
      case 'adapter-registered':
        this.#adapter = event.name
        break
      case 'concurrency':
        this.#target = event.targetName
        break
      case 'state-compared':
        this.#state = { folder: event.folder, changes: event.changes }
        break
      case 'failing-rows':
        this.#samples.set(event.id, { columns: event.columns, rows: event.rows })
        break
      case 'run-reported':
        this.#run = event
        break
      case 'interrupted':
        this.#interrupted = true
        break
      case 'encountered-error':
        this.#errors.push(event.error)
        break
      case 'warning':
      case 'deprecation':
        this.#warnings.push(event)
        break
    }
  }

  /** The report of what was seen until now, with secrets replaced. */
  report(end: ReportEnd, scrub: Scrub): RunReport {
    const root = this.#project?.root ?? this.#io.projectDir ?? this.#io.cwd
    const paths = new RepositoryPaths(repositoryRoot(this.#io.env, root), [root, this.#io.cwd])
    const results = this.#run?.results ?? []
    const names = countNames(this.#project?.manifest)
    const nodes = results.flatMap((result) => this.#node(result, paths, names) ?? [])
    // `compile` ends with the error of a node, which is told as its result.
    const told = new Set<unknown>(results.flatMap(({ error }) => error ?? []))
    const projectFile = paths.find('dbt_project.yml')
    const report: RunReport = {
      command: end.command.replace(/^dbt(?= |$)/, 'quern'),
      ci: this.#io.ci,
      exit: end.exit,
      startedAt: end.startedAt,
      endedAt: end.endedAt,
      target:
        this.#target === undefined || this.#adapter === undefined
          ? undefined
          : { name: this.#target, adapter: this.#adapter },
      interrupted: this.#interrupted || this.#run?.interrupted === true,
      nodes: nodes.sort(worstFirst),
      errors: this.#errors.filter((error) => !told.has(error)).flatMap((error) => problemsOf(error, paths)),
      warnings: once(this.#toldWarnings().map((warning) => warningProblem(warning, paths))),
      selected: this.#run?.selected.length ?? 0,
      deferred: this.#deferred(),
      state: this.#state,
      projectFile: this.#text(projectFile) === undefined ? undefined : paths.shown(projectFile),
    }
    return scrubbed(report, scrub)
  }

  #node(result: NodeResult, paths: RepositoryPaths, names: ReadonlyMap<string, number>): ReportedNode | undefined {
    const project = this.#project
    const found = project === undefined ? undefined : graphNode(project.manifest, result.id)
    const node = found ?? result.unitTest ?? operationOf(project?.manifest, result.id)
    if (node === undefined || project === undefined) return undefined
    const error = result.error
    const message = resultMessage(node, result)
    const compiled = (result.unitTest ?? node) as { compiled_path?: string | null }
    const file = paths.find(node.original_file_path, project.packageRoots.get(node.package_name))
    return {
      id: result.id,
      resourceType: node.resource_type,
      name: nameOf(node),
      selector: selectorOf(node, names),
      suite: suiteOf(node),
      outcome: outcomeOf(node, result),
      status: result.status,
      seconds: result.executionTime,
      startedAt: result.timing.length === 0 ? undefined : Math.min(...result.timing.map((one) => one.startedAt)),
      message,
      details: detailsOf(node, result),
      code: error?.code ?? null,
      place: this.#resultPlace(node, result, file, paths),
      compiledPath:
        typeof compiled.compiled_path === 'string' ? paths.shown(paths.find(compiled.compiled_path)) : undefined,
      sample: this.#samples.get(result.id),
    }
  }

  /** Where an error is, else, of what went wrong, where it is defined: of tests and sources the line of the property file. */
  #resultPlace(node: GraphNode, result: NodeResult, file: string, paths: RepositoryPaths): Place | undefined {
    const { error } = result
    const span = error?.place()
    if (span !== undefined) return spanPlace(span, paths, this.#project?.packageRoots.get(node.package_name))
    if (!existsSync(file)) return undefined
    const path = paths.shown(file)
    const text = WITH_LINE.has(outcomeOf(node, result)) ? this.#text(file) : undefined
    if (text === undefined) return { path }
    const target = propertyTarget(node, this.#project?.manifest)
    const found = target === undefined ? undefined : this.#properties(file, text).place(target)
    return found === undefined ? { path } : { path, ...found }
  }

  #properties(file: string, text: string): PropertyText {
    const known = this.#propertyTexts.get(file) ?? new PropertyText(text)
    this.#propertyTexts.set(file, known)
    return known
  }

  #text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readOrNothing(path))
    return this.#texts.get(path)
  }

  /** `ci` without a change has nothing to do, and that is as it should be. */
  #toldWarnings(): readonly (Warning | Deprecation)[] {
    const isIdle = this.#io.ci && this.#state !== undefined && this.#run?.results.length === 0
    return isIdle ? this.#warnings.filter(({ name }) => !EMPTY_SELECTION.has(name)) : this.#warnings
  }

  #deferred(): number {
    if (this.#project === undefined || this.#run === undefined) return 0
    const { manifest } = this.#project
    const selected = new Set<string>(this.#run.selected)
    const parents = new Set<string>()
    for (const id of selected) {
      const node = graphNode(manifest, id as UniqueId)
      const above = (node as { depends_on?: { nodes?: readonly string[] } } | undefined)?.depends_on?.nodes ?? []
      for (const parent of above) {
        const known = manifest.nodes.get(parent as UniqueId)
        if (!selected.has(parent) && known?.defer_relation !== undefined) parents.add(parent)
      }
    }
    return parents.size
  }
}

const EMPTY_SELECTION: ReadonlySet<string> = new Set(['NoNodesForSelectionCriteria', 'NothingToDo'])

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** The macro of run-operation. */
function operationOf(manifest: Manifest | undefined, id: UniqueId): GraphNode | undefined {
  const macro = manifest?.macros.get(id)?.node
  return macro === undefined ? undefined : (macro as unknown as GraphNode)
}

function outcomeOf(node: GraphNode, { status, error }: NodeResult): Outcome {
  switch (status) {
    case 'success':
    case 'pass':
      return 'pass'
    case 'warn':
      return 'warn'
    case 'fail':
      return 'fail'
    case 'skipped':
      return 'skip'
    case 'no-op':
      return 'no-op'
    case 'error':
      return node.resource_type === 'source' && error === undefined ? 'fail' : 'error'
    default:
      return 'error'
  }
}

/** Results that are looked up in their files. */
const WITH_LINE: ReadonlySet<Outcome> = new Set(['error', 'fail', 'warn'])

const worstFirst = (a: ReportedNode, b: ReportedNode): number =>
  OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

function nameOf(node: GraphNode): string {
  if (node.resource_type === 'source') return `${node.source_name}.${node.name}`
  if (node.resource_type === 'unit_test' && 'model' in node) return unitTestLabel(node as UnitTestDefinition)
  return 'version' in node && node.resource_type === 'model' && node.version !== null
    ? `${node.name}.v${node.version}`
    : node.name
}

/** What selects this node alone. `names`: how often each name occurs. */
function selectorOf(node: GraphNode, names: ReadonlyMap<string, number>): string {
  if (node.resource_type === 'source') return `source:${node.source_name}.${node.name}`
  return (names.get(node.name) ?? 0) <= 1 || !('fqn' in node) ? node.name : node.fqn.join('.')
}

function countNames(manifest: Manifest | undefined): Map<string, number> {
  const counts = new Map<string, number>()
  for (const group of [manifest?.nodes, manifest?.unitTests])
    for (const { name } of group?.values() ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Tests belong to what they test: the node they are attached to, else the first that they read. */
function suiteOf(node: GraphNode): string {
  if (isGenericTest(node) && node.attached_node !== null) return node.attached_node
  if (node.resource_type !== 'test' && node.resource_type !== 'unit_test') return node.unique_id
  const tested = (node as { tested_node_unique_id?: string }).tested_node_unique_id
  const parents = (node as { depends_on?: { nodes?: readonly string[] } }).depends_on?.nodes ?? []
  return tested ?? parents[0] ?? node.unique_id
}

function propertyTarget(node: GraphNode, manifest: Manifest | undefined): PropertyTarget | undefined {
  if (node.resource_type === 'source') return { name: node.name, source: node.source_name }
  if (node.resource_type === 'unit_test') return { name: node.name }
  if (!isGenericTest(node)) return undefined
  const { name, namespace } = node.test_metadata
  const names = namespace === null ? [name] : [`${namespace}.${name}`]
  const test = { names, ownName: node.name }
  const id = node.attached_node ?? node.depends_on.nodes.find((parent) => parent.startsWith('source.'))
  const tested = manifest === undefined || id === undefined ? undefined : graphNode(manifest, id as UniqueId)
  if (tested === undefined) return undefined
  const source = tested.resource_type === 'source' ? tested.source_name : undefined
  return { name: tested.name, source, column: node.column_name, test }
}

function detailsOf(node: GraphNode, { error, status, message }: NodeResult): string | null {
  if (error !== undefined) return plainText(error.render())
  return node.resource_type === 'unit_test' && status === 'fail' && message !== null ? plainText(message).trim() : null
}

/** An error, and each further problem that was collected with it. */
function problemsOf(error: unknown, paths: RepositoryPaths): Problem[] {
  if (!isQuernError(error)) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return [{ code: 'bug', message: firstLine(message), details: plainText(message), place: undefined }]
  }
  const span = error.place()
  const further = error.notes.filter((note) => note.isProblem === true)
  const notes = error.notes.filter((note) => note.isProblem !== true)
  const alone =
    further.length === 0
      ? error
      : new QuernError(error.kind, error.code, error.message, { at: error.at, hint: error.hint, notes })
  if (alone !== error) {
    alone.node = error.node
    alone.frames.push(...error.frames)
  }
  return [
    {
      code: error.code,
      message: `${error.heading()}: ${firstLine(error.message)}`,
      details: plainText(alone.render()),
      place: span === undefined ? namedPlace(error, paths) : spanPlace(span, paths),
    },
    ...further.map(({ text, at }): Problem => {
      const one = new QuernError(error.kind, error.code, text, { at })
      const where = one.place()
      return {
        code: error.code,
        message: `${one.heading()}: ${firstLine(text)}`,
        details: plainText(one.render()),
        place: where === undefined ? undefined : spanPlace(where, paths),
      }
    }),
  ]
}

/** The file that an error names in its heading, `model orders (models/orders.sql)`. */
function namedPlace(error: QuernError, paths: RepositoryPaths): Place | undefined {
  const path = /\(([^()\s]+\.\w+)\)$/.exec(error.node ?? '')?.[1]
  return path === undefined ? undefined : { path: paths.shown(paths.find(path)) }
}

function warningProblem(warning: Warning | Deprecation, paths: RepositoryPaths): Problem {
  const span = warning.at === undefined ? undefined : userSpan(warning.at)
  const hint = warning.kind === 'warning' && warning.hint !== undefined ? `\nhint: ${warning.hint}` : ''
  return {
    code: warning.name,
    message: firstLine(warning.text.replace(/^Deprecated functionality\n\n/, '')),
    details: plainText(`${warning.text}${hint}`),
    place: span === undefined ? undefined : spanPlace(span, paths),
  }
}

/** Each text once, in order. */
const once = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify([problem.details, problem.place]), problem])).values(),
]

/** The same data with secrets replaced in every text. */
function scrubbed<T>(value: T, scrub: Scrub): T {
  if (typeof value === 'string') return scrub(value) as T
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, scrub)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed(item, scrub)])) as T
}
