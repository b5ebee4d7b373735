import { isTest, type Project } from './project.ts'

/** What the page makes of a status of run_results.json or sources.json. */
export type Health = 'good' | 'warn' | 'bad' | 'skipped' | 'unknown'

const HEALTH: Readonly<Record<string, Health>> = {
  success: 'good',
  pass: 'good',
  'no-op': 'skipped',
  warn: 'warn',
  fail: 'bad',
  error: 'bad',
  'runtime error': 'bad',
  'partial success': 'bad',
  skipped: 'skipped',
}

export const healthOf = (status: string | undefined): Health =>
  status === undefined ? 'unknown' : (HEALTH[status] ?? 'unknown')

const ORDER: readonly Health[] = ['unknown', 'skipped', 'good', 'warn', 'bad']

/** The worst of some; `unknown` of none. */
export const worst = (all: Iterable<Health>): Health => {
  let found: Health = 'unknown'
  for (const one of all) if (ORDER.indexOf(one) > ORDER.indexOf(found)) found = one
  return found
}

export interface TestCounts {
  readonly total: number
  readonly good: number
  readonly warn: number
  readonly bad: number
  readonly skipped: number
  /** Without a result. */
  readonly unknown: number
}

/** How the tests of a resource ended. */
export function testCounts(project: Project, id: string): TestCounts {
  const counts = { total: 0, good: 0, warn: 0, bad: 0, skipped: 0, unknown: 0 }
  for (const test of project.tests.get(id) ?? []) {
    counts.total++
    counts[healthOf(project.results.get(test)?.status)]++
  }
  return counts
}

/** A resource's own result, its tests' and, of a source, its freshness: the worst counts. */
export function overallHealth(project: Project, id: string): Health {
  const own = healthOf(project.results.get(id)?.status)
  const node = project.nodes.get(id)
  if (node !== undefined && isTest(node)) return own
  const counts = testCounts(project, id)
  const tests: Health[] = []
  if (counts.bad > 0) tests.push('bad')
  if (counts.warn > 0) tests.push('warn')
  if (counts.good > 0) tests.push('good')
  return worst([own, ...tests, healthOf(project.freshness.get(id)?.status)])
}

/** What a status is called where only its colour tells it otherwise. */
export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  good: 'good',
  warn: 'warning',
  bad: 'failed',
  skipped: 'skipped',
  unknown: 'no result',
}
