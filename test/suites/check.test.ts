import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CheckFinding, quern } from '../../src/index.ts'
import { MISTAKES, type Mistake } from '../check/mistakes.ts'
import { CheckProject } from '../support/check-project.ts'

let project: CheckProject
beforeAll(() => {
  project = new CheckProject()
})
afterAll(() => project.remove())

const title = ({ changes }: Mistake): string => changes.map(([file, , to]) => `${file} ${to.trim()}`).join(', ')

describe.each(['duckdb', 'postgres'] as const)('%s', (database) => {
  const findings = async (): Promise<readonly CheckFinding[]> => {
    const end = await quern.check({ rule: 'unused-column=off' }, project.surroundings(database, inject('postgres')))
    expect(end.error?.render() ?? '').toBe('')
    return end.findings
  }

  test('nothing is wrong with the project as it is', async () => {
    expect(await findings()).toEqual([])
  })

  test.each(MISTAKES.map((mistake) => [title(mistake), mistake] as const))('%s', async (_, mistake) => {
    const { result, place } = await project.with(mistake, findings)
    const rule = typeof mistake.rule === 'string' ? mistake.rule : mistake.rule[database]
    const found = result.map((finding) => `${finding.rule} ${finding.path}:${finding.line}:${finding.column}`)
    expect(found).toContain(`${rule} ${place}`)
  })
})
