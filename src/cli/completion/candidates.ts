import { REPORT_KINDS } from '../../config/report-request.ts'
import { METHODS } from '../../graph/selector/spec.ts'
import { OPTIONS } from '../flags-table.ts'
import { commandSummary } from '../help.ts'
import {
  ALIASES,
  COMMAND_GROUPS,
  COMMANDS,
  type CommandName,
  type OptionSpec,
  OWN_COMMANDS,
  takesOption,
} from '../option.ts'
import { SHELLS } from './scripts.ts'

/** What can stand at the cursor, and what it means. */
export interface Candidate {
  readonly word: string
  readonly about?: string | undefined
}

/** Names of a project, each list read when it is asked for. Empty where nothing is known. */
export interface ProjectNames {
  /** Models, seeds, snapshots, tests... by name. */
  readonly nodes: () => readonly string[]
  /** What can follow `method:`, for methods whose values are in the manifest. */
  readonly values: (method: string) => readonly string[]
  readonly selectors: () => readonly string[]
  readonly macros: () => readonly string[]
  readonly profiles: () => readonly string[]
  readonly targets: () => readonly string[]
}

/** Where on the command line the cursor is. */
interface Place {
  /** A command beside the table. */
  readonly own: keyof typeof OWN_COMMANDS | undefined
  readonly group: string | undefined
  readonly command: CommandName | undefined
  /** The option whose value is being typed. */
  readonly option: OptionSpec | undefined
  /** Words of the command that belong to no option. */
  readonly words: number
}

/** Values of `--output-keys` that people ask for. */
const OUTPUT_KEYS = [
  'alias', 'columns', 'config', 'config.materialized', 'config.meta', 'config.tags', 'database', 'depends_on', 'description', 'fqn', 'group', 'meta', 'name',
  'original_file_path', 'package_name', 'path', 'relation_name', 'resource_type', 'schema', 'source_name', 'tags', 'unique_id', 'version',
] // biome-ignore format: one list

const STATES = [
  'new', 'old', 'unmodified', 'modified', 'modified.body', 'modified.configs', 'modified.relation', 'modified.persisted_descriptions', 'modified.macros',
  'modified.contract',
] // biome-ignore format: one list

/** Values that are the same in every project. */
const FIXED_VALUES: Readonly<Record<string, readonly string[]>> = {
  access: ['public', 'protected', 'private'],
  result: ['error', 'fail', 'pass', 'skipped', 'success', 'warn'],
  source_status: ['fresher'],
  state: STATES,
  test_type: ['generic', 'singular', 'unit', 'data'],
  version: ['latest', 'prerelease', 'old', 'none'],
}

/**
 * What can stand in the place of the last of these words (it may be empty, or the beginning of a word); the words come after `quern`.
 * Nothing for values that are free.
 */
export function candidates(words: readonly string[], names: ProjectNames): readonly Candidate[] {
  const current = words.at(-1) ?? ''
  const place = placeOf(words.slice(0, -1))
  const equals = current.startsWith('--') ? current.indexOf('=') : -1
  if (equals > 0) {
    const option = find(place, current.slice(0, equals))
    const typed = current.slice(equals + 1)
    return option === undefined ? [] : prefixed(valuesOf(option, typed, names), current.slice(0, equals + 1), typed)
  }
  if (place.option !== undefined && !(current.startsWith('-') && place.option.kind === 'words'))
    return starting(valuesOf(place.option, current, names), current)
  if (current.startsWith('-')) return starting(optionWords(place), current)
  return starting(plainWords(place, names), current)
}

/** Reads the words in front of the cursor; what makes no sense is passed over. */
function placeOf(words: readonly string[]): Place {
  let place: Place = { own: undefined, group: undefined, command: undefined, option: undefined, words: 0 }
  for (const word of words) {
    if (place.option !== undefined && !(place.option.kind === 'words' && word.startsWith('-'))) {
      if (place.option.kind !== 'words') place = { ...place, option: undefined }
      continue
    }
    place = { ...place, option: undefined }
    if (word.startsWith('-')) {
      const option = word.includes('=') ? undefined : find(place, word)
      if (option !== undefined && option.kind !== 'switch') place = { ...place, option }
    } else if (place.command !== undefined) place = { ...place, words: place.words + 1 }
    else if (word === 'completion' && place.group === undefined) place = { ...place, own: word }
    else if (place.group === undefined && Object.hasOwn(COMMAND_GROUPS, word)) place = { ...place, group: word }
    else {
      const name = place.group === undefined ? word : `${place.group} ${word}`
      const command = COMMANDS.find((one) => one === name)
      place = command === undefined ? { ...place, words: place.words + 1 } : { ...place, command }
    }
  }
  return place
}

