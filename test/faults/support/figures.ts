import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the tests of all workers count; `printFigures` adds it up. */
const FILE = process.env['QUERN_FAULTS_FIGURES'] ?? join(tmpdir(), `quern-faults-figures-${process.ppid}.jsonl`)

export interface Figure {
  readonly what: string
  readonly tried: number
  readonly survived: number
  /** Further counts by name: what readers looked at, rows lost ... */
  readonly more?: Readonly<Record<string, number>>
  readonly seed?: number
}

export function note(figure: Figure): void {
  appendFileSync(FILE, `${JSON.stringify(figure)}\n`)
}

/** Starts a report; the workers learn the file's name from the environment. */
export function startFigures(): void {
  process.env['QUERN_FAULTS_FIGURES'] = FILE
  rmSync(FILE, { force: true })
}

/** One line for each kind of fault. */
export function printFigures(print: (line: string) => void): void {
  if (!existsSync(FILE)) return
  const figures = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Figure)
  rmSync(FILE, { force: true })
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
