import { resolve } from 'node:path'
import { writeFileAtomically } from '../../artifacts/write-file.ts'
import type { DiffFlags } from '../../config/diff-flags.ts'
import { didYouMean } from '../../errors/did-you-mean.ts'
import { QuernError } from '../../errors/quern-error.ts'
import { type ColumnsDiff, type DiffDocument, type DiffFormat, differencesOf } from '../../events/diff-document.ts'
import { throwIfCancelled } from '../../execute/cancelled.ts'
import { pairColumns } from '../../execute/diff/compare-columns.ts'
import { findPair } from '../../execute/diff/compare-rows.ts'
import { diffRelations, type RelationDifference, type RelationPair } from '../../execute/diff/diff-relations.ts'
import { keyCandidates } from '../../execute/diff/key-candidates.ts'
import type { Dag } from '../../graph/dag.ts'
import { resourceTypesOf } from '../../graph/selector/resource-types.ts'
import type { Selection } from '../../graph/selector/select.ts'
import { diffNodes, type NodeDifference } from '../../graph/state/diff-nodes.ts'
import type { StateManifest, StateNode } from '../../manifest/previous-state.ts'
import { asUniqueId } from '../../manifest/unique-id.ts'
import { paint } from '../../report/colours.ts'
import { diffMarkdown } from '../../report/diff/markdown.ts'
import { diffText } from '../../report/diff/text.ts'
import { type BeforeSide, beforeSide, type OtherTarget } from '../diff/before-side.ts'
import { withCompiledCode } from '../diff/compiled-code.ts'
import { attachedNode, diffDocument, type Found } from '../diff/document.ts'
import { ExitCode } from '../exit-code.ts'
import type { Loaded } from '../load-manifest.ts'
import { comparisonOf } from '../previous-states.ts'
import { makeRuntime } from '../run-services.ts'
import { say } from '../say.ts'
import { selectNodes } from '../task.ts'

/**
 * `diff`: what differs from a state, another target or another schema: resources, columns and, with `--data`, rows. Changes nothing, neither in the
 * database nor in the target folder. `loadOther` parses the project as another target has it.
 */
export async function diffCommand(
  loaded: Loaded,
  loadOther: (other: OtherTarget) => Promise<Loaded>,
): Promise<ExitCode> {
  const { invocation } = loaded
  const flags = invocation.flags.diff as DiffFlags
  const state = stateOf(loaded)
  if (state === undefined && flags.againstTarget === null && flags.againstSchema === null) throw nothingToCompare()
  const { selection, graph } = selectNodes(loaded, 'diff')
  const notes: string[] = []
  const differences =
    state === undefined ? [] : selected(loaded, selection, differencesFrom(loaded, graph, state), notes)
  const side = await beforeSide(loaded, loadOther)
  try {
    const document = await compare(loaded, side, { state, selection, differences, notes })
    throwIfCancelled(invocation.signal)
    invocation.answer?.({ kind: 'compared', document })
    publishDocument(loaded, flags, document)
    return exitCode(loaded, flags, document)
  } finally {
    side.close()
  }
}

/** The manifest of `--state`, which has to be there. */
function stateOf(loaded: Loaded): StateManifest | undefined {
  const { state } = loaded.states()
  if (state === undefined || state.manifest !== undefined) return state?.manifest
  throw new QuernError('Runtime', 'diff_without_manifest', `There is no manifest.json in '${state.folder}' (--state)`, {
    hint: 'give the folder with the manifest.json of the environment to compare with, relative to the project',
  })
}

const nothingToCompare = (): QuernError =>
  new QuernError('Usage', 'diff_with_nothing', 'There is nothing to compare with', {
    hint: 'give the folder with the artifacts of another environment (--state prod-artifacts), another target (--against-target prod) or a schema (--against-schema analytics)',
  })

function differencesFrom(loaded: Loaded, graph: Dag, state: StateManifest): NodeDifference[] {
  const { invocation, adapter, services, manifest } = loaded
  const builtins = new Set(services.macros.internals.keys())
  const comparison = comparisonOf(loaded.states().state, invocation, adapter, builtins)
  return comparison === undefined ? [] : diffNodes({ ...comparison, manifest }, graph, state)
}