const fits = (place: Place, option: OptionSpec): boolean =>
  place.command === undefined
    ? option.commands === 'all' || (option.commands === 'before' && place.group === undefined)
    : takesOption(place.command, option)

const find = (place: Place, word: string): OptionSpec | undefined =>
  OPTIONS.find((option) => fits(place, option) && [...option.long, ...(option.short ?? [])].includes(word))

function optionWords(place: Place): Candidate[] {
  const shown = OPTIONS.filter((option) => fits(place, option) && option.hidden !== true)
  const words = shown.flatMap((option) => {
    const about = option.help
    const [first] = option.long
    const off = option.kind === 'switch' && option.negatable ? [{ word: first!.replace('--', '--no-'), about }] : []
    return [{ word: first!, about }, ...off]
  })
  return [...words, { word: '--help', about: 'Help.' }, { word: '--version', about: 'Versions.' }]
}

function plainWords(place: Place, names: ProjectNames): Candidate[] {
  if (place.command === 'lineage' && place.words === 0) return names.nodes().map((word) => ({ word }))
  if (place.command === 'run-operation' && place.words === 0) return names.macros().map((word) => ({ word }))
  if (place.own !== undefined) return place.words === 0 ? SHELLS.map((word) => ({ word })) : []
  if (place.command !== undefined || place.words > 0) return []
  const visible = COMMANDS.filter((name) => ALIASES[name] === undefined || name === 'ls')
  if (place.group !== undefined) {
    const members = visible.filter((name) => name.startsWith(`${place.group} `))
    return members.map((name) => ({ word: name.slice(place.group!.length + 1), about: commandSummary(name) }))
  }
  return [
    ...visible.filter((name) => !name.includes(' ')).map((word) => ({ word, about: commandSummary(word) })),
    ...Object.entries(COMMAND_GROUPS).map(([word, about]) => ({ word, about })),
    ...Object.entries(OWN_COMMANDS).map(([word, { summary }]) => ({ word, about: summary })),
  ]
}

function valuesOf(option: OptionSpec, typed: string, names: ProjectNames): Candidate[] {
  if ('choices' in option && option.choices !== undefined) return option.choices.map((word) => ({ word }))
  const lists: Readonly<Record<string, () => readonly string[]>> = {
    selector: names.selectors,
    profile: names.profiles,
    target: names.targets,
    against_target: names.targets,
    output_keys: () => OUTPUT_KEYS,
    report: () => REPORT_KINDS,
  }
  const list = lists[option.key]
  if (list !== undefined) return list().map((word) => ({ word }))
  return ['select', 'exclude', 'models'].includes(option.key) ? criteria(typed, names) : []
}

/** Selection criteria that begin as the typed text does; operators and earlier parts of an intersection stay in front. */
function criteria(typed: string, names: ProjectNames): Candidate[] {
  const front = /^(?:.*,)?(?:@|\d*\+)?/.exec(typed)![0]
  const rest = typed.slice(front.length)
  const colon = rest.indexOf(':')
  const method = colon < 0 ? undefined : rest.slice(0, colon)
  const found =
    method === undefined
      ? [...names.nodes(), ...METHODS.filter((name) => name !== 'config').map((name) => `${name}:`), 'config.']
      : (FIXED_VALUES[method] ?? (method === 'selector' ? names.selectors() : names.values(method))).map(
          (value) => `${method}:${value}`,
        )
  return found.map((word) => ({ word: `${front}${word}` }))
}

const starting = (found: readonly Candidate[], start: string): Candidate[] =>
  found.filter(({ word }) => word.startsWith(start))

const prefixed = (found: readonly Candidate[], front: string, start: string): Candidate[] =>
  starting(found, start).map(({ word, about }) => ({ word: `${front}${word}`, about }))
