import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The file in which the tests of all workers count; `printFigures` adds it up. The usual test run prints no figures and has none. */
const VARIABLE = 'QUERN_FAULTS_FIGURES'

export interface Figure {
  readonly what: string
  readonly tried: number
  readonly survived: number
  /** Further counts by name: what readers looked at, rows lost ... */
  readonly more?: Readonly<Record<string, number>>
  readonly seed?: number
}

export function note(figure: Figure): void {
  const file = process.env[VARIABLE]
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}

/** Starts a report; the workers learn the file's name from the environment. */
export function startFigures(): void {
  process.env[VARIABLE] = join(mkdtempSync(join(tmpdir(), 'quern-faults-figures-')), 'figures.jsonl')
}

/** One line for each kind of fault. */
export function printFigures(print: (line: string) => void): void {
  const file = process.env[VARIABLE]
  if (file === undefined || !existsSync(file)) return
  const figures = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Figure)
  rmSync(dirname(file), { recursive: true })
  print('')
  print('Faults, survived / tried')
  for (const { what, survived, tried, more, seed } of figures) {
    const further = Object.entries(more ?? {}).map(([name, count]) => `${name} ${count}`)
    const notes = [...further, ...(seed === undefined ? [] : [`seed ${seed}`])].join(', ')
    print(`  ${what}: ${survived} / ${tried}${notes === '' ? '' : ` (${notes})`}`)
  }
  const [tried, survived] = [sum(figures.map((one) => one.tried)), sum(figures.map((one) => one.survived))]
  print(`  all: ${survived} / ${tried}`)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
