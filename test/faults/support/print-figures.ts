import { printFigures, startFigures } from './figures.ts'

/** Around a whole run: at its end the figures of all tests are printed. */
export default function setup(): () => void {
  startFigures()
  return () => printFigures((line) => process.stdout.write(`${line}\n`))
}