/** Whether the user chose some of the resources. */
const isNarrowed = ({ invocation: { flags } }: Loaded): boolean =>
  flags.select.length > 0 || flags.exclude.length > 0 || (flags.selector !== null && flags.selector !== '')

/**
 * The differences of what is selected. No selector knows what is gone: with a selection, of that only what a selected resource read, or what was written
 * at it, counts.
 */
function selected(
  loaded: Loaded,
  selection: Selection,
  differences: readonly NodeDifference[],
  notes: string[],
): NodeDifference[] {
  const narrowed = isNarrowed(loaded)
  const { resourceTypes: only, excludeResourceTypes: without } = loaded.invocation.flags
  const types: ReadonlySet<string> = resourceTypesOf('diff', { only, without })
  const read = new Set(
    narrowed
      ? differences.flatMap(({ id, old }) => (selection.has(id) && old !== undefined ? parentsOf(old) : []))
      : [],
  )
  let leftOut = 0
  const kept = differences.filter((difference) => {
    const { id, change, old } = difference
    if (change !== 'removed' || old === undefined) return selection.has(id)
    if (!types.has(old.resource_type)) return false
    const at = attachedNode(old)
    if (!narrowed || read.has(id) || (at !== null && selection.has(at))) return true
    leftOut++
    return false
  })
  if (leftOut > 0)
    notes.push(`${leftOut} removed resource${leftOut === 1 ? '' : 's'} that nothing selected has to do with: not shown`)
  return kept
}

const parentsOf = (node: StateNode): readonly string[] =>
  (node['depends_on'] as { readonly nodes?: readonly string[] } | undefined)?.nodes ?? []

interface Comparing {
  readonly state: StateManifest | undefined
  readonly selection: Selection
  readonly differences: readonly NodeDifference[]
  readonly notes: string[]
}

/** Asks the database for what the flags want to know of it. */
async function compare(loaded: Loaded, side: BeforeSide, comparing: Comparing): Promise<DiffDocument> {
  const { state, notes } = comparing
  const flags = loaded.invocation.flags.diff as DiffFlags
  const runtime = makeRuntime(side.loaded)
  try {
    const differences =
      state === undefined || !loaded.invocation.flags.compile
        ? comparing.differences
        : await withCompiledCode(runtime, comparing.differences, state, (id, message) =>
            notes.push(`${id} could not be compiled: ${message.split('\n')[0]}`),
          )
    const entries = scope(loaded, { ...comparing, differences })
    const pairs = new Map<string, RelationPair>()
    const unknown = new Map<string, RelationDifference>()
    for (const { id, difference } of flags.columns ? entries : []) {
      if (difference?.change === 'added' || difference?.change === 'removed') continue
      const node = loaded.manifest.nodes.get(asUniqueId(id))
      const old = difference?.old ?? state?.nodes.get(id)
      const pair = node === undefined ? undefined : side.pairOf(node, old)
      if (typeof pair === 'string') {
        const rows = flags.data ? { status: 'unknown' as const, reason: pair, error: false } : null
        unknown.set(id, { columns: { status: 'unknown', reason: pair }, rows })
      } else if (pair !== undefined) pairs.set(id, pair)
    }
    const candidates = keyCandidates(loaded.manifest)
    const given = { columns: flags.key, from: '--key', isGiven: true }
    const compared = await diffRelations({
      services: runtime.services,
      database: runtime.database,
      pairs: [...pairs.values()],
      rows: flags.data
        ? {
            candidates: (node) => [...(flags.key.length === 0 ? [] : [given]), ...candidates(node)],
            tolerance: flags.floatTolerance,
            examples: flags.examples,
          }
        : null,
      onColumns: (columns) => checkKey(flags.key, columns),
      threads: loaded.config.target.threads,
    })
    const found = entries.map(({ id, difference }): Found => {
      const pair = pairs.get(id)
      const relation =
        pair === undefined
          ? relationAlone(loaded, id, difference)
          : { before: pair.before.render(), after: pair.after.render() }
      return { id, difference, relation, data: compared.get(id) ?? unknown.get(id) }
    })
    return diffDocument(loaded, found, notes)
  } finally {
    await runtime.database.close()
  }
}

