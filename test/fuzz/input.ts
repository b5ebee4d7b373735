import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import type { FuzzTarget } from './target.ts'

/** The input of a number: the same for the same seed. */
export function inputOf(target: FuzzTarget, seed: string, index: number): string {
  const random = new Random(`${seed}/${target.name}/${index}`)
  if (target.grammar !== undefined && random.chance(0.4)) {
    const made = target.grammar(random)
    return random.chance(0.5) ? made : mutate(random, made, target.words, target.seeds)
  }
  const [first, second] = [random.pick(target.seeds), random.pick(target.seeds)]
  const begun = random.chance(0.15) ? first.slice(0, random.below(first.length + 1)) + second : first
  return mutate(random, begun, target.words, target.seeds)
}
