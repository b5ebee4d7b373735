import type { NodeChange } from '../../events/report-events.ts'
import { code, fence } from './markdown-text.ts'
import { cut } from './plain-text.ts'
import { rowsText } from './rows-text.ts'
import { count, type Outcome, type Place, type Problem, type ReportedNode, type RunReport } from './run-report.ts'

/** Comments of GitHub hold 65 536 characters. */
export const COMMENT_LIMIT = 65_536

/** Characters of one error, difference or sample. */
const MOST_TEXT = 3000
/** Lists that are longer are folded. */
const FOLD_FROM = 20
const SLOWEST = 5

/** A part of the summary. Items that do not fit are left out, those of the least urgent parts first. */
interface Section {
  readonly title: string | undefined
  /** Stands in front of the items: the head of a table. */
  readonly head: string
  readonly items: readonly string[]
  /** Between items. */
  readonly gap: '\n' | '\n\n'
  readonly isFolded: boolean
  /** 1 = kept the longest. */
  readonly urgency: number
}

/** A run as Markdown for people, of at most `limit` characters: totals, what changed, what failed with rows, all results, warnings, and how to repeat it. */
export function markdownText(report: RunReport, limit = COMMENT_LIMIT): string {
  const sections = [
    errorSection(report),
    changesSection(report),
    failureSection(report),
    resultsSection(report),
    slowestSection(report),
    warningSection(report),
    repeatSection(report),
  ].filter((section) => section.items.length > 0)
  const head = `${headline(report)}\n\n${facts(report).join('  \n')}\n`
  const kept = fitting(sections, limit - head.length)
  return `${head}${kept.map(([section, amount]) => drawn(section, amount)).join('')}`
}

/** How many items of each section there is room for. */
function fitting(sections: readonly Section[], room: number): [Section, number][] {
  const amounts = new Map<Section, number>(sections.map((section) => [section, 0]))
  let left = room - sections.reduce((sum, section) => sum + drawn(section, 0).length, 0)
  for (const section of [...sections].sort((a, b) => a.urgency - b.urgency)) {
    let amount = 0
    for (const item of section.items) {
      left -= item.length + section.gap.length
      if (left < 0) break
      amount++
    }
    amounts.set(section, amount)
    if (left < 0) break
  }
  return sections.map((section) => [section, amounts.get(section) ?? 0])
}

function drawn(section: Section, amount: number): string {
  const { title, head, items, gap, isFolded } = section
  const missing = items.length - amount
  const note = missing === 0 ? '' : `\n\n*${missing} more left out: this text is limited to what a comment can hold.*`
  const body = `${head}${items.slice(0, amount).join(gap)}${note}`
  const inner = isFolded ? `<details><summary>${title}</summary>\n\n${body}\n\n</details>` : body
  return `\n${isFolded || title === undefined ? '' : `#### ${title}\n\n`}${inner}\n`
}

const MARKS: Readonly<Record<Outcome, string>> = {
  error: '❌', fail: '❌', warn: '⚠️', skip: '⏭️', pass: '✅', 'no-op': '➖',
} // biome-ignore format: one list

const WORDS: readonly (readonly [Outcome, string])[] = [
  ['error', 'errors'],
  ['fail', 'failed'],
  ['warn', 'warnings'],
  ['skip', 'skipped'],
  ['pass', 'passed'],
]

function headline(report: RunReport): string {
  const failed = report.exit !== 0
  const mark = failed ? '❌' : count(report, 'warn') + report.warnings.length > 0 ? '⚠️' : '✅'
  const counts = WORDS.flatMap(([outcome, word]) => {
    const amount = count(report, outcome) + (outcome === 'error' ? report.errors.length : 0)
    return amount === 0 ? [] : [`${amount} ${amount === 1 ? word.replace(/(error|warning)s$/, '$1') : word}`]
  })
  const words = counts.length === 0 ? 'nothing to do' : counts.join(', ')
  const end = report.interrupted ? 'was interrupted' : failed ? 'failed' : 'passed'
  return `### ${mark} quern ${end}: ${words} in ${seconds((report.endedAt - report.startedAt) / 1000)}`
}

/** What was run, where, and how much of it. */
function facts(report: RunReport): string[] {
  const { command, target, state, selected, deferred, ci } = report
  const lines = [`Command: ${code(command)}`]
  if (target !== undefined) lines.push(`Target: ${code(target.name)} (${target.adapter})`)
  if (state !== undefined) {
    lines.push(
      `Compared with: ${code(state.folder)}${state.changes.length === 0 ? ', from which nothing differs' : ''}`,
    )
  } else if (ci && report.errors.length === 0) {
    lines.push('No state was given: nothing is compared, and all that was selected was built.')
  }
  if (selected > 0)
    lines.push(`Selected: ${selected} ${selected === 1 ? 'resource' : 'resources'}${parentsText(deferred)}`)
  return lines
}

function parentsText(deferred: number): string {
  if (deferred === 0) return ''
  const parents = deferred === 1 ? 'a parent is' : `${deferred} parents are`
  return `; ${parents} read from the state where this environment lacks ${deferred === 1 ? 'it' : 'them'}`
}

