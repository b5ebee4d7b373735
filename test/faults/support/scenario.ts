import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, type Engine, run } from './child.ts'
import {
  filesBelow,
  type Outside,
  type State,
  type States,
  statesOf,
  temporaryFiles,
  tornArtifacts,
} from './outside.ts'
import type { Place } from './place.ts'
import { buildArgs, type Target, writeSeed } from './project.ts'

/** A build that is disturbed. */
export interface Scenario {
  readonly name: 'from nothing' | 'next step' | 'full refresh'
  readonly args: readonly string[]
  /** What was kept of the place where it starts. */
  readonly from: 'nothing' | 'first'
  readonly wideSeed: boolean
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'next step', args: buildArgs(2), from: 'first', wideSeed: false },
  { name: 'full refresh', args: buildArgs(2, '--full-refresh'), from: 'first', wideSeed: true },
  { name: 'from nothing', args: buildArgs(2), from: 'nothing', wideSeed: false },
]

/** A scenario with what it comes from and leads to. */
export interface Prepared {
  readonly scenario: Scenario
  readonly before: States
  readonly after: States
  readonly relations: readonly string[]
  readonly files: readonly string[]
  /** How long the undisturbed build took. */
  readonly milliseconds: number
}

/** Builds step 1 and each scenario once without disturbance. Throws when that does not work. */
export async function prepare(place: Place, engine: Engine): Promise<Prepared[]> {
  await place.keep('nothing')
  writeSeed(place.folder, 1)
  await succeed(place, engine, buildArgs(1))
  await place.keep('first')
  const prepared: Prepared[] = []
  for (const scenario of SCENARIOS) {
    await restore(place, scenario)
    const before = await look(place, (outside) => statesOf(outside, place.targets))
    const { milliseconds } = await succeed(place, engine, scenario.args)
    const after = await look(place, (outside) => statesOf(outside, place.targets))
    const relations = await look(place, (outside) => outside.relations())
    prepared.push({ scenario, before, after, relations, files: filesBelow(join(place.folder, 'out')), milliseconds })
  }
  return prepared
}

/** Puts the place back to where a scenario starts. */
export async function restore(place: Place, scenario: Scenario): Promise<void> {
  await place.restore(scenario.from)
  writeSeed(place.folder, 2, scenario.wideSeed)
}

async function succeed(place: Place, engine: Engine, args: readonly string[]): Promise<Ended> {
  const ended = await run(engine, args, { cwd: place.folder })
  if (ended.exit !== 0) throw new Error(`${args.join(' ')} ended with ${ended.exit}: ${ended.output}`)
  return ended
}

export async function look<T>(place: Place, at: (outside: Outside) => Promise<T>): Promise<T> {
  const outside = await place.outside()
  try {
    return await at(outside)
  } finally {
    await outside.close()
  }
}

/** Whether a target is the old one or the new one, complete. */
export function isAllowed(target: Target, state: State, { before, after, scenario }: Prepared): boolean {
  if (state === before[target.name] || state === after[target.name]) return true
  const isBuiltAnew = scenario.name !== 'next step'
  if (target.grows === true && isBuiltAnew) return state === 'missing' || state.startsWith('0 rows')
  return target.falls === true && isBuiltAnew && state === 'missing'
}

/** What is wrong with the targets and artifacts of a place whose build was disturbed, before anything else runs there. */
export async function damage(place: Place, prepared: Prepared): Promise<string[]> {
  const states = await look(place, (outside) => statesOf(outside, place.targets))
  const wrong = place.targets
    .filter((target) => !isAllowed(target, states[target.name] ?? 'missing', prepared))
    .map((target) => describeState(target, states[target.name] ?? 'missing', prepared))
  return [...wrong, ...tornArtifacts(join(place.folder, 'target'))]
}

export const describeState = (target: Target, state: State, { before, after }: Prepared): string =>
  `${target.name} is ${state}, was ${before[target.name]}, becomes ${after[target.name]}`

/** What a repeated build made otherwise than one that nothing disturbed, and what was left lying about. */
export async function differences(place: Place, prepared: Prepared): Promise<string[]> {
  return look(place, async (outside) => {
    const states = await statesOf(outside, place.targets)
    const wrong = place.targets
      .filter(({ name }) => states[name] !== prepared.after[name])
      .map((target) => describeState(target, states[target.name] ?? 'missing', prepared))
    const relations = await outside.relations()
    const files = filesBelow(join(place.folder, 'out'))
    return [
      ...wrong,
      ...relations.filter((name) => !prepared.relations.includes(name)).map((name) => `relation ${name} was left`),
      ...files.filter((name) => !prepared.files.includes(name)).map((name) => `file out/${name} was left`),
      ...temporaryFiles(join(place.folder, 'target')).map((name) => `file target/${name} was left`),
      ...tornArtifacts(join(place.folder, 'target')),
    ]
  })
}

/** Runs `work` while a reader looks at the targets again and again; gives what the reader should not have seen, and how often it looked. */
export async function watched<T>(
  place: Place,
  prepared: Prepared,
  work: () => Promise<T>,
): Promise<{ result: T; looks: { count: number; wrong: string[] } }> {
  const wrong = new Set<string>()
  let isOver = false
  let count = 0
  const watching = async (): Promise<void> => {
    const outside = await place.reader()
    try {
      for (let at = 0; !isOver; at = (at + 1) % place.seenByReaders.length) {
        const target = place.seenByReaders[at] as Target
        const state = await outside.state(target)
        count++
        // files that are not there are seen without any waiting: nothing else of this process, not even the end of the build, would ever have its turn
        await new Promise((resolve) => setImmediate(resolve))
        if (!isAllowed(target, state, prepared)) wrong.add(`a reader saw: ${describeState(target, state, prepared)}`)
      }
    } finally {
      await outside.close()
    }
  }
  const ended = watching()
  try {
    const result = await work()
    isOver = true
    await ended
    return { result, looks: { count, wrong: [...wrong] } }
  } finally {
    isOver = true
    await ended.catch(() => undefined)
  }
}

/** Removes what a run keeps of itself, as a fresh checkout has it. */
export const forgetTarget = (place: Place): void =>
  rmSync(join(place.folder, 'target'), { recursive: true, force: true })