/** What the document is about: all that differs, and of a selection, or where no code is compared, the relations that do not. */
function scope(
  loaded: Loaded,
  { state, selection, differences }: Comparing,
): { readonly id: string; readonly difference: NodeDifference | undefined }[] {
  const entries = differences.map((difference) => ({ id: difference.id, difference }))
  if (state !== undefined && !isNarrowed(loaded)) return entries
  const known = new Set(differences.map(({ id }) => id))
  const others = selection.ids.filter((id) => !known.has(id) && isRelation(loaded, id))
  return [...entries, ...others.map((id) => ({ id, difference: undefined }))]
}

const isRelation = ({ manifest }: Loaded, id: string): boolean => {
  const node = manifest.nodes.get(asUniqueId(id))
  return node !== undefined && RELATIONS.has(node.resource_type) && node.config.materialized !== 'ephemeral'
}

const RELATIONS: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot'])

/** Of what is there on one side only. */
function relationAlone(
  loaded: Loaded,
  id: string,
  difference: NodeDifference | undefined,
): { before: string | null; after: string | null } | null {
  if (difference?.change !== 'added' && difference?.change !== 'removed') return null
  if (difference.change === 'added') {
    return isRelation(loaded, id)
      ? { before: null, after: loaded.manifest.nodes.get(asUniqueId(id))?.relation_name ?? null }
      : null
  }
  const before = difference.old?.['relation_name']
  return typeof before === 'string' ? { before, after: null } : null
}

/** A key that no relation has is a slip. Throws for it. */
function checkKey(key: readonly string[], compared: readonly ColumnsDiff[]): void {
  if (key.length === 0) return
  const known = new Set<string>()
  let looked = false
  for (const columns of compared) {
    if (columns.status === 'unknown') continue
    const pairs = pairColumns(columns.before, columns.after)
    if (key.every((name) => findPair(name, pairs) !== undefined)) return
    looked = true
    for (const { after } of pairs) known.add(after.name)
  }
  if (!looked) return
  const missing = key.find((name) => !known.has(name)) ?? key.join(', ')
  const near = didYouMean(missing, known)
  throw new QuernError(
    'Usage',
    'diff_key_unknown',
    `No compared relation has the key ${key.join(', ')} on both sides`,
    {
      hint: near === undefined ? 'columns are named as the database names them' : `did you mean '${near}'?`,
    },
  )
}

const FORMS: Readonly<Record<DiffFormat, (document: DiffDocument, colours: boolean) => string>> = {
  text: (document, colours) => `${diffText(document, paint(colours))}\n`,
  json: (document) => `${JSON.stringify(document, null, 2)}\n`,
  markdown: (document) => diffMarkdown(document),
}

/** Writes the document where it was asked for; the console has its text form, unless another form takes standard output. */
function publishDocument({ invocation }: Loaded, { format }: DiffFlags, document: DiffDocument): void {
  const { emit, cwd, flags, secrets } = invocation
  if (flags.output === null && format !== 'text') {
    emit({ kind: 'piped-text', text: FORMS[format](document, false) })
    return
  }
  emit({ kind: 'document-result', name: 'DiffResult', document, text: (colours) => diffText(document, paint(colours)) })
  if (flags.output === null) return
  const path = resolve(cwd, flags.output)
  writeFileAtomically(path, FORMS[format](document, false), { secrets })
  say(emit, 'Note', 'Z050', `Written to ${path}`)
}

/** Failure where a comparison was refused by the database, or where there is a difference that `--fail-on` names. */
function exitCode({ invocation }: Loaded, { failOn }: DiffFlags, document: DiffDocument): ExitCode {
  const refused = document.nodes.filter(({ rows }) => rows?.status === 'unknown' && rows.error)
  const found = differencesOf(document)
  const wanted = failOn.filter((kind) => found.has(kind))
  if (refused.length > 0) {
    const text = `The rows of ${refused.map(({ name }) => name).join(', ')} could not be compared`
    say(invocation.emit, 'Note', 'Z050', text, { level: 'error' })
  }
  if (wanted.length > 0)
    say(invocation.emit, 'Note', 'Z050', `There are differences of --fail-on ${wanted.join(' ')}`, { level: 'error' })
  return refused.length > 0 || wanted.length > 0 ? ExitCode.failure : ExitCode.success
}