/** `0.12 s`, `2 min 5 s` */
export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(2)} s`
  return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`
}

const errorSection = ({ errors }: RunReport): Section => ({
  title: 'What ended the run',
  head: '',
  items: errors.map(
    (error) =>
      `${error.place === undefined ? '' : `${code(placeText(error.place))}\n\n`}${fence(cut(error.details, MOST_TEXT))}`,
  ),
  gap: '\n\n',
  isFolded: false,
  urgency: 1,
})

function changesSection({ state }: RunReport): Section {
  const changes = state?.changes ?? []
  return {
    title: `Changed since the state (${changes.length})`,
    head: '| | Resource | What |\n|---|---|---|\n',
    items: changes.map(changeRow),
    gap: '\n',
    isFolded: changes.length > FOLD_FROM,
    urgency: 3,
  }
}

const CHANGES = { new: '🆕', modified: '✏️', removed: '🗑️' } as const

const changeRow = ({ id, change, parts }: NodeChange): string =>
  `| ${CHANGES[change]} | ${code(id, 'cell')} | ${change}${parts.length === 0 ? '' : `: ${parts.join(', ').replaceAll('_', ' ')}`} |`

function failureSection({ nodes }: RunReport): Section {
  const failed = nodes.filter(({ outcome }) => outcome === 'error' || outcome === 'fail' || outcome === 'warn')
  return {
    title: 'What went wrong',
    head: '',
    items: failed.map(failureText),
    gap: '\n\n',
    isFolded: false,
    urgency: 2,
  }
}

function failureText(node: ReportedNode): string {
  const { outcome, resourceType, name, message, details, place, compiledPath, sample } = node
  const lines = [
    `${MARKS[outcome]} **${resourceType.replace('_', ' ')}** ${code(name)}${message === null || outcome === 'error' ? '' : `: ${code(message)}`}`,
  ]
  const where = [
    ...(place === undefined ? [] : [code(placeText(place))]),
    ...(compiledPath === undefined ? [] : [`compiled: ${code(compiledPath)}`]),
  ]
  if (where.length > 0) lines.push(where.join(', '))
  if (details !== null) lines.push(fence(cut(details, MOST_TEXT)))
  if (sample !== undefined && sample.rows.length > 0) lines.push(fence(cut(rowsText(sample), MOST_TEXT)))
  return lines.join('\n\n')
}

function resultsSection({ nodes }: RunReport): Section {
  return {
    title: `Results (${nodes.length})`,
    head: '| | Type | Resource | Status | Time |\n|---|---|---|---|---:|\n',
    items: nodes.map(
      (node) =>
        `| ${MARKS[node.outcome]} | ${node.resourceType.replace('_', ' ')} | ${code(node.name, 'cell')} | ${node.status} | ${seconds(node.seconds)} |`,
    ),
    gap: '\n',
    isFolded: nodes.length > FOLD_FROM,
    urgency: 5,
  }
}

function slowestSection({ nodes }: RunReport): Section {
  const slowest = nodes
    .filter((node) => node.seconds >= 0.1)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
  return {
    title: 'Slowest',
    head: '| Resource | Time |\n|---|---:|\n',
    items:
      nodes.length <= SLOWEST ? [] : slowest.map((node) => `| ${code(node.name, 'cell')} | ${seconds(node.seconds)} |`),
    gap: '\n',
    isFolded: true,
    urgency: 6,
  }
}

const warningSection = ({ warnings }: RunReport): Section => ({
  title: `Warnings (${warnings.length})`,
  head: '',
  items: warnings.map(warningText),
  gap: '\n\n',
  isFolded: true,
  urgency: 4,
})

const warningText = ({ code: name, details, place }: Problem): string =>
  `⚠️ ${code(name)}${place === undefined ? '' : ` in ${code(placeText(place))}`}\n\n${fence(cut(details, MOST_TEXT))}`

/** Commands for what did not pass: the same again, and each by its name. */
function repeatSection({ nodes, command }: RunReport): Section {
  const failed = nodes.filter(
    ({ outcome, resourceType }) => (outcome === 'error' || outcome === 'fail') && SELECTABLE.has(resourceType),
  )
  const verb =
    command.includes('source freshness') || failed.some(({ resourceType }) => resourceType === 'source')
      ? 'source freshness'
      : 'build'
  const names = failed.slice(0, 20).map(({ selector }) => shellWord(selector))
  const more = failed.length > 20 ? [`# and ${failed.length - 20} more`] : []
  const again = verb === 'build' ? ['quern retry'] : []
  return {
    title: 'To repeat what failed',
    head: '',
    items:
      failed.length === 0
        ? []
        : [fence([...again, `quern ${verb} --select ${names.join(' ')}`, ...more].join('\n'), 'sh')],
    gap: '\n',
    isFolded: false,
    urgency: 2,
  }
}

const SELECTABLE: ReadonlySet<string> = new Set([
  'model',
  'seed',
  'snapshot',
  'test',
  'unit_test',
  'source',
  'function',
])

const shellWord = (text: string): string => (/^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const placeText = ({ path, line }: Place): string => `${path}${line === undefined ? '' : `:${line}`}`
